//! Exact results for z ∈ {0, 1}ⁿ: all states are enumerated in the order of the Gray code, in which successive states
//! differ in one bit (Knuth 2011, The Art of Computer Programming, § 7.2.1.1).
//!
//! [`Enumeration`] computes log p(x) and the posterior of a [`BinaryLatent`]; [`ProposalEnumeration`] then the terms
//! of one q. Both advance in slices, so that a worker stays responsive.

use crate::family::check_count;
use crate::model::{BinaryLatent, BinaryLatentError};

mod evidence;
mod proposal;
mod sums;

pub use evidence::{EnumeratedPosterior, Enumeration};
pub use proposal::{EnumeratedProposal, ProposalEnumeration};

/// States after which the sums of a walk are recomputed, so that rounding errors do not accumulate.
const REBUILT_EVERY: u64 = 1024;

/// A walk over all states of n bits, stopped and taken up again at will.
#[derive(Clone, Debug)]
struct GrayWalk<W> {
    bits: usize,
    /// States visited.
    visited: u64,
    walk: Option<W>,
}

impl<W> GrayWalk<W> {
    fn new(bits: usize) -> Result<Self, BinaryLatentError> {
        check_count(bits)?;
        Ok(Self { bits, visited: 0, walk: None })
    }

    fn len(&self) -> u64 {
        1 << self.bits
    }

    fn is_done(&self) -> bool {
        self.visited == self.len()
    }

    fn progress(&self) -> f64 {
        self.visited as f64 / self.len() as f64
    }

    /// Visits up to `states` further ones with `visit(state, walk)`, in blocks that end where the walk
    /// is rebuilt; `block_ends` is called after each.
    fn advance<C>(
        &mut self,
        states: u64,
        context: &mut C,
        start: impl Fn(u32) -> W,
        flip: impl Fn(&mut W, usize),
        mut visit: impl FnMut(&mut C, u32, &W),
        mut block_ends: impl FnMut(&mut C),
    ) {
        let stop = self.visited.saturating_add(states).min(self.len());
        while self.visited < stop {
            // Below 2²⁰, so it fits.
            let state = (self.visited ^ (self.visited >> 1)) as u32;
            let walk = match self.walk.take() {
                Some(mut walk) if !self.visited.is_multiple_of(REBUILT_EVERY) => {
                    // The bit that changes on the way to number k is the lowest one of k.
                    flip(&mut walk, self.visited.trailing_zeros() as usize);
                    walk
                }
                _ => start(state),
            };
            visit(context, state, &walk);
            self.walk = Some(walk);
            self.visited += 1;
            if self.visited.is_multiple_of(REBUILT_EVERY) {
                block_ends(context);
            }
        }
    }
}

#[cfg(test)]
mod tests;
