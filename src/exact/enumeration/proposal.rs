//! The terms of one factorised q over binary latents, each summed separately.

use super::sums::WeightedSums;
use super::{BinaryLatent, GrayWalk};
use crate::family::BernoulliBits;
use crate::model::{BinaryLatentError, check_open};

/// Every term of ELBO = E_q log p(x, z) + H(q) = log p(x) − KL(q‖p(z|x)), and what importance sampling
/// with q would cost. Nats, unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EnumeratedProposal {
    /// E_q log p(x, z).
    pub expected_log_joint: f64,
    /// H(q), closed form.
    pub entropy: f64,
    /// KL(q‖p(z|x)) = E_q [log q(z) − log p(z|x)].
    pub kl_posterior: f64,
    /// KL(p(z|x)‖q): by how much the EUBO is above log p(x).
    pub kl_from_posterior: f64,
    /// Var_q r = Σ_z p(z|x)²/q(z) − 1, the relative variance of one weight; a pure number.
    pub chi_square: f64,
    /// log p(x), as it was given.
    pub log_evidence: f64,
}

impl EnumeratedProposal {
    /// The exact ELBO in nats, E_q log p(x, z) + H(q).
    pub fn elbo(&self) -> f64 {
        self.expected_log_joint + self.entropy
    }

    /// The evidence upper bound in nats, log p(x) + KL(p(z|x)‖q).
    pub fn eubo(&self) -> f64 {
        self.log_evidence + self.kl_from_posterior
    }

    /// The disagreement of the two ways to the ELBO, in nats.
    pub fn identity_residual(&self) -> f64 {
        (self.elbo() - (self.log_evidence - self.kl_posterior)).abs()
    }
}

/// Counts the states of a model under a q, one slice at a time.
#[derive(Clone, Debug)]
pub struct ProposalEnumeration<M: BinaryLatent> {
    model: M,
    q: BernoulliBits,
    log_evidence: f64,
    gray: GrayWalk<(M::Walk, f64, u32)>,
    sums: ProposalSums,
}

#[derive(Clone, Debug)]
struct ProposalSums {
    /// Weights q(z): log p(x, z), and log q(z) − log p(z|x).
    under_q: WeightedSums,
    /// Weights p(x, z): log p(z|x) − log q(z).
    under_posterior: WeightedSums,
    /// p(x, z)²/q(z).
    squares: WeightedSums,
}

impl<M: BinaryLatent> ProposalEnumeration<M> {
    /// Nothing counted yet. `log_evidence` is that of [`super::EnumeratedPosterior`].
    ///
    /// # Errors
    /// [`BinaryLatentError`] if q has another number of bits than the model or one that is certain, or
    /// their number is not between 1 and 20.
    pub fn new(model: M, q: BernoulliBits, log_evidence: f64) -> Result<Self, BinaryLatentError> {
        let (expected, found) = (model.bits(), q.bits());
        if found != expected {
            return Err(BinaryLatentError::Size { what: "q", expected, found });
        }
        check_open(&q)?;
        let sums = ProposalSums {
            under_q: WeightedSums::new(2),
            under_posterior: WeightedSums::new(1),
            squares: WeightedSums::new(1),
        };
        Ok(Self { model, q, log_evidence, gray: GrayWalk::new(expected)?, sums })
    }

    /// The whole in one go. A worker calls [`Self::advance`] instead.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn run(
        model: M,
        q: BernoulliBits,
        log_evidence: f64,
    ) -> Result<EnumeratedProposal, BinaryLatentError> {
        let mut enumeration = Self::new(model, q, log_evidence)?;
        enumeration.advance(u64::MAX);
        Ok(enumeration.finish())
    }

    /// Counts up to `states` further states; those beyond the last are ignored.
    pub fn advance(&mut self, states: u64) {
        let (model, q, log_evidence) = (&self.model, &self.q, self.log_evidence);
        self.gray.advance(
            states,
            &mut self.sums,
            |state| (model.start(state), q.log_mass(state), state),
            |(walk, log_q, state), bit| {
                *log_q += q.flip_gain(*state, bit);
                *state ^= 1 << bit;
                model.flip(walk, bit);
            },
            |sums, _, (walk, log_q, _)| sums.push(model.log_joint_at(walk), *log_q, log_evidence),
            ProposalSums::end_block,
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
    pub fn finish(mut self) -> EnumeratedProposal {
        self.sums.end_block();
        let ProposalSums { under_q, under_posterior, squares } = &self.sums;
        // Σ q = 1 and Σ p(x, z) = p(x), so the scales are all that is left to undo.
        let q_scale = under_q.log_scale().exp();
        let posterior_scale = (under_posterior.log_scale() - self.log_evidence).exp();
        EnumeratedProposal {
            expected_log_joint: under_q.scaled()[0] * q_scale,
            entropy: self.q.entropy(),
            kl_posterior: under_q.scaled()[1] * q_scale,
            kl_from_posterior: under_posterior.scaled()[0] * posterior_scale,
            chi_square: (squares.log_sum(0) - 2.0 * self.log_evidence).exp_m1(),
            log_evidence: self.log_evidence,
        }
    }
}

impl ProposalSums {
    fn push(&mut self, log_joint: f64, log_q: f64, log_evidence: f64) {
        let log_posterior = log_joint - log_evidence;
        self.under_q.push(log_q, |weight, sums| {
            sums[0] += weight * log_joint;
            sums[1] += weight * (log_q - log_posterior);
        });
        self.under_posterior
            .push(log_joint, |weight, sums| sums[0] += weight * (log_posterior - log_q));
        self.squares.push(2.0 * log_joint - log_q, |weight, sums| sums[0] += weight);
    }

    fn end_block(&mut self) {
        self.under_q.end_block();
        self.under_posterior.end_block();
        self.squares.end_block();
    }
}
