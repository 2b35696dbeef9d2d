//! Log-weights of draws from one proposal, or from several by the balance heuristic (Veach & Guibas
//! 1995, Optimally combining sampling techniques for Monte Carlo rendering; Owen & Zhou 2000, Safe and
//! effective importance sampling).

use std::num::NonZeroUsize;

use rand::{Rng, seq::SliceRandom};
use thiserror::Error;

use super::log_weights::{LogWeights, LogWeightsError};
use crate::density::{DensityError, LogDensity, Proposal};
use crate::log_sum_exp::log_sum_exp;

/// Draws that are evaluated at once: a network is fast with many, and a hundred thousand at a time
/// would not fit in a page's memory.
const BLOCK: usize = 1024;

/// Why draws have no weights.
#[derive(Debug, Error)]
pub enum WeighError {
    /// The joint and a proposal are over different spaces.
    #[error("the joint has {joint} coordinates, proposal {proposal} has {found}")]
    Dimension {
        /// Coordinates of the joint.
        joint: usize,
        /// Which proposal, counted from 0.
        proposal: usize,
        /// Its coordinates.
        found: usize,
    },
    /// No proposal was given.
    #[error("at least one proposal is needed")]
    NoProposal,
    /// More draws than can be counted.
    #[error("the numbers of draws have too large a sum")]
    TooMany,
    /// A proposal's log-density at its own draw is not finite, so that the draw has no weight.
    #[error("draw {index} of proposal {proposal} has a log-density of {log_density} there")]
    OutsideProposal {
        /// Which proposal, counted from 0.
        proposal: usize,
        /// Which of its draws, counted from 0.
        index: usize,
        /// log q(z), in nats.
        log_density: f64,
    },
    /// A density could not be evaluated.
    #[error(transparent)]
    Density(#[from] DensityError),
    /// The joint is NaN or infinite at a draw.
    #[error(transparent)]
    Weights(#[from] LogWeightsError),
}

/// Draws z_i ~ q, i ≤ `count`, and weighs them.
///
/// # Formula
/// ℓ_i = log p(x, z_i) − log q(z_i) in nats; −∞ where the joint is 0.
///
/// # Bias
/// None: the mean weight is unbiased for p(x), if q > 0 wherever the joint is.
///
/// # Errors
/// [`WeighError`] if the dimensions differ, a density fails, q is not finite at its own draw, or the
/// joint is NaN or +∞.
pub fn weigh(
    joint: &dyn LogDensity,
    q: &dyn Proposal,
    count: NonZeroUsize,
    rng: &mut dyn Rng,
) -> Result<LogWeights, WeighError> {
    let proposals = [(q, count)];
    let balance = Balance::new(joint, &proposals)?;
    let mut log_weights = Vec::with_capacity(count.get());
    balance.weigh_draws_of(0, &mut log_weights, rng)?;
    Ok(LogWeights::new(log_weights)?)
}

/// Draws n_k points from every proposal q_k and weighs each against the mixture of all.
///
/// # Formula
/// ℓ_i = log p(x, z_i) − log Σ_k (n_k/N) q_k(z_i) in nats, N = Σ n_k, whichever q_k drew z_i: the
/// deterministic mixture, also called the balance heuristic. The weights are returned in random order.
///
/// # Bias
/// None: the mean of the N weights is unbiased for p(x), if some q_k > 0 wherever the joint is.
///
/// With the counts fixed the weights are not independent: the variance of their mean is at most that of
/// as many independent draws from the mixture, and a standard error for independent weights is on
/// average too large, not too small. In random order every K of them have a mean of expectation p(x),
/// so that batches remain lower bounds of log p(x).
///
/// # Errors
/// [`WeighError`] as for [`weigh`]; also if there is no proposal.
pub fn multiple_importance(
    joint: &dyn LogDensity,
    proposals: &[(&dyn Proposal, NonZeroUsize)],
    rng: &mut dyn Rng,
) -> Result<LogWeights, WeighError> {
    let balance = Balance::new(joint, proposals)?;
    let mut log_weights = Vec::new();
    for proposal in 0..proposals.len() {
        balance.weigh_draws_of(proposal, &mut log_weights, rng)?;
    }
    log_weights.shuffle(rng);
    Ok(LogWeights::new(log_weights)?)
}

/// A joint and the proposals against whose mixture its draws are weighed.
struct Balance<'a> {
    joint: &'a dyn LogDensity,
    proposals: &'a [(&'a dyn Proposal, NonZeroUsize)],
    // log n_k/N.
    log_shares: Vec<f64>,
}

impl<'a> Balance<'a> {
    fn new(
        joint: &'a dyn LogDensity,
        proposals: &'a [(&'a dyn Proposal, NonZeroUsize)],
    ) -> Result<Self, WeighError> {
        if proposals.is_empty() {
            return Err(WeighError::NoProposal);
        }
        for (proposal, (q, _)) in proposals.iter().enumerate() {
            let (joint, found) = (joint.dimension(), q.dimension());
            if joint != found {
                return Err(WeighError::Dimension { joint, proposal, found });
            }
        }
        let counts = proposals.iter().map(|(_, count)| count.get());
        let total = counts.clone().try_fold(0_usize, usize::checked_add);
        let total = total.ok_or(WeighError::TooMany)? as f64;
        let log_shares = counts.map(|count| (count as f64 / total).ln()).collect();
        Ok(Self { joint, proposals, log_shares })
    }

    /// Appends the log-weights of the draws of one proposal.
    fn weigh_draws_of(
        &self,
        proposal: usize,
        log_weights: &mut Vec<f64>,
        rng: &mut dyn Rng,
    ) -> Result<(), WeighError> {
        let (q, count) = self.proposals[proposal];
        let mut terms = Vec::with_capacity(self.proposals.len());
        for start in (0..count.get()).step_by(BLOCK) {
            let latents = q.draw(BLOCK.min(count.get() - start), rng);
            let log_joints = self.joint.log_densities(&latents)?;
            let log_densities = self.proposals.iter().map(|(q, _)| q.log_densities(&latents));
            let log_densities = log_densities.collect::<Result<Vec<_>, _>>()?;
            for (row, log_joint) in log_joints.into_iter().enumerate() {
                let log_density = log_densities[proposal][row];
                if !log_density.is_finite() {
                    let index = start + row;
                    return Err(WeighError::OutsideProposal { proposal, index, log_density });
                }
                terms.clear();
                let parts = self.log_shares.iter().zip(&log_densities);
                terms.extend(parts.map(|(log_share, of_part)| log_share + of_part[row]));
                log_weights.push(log_joint - log_sum_exp(&terms));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
