//! Small densities whose evidence is known in closed form, for the tests.

use std::f64::consts::{LN_2, TAU};

use rand::Rng;

use super::chains::Chains;
use super::kernel::{Acceptance, Kernel};
use super::path::GeometricPath;
use crate::density::{DensityError, DifferentiableDensity, LogDensity, Proposal, standard_normals};
use crate::evidence::log_sum_exp;
use crate::family::BivariateGaussian;

/// "Wide" of the 1-D oracle: N(0.5, 0.4).
pub fn wide() -> Gaussian {
    Gaussian::diagonal(&[0.5], &[0.4_f64.sqrt()])
}

fn log_normal(z: f64, mean: f64, variance: f64) -> f64 {
    -0.5 * ((TAU * variance).ln() + (z - mean).powi(2) / variance)
}

/// e^{log_evidence} × a Gaussian with independent coordinates.
#[derive(Clone)]
pub struct Gaussian {
    pub mean: Vec<f64>,
    pub sd: Vec<f64>,
    pub log_evidence: f64,
}

impl Gaussian {
    pub fn diagonal(mean: &[f64], sd: &[f64]) -> Self {
        Self { mean: mean.to_vec(), sd: sd.to_vec(), log_evidence: 0.0 }
    }

    pub fn with_evidence(self, log_evidence: f64) -> Self {
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

/// z ~ N(0, 1), x | z ~ N(w z + b, s²): prior times likelihood, so that p(x) is nowhere put in.
pub struct LinearGaussian {
    pub w: f64,
    pub b: f64,
    pub s: f64,
    pub x: f64,
}

impl LinearGaussian {
    /// The model whose exact values are known to 16 digits.
    pub const ORACLE: Self = Self { w: 1.5, b: 0.25, s: 0.8, x: 1.75 };
    pub const ORACLE_LOG_EVIDENCE: f64 = -1.838_840_140_668_227;
    pub const ORACLE_POSTERIOR: (f64, f64) = (0.778_546_712_802_768_2, 0.221_453_287_197_231_8);

    /// Exact draws from the oracle's posterior.
    pub fn oracle_posterior_draws(count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        let (mean, variance) = Self::ORACLE_POSTERIOR;
        Gaussian::diagonal(&[mean], &[variance.sqrt()]).draw(count, rng)
    }
}

impl LogDensity for LinearGaussian {
    fn dimension(&self) -> usize {
        1
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let log_joint = |&z: &f64| {
            log_normal(z, 0.0, 1.0) + log_normal(self.x, self.w * z + self.b, self.s * self.s)
        };
        Ok(latents.iter().map(log_joint).collect())
    }
}

impl DifferentiableDensity for LinearGaussian {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let slope = |&z: &f64| -z + self.w * (self.x - self.w * z - self.b) / (self.s * self.s);
        Ok((self.log_densities(latents)?, latents.iter().map(slope).collect()))
    }
}

/// A Gaussian on the plane with correlated coordinates.
pub struct Correlated(pub BivariateGaussian);

impl LogDensity for Correlated {
    fn dimension(&self) -> usize {
        2
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let (rows, _) = latents.as_chunks::<2>();
        Ok(rows.iter().map(|&z| self.0.log_density(z)).collect())
    }
}

impl DifferentiableDensity for Correlated {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let ([a, b, c], [m1, m2]) = (self.0.precision(), self.0.mean());
        let (rows, _) = latents.as_chunks::<2>();
        let slope = |[z1, z2]: &[f64; 2]| {
            let (d1, d2) = (z1 - m1, z2 - m2);
            [-a * d1 - b * d2, -b * d1 - c * d2]
        };
        Ok((self.log_densities(latents)?, rows.iter().flat_map(slope).collect()))
    }
}

impl Proposal for Correlated {
    fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        let noise = standard_normals(2 * count, rng);
        let (rows, _) = noise.as_chunks::<2>();
        rows.iter().flat_map(|&e| self.0.latent_from_noise(e)).collect()
    }

    fn entropy(&self) -> Option<f64> {
        Some(self.0.entropy())
    }
}

/// ½ N(−centre, sd²) + ½ N(centre, sd²): evidence 1.
pub struct TwoModes {
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
pub struct Restricted(pub fn(f64) -> bool);

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
pub struct Perfect {
    pub mean: f64,
    pub variance: f64,
}

impl Perfect {
    /// Mean and variance of π_β.
    pub fn moments(&self, beta: f64) -> (f64, f64) {
        let (mean, variance) = LinearGaussian::ORACLE_POSTERIOR;
        let precision = (1.0 - beta) / self.variance + beta / variance;
        let weighted = (1.0 - beta) * self.mean / self.variance + beta * mean / variance;
        (weighted / precision, 1.0 / precision)
    }

    /// E log w and Var log w under π_β in closed form: log w is quadratic in z.
    pub fn log_weight_moments(&self, beta: f64) -> (f64, f64) {
        let (mean, variance) = LinearGaussian::ORACLE_POSTERIOR;
        let (m, v) = self.moments(beta);
        let expected_log = |centre: f64, spread: f64| {
            -0.5 * (TAU * spread).ln() - 0.5 * (v + (m - centre).powi(2)) / spread
        };
        let expected = LinearGaussian::ORACLE_LOG_EVIDENCE + expected_log(mean, variance)
            - expected_log(self.mean, self.variance);
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
