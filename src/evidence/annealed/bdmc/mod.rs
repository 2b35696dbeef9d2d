//! Bidirectional Monte Carlo: annealing backwards from an exact draw of the posterior (Grosse,
//! Ghahramani & Adams 2015, Sandwiching the marginal likelihood using bidirectional Monte Carlo).

use std::num::NonZeroUsize;

use super::error::AnnealedError;
use super::hmc::Hmc;
use super::kernel::{Acceptance, AnnealingProgress, Kernel, TemperatureStage};
use super::path::GeometricPath;
use super::schedule::Schedule;
use super::walkers::Walkers;
use crate::evidence::{LogWeights, elbo};

/// Exact draws from the posterior p(z|x).
///
/// They exist where the posterior is known, or where x was **simulated from the model itself**: then the z from which
/// it was simulated is one. For an observed x there is none.
#[derive(Clone, Debug, PartialEq)]
pub enum ExactDraws {
    /// Independent draws, [chains, D].
    Independent(Vec<f64>),
    /// The one z, `[D]`, from which x was simulated; every chain starts there.
    Simulated {
        /// The z.
        latent: Vec<f64>,
        /// How many chains start there.
        chains: NonZeroUsize,
    },
}

impl ExactDraws {
    /// Starting points of all chains, [chains, D].
    fn positions(&self) -> Vec<f64> {
        match self {
            Self::Independent(positions) => positions.clone(),
            Self::Simulated { latent, chains } => latent.repeat(chains.get()),
        }
    }

    /// Whether the chains are independent, so that their spread gives the error of their mean.
    pub fn are_independent(&self) -> bool {
        matches!(self, Self::Independent(_))
    }
}

/// A reverse AIS run in progress: all chains are at one temperature; [`Self::advance`] moves them to the next lower
/// one.
///
/// # Formula
/// z_{T−1} ~ p(z|x) and z_{t−1} from z_t by the kernel of π_{β_t}, which is reversible. The log-weight
/// of a chain is −Σ_{t<T} (β_{t+1} − β_t)(log p(x, z_t) − log q(z_t)).
///
/// # Bias
/// The mean weight is unbiased for **1/p(x)**, so [`upper_bound`] is biased **up** for log p(x). That
/// holds only if the starting points are exact draws: for an x that was not simulated from the model,
/// starting from anything else gives a number that bounds nothing.
#[derive(Clone, Debug)]
pub struct ReverseRun<K = Hmc> {
    walkers: Walkers<K>,
}

/// An upper bound of log p(x) on average.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvidenceUpperBound {
    /// Number of chains.
    pub draws: NonZeroUsize,
    /// −(1/K) Σ log w_rev, in nats; +∞, which says nothing, if a reverse weight is zero.
    pub bound: f64,
    /// Its standard error, in nats, **if the chains are independent**; `None` if there is one chain
    /// only or the bound is +∞.
    pub stderr: Option<f64>,
}

/// The single-chain upper bound U = −E log w_rev from the log-weights of a [`ReverseRun`].
///
/// # Formula
/// −(1/K) Σ log w_rev,i ± √(s²/K).
///
/// # Bias
/// None for U. As an estimate of log p(x) it is biased **up**. For independent chains
/// −log (1/K) Σ w_rev,i is on average an upper bound too, and a tighter one.
///
/// # Errors
/// None: one chain, or a reverse weight of zero, leaves the standard error `None`.
pub fn upper_bound(reverse: &LogWeights) -> EvidenceUpperBound {
    let mean = elbo(reverse);
    EvidenceUpperBound { draws: mean.draws, bound: -mean.elbo, stderr: mean.stderr }
}

impl<K: Kernel> ReverseRun<K> {
    /// Starts the chains at exact posterior draws; the same seed gives the same run.
    ///
    /// # Errors
    /// [`AnnealedError`] if a density could not be evaluated or is NaN or +∞ at a draw, if the draws do
    /// not make whole points, or if the joint density is zero at one.
    pub fn new(
        path: &GeometricPath<'_>,
        schedule: Schedule,
        kernel: K,
        draws: &ExactDraws,
        seed: u64,
    ) -> Result<Self, AnnealedError> {
        let (positions, dimension) = (draws.positions(), path.dimension());
        let given = match draws {
            ExactDraws::Independent(positions) => positions.len(),
            ExactDraws::Simulated { latent, .. } => latent.len(),
        };
        let shared = !draws.are_independent();
        if given == 0 || !given.is_multiple_of(dimension) || (shared && given != dimension) {
            return Err(AnnealedError::Draws { values: given, dimension });
        }
        let walkers = Walkers::at(path, schedule.downwards(), kernel, positions, seed)?;
        let zero = |l: &f64| *l == f64::NEG_INFINITY;
        if let Some(chain) = walkers.chains.log_joint().iter().position(zero) {
            return Err(AnnealedError::NotFromPosterior { chain });
        }
        Ok(Self { walkers })
    }

    /// Weights all chains for the next lower temperature and moves them there once; `None` at the end.
    ///
    /// # Errors
    /// [`AnnealedError`] if a density could not be evaluated or `path` has another dimension; the run is then
    /// unchanged and can be advanced again.
    pub fn advance(
        &mut self,
        path: &GeometricPath<'_>,
    ) -> Result<Option<TemperatureStage>, AnnealedError> {
        self.walkers.advance(path)
    }

    /// Advances to the end and returns the log-weights.
    ///
    /// # Errors
    /// As [`Self::advance`] and [`Self::finish`].
    pub fn complete(mut self, path: &GeometricPath<'_>) -> Result<LogWeights, AnnealedError> {
        while self.advance(path)?.is_some() {}
        self.finish()
    }

    /// The chains' reverse log-weights, whose mean weight estimates 1/p(x); see [`upper_bound`].
    ///
    /// # Errors
    /// [`AnnealedError::Unfinished`] before the last temperature; [`AnnealedError::Weights`] if a
    /// density has become NaN.
    pub fn finish(self) -> Result<LogWeights, AnnealedError> {
        self.walkers.finish()
    }

    /// How many of the T temperatures are done.
    pub fn progress(&self) -> AnnealingProgress {
        self.walkers.progress()
    }

    /// The inverse temperature at which the chains are: 1 at the start, 0 at the end.
    pub fn beta(&self) -> f64 {
        self.walkers.beta()
    }

    /// The chains' positions, [chains, D].
    pub fn positions(&self) -> &[f64] {
        self.walkers.chains.positions()
    }

    /// The reverse log-weights so far, in nats.
    pub fn log_weights(&self) -> &[f64] {
        &self.walkers.log_weights
    }

    /// Moves accepted so far, over all temperatures.
    pub fn acceptance(&self) -> Acceptance {
        self.walkers.acceptance
    }
}

#[cfg(test)]
mod tests;
