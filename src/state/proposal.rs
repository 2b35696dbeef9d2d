//! Conversion between the bench's state and the Gaussian q that it describes.

use super::bench::{BenchState, MU_RANGE, RHO_RANGE, SIGMA_RANGE};
use crate::family::{BivariateGaussian, GaussianError};

impl BenchState {
    /// The q of this state.
    ///
    /// # Errors
    /// [`GaussianError`] if the state was not clamped to its ranges.
    pub fn proposal(&self) -> Result<BivariateGaussian, GaussianError> {
        BivariateGaussian::new(self.mu, self.sigma, self.rho)
    }

    /// The state with another q, clamped to the bench's ranges.
    pub fn with_proposal(self, mu: [f64; 2], sigma: [f64; 2], rho: f64) -> Self {
        Self { mu, sigma, rho, ..self }.clamped()
    }

    /// Whether q lies within the bench's ranges.
    pub fn admits(q: &BivariateGaussian) -> bool {
        q.mean().into_iter().all(|value| MU_RANGE.contains(value))
            && q.sd().into_iter().all(|value| SIGMA_RANGE.contains(value))
            && RHO_RANGE.contains(q.rho())
    }
}
