//! log p(x) and the posterior of binary latents, and what simple Monte Carlo would cost.

use super::sums::WeightedSums;
use super::{BinaryLatent, GrayWalk};
use crate::family::is_one;
use crate::model::BinaryLatentError;

/// Everything about one model and one x that does not need a q.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumeratedPosterior {
    /// log p(x) = log Σ_z p(x, z) in nats.
    pub log_evidence: f64,
    /// P(z_j = 1|x) for every bit.
    pub marginals: Vec<f64>,
    /// H of the posterior in nats.
    pub entropy: f64,
    /// 2ⁿ Σ_z p(z|x)² − 1: the relative variance of one draw of uniform Monte Carlo. N draws have 1/N
    /// of it.
    pub uniform_variance: f64,
    /// Σ_z p(z|x)²/p(z) − 1: the same with draws from the prior.
    pub prior_variance: f64,
    /// The state of the largest p(z|x), as a bit mask; of equal ones the first in Gray order.
    pub mode: u32,
}

/// Counts the states of a model one slice at a time.
#[derive(Clone, Debug)]
pub struct Enumeration<M: BinaryLatent> {
    model: M,
    gray: GrayWalk<M::Walk>,
    sums: EvidenceSums,
}

/// The sums: with weights w = p(x, z) of the weights, w log w and w z_j; then of w² and w²/p(z).
#[derive(Clone, Debug)]
struct EvidenceSums {
    joint: WeightedSums,
    squares: WeightedSums,
    squares_over_prior: WeightedSums,
    log_largest: f64,
    mode: u32,
}

const MASS: usize = 0;
const ENERGY: usize = 1;
const FIRST_BIT: usize = 2;

impl<M: BinaryLatent> Enumeration<M> {
    /// Nothing counted yet.
    ///
    /// # Errors
    /// [`BinaryLatentError::Bits`] if the model has no bits or more than can be counted.
    pub fn new(model: M) -> Result<Self, BinaryLatentError> {
        let bits = model.bits();
        let sums = EvidenceSums {
            joint: WeightedSums::new(FIRST_BIT + bits),
            squares: WeightedSums::new(1),
            squares_over_prior: WeightedSums::new(1),
            log_largest: f64::NEG_INFINITY,
            mode: 0,
        };
        Ok(Self { gray: GrayWalk::new(bits)?, model, sums })
    }

    /// The whole in one go. A worker calls [`Self::advance`] instead.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn run(model: M) -> Result<EnumeratedPosterior, BinaryLatentError> {
        let mut enumeration = Self::new(model)?;
        enumeration.advance(u64::MAX);
        Ok(enumeration.finish())
    }

    /// Counts up to `states` further states; those beyond the last are ignored.
    pub fn advance(&mut self, states: u64) {
        let (model, bits) = (&self.model, self.model.bits());
        self.gray.advance(
            states,
            &mut self.sums,
            |state| model.start(state),
            |walk, bit| model.flip(walk, bit),
            |sums, state, walk| {
                sums.push(state, bits, model.log_joint_at(walk), model.log_prior_at(walk))
            },
            EvidenceSums::end_block,
        );
    }

    /// Whether every state is counted.
    pub fn is_done(&self) -> bool {
        self.gray.is_done()
    }

    /// Share of the states that are counted, in [0, 1].
    pub fn progress(&self) -> f64 {
        self.gray.progress()
    }

    /// The sums so far; states that were not enumerated are missing, so call it when [`Self::is_done`].
    pub fn finish(mut self) -> EnumeratedPosterior {
        self.sums.end_block();
        let EvidenceSums { joint, squares, squares_over_prior, mode, .. } = self.sums;
        let log_evidence = joint.log_sum(MASS);
        let mass = joint.scaled()[MASS];
        let marginals = joint.scaled()[FIRST_BIT..].iter().map(|sum| sum / mass).collect();
        // H = E[−log p(z|x)] = log p(x) − E[log p(x, z)].
        let entropy = log_evidence - joint.scaled()[ENERGY] / mass;
        let variance = |squares: &WeightedSums, log_states: f64| {
            (squares.log_sum(0) - 2.0 * log_evidence + log_states).exp_m1()
        };
        EnumeratedPosterior {
            log_evidence,
            marginals,
            entropy,
            uniform_variance: variance(&squares, self.gray.bits as f64 * std::f64::consts::LN_2),
            prior_variance: variance(&squares_over_prior, 0.0),
            mode,
        }
    }
}

impl EvidenceSums {
    fn push(&mut self, state: u32, bits: usize, log_joint: f64, log_prior: f64) {
        if log_joint > self.log_largest {
            (self.log_largest, self.mode) = (log_joint, state);
        }
        self.joint.push(log_joint, |weight, sums| {
            sums[MASS] += weight;
            sums[ENERGY] += weight * log_joint;
            for (bit, sum) in sums[FIRST_BIT..FIRST_BIT + bits].iter_mut().enumerate() {
                if is_one(state, bit) {
                    *sum += weight;
                }
            }
        });
        self.squares.push(2.0 * log_joint, |weight, sums| sums[0] += weight);
        self.squares_over_prior.push(2.0 * log_joint - log_prior, |weight, sums| sums[0] += weight);
    }

    fn end_block(&mut self) {
        self.joint.end_block();
        self.squares.end_block();
        self.squares_over_prior.end_block();
    }
}
