//! The variational families q(z).

#[cfg(test)]
mod checks;
mod noise;

mod bivariate_density;
mod bivariate_gaussian;
mod cholesky;
mod defensive;
mod diagonal_gaussian;
mod entropy;
mod full_gaussian;
mod gamma_ratio;
mod mixture;
mod student_t;

pub(crate) use bivariate_gaussian::log_prior;
pub use bivariate_gaussian::{BivariateGaussian, GaussianError, PrincipalAxis};
pub use defensive::{Defensive, DefensiveError};
pub use diagonal_gaussian::DiagonalGaussian;
pub use entropy::{EntropyEstimate, entropy_estimate};
pub use full_gaussian::FullGaussian;
pub use mixture::{Mixture, MixtureError};
pub use student_t::{StudentT, StudentTError};
