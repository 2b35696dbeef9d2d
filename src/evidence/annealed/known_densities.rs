//! Small densities whose evidence is known in closed form, for the tests.

use std::f64::consts::{LN_2, TAU};

use rand::Rng;

use super::chains::Chains;
use super::kernel::{Acceptance, Kernel};
use super::path::GeometricPath;
use crate::density::{DensityError, DifferentiableDensity, LogDensity, Proposal, standard_normals};
use crate::evidence::log_sum_exp;
use crate::known_gaussian::{LOG_EVIDENCE, POSTERIOR_MEAN, POSTERIOR_VARIANCE, WIDE, log_normal};

/// [`crate::known_gaussian::WIDE`].
pub(super) fn wide() -> Gaussian {
    Gaussian::diagonal(&[WIDE.mean], &[WIDE.variance.sqrt()])
}

/// e^{log_evidence} × a Gaussian with independent coordinates.
#[derive(Clone)]
pub(super) struct Gaussian {
    pub mean: Vec<f64>,
    pub sd: Vec<f64>,
    pub log_evidence: f64,
}

impl Gaussian {
    pub(super) fn diagonal(mean: &[f64], sd: &[f64]) -> Self {
        Self { mean: mean.to_vec(), sd: sd.to_vec(), log_evidence: 0.0 }
    }

    pub(super) fn with_evidence(self, log_evidence: f64) -> Self {
        Self { log_evidence, ..self }
    }
}

impl LogDensity for Gaussian {
    fn dimension(&self) -> usize {
        self.mean.len()
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        self.log_densities_and_gradients(latents).map(|both| both.0)
    }
}

impl DifferentiableDensity for Gaussian {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let log_volume: f64 = self.sd.iter().map(|sd| 0.5 * TAU.ln() + sd.ln()).sum();
        let mut gradients = Vec::with_capacity(latents.len());
        let mut log_densities = Vec::new();
        for row in latents.chunks_exact(self.mean.len()) {
            let mut squares = 0.0;
            for ((z, mean), sd) in row.iter().zip(&self.mean).zip(&self.sd) {
                let scaled = (z - mean) / sd;
                squares += scaled * scaled;
                gradients.push(-scaled / sd);
            }
            log_densities.push(self.log_evidence - log_volume - 0.5 * squares);
        }
        Ok((log_densities, gradients))
    }
}

impl Proposal for Gaussian {
    fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        let mut latents = standard_normals(count * self.mean.len(), rng);
        for row in latents.chunks_exact_mut(self.mean.len()) {
            for ((z, mean), sd) in row.iter_mut().zip(&self.mean).zip(&self.sd) {
                *z = mean + sd * *z;
            }
        }
        latents
    }

    fn entropy(&self) -> Option<f64> {
        Some(self.sd.iter().map(|sd| 0.5 + 0.5 * TAU.ln() + sd.ln()).sum())
    }
}

/// Exact draws from the posterior of [`crate::known_gaussian::model`].
pub(super) fn posterior_draws(count: usize, rng: &mut dyn Rng) -> Vec<f64> {
    Gaussian::diagonal(&[POSTERIOR_MEAN], &[POSTERIOR_VARIANCE.sqrt()]).draw(count, rng)
}

/// ½ N(−centre, sd²) + ½ N(centre, sd²): evidence 1.
pub(super) struct TwoModes {
    pub centre: f64,
    pub sd: f64,
}

impl LogDensity for TwoModes {
    fn dimension(&self) -> usize {
        1
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let variance = self.sd * self.sd;
        let modes = |z: f64| [-self.centre, self.centre].map(|m| log_normal(z, m, variance));
        Ok(latents.iter().map(|&z| log_sum_exp(&modes(z)) - LN_2).collect())
    }
}

impl DifferentiableDensity for TwoModes {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let variance = self.sd * self.sd;
        let slope = |&z: &f64| ((z * self.centre / variance).tanh() * self.centre - z) / variance;
        Ok((self.log_densities(latents)?, latents.iter().map(slope).collect()))
    }
}

impl Proposal for TwoModes {
    fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        let mut side = -1.0;
        let mut draw = |noise: f64| {
            side = -side;
            side * self.centre + self.sd * noise
        };
        // Sides alternate: each draw is still an exact one of the mixture's halves.
        standard_normals(count, rng).into_iter().map(&mut draw).collect()
    }

    fn entropy(&self) -> Option<f64> {
        None
    }
}

/// The standard normal where `inside` says so, and nothing elsewhere; the gradient there is NaN.
pub(super) struct Restricted(pub fn(f64) -> bool);

impl LogDensity for Restricted {
    fn dimension(&self) -> usize {
        1
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let inside = |z: f64| if (self.0)(z) { log_normal(z, 0.0, 1.0) } else { f64::NEG_INFINITY };
        Ok(latents.iter().map(|&z| inside(z)).collect())
    }
}

impl DifferentiableDensity for Restricted {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let slope = |z: f64| if (self.0)(z) { -z } else { f64::NAN };
        Ok((self.log_densities(latents)?, latents.iter().map(|&z| slope(z)).collect()))
    }
}

/// The perfect kernel between N(m, v) and the oracle's posterior: an independent draw from π_β, which
/// is a Gaussian whose precision and precision × mean are averages of the two.
#[derive(Clone)]
pub(super) struct Perfect {
    pub mean: f64,
    pub variance: f64,
}

impl Perfect {
    /// Mean and variance of π_β.
    pub(super) fn moments(&self, beta: f64) -> (f64, f64) {
        let (mean, variance) = (POSTERIOR_MEAN, POSTERIOR_VARIANCE);
        let precision = (1.0 - beta) / self.variance + beta / variance;
        let weighted = (1.0 - beta) * self.mean / self.variance + beta * mean / variance;
        (weighted / precision, 1.0 / precision)
    }

    /// E log w and Var log w under π_β in closed form: log w is quadratic in z.
    pub(super) fn log_weight_moments(&self, beta: f64) -> (f64, f64) {
        let (mean, variance) = (POSTERIOR_MEAN, POSTERIOR_VARIANCE);
        let (m, v) = self.moments(beta);
        let expected_log = |centre: f64, spread: f64| {
            -0.5 * (TAU * spread).ln() - 0.5 * (v + (m - centre).powi(2)) / spread
        };
        let expected =
            LOG_EVIDENCE + expected_log(mean, variance) - expected_log(self.mean, self.variance);
        // log w = … + slope (z − m) + bend (z − m)².
        let bend = 0.5 / self.variance - 0.5 / variance;
        let slope = (m - self.mean) / self.variance - (m - mean) / variance;
        (expected, slope * slope * v + 2.0 * bend * bend * v * v)
    }
}

impl Kernel for Perfect {
    fn transition(
        &self,
        path: &GeometricPath<'_>,
        beta: f64,
        chains: &mut Chains,
        rng: &mut dyn Rng,
    ) -> Result<Acceptance, DensityError> {
        let (mean, variance) = self.moments(beta);
        let count = chains.count();
        let positions = Gaussian::diagonal(&[mean], &[variance.sqrt()]).draw(count, rng);
        *chains = path.chains_at(positions)?;
        Ok(Acceptance { accepted: count, proposed: count })
    }
}
