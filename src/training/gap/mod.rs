//! The gap between the encoder's ELBO and log p(x), split exactly in two (Cremer, Li & Duvenaud 2018,
//! Inference suboptimality in variational autoencoders), for one or two latent dimensions.

use candle_core::{DType, Tensor};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Dataset;
use crate::data::BinaryImage;
use crate::exact::{
    DecoderLikelihood, Effort, ExactInference, LatticePair, LogLikelihood, LogPartitionPair,
    LogPartitionPairBuilder, PosteriorSearch,
};
use crate::family::BivariateGaussian;
use crate::model::{ImageTerm, Linear, Vae, encoder_proposal};

/// Means over some images in nats per image.
///
/// log p(x) ≥ `L[q*]` ≥ `L[q_enc]`: the best Gaussian of all, with any covariance, and the encoder's, which
/// is diagonal. In the paper q* is diagonal too; here what a diagonal q costs counts as amortization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GapSplit {
    /// log p(x), by quadrature through the decoder.
    pub log_evidence: f64,
    /// Exact ELBO of the best Gaussian for each image.
    pub best_elbo: f64,
    /// Exact ELBO of the encoder's Gaussian.
    pub encoder_elbo: f64,
    /// By how much each of them may be off: the mean over the images of the largest difference between two rules.
    pub error: f64,
}

impl GapSplit {
    /// log p(x) − `L[q*]`: what no Gaussian can do.
    pub fn approximation(&self) -> f64 {
        self.log_evidence - self.best_elbo
    }

    /// `L[q*]` − `L[q_enc]`: the encoder's loss relative to the best Gaussian for each image.
    pub fn amortization(&self) -> f64 {
        self.best_elbo - self.encoder_elbo
    }
}

/// Why a gap cannot be split.
#[derive(Debug, Error)]
pub enum GapError {
    /// The quadrature needs a line or a plane.
    #[error("the exact split is known for 1 and 2 latent dimensions, not for {0}")]
    Latent(usize),
    /// The network gave something that is not a finite number.
    #[error("the network has no finite log p(x)")]
    NotFinite,
    /// candle's.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

/// The share of the work that the lattices are.
const LATTICES: f64 = 0.2;

/// A split in progress: first the guiding lattices, then image by image.
#[derive(Debug)]
pub struct GapTask {
    /// In f64 with two latent dimensions.
    model: Vae,
    images: Dataset,
    effort: Effort,
    builder: LogPartitionPairBuilder,
    /// log p(x|z) without its x, which tells where the posterior of each image is. Nothing is summed on it.
    guides: Option<LogPartitionPair>,
    present: Option<Present>,
    done: usize,
    /// Sums over the images that are done.
    sums: GapSplit,
}

/// The image that is measured.
#[derive(Debug)]
struct Present {
    decoder: DecoderLikelihood,
    inference: Box<ExactInference>,
}

/// log p(x|z) treated as smooth. With every rule cut at the kinks of a ReLU decoder one image would take minutes; the
/// rules' disagreement includes the error of not doing so.
struct Smooth<'a>(&'a DecoderLikelihood);

impl LogLikelihood for Smooth<'_> {
    fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
        self.0.extend(points, values);
    }
}

impl GapTask {
    /// The precision for a figure in nats while a model is in training.
    pub const LIVE: Effort = Effort { tolerance: 1e-4, most_evaluations: 60_000 };

    /// Nothing is done yet.
    ///
    /// # Errors
    /// [`GapError::Latent`] if the model has more than two latent dimensions.
    pub fn new(model: &Vae, images: Dataset, effort: Effort) -> Result<Self, GapError> {
        let model = model.to_dtype(DType::F64)?;
        let model = match model.latent() {
            1 => with_ignored_latent(&model)?,
            2 => model,
            other => return Err(GapError::Latent(other)),
        };
        Ok(Self {
            model,
            images,
            effort,
            builder: LogPartitionPairBuilder::new(LatticePair::COARSE),
            guides: None,
            present: None,
            done: 0,
            sums: GapSplit::default(),
        })
    }

