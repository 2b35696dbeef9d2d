//! Lower and upper bounds of log p(x) that approach each other with the number of temperatures (Grosse, Ghahramani &
//! Adams 2015, Sandwiching the marginal likelihood using bidirectional Monte Carlo).

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use super::ais::AnnealedRun;
use super::bdmc::{ExactDraws, ReverseRun};
use super::error::AnnealedError;
use super::hmc::Hmc;
use super::kernel::{AnnealingProgress, Kernel};
use super::path::GeometricPath;
use super::schedule::{Schedule, Spacing};
use super::smc::{SmcPlan, SmcRun};
use crate::evidence::{LogWeights, log_mean_exp};

mod rung;
#[cfg(test)]
mod tests;

pub use rung::{Bound, SandwichRung};

/// The plan of a sandwich.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SandwichPlan {
    /// The numbers of temperatures T in the order of computation; usually increasing.
    pub steps: Vec<NonZeroUsize>,
    /// The spacing of the temperatures.
    pub spacing: Spacing,
    /// Chains of AIS, and of all SMC populations together.
    pub chains: NonZeroUsize,
    /// Populations into which the chains of SMC are divided; a remainder is left out.
    pub populations: NonZeroUsize,
    /// The seed. A rung depends on it and on its own T, not on the other rungs.
    pub seed: u64,
}

/// The bounds for one T after the other, one temperature of one method at a time.
///
/// E ais and E smc ≤ log p(x) ≤ E bdmc hold on average, for every T and every kernel; `bdmc` only if the exact draws
/// really are exact. A single estimate may be off by its error.
#[derive(Clone, Debug)]
pub struct Sandwich<K = Hmc> {
    plan: SandwichPlan,
    kernel: K,
    exact_draws: Option<ExactDraws>,
    rungs: Vec<SandwichRung>,
    current: Option<Layers<K>>,
    recorded_chains: Option<NonZeroUsize>,
}

/// The runs for one T. They advance in turn, so that both sides close in together.
#[derive(Clone, Debug)]
struct Layers<K> {
    forward: AnnealedRun<K>,
    populations: SmcRun<K>,
    reverse: Option<ReverseRun<K>>,
}

impl<K: Kernel + Clone> Sandwich<K> {
    /// A sandwich at its beginning. Without exact posterior draws it has no upper bound.
    pub fn new(plan: SandwichPlan, kernel: K, exact_draws: Option<ExactDraws>) -> Self {
        let (rungs, current, recorded_chains) = (Vec::new(), None, None);
        Self { plan, kernel, exact_draws, rungs, current, recorded_chains }
    }

    /// Records the paths of the first `chains` chains of every AIS run that has not begun: they are the record of
    /// [`Self::forward`] until its T is done.
    pub fn recording(self, chains: NonZeroUsize) -> Self {
        Self { recorded_chains: Some(chains), ..self }
    }

    /// Advances one method by one temperature; returns its progress, or `None` if all are done.
    ///
    /// # Errors
    /// [`AnnealedError`] if a density could not be evaluated or is NaN, or if the exact draws do not fit the path;
    /// the present T then starts over.
    pub fn advance(
        &mut self,
        path: &GeometricPath<'_>,
    ) -> Result<Option<AnnealingProgress>, AnnealedError> {
        let Some(&steps) = self.plan.steps.get(self.rungs.len()) else { return Ok(None) };
        let mut layers = match self.current.take() {
            Some(layers) => layers,
            None => self.start(path, steps)?,
        };
        if layers.advance(path)? {
            self.current = Some(layers);
        } else {
            let rung = layers.rung(steps, self.exact_draws.as_ref())?;
            self.rungs.push(rung);
        }
        Ok(Some(self.progress()))
    }

