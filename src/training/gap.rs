//! The gap between the encoder's ELBO and log p(x), split exactly in two (Cremer, Li & Duvenaud 2018,
//! Inference suboptimality in variational autoencoders), for one or two latent dimensions.

use candle_core::{DType, Tensor};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Dataset;
use crate::bench::encoder_proposal;
use crate::exact::{
    BestGaussianSearch, ExactEvidence, Lattice, LatticePair, LogLikelihoodBuilder,
    LogLikelihoodField, LogPartitionBuilder, LogPartitionLattice, exact_elbo, exact_evidence,
};
use crate::family::BivariateGaussian;
use crate::model::{ImageTerm, Linear, Vae};

/// Means over some images in nats per image.
///
/// log p(x) ≥ L[q*] ≥ L[q_enc]: the best Gaussian of all, with any covariance, and the encoder's, which
/// is diagonal. In the paper q* is diagonal too; here what a diagonal q costs counts as amortization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GapSplit {
    /// log p(x) by the lattice.
    pub log_evidence: f64,
    /// Exact ELBO of the best Gaussian for each image.
    pub best_elbo: f64,
    /// Exact ELBO of the encoder's Gaussian.
    pub encoder_elbo: f64,
    /// Mean of |T_h − T_2h| of the images' log p(x). With a smooth decoder the mean log p(x) is far closer
    /// than this to the truth, across ReLU kinks about as close.
    pub error: f64,
}

impl GapSplit {
    /// log p(x) − L[q*]: what no Gaussian can do.
    pub fn approximation(&self) -> f64 {
        self.log_evidence - self.best_elbo
    }

    /// L[q*] − L[q_enc]: what the encoder does worse than the best Gaussian for each image.
    pub fn amortization(&self) -> f64 {
        self.best_elbo - self.encoder_elbo
    }
}

/// Why a gap cannot be split.
#[derive(Debug, Error)]
pub enum GapError {
    /// Lattices need a line or a plane.
    #[error("the exact split is known for 1 and 2 latent dimensions, not for {0}")]
    Latent(usize),
    /// The network gave something that is not a finite number.
    #[error("the network has no finite log p(x)")]
    NotFinite,
    /// candle's.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

/// A split on its way: first log p(x|z) without its x over the plane, then image by image.
#[derive(Debug)]
pub struct GapTask {
    /// In f64 with two latent dimensions.
    model: Vae,
    images: Dataset,
    stage: Stage,
    done: usize,
    /// Sums over the images that are done.
    sums: GapSplit,
}

/// Inner lattice and outer one.
type Partitions = [LogPartitionLattice; 2];

#[derive(Debug)]
enum Stage {
    /// The inner lattice, with the outer one to come.
    Inner(LogPartitionBuilder, Lattice),
    Outer(LogPartitionLattice, LogPartitionBuilder),
    /// The next image is to begin.
    Between(Partitions),
    Tabulating(Partitions, [LogLikelihoodBuilder; 2]),
    /// The field is there and log p(x) is summed.
    Summed(Partitions, Box<LogLikelihoodField>, ExactEvidence),
    Climbing(Partitions, Box<Climb>),
    /// Never seen from outside: what a stage leaves behind while it becomes the next.
    Gone,
}

/// The search for the best Gaussian of one image.
#[derive(Debug)]
struct Climb {
    field: LogLikelihoodField,
    evidence: ExactEvidence,
    encoder_elbo: f64,
    search: BestGaussianSearch,
}

impl GapTask {
    /// Lattices fine enough for a posterior of standard deviation 0.06 while a model is in training:
    /// there the error of log p(x) is 2 exp(−2π²) ≈ 5e−9.
    pub const LIVE: LatticePair =
        LatticePair { inner: Lattice::new(6.0, 200), outer: Lattice::new(24.0, 100) };

    /// Nothing is done yet.
    ///
    /// # Errors
    /// [`GapError::Latent`] if the model has more than two latent dimensions.
    pub fn new(model: &Vae, images: Dataset, lattices: LatticePair) -> Result<Self, GapError> {
        let model = model.to_dtype(DType::F64)?;
        let model = match model.latent() {
            1 => with_ignored_latent(&model)?,
            2 => model,
            other => return Err(GapError::Latent(other)),
        };
        let stage = Stage::Inner(LogPartitionBuilder::new(lattices.inner), lattices.outer);
        Ok(Self { model, images, stage, done: 0, sums: GapSplit::default() })
    }