    /// The next slice of some milliseconds. Returns the means once all images are done.
    ///
    /// # Errors
    /// [`GapError::NotFinite`] and [`GapError::Tensor`].
    pub fn advance(&mut self) -> Result<Option<GapSplit>, GapError> {
        let count = self.images.images().len();
        let Some(guides) = &self.guides else {
            self.guides = self.builder.advance(&self.model)?;
            return Ok(None);
        };
        if let Some(image) = self.images.images().get(self.done) {
            match &mut self.present {
                None => self.present = Some(Present::new(&self.model, image, guides, self.effort)?),
                Some(present) => {
                    present.advance();
                    if present.inference.is_over() {
                        let found = present.found().ok_or(GapError::NotFinite)?;
                        self.add(found)?;
                    }
                }
            }
        }
        if self.done < count {
            return Ok(None);
        }
        let mean = |sum: f64| sum / count as f64;
        Ok(Some(GapSplit {
            log_evidence: mean(self.sums.log_evidence),
            best_elbo: mean(self.sums.best_elbo),
            encoder_elbo: mean(self.sums.encoder_elbo),
            error: mean(self.sums.error),
        }))
    }

    /// Share of the work that is done, in [0, 1].
    pub fn progress(&self) -> f64 {
        let present = self.present.as_ref().map_or(0.0, |present| {
            let inference = &present.inference;
            if inference.encoder_elbo().is_some() {
                0.6
            } else if inference.posterior().is_some() {
                0.5
            } else {
                0.0
            }
        });
        let images = (self.done as f64 + present) / self.images.images().len() as f64;
        let lattices = if self.guides.is_some() { 1.0 } else { self.builder.progress() };
        (1.0 - LATTICES) * images + LATTICES * lattices
    }

    fn add(&mut self, found: GapSplit) -> Result<(), GapError> {
        let GapSplit { log_evidence, best_elbo, encoder_elbo, error } = found;
        if ![log_evidence, best_elbo, encoder_elbo, error].iter().all(|value| value.is_finite()) {
            return Err(GapError::NotFinite);
        }
        self.sums.log_evidence += log_evidence;
        self.sums.best_elbo += best_elbo;
        self.sums.encoder_elbo += encoder_elbo;
        self.sums.error += error;
        self.present = None;
        self.done += 1;
        Ok(())
    }
}

impl Present {
    fn new(
        model: &Vae,
        image: &BinaryImage,
        guides: &LogPartitionPair,
        effort: Effort,
    ) -> Result<Self, GapError> {
        let encoder = encoder_proposal(model, image)?;
        let decoder = DecoderLikelihood::new(model, image)?;
        if !decoder.at(encoder.mean()).is_finite() {
            return Err(GapError::NotFinite);
        }
        let term = ImageTerm::new(model, image)?;
        let search = PosteriorSearch::by_guide(&guides.field(model, &term)?);
        let inference = ExactInference::new(encoder, search).with_effort(effort);
        Ok(Self { decoder, inference: Box::new(inference) })
    }

    fn advance(&mut self) {
        let everywhere = |q: &BivariateGaussian| Some(*q);
        self.inference.advance(&Smooth(&self.decoder), everywhere, |_| true);
    }

    /// The results for this image.
    fn found(&self) -> Option<GapSplit> {
        let posterior = self.inference.posterior()?;
        let (best, encoder) = (self.inference.best()?, self.inference.encoder_elbo()?);
        // A bound that is beaten by another one is not the best.
        let best_elbo = best.elbo.max(encoder.elbo);
        let errors = [posterior.resolution.error(), self.inference.best_error(), encoder.error];
        Some(GapSplit {
            log_evidence: posterior.log_evidence,
            best_elbo,
            encoder_elbo: encoder.elbo,
            error: errors.into_iter().fold(0.0, f64::max),
        })
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
