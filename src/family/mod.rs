//! The variational families q(z).
//!
//! Over ℝᴰ, all [`Proposal`](crate::density::Proposal)s: [`BivariateGaussian`], [`DiagonalGaussian`],
//! [`FullGaussian`], [`StudentT`], a [`Mixture`] of any one of them, and the [`Defensive`] mixture of
//! anything with the prior.
//! Over {0, 1}ⁿ: [`BernoulliBits`], [`UniformBits`].
//!
//! The Gaussians and Student's t are [`Reparameterised`](crate::density::Reparameterised). A mixture is
//! not, and so neither is the defensive one: which part a draw comes from jumps with the shares. Its
//! gradients come from its density, by the score function. Bits are not smooth in anything.

#[cfg(test)]
mod checks;

mod bernoulli;
mod bivariate_density;
mod bivariate_gaussian;
mod defensive;
mod diagonal_gaussian;
mod full_gaussian;
mod gamma_ratio;
mod gaussian_error;
mod mixture;
mod student_t;
mod uniform_bits;

pub(crate) use bernoulli::check_count;
pub use bernoulli::{BernoulliBits, BitsError, MAX_BITS, is_one};
pub(crate) use bivariate_gaussian::log_prior;
pub use bivariate_gaussian::{BivariateGaussian, PrincipalAxis};
pub use defensive::{Defensive, DefensiveError};
pub use diagonal_gaussian::DiagonalGaussian;
pub use full_gaussian::FullGaussian;
pub use gaussian_error::GaussianError;
pub use mixture::{Mixture, MixtureError};
pub use student_t::{StudentT, StudentTError};
pub use uniform_bits::UniformBits;