    /// The next slice of some milliseconds. Returns the means once all images are done.
    ///
    /// # Errors
    /// [`GapError::NotFinite`] and [`GapError::Tensor`].
    pub fn advance(&mut self) -> Result<Option<GapSplit>, GapError> {
        let images = self.images.clone();
        let images = images.images();
        self.stage = match std::mem::replace(&mut self.stage, Stage::Gone) {
            Stage::Inner(mut builder, outer) => {
                builder.advance(&self.model)?;
                if builder.is_done() {
                    Stage::Outer(builder.finish(), LogPartitionBuilder::new(outer))
                } else {
                    Stage::Inner(builder, outer)
                }
            }
            Stage::Outer(inner, mut builder) => {
                builder.advance(&self.model)?;
                if builder.is_done() {
                    Stage::Between([inner, builder.finish()])
                } else {
                    Stage::Outer(inner, builder)
                }
            }
            Stage::Between(partitions) => match images.get(self.done) {
                Some(image) => {
                    let term = ImageTerm::new(&self.model, image)?;
                    let [inner, outer] = &partitions;
                    let builders = [
                        LogLikelihoodBuilder::new(&self.model, &term, inner)?,
                        LogLikelihoodBuilder::new(&self.model, &term, outer)?,
                    ];
                    Stage::Tabulating(partitions, builders)
                }
                None => Stage::Between(partitions),
            },
            Stage::Tabulating(partitions, mut builders) => {
                match builders.iter_mut().find(|builder| !builder.is_done()) {
                    Some(builder) => {
                        builder.advance();
                        Stage::Tabulating(partitions, builders)
                    }
                    None => {
                        let [inner, outer] = builders.map(LogLikelihoodBuilder::finish);
                        let field = LogLikelihoodField { inner, outer };
                        let evidence = exact_evidence(&field);
                        Stage::Summed(partitions, Box::new(field), evidence)
                    }
                }
            }
            Stage::Summed(partitions, field, evidence) => {
                let encoder = encoder_proposal(&self.model, &images[self.done])?;
                Stage::Climbing(partitions, Box::new(Climb::new(*field, evidence, encoder)?))
            }
            Stage::Climbing(partitions, mut climb) => {
                if climb.search.advance(&climb.field, |_| true) {
                    Stage::Climbing(partitions, climb)
                } else {
                    self.add(&climb)?;
                    self.done += 1;
                    Stage::Between(partitions)
                }
            }
            Stage::Gone => return Err(GapError::NotFinite),
        };
        if self.done < images.len() {
            return Ok(None);
        }
        let mean = |sum: f64| sum / images.len() as f64;
        Ok(Some(GapSplit {
            log_evidence: mean(self.sums.log_evidence),
            best_elbo: mean(self.sums.best_elbo),
            encoder_elbo: mean(self.sums.encoder_elbo),
            error: mean(self.sums.error),
        }))
    }

    /// Share of the work that is done, in [0, 1]: the lattices count as much as the images.
    pub fn progress(&self) -> f64 {
        match &self.stage {
            Stage::Inner(builder, _) => 0.4 * builder.progress(),
            Stage::Outer(_, builder) => 0.4 + 0.1 * builder.progress(),
            _ => 0.5 + 0.5 * self.done as f64 / self.images.images().len() as f64,
        }
    }

    fn add(&mut self, climb: &Climb) -> Result<(), GapError> {
        let best = climb.search.best().ok_or(GapError::NotFinite)?;
        self.sums.log_evidence += climb.evidence.log_evidence;
        self.sums.best_elbo += best.elbo;
        self.sums.encoder_elbo += climb.encoder_elbo;
        self.sums.error += climb.evidence.error;
        Ok(())
    }
}

impl Climb {
    fn new(
        field: LogLikelihoodField,
        evidence: ExactEvidence,
        encoder: BivariateGaussian,
    ) -> Result<Self, GapError> {
        let encoder_elbo = exact_elbo(&encoder, &field);
        if !(evidence.log_evidence.is_finite() && encoder_elbo.is_finite()) {
            return Err(GapError::NotFinite);
        }
        // The encoder's q is a start, so that the best is never below it.
        let search = BestGaussianSearch::new(&field, &[encoder], |_| true);
        Ok(Self { field, evidence, encoder_elbo, search })
    }
}

/// The same model with a second latent dimension that the decoder ignores and of which the encoder
/// says N(0, 1): p(x), every ELBO and the best Gaussian's are those of one dimension, since the best q
/// of an ignored latent is its prior.
fn with_ignored_latent(model: &Vae) -> candle_core::Result<Vae> {
    let [first, second] = &model.decoder;
    let ignored = first.weight.zeros_like()?;
    let decoder = [
        Linear { weight: Tensor::cat(&[&first.weight, &ignored], 1)?, bias: first.bias.clone() },
        second.clone(),
    ];
    let [first, output] = &model.encoder;
    // Rows m₁ and ln v₁ become m₁, 0, ln v₁, 0.
    let padded = |tensor: &Tensor| -> candle_core::Result<Tensor> {
        let (mean, log_variance) = (tensor.narrow(0, 0, 1)?, tensor.narrow(0, 1, 1)?);
        let zero = mean.zeros_like()?;
        Tensor::cat(&[&mean, &zero, &log_variance, &zero], 0)
    };
    let output = Linear { weight: padded(&output.weight)?, bias: padded(&output.bias)? };
    let encoder = [first.clone(), output];
    Ok(Vae { encoder, decoder, activation: model.activation })
}

#[cfg(test)]
mod tests;
