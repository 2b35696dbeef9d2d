//! The lab's model: z ~ N(0, 1), x|z ~ N(wz + b, s²), at one x.

use std::f64::consts::TAU;

use super::{LabError, Parameters};
use crate::density::{DensityError, DifferentiableDensity, LogDensity};
use crate::gradient::{GaussianPosterior, QuadraticError};

/// log p(x, z) at one x, from likelihood and prior: it knows nothing of the posterior.
#[derive(Clone, Copy, Debug)]
pub(super) struct LinearGaussian {
    slope: f64,
    offset: f64,
    variance: f64,
    observation: f64,
    log_constant: f64,
}

impl LinearGaussian {
    /// Takes the model's part of the parameters.
    pub fn new(parameters: &Parameters) -> Result<Self, LabError> {
        let &Parameters { slope, offset, noise_sd, observation, log_constant, .. } = parameters;
        for (name, found) in
            [("w", slope), ("b", offset), ("x", observation), ("the constant", log_constant)]
        {
            if !found.is_finite() {
                return Err(LabError::Parameter { name, allowed: "finite", found });
            }
        }
        let variance = noise_sd * noise_sd;
        if !(noise_sd > 0.0 && variance.is_normal()) {
            let (name, allowed) = ("s", "positive, its square a normal number");
            return Err(LabError::Parameter { name, allowed, found: noise_sd });
        }
        Ok(Self { slope, offset, variance, observation, log_constant })
    }

    /// p(z|x) and log p(x), in closed form.
    pub fn posterior(&self) -> Result<GaussianPosterior, QuadraticError> {
        let residual = self.observation - self.offset;
        let marginal = self.slope * self.slope + self.variance;
        let log_evidence = -0.5 * ((TAU * marginal).ln() + residual * residual / marginal);
        GaussianPosterior::new(
            log_evidence + self.log_constant,
            self.slope * residual / marginal,
            self.variance / marginal,
        )
    }
}

impl LogDensity for LinearGaussian {
    fn dimension(&self) -> usize {
        1
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        Ok(self.log_densities_and_gradients(latents)?.0)
    }
}

impl DifferentiableDensity for LinearGaussian {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let log_peak = -0.5 * (TAU * self.variance).ln() - 0.5 * TAU.ln() + self.log_constant;
        let at = |&z: &f64| {
            let residual = self.observation - self.slope * z - self.offset;
            let log_density = log_peak - 0.5 * (residual * residual / self.variance + z * z);
            (log_density, self.slope * residual / self.variance - z)
        };
        Ok(latents.iter().map(at).unzip())
    }
}
