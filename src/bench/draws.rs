//! Draws from q, weighted through the decoder.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;
use thiserror::Error;

use crate::evidence::{LogWeights, LogWeightsError, log_sum_exp};
use crate::family::{BivariateGaussian, log_prior};
use crate::model::{ImageTerm, Vae};
use crate::reason::reason;

/// A seeded stream of ε ~ N(0, I).
///
/// The same seed gives the same ε for every q (common random numbers), so that estimates change continuously with q.
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
    /// The draws of z.
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

/// Why draws could not be weighted.
#[derive(Debug, Error)]
pub enum DrawError {
    /// The network could not be evaluated.
    #[error("{}", reason(.0))]
    Network(candle_core::Error),
    /// The network returned a value that is no log-weight.
    #[error(transparent)]
    Weights(#[from] LogWeightsError),
}

impl From<candle_core::Error> for DrawError {
    fn from(error: candle_core::Error) -> Self {
        Self::Network(error)
    }
}

/// Weights z = μ + L ε for every ε of `noise`: the network in f32, all else in f64.
///
/// # Errors
/// [`DrawError`] if the network fails or returns NaN.
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

#[cfg(test)]
mod tests {
    use candle_core::DType;

    use super::*;
    use crate::data::{Binarization, gallery};
    use crate::model::read_weights;

    fn shipped() -> (Vae, ImageTerm) {
        let bytes = include_bytes!("../../public/models/strokes.safetensors");
        let model = read_weights(bytes).unwrap();
        let term = ImageTerm::new(&model, &Binarization::default().apply(&gallery()[3].image));
        (model, term.unwrap())
    }

    #[test]
    fn a_stream_goes_on_where_it_was_and_seeds_differ() {
        let whole = Noise::new(7).take(10);
        let mut stream = Noise::new(7);
        assert_eq!([stream.take(3), stream.take(0), stream.take(7)].concat(), whole);
        assert_ne!(Noise::new(8).take(10), whole);
    }

    #[test]
    fn noise_is_standard_normal_in_both_coordinates() {
        // 2¹⁷ points. Each of the five moments within 5 deviations: false-alarm rate 6e-7 each.
        let count = 1 << 17;
        let mut sums = [0.0; 5];
        for [e1, e2] in Noise::new(1).take(count) {
            for (sum, term) in sums.iter_mut().zip([e1, e2, e1 * e1 - 1.0, e2 * e2 - 1.0, e1 * e2])
            {
                *sum += term;
            }
        }
        // Variances of the terms: 1, 1, 2, 2, 1.
        for (sum, variance) in sums.into_iter().zip([1.0, 1.0, 2.0, 2.0, 1.0]) {
            assert!(sum.abs() < 5.0 * (variance * count as f64).sqrt(), "{sums:?}");
        }
    }

    #[test]
    fn weights_are_joint_over_proposal_to_single_precision() {
        let (model, term) = shipped();
        let exact = model.to_dtype(DType::F64).unwrap();
        let noise = Noise::new(3).take(50);
        for (mean, sd, rho) in [([0.6, -0.5], [0.5, 0.3], -0.4), ([4.0, -4.0], [3.0, 0.02], 0.99)] {
            let q = BivariateGaussian::new(mean, sd, rho).unwrap();
            let draws = draw(&model, &term, &q, &noise).unwrap();
            let latents = draws.latents.as_flattened();
            let log_likelihoods = term.log_likelihoods(&exact, latents, noise.len()).unwrap();
            for (index, z) in draws.latents.iter().enumerate() {
                assert_eq!(*z, q.latent_from_noise(noise[index]));
                let expected = log_likelihoods[index] + log_prior(*z) - q.log_density(*z);
                let found = draws.log_weights.as_slice()[index];
                // Seven digits of logits that reach a hundred, summed over 784 pixels.
                assert!((found - expected).abs() < 1e-3, "{z:?}: {found} {expected}");
            }
        }
    }

    #[test]
    fn shares_sum_to_one_and_are_the_weights() {
        let share = |log_weights: &[f64]| -> Vec<f64> {
            let log_weights = LogWeights::new(log_weights.to_vec()).unwrap();
            Draws { latents: vec![[0.0; 2]; log_weights.len().get()], log_weights }
                .shares()
                .collect()
        };
        for (found, expected) in share(&[-1e5, -1e5 + 3.0_f64.ln()]).into_iter().zip([0.25, 0.75]) {
            assert!((found - expected).abs() < 1e-11);
        }
        let zero = f64::NEG_INFINITY;
        assert_eq!(share(&[zero, -7.0]), [0.0, 1.0]);
        assert_eq!(share(&[zero, zero]), [0.0, 0.0]);
    }

    #[test]
    fn a_network_that_gives_nan_is_an_error() {
        let (mut model, term) = shipped();
        model.decoder[0].bias = (&model.decoder[0].bias * f64::NAN).unwrap();
        let found = draw(&model, &term, &BivariateGaussian::standard(), &[[0.0; 2]]);
        assert!(matches!(found, Err(DrawError::Weights(LogWeightsError::NotANumber { index: 0 }))));
    }

    #[test]
    fn no_noise_is_an_error_and_no_panic() {
        let (model, term) = shipped();
        assert!(draw(&model, &term, &BivariateGaussian::standard(), &[]).is_err());
    }
}
