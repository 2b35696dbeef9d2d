//! The linear-Gaussian model, which has closed forms in any dimension: factor analysis with equal noise (Tipping &
//! Bishop 1999; Bishop 2006, § 2.3.3).

use std::f64::consts::TAU;

use rand::Rng;
use thiserror::Error;

use crate::density::{DensityError, DifferentiableDensity, LogDensity, standard_normals};
use crate::linear_algebra::{Cholesky, dot};

/// z ~ N(0, I_D), x|z ~ N(W z + b, s² I_M), at one x.
///
/// As a [`LogDensity`] it is log p(x, z).
#[derive(Clone, Debug)]
pub struct LinearGaussian {
    dimension: usize,
    loading: Loading,
    offset: Vec<f64>,
    noise_sd: f64,
    /// Of the posterior's precision I + WᵀW/s², which does not depend on x.
    precision: Cholesky,
    observation: Vec<f64>,
    posterior_mean: Vec<f64>,
    log_evidence: f64,
}

/// W, without its zeros where it is w I: the joint at D = 200 then costs 200 products and not 40 000.
#[derive(Clone, Debug)]
enum Loading {
    /// Row by row [M, D].
    Dense(Vec<f64>),
    /// w I, M = D.
    Scalar(f64),
}

/// Which parameter is not one of a linear-Gaussian model.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum LinearGaussianError {
    /// D is outside of the range that is factored quickly.
    #[error("the latent dimension must be between 1 and 200, found {0}")]
    Dimension(usize),
    /// x or b of another length than M, W of another size than M × D.
    #[error("{what} must have {expected} entries, found {found}")]
    Size {
        /// Which of them.
        what: &'static str,
        /// Entries it must have.
        expected: usize,
        /// Entries it has.
        found: usize,
    },
    /// s that is not positive and finite.
    #[error("the noise's standard deviation must be positive and finite, found {0}")]
    Noise(f64),
    /// A NaN or an infinity among x, b and W, or a signal-to-noise ratio that overflows.
    #[error("{0} must be finite")]
    NotFinite(&'static str),
}

impl LinearGaussian {
    /// The largest D.
    pub const MAX_DIMENSION: usize = 200;

    /// The model with W = `weights`, row by row [M, D], b = `offset` `[M]` and s = `noise_sd`, at
    /// x = `observation` `[M]`.
    ///
    /// # Errors
    /// [`LinearGaussianError`] says which parameter is out of its domain.
    pub fn new(
        dimension: usize,
        weights: Vec<f64>,
        offset: Vec<f64>,
        noise_sd: f64,
        observation: Vec<f64>,
    ) -> Result<Self, LinearGaussianError> {
        let expected = dimension.saturating_mul(offset.len());
        if weights.len() != expected {
            let found = weights.len();
            return Err(LinearGaussianError::Size { what: "W", expected, found });
        }
        Self::with_loading(dimension, Loading::Dense(weights), offset, noise_sd, observation)
    }

    /// D independent copies of the one-dimensional z ~ N(0, 1), x|z ~ N(w z + b, s²), all at the same x.
    ///
    /// # Errors
    /// [`LinearGaussianError`] says which parameter is out of its domain.
    pub fn independent(
        dimension: usize,
        weight: f64,
        offset: f64,
        noise_sd: f64,
        observation: f64,
    ) -> Result<Self, LinearGaussianError> {
        // Refused before so many entries are allocated.
        check_dimension(dimension)?;
        let [offset, observation] = [offset, observation].map(|value| vec![value; dimension]);
        Self::with_loading(dimension, Loading::Scalar(weight), offset, noise_sd, observation)
    }

