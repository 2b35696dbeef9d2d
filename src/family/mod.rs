//! The variational families q(z).

#[cfg(test)]
mod checks;
mod noise;

mod bivariate_density;
mod bivariate_gaussian;
mod cholesky;
mod diagonal_gaussian;
mod full_gaussian;

pub(crate) use bivariate_gaussian::log_prior;
pub use bivariate_gaussian::{BivariateGaussian, GaussianError, PrincipalAxis};
pub use diagonal_gaussian::DiagonalGaussian;
pub use full_gaussian::FullGaussian;
