//! Joints whose gradients and posteriors are known, for the tests of this folder.

use crate::density::{DensityError, DifferentiableDensity, LogDensity};
use crate::known_gaussian::{self, NOISE_SD, OBSERVATION, OFFSET, WEIGHT};
use crate::model;

use super::{GaussianParameters, GaussianPosterior};

/// z ~ N(0, 1), x|z ~ N(wz + b, s²), at one x; `log_constant` is added to log p(x, z).
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScalarLinearGaussian {
    pub slope: f64,
    pub offset: f64,
    pub noise_sd: f64,
    pub x: f64,
    pub log_constant: f64,
}

impl Default for ScalarLinearGaussian {
    fn default() -> Self {
        Self {
            slope: WEIGHT,
            offset: OFFSET,
            noise_sd: NOISE_SD,
            x: OBSERVATION,
            log_constant: 0.0,
        }
    }
}

impl ScalarLinearGaussian {
    fn model(&self) -> model::LinearGaussian {
        let Self { slope, offset, noise_sd, x, .. } = *self;
        model::LinearGaussian::independent(1, slope, offset, noise_sd, x).unwrap()
    }

    pub(crate) fn posterior(&self) -> GaussianPosterior {
        let model = self.model();
        let (mean, variance) = (model.posterior_mean()[0], model.posterior_covariance()[0]);
        GaussianPosterior::new(model.log_evidence() + self.log_constant, mean, variance).unwrap()
    }
}

impl LogDensity for ScalarLinearGaussian {
    fn dimension(&self) -> usize {
        1
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        Ok(self.log_densities_and_gradients(latents)?.0)
    }
}

impl DifferentiableDensity for ScalarLinearGaussian {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let (mut log_joints, slopes) = self.model().log_densities_and_gradients(latents)?;
        log_joints.iter_mut().for_each(|log_joint| *log_joint += self.log_constant);
        Ok((log_joints, slopes))
    }
}

/// The proposals whose exact values are known: wide N(.5, .4), narrow N(.5, .1) and prior N(0, 1).
pub(crate) fn oracles() -> [GaussianParameters; 3] {
    known_gaussian::PROPOSALS.map(|q| one(q.mean, q.variance))
}

/// N(mean, variance) on the line.
pub(crate) fn one(mean: f64, variance: f64) -> GaussianParameters {
    GaussianParameters::new(vec![mean], vec![0.5 * variance.ln()]).unwrap()
}

/// A correlated, bent, unnormalised density on the plane: −½ zᵀAz + a sin(k·z).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rippled {
    pub curvature: [f64; 3],
    pub amplitude: f64,
    pub wave: [f64; 2],
}

impl Default for Rippled {
    fn default() -> Self {
        Self { curvature: [1.5, -0.4, 0.7], amplitude: 0.8, wave: [1.1, -0.6] }
    }
}

impl Rippled {
    pub(crate) fn at(&self, z: &[f64]) -> f64 {
        let [a, b, c] = self.curvature;
        let phase = self.wave[0] * z[0] + self.wave[1] * z[1];
        -0.5 * (a * z[0] * z[0] + 2.0 * b * z[0] * z[1] + c * z[1] * z[1])
            + self.amplitude * phase.sin()
    }
}

impl LogDensity for Rippled {
    fn dimension(&self) -> usize {
        2
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        Ok(latents.chunks(2).map(|z| self.at(z)).collect())
    }
}

impl DifferentiableDensity for Rippled {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let [a, b, c] = self.curvature;
        let slopes = latents.chunks(2).flat_map(|z| {
            let phase = self.wave[0] * z[0] + self.wave[1] * z[1];
            let bend = self.amplitude * phase.cos();
            [-a * z[0] - b * z[1] + bend * self.wave[0], -b * z[0] - c * z[1] + bend * self.wave[1]]
        });
        Ok((self.log_densities(latents)?, slopes.collect()))
    }
}

/// log p = 0 within (−1, 1), an infinite slope at ±1, no probability up to ±3 and NaN beyond.
pub(crate) struct Plateau;

impl LogDensity for Plateau {
    fn dimension(&self) -> usize {
        1
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let at = |z: &f64| match z.abs() {
            distance if distance <= 1.0 => 0.0,
            distance if distance <= 3.0 => f64::NEG_INFINITY,
            _ => f64::NAN,
        };
        Ok(latents.iter().map(at).collect())
    }
}

impl DifferentiableDensity for Plateau {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let slope = |z: &f64| match z.abs() {
            distance if distance < 1.0 => 0.0,
            1.0 => f64::INFINITY,
            _ => f64::NAN,
        };
        Ok((self.log_densities(latents)?, latents.iter().map(slope).collect()))
    }
}
