//! Models whose latent z consists of a few bits, so that the posterior can be enumerated.

use thiserror::Error;

use crate::family::{BernoulliBits, BitsError};

mod independent_bits;
mod sigmoid_belief_net;

pub use independent_bits::IndependentBits;
pub use sigmoid_belief_net::SigmoidBeliefNet;

/// A model p(x, z) at one x with z ∈ {0, 1}ⁿ.
///
/// A state is a bit mask: bit j is z_j. Neighbouring states differ in one bit, so that a walk over them can update
/// its sums, see [`Self::flip`].
pub trait BinaryLatent {
    /// The sums that a walk over the states updates.
    type Walk: Clone + std::fmt::Debug;

    /// n, between 1 and [`MAX_BITS`](crate::family::MAX_BITS).
    fn bits(&self) -> usize;

    /// A walk that starts at `state`, computed from nothing.
    fn start(&self, state: u32) -> Self::Walk;

    /// Flips bit `bit` of the state in which the walk is.
    fn flip(&self, walk: &mut Self::Walk, bit: usize);

    /// log p(x, z) in nats where the walk is.
    fn log_joint_at(&self, walk: &Self::Walk) -> f64;

    /// log p(z) in nats where the walk is.
    fn log_prior_at(&self, walk: &Self::Walk) -> f64;

    /// log p(x, z) in nats.
    fn log_joint(&self, state: u32) -> f64 {
        self.log_joint_at(&self.start(state))
    }

    /// log p(z) in nats.
    fn log_prior(&self, state: u32) -> f64 {
        self.log_prior_at(&self.start(state))
    }
}

/// Why a binary model or proposal could not be made.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum BinaryLatentError {
    /// The bits are no distribution, or more than can be counted.
    #[error(transparent)]
    Bits(#[from] BitsError),
    /// A bit that is always 0 or always 1.
    #[error("the probability of bit {0} must lie strictly between 0 and 1")]
    Certain(usize),
    /// A list of the wrong length.
    #[error("{what} must have {expected} entries, found {found}")]
    Size {
        /// Which of them.
        what: &'static str,
        /// Entries it must have.
        expected: usize,
        /// Entries it has.
        found: usize,
    },
    /// A NaN or an infinity.
    #[error("{0} must be finite")]
    NotFinite(&'static str),
}

/// Independent bits of which none is certain: what a walk over the states adds and takes away stays
/// finite.
pub(crate) fn open_bits(probabilities: &[f64]) -> Result<BernoulliBits, BinaryLatentError> {
    let bits = BernoulliBits::new(probabilities)?;
    check_open(&bits)?;
    Ok(bits)
}

/// No bit is certain.
pub(crate) fn check_open(bits: &BernoulliBits) -> Result<(), BinaryLatentError> {
    bits.certain_bit().map_or(Ok(()), |bit| Err(BinaryLatentError::Certain(bit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_counted_or_is_certain_is_refused() {
        assert_eq!(open_bits(&[]), Err(BitsError::Count(0).into()));
        assert_eq!(open_bits(&[0.5; 21]), Err(BitsError::Count(21).into()));
        assert_eq!(open_bits(&[0.5; 20]).unwrap().bits(), 20);
        assert_eq!(open_bits(&[0.5, -0.1]), Err(BitsError::Probability(-0.1).into()));
        for p in [0.0, 1.0] {
            assert_eq!(open_bits(&[0.5, p]), Err(BinaryLatentError::Certain(1)));
        }
    }
}
