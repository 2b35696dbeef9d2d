//! One x under one model: all that stays the same while q moves.

use candle_core::Result;

use crate::data::BinaryImage;
use crate::exact::{ExactEvidence, LogLikelihoodField, exact_elbo, exact_evidence};
use crate::family::{BivariateGaussian, log_prior};
use crate::model::Vae;

/// Smallest and largest standard deviation kept of an encoder's q, so that it is always a Gaussian.
const ENCODER_SD: [f64; 2] = [1e-3, 1e3];

/// A model, an image and their exact log p(x|z), with what follows from the three alone.
#[derive(Clone, Debug)]
pub struct Scene {
    /// log p(x|z) over the latent plane.
    pub field: LogLikelihoodField,
    /// Exact log p(x).
    pub evidence: ExactEvidence,
    /// The encoder's q(z|x).
    pub encoder: BivariateGaussian,
    /// Exact ELBO of the encoder's q, in nats.
    pub encoder_elbo: f64,
}

impl Scene {
    /// Sums the field once.
    pub fn new(field: LogLikelihoodField, encoder: BivariateGaussian) -> Self {
        let evidence = exact_evidence(&field);
        let encoder_elbo = exact_elbo(&encoder, &field);
        Self { field, evidence, encoder, encoder_elbo }
    }

    /// The posterior density at every node of the inner lattice, relative to its maximum there.
    pub fn relative_posterior(&self) -> impl Iterator<Item = f64> + '_ {
        let field = &self.field.inner;
        let (lattice, side) = (field.lattice(), field.lattice().side());
        let log_joint = move |(index, log_likelihood): (usize, &f64)| {
            let z = [lattice.coordinate(index / side), lattice.coordinate(index % side)];
            log_likelihood + log_prior(z)
        };
        let most =
            field.values().iter().enumerate().map(log_joint).fold(f64::NEG_INFINITY, f64::max);
        field.values().iter().enumerate().map(move |node| (log_joint(node) - most).exp())
    }
}

/// The encoder's q(z|x) for one image, for a model with two latent dimensions.
///
/// # Errors
/// Passes on candle's; a mean that is not finite is an error too.
pub fn encoder_proposal(model: &Vae, image: &BinaryImage) -> Result<BivariateGaussian> {
    let (mean, sd) = model.encode_image(image)?;
    let (&[m1, m2], &[s1, s2]) = (mean.as_slice(), sd.as_slice()) else {
        candle_core::bail!("the bench shows two latent dimensions, the model has {}", mean.len())
    };
    let clamp = |sd: f64| sd.clamp(ENCODER_SD[0], ENCODER_SD[1]);
    BivariateGaussian::new([m1, m2], [clamp(s1), clamp(s2)], 0.0).map_err(candle_core::Error::wrap)
}