    fn with_loading(
        dimension: usize,
        loading: Loading,
        offset: Vec<f64>,
        noise_sd: f64,
        observation: Vec<f64>,
    ) -> Result<Self, LinearGaussianError> {
        check_dimension(dimension)?;
        if !(noise_sd > 0.0 && noise_sd.is_finite()) {
            return Err(LinearGaussianError::Noise(noise_sd));
        }
        if !offset.iter().all(|value| value.is_finite()) {
            return Err(LinearGaussianError::NotFinite("b"));
        }
        // A NaN or an infinity in W, and only that or an overflow, makes a pivot NaN or infinite.
        let precision = Cholesky::new(dimension, &loading.precision(dimension, noise_sd))
            .map_err(|_| LinearGaussianError::NotFinite("W/s"))?;
        let unobserved = Self {
            dimension,
            loading,
            offset,
            noise_sd,
            precision,
            observation: Vec::new(),
            posterior_mean: Vec::new(),
            log_evidence: f64::NEG_INFINITY,
        };
        unobserved.with_observation(observation)
    }

    /// The same model at another x; the factored posterior covariance is kept.
    ///
    /// # Errors
    /// [`LinearGaussianError`] if x has not M finite entries.
    pub fn with_observation(mut self, observation: Vec<f64>) -> Result<Self, LinearGaussianError> {
        let (expected, found) = (self.offset.len(), observation.len());
        if found != expected {
            return Err(LinearGaussianError::Size { what: "x", expected, found });
        }
        if !observation.iter().all(|value| value.is_finite()) {
            return Err(LinearGaussianError::NotFinite("x"));
        }
        self.observation = observation;
        self.posterior_mean = self.precision.solve(&self.pulled_back(&self.residual(None)));
        // log p(x) = log p(x, μ) − log p(μ|x): both terms at the posterior's mean, where neither cancels.
        let half_log_covariance = -0.5 * self.precision.log_determinant();
        self.log_evidence = self.log_joint(&self.posterior_mean)
            + half_log_covariance
            + 0.5 * self.dimension as f64 * TAU.ln();
        Ok(self)
    }

    /// x.
    pub fn observation(&self) -> &[f64] {
        &self.observation
    }

    /// log p(x) in nats.
    ///
    /// # Formula
    /// log N(x; b, W Wᵀ + s² I).
    pub fn log_evidence(&self) -> f64 {
        self.log_evidence
    }

    /// E\[z|x\] = Σ Wᵀ(x − b)/s², of length D.
    pub fn posterior_mean(&self) -> &[f64] {
        &self.posterior_mean
    }

    /// Cov\[z|x\] = Σ = (I + WᵀW/s²)⁻¹, row by row [D, D]; the same for every x.
    pub fn posterior_covariance(&self) -> Vec<f64> {
        self.precision.inverse()
    }

    /// `count` independent draws from p(z|x), [count, D].
    pub fn draw_posterior(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        let draw = |_| {
            let mut deviation = standard_normals(self.dimension, rng);
            self.precision.solve_upper(&mut deviation);
            self.posterior_mean.iter().zip(deviation).map(|(mean, d)| mean + d).collect::<Vec<_>>()
        };
        (0..count).flat_map(draw).collect()
    }

    /// Draws z from the prior and x from p(x|z): the model at that x, and z, which is one exact draw
    /// from its posterior.
    ///
    /// # Errors
    /// [`LinearGaussianError::NotFinite`] only if W z + b overflows.
    pub fn simulate(&self, rng: &mut dyn Rng) -> Result<(Self, Vec<f64>), LinearGaussianError> {
        let latent = standard_normals(self.dimension, rng);
        let noise = standard_normals(self.offset.len(), rng);
        let mean = self.loading.apply(&latent).into_iter().zip(&self.offset).map(|(f, b)| f + b);
        let observation = mean.zip(noise).map(|(mean, e)| mean + self.noise_sd * e).collect();
        Ok((self.clone().with_observation(observation)?, latent))
    }

