//! Estimates from draws of the present q: first the ladder, then a running estimate with up to a million draws.

use super::fields::ImageFields;
use super::lattices::ModelLattices;
use crate::bench::{DrawError, Noise, draw};
use crate::bench_worker::BenchEvent;
use crate::bench_worker::BenchOutgoing;
use crate::evidence::{LADDER_STEPS, LogWeights, RunningImportance, ladder};
use crate::family::BivariateGaussian;

/// Draws per slice: a few milliseconds, and one replicate of the highest rung.
const DRAWS_PER_SLICE: usize = 1024;
/// Draws of the whole ladder: 16 replicates of the highest rung.
pub const LADDER_DRAWS: usize = 16 * DRAWS_PER_SLICE;
/// The number of draws at which the running estimate ends.
const MOST_DRAWS: usize = 1_000_000;
/// The running estimate is sent after this many slices.
const SLICES_PER_REPORT: usize = 16;

#[derive(Debug)]
pub(super) struct RunningEstimates {
    proposal: u32,
    q: BivariateGaussian,
    noise: Noise,
    pool: Vec<f64>,
    running: RunningImportance,
    slices: usize,
}

impl RunningEstimates {
    pub(super) fn new(proposal: u32, q: BivariateGaussian, seed: u32) -> Self {
        Self {
            proposal,
            q,
            noise: Noise::new(seed),
            pool: Vec::with_capacity(LADDER_DRAWS),
            running: RunningImportance::new(),
            slices: 0,
        }
    }

    /// Whether a first ladder and a first running estimate were sent.
    pub(super) fn has_begun(&self) -> bool {
        self.slices > 0
    }

    pub(super) fn wants_ladder(&self) -> bool {
        self.pool.len() < LADDER_DRAWS
    }

    pub(super) fn wants_more(&self) -> bool {
        self.running.draws() < MOST_DRAWS
    }

    /// Weights the next draws and reports what changed.
    pub(super) fn advance(
        &mut self,
        lattices: &ModelLattices,
        fields: &ImageFields,
    ) -> Result<Vec<BenchOutgoing>, DrawError> {
        let count = DRAWS_PER_SLICE.min(MOST_DRAWS - self.running.draws());
        let draws = draw(&lattices.model, &fields.term, &self.q, &self.noise.take(count))?;
        let log_weights = draws.log_weights.as_slice();
        self.running.push_slice(log_weights)?;
        self.slices += 1;

        let mut events = Vec::new();
        if self.wants_ladder() {
            self.pool.extend_from_slice(log_weights);
            // The ladder is sent after 1, 2, 4, … slices: a moving q shows only the first one, a fixed q the last.
            let slices = self.pool.len() / DRAWS_PER_SLICE;
            if slices.is_power_of_two() {
                let rungs = ladder(&LogWeights::new(self.pool.clone())?, &LADDER_STEPS);
                events.push(BenchEvent::Ladder { proposal: self.proposal, rungs }.into());
            }
        }
        if self.slices == 1 || self.slices.is_multiple_of(SLICES_PER_REPORT) || !self.wants_more() {
            events.extend(self.report());
        }
        Ok(events)
    }

    fn report(&self) -> Option<BenchOutgoing> {
        let estimate = self.running.estimate()?;
        let event = BenchEvent::Running {
            proposal: self.proposal,
            draws: self.running.draws() as u64,
            log_evidence: estimate.log_evidence,
            log_stderr: estimate.log_stderr,
        };
        Some(event.into())
    }
}
