//! Draws from q, weighed through the real decoder.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;
use thiserror::Error;

use crate::evidence::{LogWeights, LogWeightsError, log_sum_exp};
use crate::family::{BivariateGaussian, log_prior};
use crate::model::{ImageTerm, Vae};

/// A seeded stream of ε ~ N(0, I).
///
/// The same seed gives the same ε whatever q is (common random numbers), so that estimates glide while
/// q moves instead of jumping.
#[derive(Clone, Debug)]
pub struct Noise(Pcg64Mcg);

impl Noise {
    /// The stream of a seed.
    pub fn new(seed: u32) -> Self {
        Self(Pcg64Mcg::seed_from_u64(u64::from(seed)))
    }

    /// The next `count` points.
    pub fn take(&mut self, count: usize) -> Vec<[f64; 2]> {
        let mut next = || StandardNormal.sample(&mut self.0);
        (0..count).map(|_| [next(), next()]).collect()
    }
}

/// Latent points z_i ~ q with ℓ_i = log p(x|z_i) + log p(z_i) − log q(z_i) in nats.
#[derive(Clone, Debug)]
pub struct Draws {
    /// The points.
    pub latents: Vec<[f64; 2]>,
    /// Their log-weights.
    pub log_weights: LogWeights,
}

impl Draws {
    /// Each draw's share of the sum of the weights; all zero if every weight is zero.
    pub fn shares(&self) -> impl Iterator<Item = f64> + '_ {
        let log_weights = self.log_weights.as_slice();
        let total = log_sum_exp(log_weights);
        let log_total = if total.is_finite() { total } else { f64::INFINITY };
        log_weights.iter().map(move |log_weight| (log_weight - log_total).exp())
    }
}

/// Why draws have no weights.
#[derive(Debug, Error)]
pub enum DrawError {
    /// The network could not be run.
    #[error(transparent)]
    Network(#[from] candle_core::Error),
    /// The network gave something that is not a log-weight.
    #[error(transparent)]
    Weights(#[from] LogWeightsError),
}

/// Weighs z = μ + L ε for every ε of `noise`, in f32 through the network and f64 after it.
///
/// # Errors
/// [`DrawError`] if the network fails or gives NaN.
pub fn draw(
    model: &Vae,
    term: &ImageTerm,
    q: &BivariateGaussian,
    noise: &[[f64; 2]],
) -> Result<Draws, DrawError> {
    let latents: Vec<[f64; 2]> = noise.iter().map(|&e| q.latent_from_noise(e)).collect();
    let log_likelihoods = term.log_likelihoods(model, latents.as_flattened(), latents.len())?;
    let log_weights = latents
        .iter()
        .zip(log_likelihoods)
        .map(|(&z, log_likelihood)| log_likelihood + log_prior(z) - q.log_density(z))
        .collect();
    Ok(Draws { latents, log_weights: LogWeights::new(log_weights)? })
}