    /// Completes the run and returns all rungs.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub fn complete(
        mut self,
        path: &GeometricPath<'_>,
    ) -> Result<Vec<SandwichRung>, AnnealedError> {
        while self.advance(path)?.is_some() {}
        Ok(self.rungs)
    }

    /// The rungs that are done, in the order of the plan.
    pub fn rungs(&self) -> &[SandwichRung] {
        &self.rungs
    }

    /// Steps done and in all: one per temperature and method.
    pub fn progress(&self) -> AnnealingProgress {
        let methods = if self.exact_draws.is_some() { 3 } else { 2 };
        let steps_of = |steps: &[NonZeroUsize]| steps.iter().map(|t| t.get() * methods).sum();
        let behind: usize = steps_of(&self.plan.steps[..self.rungs.len()]);
        let current = self.current.as_ref().map_or(0, Layers::done);
        AnnealingProgress { done: behind + current, of: steps_of(&self.plan.steps) }
    }

    /// The AIS run of the present T, for drawing.
    pub fn forward(&self) -> Option<&AnnealedRun<K>> {
        self.current.as_ref().map(|layers| &layers.forward)
    }

    /// The SMC run of the present T, for drawing.
    pub fn populations(&self) -> Option<&SmcRun<K>> {
        self.current.as_ref().map(|layers| &layers.populations)
    }

    /// The reverse run of the present T, for drawing.
    pub fn reverse(&self) -> Option<&ReverseRun<K>> {
        self.current.as_ref().and_then(|layers| layers.reverse.as_ref())
    }

    fn start(
        &self,
        path: &GeometricPath<'_>,
        steps: NonZeroUsize,
    ) -> Result<Layers<K>, AnnealedError> {
        let SandwichPlan { spacing, chains, populations, .. } = self.plan;
        let schedule = || Schedule::spaced(spacing, steps);
        let seed = |method| seed_of(self.plan.seed, steps, method);
        let per_population = NonZeroUsize::new(chains.get() / populations.get());
        let smc = SmcPlan::new(populations, per_population.unwrap_or(NonZeroUsize::MIN));
        let kernel = || self.kernel.clone();
        let reverse = |draws| ReverseRun::new(path, schedule(), kernel(), draws, seed(2));
        let forward = AnnealedRun::new(path, schedule(), kernel(), chains, seed(0))?;
        Ok(Layers {
            forward: match self.recorded_chains {
                Some(chains) => forward.recording(chains),
                None => forward,
            },
            populations: SmcRun::new(path, schedule(), kernel(), smc, seed(1))?,
            reverse: self.exact_draws.as_ref().map(reverse).transpose()?,
        })
    }
}

impl<K: Kernel> Layers<K> {
    /// Advances the method that has the smallest share done; returns whether any work remains.
    fn advance(&mut self, path: &GeometricPath<'_>) -> Result<bool, AnnealedError> {
        let forward = self.forward.progress().done;
        let populations = self.populations.progress().done;
        if forward <= populations && self.reverse_done().is_none_or(|reverse| forward <= reverse) {
            self.forward.advance(path)?;
        } else if self.reverse_done().is_none_or(|reverse| populations <= reverse) {
            self.populations.advance(path)?;
        } else if let Some(reverse) = &mut self.reverse {
            reverse.advance(path)?;
        }
        let reverse_finished = self.reverse.as_ref().is_none_or(|run| run.progress().is_finished());
        let lower = [self.forward.progress(), self.populations.progress()];
        Ok(!(reverse_finished && lower.iter().all(AnnealingProgress::is_finished)))
    }

    fn reverse_done(&self) -> Option<usize> {
        self.reverse.as_ref().map(|run| run.progress().done)
    }

    fn done(&self) -> usize {
        let lower = self.forward.progress().done + self.populations.progress().done;
        lower + self.reverse_done().unwrap_or(0)
    }

    fn rung(
        self,
        steps: NonZeroUsize,
        exact_draws: Option<&ExactDraws>,
    ) -> Result<SandwichRung, AnnealedError> {
        let acceptance = self.forward.acceptance();
        let forward = self.forward.finish()?;
        let reverse = self.reverse.map(ReverseRun::finish).transpose()?;
        // Chains that start from the same draw do not show the variation between draws.
        let independent = exact_draws.is_some_and(ExactDraws::are_independent);
        let upper = |weights: &LogWeights| {
            let Bound { mean, stderr } = Bound::of(weights);
            Bound { mean: -mean, stderr: stderr.filter(|_| independent) }
        };
        Ok(SandwichRung {
            steps,
            ais: Bound::of(&forward),
            smc: Bound::of(&self.populations.finish()?),
            bdmc: reverse.as_ref().map(upper),
            log_evidence_forward: log_mean_exp(forward.as_slice()),
            log_evidence_reverse: reverse.map(|weights| -log_mean_exp(weights.as_slice())),
            acceptance,
        })
    }
}

/// A seed of its own for every T and method (SplitMix64's finaliser: Steele, Lea & Flood 2014).
fn seed_of(seed: u64, steps: NonZeroUsize, method: u64) -> u64 {
    let mix = |value: u64| {
        let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    };
    let gap = 0x9e37_79b9_7f4a_7c15_u64;
    let add = |state: u64, value: u64| mix(state.wrapping_add(gap) ^ value);
    add(add(add(0, seed), steps.get() as u64), method)
}
