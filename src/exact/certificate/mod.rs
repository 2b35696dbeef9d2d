//! A rigorous interval [L, U] around log p(x) for a tanh or ReLU decoder with a two-dimensional latent.
//!
//! The lattice's error is only estimated; this interval is proven, including the rounding of every sum. The latent
//! plane is divided into squares, an adaptive quadtree, whose masses ∫ N(z; 0, I) p(x|z) dz are each enclosed:
//!
//! - outside of the square [−R, R]² by the prior's tail, for p(x|z) ≤ 1 ([`cell`]);
//! - in coarse squares by the range of every hidden unit, propagated through the output layer ([`range`]);
//! - in small ones by Gauss–Legendre quadrature, whose error is proven from a bound on the integrand for
//!   complex z ([`gauss`]): tanh is expanded around the centre ([`expansion`], [`integral`]), while a ReLU
//!   decoder is cut along its kinks into pieces in which its logits are affine ([`trapezoid`], [`affine`]).
//!
//! The square with the widest gap is refined next ([`quadtree`]); R doubles when the tail is the widest.
//! A split divides the quadrature's error by about 2¹⁶, so a few hundred squares give 10⁻⁶ nat where
//! second-order bounds need thousands for 10⁻³.
//!
//! The model is the one whose weights are the numbers of the file, in exact real arithmetic.

mod affine;
mod cell;
mod decoder;
mod expansion;
mod gauss;
mod integral;
mod interval;
mod quadtree;
mod range;
#[cfg(test)]
mod tests;
mod trapezoid;

use thiserror::Error;

use crate::reason::reason;

pub use cell::Cell;
pub use interval::Interval;
pub use quadtree::Certificate;

/// Why there is no certificate.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// The cells are squares.
    #[error("a certificate needs two latent dimensions, the model has {found}")]
    Latent {
        /// The model's L.
        found: usize,
    },
    /// The weights could not be read.
    #[error("{}", reason(.0))]
    Network(candle_core::Error),
}

impl From<candle_core::Error> for CertificateError {
    fn from(error: candle_core::Error) -> Self {
        Self::Network(error)
    }
}
