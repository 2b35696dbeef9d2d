//! The variational families q(z).

mod bivariate_gaussian;

pub(crate) use bivariate_gaussian::log_prior;
pub use bivariate_gaussian::{BivariateGaussian, GaussianError, PrincipalAxis};
