//! Markov kernels that move chains at one temperature, and the progress of a run.

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::chains::Chains;
use super::error::AnnealedError;
use super::path::GeometricPath;
use crate::density::DensityError;

/// A Markov kernel for every π_β of a path.
///
/// It must be **reversible** with respect to π_β: the estimate of p(x) is unbiased only if π_β is left invariant, and
/// a reverse chain is the reverse of a forward one only if detailed balance holds. So a transition must not depend on
/// earlier ones.
pub trait Kernel {
    /// Moves every chain once.
    ///
    /// # Errors
    /// [`DensityError`] if a network could not be evaluated; the chains are then unchanged.
    fn transition(
        &self,
        path: &GeometricPath<'_>,
        beta: f64,
        chains: &mut Chains,
        rng: &mut dyn Rng,
    ) -> Result<Acceptance, DensityError>;
}

/// Numbers of proposed and accepted moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Moves accepted.
    pub accepted: usize,
    /// Moves proposed.
    pub proposed: usize,
}

impl Acceptance {
    /// The share of moves accepted; `None` before the first was proposed.
    pub fn rate(&self) -> Option<f64> {
        (self.proposed > 0).then(|| self.accepted as f64 / self.proposed as f64)
    }

    /// The sum of both.
    pub(super) fn and(self, other: Self) -> Self {
        Self { accepted: self.accepted + other.accepted, proposed: self.proposed + other.proposed }
    }
}

/// The result of one temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TemperatureStage {
    /// The inverse temperature at which the chains now are.
    pub beta: f64,
    /// Moves at this temperature; none at the last one.
    pub acceptance: Acceptance,
}

/// The progress of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnealingProgress {
    /// Steps done.
    pub done: usize,
    /// All steps; at least 1.
    pub of: usize,
}

impl AnnealingProgress {
    /// Whether all steps are done.
    pub fn is_finished(&self) -> bool {
        self.done >= self.of
    }

    /// Checks that all steps are done.
    pub(super) fn check_finished(&self) -> Result<(), AnnealedError> {
        let Self { done, of } = *self;
        if self.is_finished() { Ok(()) } else { Err(AnnealedError::Unfinished { done, of }) }
    }

    /// The share of steps done, from 0 to 1.
    pub fn share(&self) -> f64 {
        self.done as f64 / self.of as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_needs_a_proposal() {
        assert_eq!(Acceptance::default().rate(), None);
        let some = Acceptance { accepted: 1, proposed: 3 };
        assert_eq!(some.and(Acceptance { accepted: 2, proposed: 3 }).rate(), Some(0.5));
    }
}
