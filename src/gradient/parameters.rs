//! The parameters (m, ln σ) of a diagonal Gaussian, and gradients in them.

use thiserror::Error;

/// Beyond this |ln σ| the variance σ² is no longer a number of full precision.
const LARGEST_LOG_SD: f64 = 350.0;

/// One value for the means and one for the logarithms of the standard deviations.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PerParameter<T> {
    /// Of m.
    pub mean: T,
    /// Of ln σ.
    pub log_sd: T,
}

impl<T> PerParameter<T> {
    /// The same function of either value.
    pub fn map<U>(self, function: impl Fn(T) -> U) -> PerParameter<U> {
        PerParameter { mean: function(self.mean), log_sd: function(self.log_sd) }
    }
}

/// A gradient in nats per unit of m and per unit of ln σ, one entry per latent dimension.
///
/// A gradient in σ is that in ln σ over σ; one in the variance v is that in ln σ over 2v.
#[derive(Clone, Debug, PartialEq)]
pub struct GaussianGradient {
    /// In m₁ … m_D.
    pub mean: Vec<f64>,
    /// In ln σ₁ … ln σ_D.
    pub log_sd: Vec<f64>,
}

impl GaussianGradient {
    pub(super) fn zero(dimension: usize) -> Self {
        Self { mean: vec![0.0; dimension], log_sd: vec![0.0; dimension] }
    }

    pub(super) fn is_finite(&self) -> bool {
        self.mean.iter().chain(&self.log_sd).all(|slope| slope.is_finite())
    }
}

/// A point (m, ln σ): the Gaussian N(m, diag σ²) as an optimiser sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct GaussianParameters {
    mean: Vec<f64>,
    log_sd: Vec<f64>,
    // exp(log_sd), needed for every draw.
    sd: Vec<f64>,
}

/// Why numbers are not the parameters of a diagonal Gaussian.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum ParametersError {
    /// The lists differ in length, or are empty.
    #[error(
        "{means} means and {log_sds} ln σ were given; as many of each are needed, at least one"
    )]
    Dimension {
        /// How many means.
        means: usize,
        /// How many ln σ.
        log_sds: usize,
    },
    /// A mean that is NaN or infinite.
    #[error("a mean must be finite, found {0}")]
    Mean(f64),
    /// A ln σ that is NaN or leaves no usable variance.
    #[error("ln σ must lie within ±{LARGEST_LOG_SD}, found {0}")]
    LogSd(f64),
}

impl GaussianParameters {
    /// Takes m and ln σ, one of each per latent dimension.
    ///
    /// # Errors
    /// [`ParametersError`] if the lists differ in length, are empty, or hold what no Gaussian has.
    pub fn new(mean: Vec<f64>, log_sd: Vec<f64>) -> Result<Self, ParametersError> {
        if mean.len() != log_sd.len() || mean.is_empty() {
            return Err(ParametersError::Dimension { means: mean.len(), log_sds: log_sd.len() });
        }
        if let Some(&bad) = mean.iter().find(|mean| !mean.is_finite()) {
            return Err(ParametersError::Mean(bad));
        }
        if let Some(&bad) =
            log_sd.iter().find(|&&log_sd| log_sd.is_nan() || log_sd.abs() > LARGEST_LOG_SD)
        {
            return Err(ParametersError::LogSd(bad));
        }
        let sd = log_sd.iter().map(|log_sd| log_sd.exp()).collect();
        Ok(Self { mean, log_sd, sd })
    }

    /// D, the number of latent dimensions; at least 1.
    pub fn dimension(&self) -> usize {
        self.mean.len()
    }

    /// m.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// ln σ.
    pub fn log_sd(&self) -> &[f64] {
        &self.log_sd
    }

    /// σ.
    pub fn sd(&self) -> &[f64] {
        &self.sd
    }

    /// z = m + σ ε for every row of `noise` [count, D].
    pub fn latents_from_noise(&self, noise: &[f64]) -> Vec<f64> {
        let axes = self.mean.iter().zip(&self.sd).cycle();
        noise.iter().zip(axes).map(|(epsilon, (mean, sd))| mean + sd * epsilon).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latents_are_laid_out_row_by_row() {
        let q = GaussianParameters::new(vec![1.0, -2.0], vec![0.0, 2.0_f64.ln()]).unwrap();
        assert_eq!(q.latents_from_noise(&[0.5, 1.0, -1.0, 0.0]), [1.5, 0.0, 0.0, -2.0]);
        assert_eq!(q.dimension(), 2);
    }

    #[test]
    fn what_is_no_gaussian_is_refused_with_the_reason() {
        let new = |mean: &[f64], log_sd: &[f64]| {
            GaussianParameters::new(mean.to_vec(), log_sd.to_vec()).unwrap_err()
        };
        assert_eq!(new(&[], &[]), ParametersError::Dimension { means: 0, log_sds: 0 });
        assert_eq!(new(&[0.0], &[]), ParametersError::Dimension { means: 1, log_sds: 0 });
        assert_eq!(new(&[f64::INFINITY], &[0.0]), ParametersError::Mean(f64::INFINITY));
        assert_eq!(new(&[0.0], &[400.0]), ParametersError::LogSd(400.0));
        assert!(matches!(new(&[0.0], &[f64::NAN]), ParametersError::LogSd(_)));
        assert_eq!(new(&[0.0], &[-400.0]).to_string(), "ln σ must lie within ±350, found -400");
    }
}
