//! The traits of densities of z, which samplers, models and proposals share.
//!
//! Points are rows of an array [count, D]: a network evaluates many rows at once far faster than one by one.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use thiserror::Error;

use crate::reason::reason;

/// A density over ℝᴰ, normalised (a proposal q(z)) or not (the joint p(x, z) at one x).
pub trait LogDensity {
    /// D, the number of coordinates of z.
    fn dimension(&self) -> usize;

    /// The log-density in nats of every row of `latents` [count, D]; −∞ where the density is zero.
    ///
    /// # Errors
    /// [`DensityError`] if an underlying network could not be evaluated.
    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError>;
}

/// A density whose logarithm has a gradient in z.
pub trait DifferentiableDensity: LogDensity {
    /// The log-densities `[count]` and their gradients [count, D] in nats per unit of z.
    ///
    /// # Errors
    /// [`DensityError`] if an underlying network could not be evaluated.
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError>;
}

/// A normalised density that can be drawn from: a member of a variational family, or a prior.
pub trait Proposal: LogDensity {
    /// `count` independent draws, [count, D].
    fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64>;

    /// H(q) = −E_q log q(z) in nats, where it has a closed form.
    fn entropy(&self) -> Option<f64>;
}

/// A proposal whose draws are a smooth function of noise whose distribution has no parameters.
pub trait Reparameterised: Proposal {
    /// Rows of noise [count, D], standard normal unless the family says otherwise.
    fn noise(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        standard_normals(count * self.dimension(), rng)
    }

    /// z for every row of `noise` [count, D].
    fn latents_from_noise(&self, noise: &[f64]) -> Vec<f64>;
}

/// `count` independent draws of N(0, 1), the noise of every Gaussian draw.
pub(crate) fn standard_normals(count: usize, rng: &mut dyn Rng) -> Vec<f64> {
    (0..count).map(|_| StandardNormal.sample(rng)).collect()
}

/// A log-density could not be evaluated.
#[derive(Debug, Error)]
pub enum DensityError {
    /// The underlying network could not be evaluated.
    #[error("{}", reason(.0))]
    Network(candle_core::Error),
}

impl From<candle_core::Error> for DensityError {
    fn from(error: candle_core::Error) -> Self {
        Self::Network(error)
    }
}

// A reference to a density is a density, so that generic wrappers also take `&dyn Proposal`.

impl<T: LogDensity + ?Sized> LogDensity for &T {
    fn dimension(&self) -> usize {
        (**self).dimension()
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        (**self).log_densities(latents)
    }
}

impl<T: DifferentiableDensity + ?Sized> DifferentiableDensity for &T {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        (**self).log_densities_and_gradients(latents)
    }
}

impl<T: Proposal + ?Sized> Proposal for &T {
    fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        (**self).draw(count, rng)
    }

    fn entropy(&self) -> Option<f64> {
        (**self).entropy()
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::*;

    #[test]
    fn noise_has_mean_0_and_variance_1() {
        // 10⁵ draws, 5 deviations √(1/N) and √(2/N): false-alarm rate 1.2e-6 together.
        let noise = standard_normals(100_000, &mut Pcg64Mcg::seed_from_u64(71));
        let mean = |f: fn(f64) -> f64| noise.iter().map(|e| f(*e)).sum::<f64>() / 1e5;
        assert_abs_diff_eq!(mean(|e| e), 0.0, epsilon = 5.0 / 1e5_f64.sqrt());
        assert_abs_diff_eq!(mean(|e| e * e), 1.0, epsilon = 5.0 * (2.0 / 1e5_f64).sqrt());
    }
}
