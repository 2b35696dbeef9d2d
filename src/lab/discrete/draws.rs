//! The draws of one method, with their estimates after any number of them.

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::evidence::{
    ImportanceEstimate, KHat, LogWeights, LogWeightsError, RunningImportance, k_hat,
};
use crate::family::BernoulliBits;
use crate::model::BinaryLatent;

/// States and log-weights in the order of the draws.
#[derive(Clone, Debug)]
pub(super) struct StateDraws {
    q: BernoulliBits,
    rng: Pcg64Mcg,
    states: Vec<u32>,
    log_weights: Vec<f64>,
    running: RunningImportance,
    /// One for each moment reached.
    readings: Vec<StateEstimate>,
    /// Every state, in the order of its first draw.
    firsts: Vec<First>,
    is_seen: Vec<bool>,
}

/// The estimate after some draws.
#[derive(Clone, Copy, Debug)]
pub(super) struct StateEstimate {
    /// log p(x).
    pub estimate: Option<ImportanceEstimate>,
    /// The effective number of draws.
    pub ess: Option<f64>,
    /// The largest weight's share.
    pub max_share: Option<f64>,
}

/// The first draw of a state.
#[derive(Clone, Copy, Debug)]
struct First {
    /// Number of draws before it.
    when: usize,
    state: u32,
    /// Σ p(x, z) of this state and all earlier ones.
    total: f64,
}

impl StateDraws {
    /// No draw from q yet.
    pub(super) fn new(q: BernoulliBits, seed: u64) -> Self {
        let is_seen = vec![false; 1 << q.bits()];
        Self {
            q,
            rng: Pcg64Mcg::seed_from_u64(seed),
            states: Vec::new(),
            log_weights: Vec::new(),
            running: RunningImportance::new(),
            readings: Vec::new(),
            firsts: Vec::new(),
            is_seen,
        }
    }

    /// Draws up to the next moment; false after the last one.
    pub(super) fn advance(
        &mut self,
        model: &impl BinaryLatent,
        moments: &[usize],
    ) -> Result<bool, LogWeightsError> {
        let Some(&moment) = moments.get(self.readings.len()) else { return Ok(false) };
        let before = self.log_weights.len();
        while self.states.len() < moment {
            let state = self.q.draw_one(&mut self.rng);
            let log_joint = model.log_joint(state);
            let is_new = !std::mem::replace(&mut self.is_seen[state as usize], true);
            if is_new {
                let total = self.firsts.last().map_or(0.0, |first| first.total) + log_joint.exp();
                self.firsts.push(First { when: self.states.len(), state, total });
            }
            self.states.push(state);
            self.log_weights.push(log_joint - self.q.log_mass(state));
        }
        self.running.push_slice(&self.log_weights[before..])?;
        self.readings.push(StateEstimate {
            estimate: self.running.estimate(),
            ess: self.running.effective_sample_size(),
            max_share: self.running.max_share(),
        });
        Ok(true)
    }

    /// The estimate at a moment; `None` if it has not been reached.
    pub(super) fn at(&self, moment: usize) -> Option<&StateEstimate> {
        self.readings.get(moment)
    }

    /// The distinct states among the first `draws` draws.
    pub(super) fn seen(&self, draws: usize) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.firsts[..self.count_seen(draws)].iter().map(|first| first.state)
    }

    fn count_seen(&self, draws: usize) -> usize {
        self.firsts.partition_point(|first| first.when < draws)
    }

    /// The posterior mass of all states among the first `draws` draws.
    pub(super) fn mass_seen(&self, draws: usize, log_evidence: f64) -> f64 {
        match self.count_seen(draws) {
            0 => 0.0,
            // Rounding must not give more than one.
            count => (self.firsts[count - 1].total * (-log_evidence).exp()).min(1.0),
        }
    }

    /// The number of draws of a state among the first `draws`.
    pub(super) fn hits(&self, state: u32, draws: usize) -> usize {
        self.states.iter().take(draws).filter(|drawn| **drawn == state).count()
    }

    /// k̂ of the first `draws` weights.
    pub(super) fn k_hat(&self, draws: usize) -> Option<KHat> {
        let weights = self.log_weights.get(..draws)?.to_vec();
        k_hat(&LogWeights::new(weights).ok()?)
    }
}