    /// x − b − W z, or x − b without a z.
    fn residual(&self, latent: Option<&[f64]>) -> Vec<f64> {
        let mut residual: Vec<f64> =
            self.observation.iter().zip(&self.offset).map(|(x, b)| x - b).collect();
        if let Some(latent) = latent {
            for (residual, signal) in residual.iter_mut().zip(self.loading.apply(latent)) {
                *residual -= signal;
            }
        }
        residual
    }

    /// Wᵀ r/s².
    fn pulled_back(&self, residual: &[f64]) -> Vec<f64> {
        let mut pulled = self.loading.apply_transposed(residual, self.dimension);
        pulled.iter_mut().for_each(|value| *value /= self.noise_sd * self.noise_sd);
        pulled
    }

    fn log_joint(&self, latent: &[f64]) -> f64 {
        self.log_joint_of(latent, &self.residual(Some(latent)))
    }

    fn log_joint_of(&self, latent: &[f64], residual: &[f64]) -> f64 {
        let (latents, observations) = (self.dimension as f64, residual.len() as f64);
        let square: f64 = residual.iter().map(|r| (r / self.noise_sd).powi(2)).sum();
        -0.5 * (square + dot(latent, latent) + (latents + observations) * TAU.ln())
            - observations * self.noise_sd.ln()
    }
}

impl LogDensity for LinearGaussian {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        Ok(latents.chunks_exact(self.dimension).map(|latent| self.log_joint(latent)).collect())
    }
}

impl DifferentiableDensity for LinearGaussian {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let mut log_joints = Vec::with_capacity(latents.len() / self.dimension);
        let mut gradients = Vec::with_capacity(latents.len());
        for latent in latents.chunks_exact(self.dimension) {
            let residual = self.residual(Some(latent));
            log_joints.push(self.log_joint_of(latent, &residual));
            gradients.extend(self.pulled_back(&residual).iter().zip(latent).map(|(g, z)| g - z));
        }
        Ok((log_joints, gradients))
    }
}

impl Loading {
    /// W z.
    fn apply(&self, latent: &[f64]) -> Vec<f64> {
        match self {
            Self::Dense(weights) => {
                weights.chunks_exact(latent.len()).map(|row| dot(row, latent)).collect()
            }
            Self::Scalar(weight) => latent.iter().map(|z| weight * z).collect(),
        }
    }

    /// Wᵀ r.
    fn apply_transposed(&self, residual: &[f64], dimension: usize) -> Vec<f64> {
        match self {
            Self::Dense(weights) => {
                let mut pulled = vec![0.0; dimension];
                for (row, r) in weights.chunks_exact(dimension).zip(residual) {
                    pulled.iter_mut().zip(row).for_each(|(sum, w)| *sum += w * r);
                }
                pulled
            }
            Self::Scalar(weight) => residual.iter().map(|r| weight * r).collect(),
        }
    }

    /// I + WᵀW/s², row by row [D, D].
    fn precision(&self, dimension: usize, noise_sd: f64) -> Vec<f64> {
        let mut precision = vec![0.0; dimension * dimension];
        match self {
            Self::Dense(weights) => {
                for row in weights.chunks_exact(dimension) {
                    for (i, line) in precision.chunks_exact_mut(dimension).enumerate() {
                        let scaled = row[i] / noise_sd;
                        line.iter_mut()
                            .zip(row)
                            .for_each(|(sum, w)| *sum += scaled * (w / noise_sd));
                    }
                }
            }
            Self::Scalar(weight) => {
                let ratio = weight / noise_sd;
                precision
                    .iter_mut()
                    .step_by(dimension + 1)
                    .for_each(|entry| *entry = ratio * ratio);
            }
        }
        precision.iter_mut().step_by(dimension + 1).for_each(|entry| *entry += 1.0);
        precision
    }
}

fn check_dimension(dimension: usize) -> Result<(), LinearGaussianError> {
    if (1..=LinearGaussian::MAX_DIMENSION).contains(&dimension) {
        Ok(())
    } else {
        Err(LinearGaussianError::Dimension(dimension))
    }
}

#[cfg(test)]
mod tests;
