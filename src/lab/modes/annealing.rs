//! AIS from the prior to p(x, z), one temperature per slice.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::rc::Rc;

use super::cache::Cache;
use super::exact_modes::ExactModes;
use crate::evidence::annealed::{AnnealedRun, GeometricPath, Schedule, Spacing, Tuning, TuningRun};
use crate::evidence::{ImportanceEstimate, importance};
use crate::family::DiagonalGaussian;
use crate::model::NonlinearGaussian;

thread_local! {
    static KEPT: Cache<Annealing> = const { Cache::new() };
}

/// Chains of the run, and leapfrog steps between two temperatures.
const CHAINS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);
const LEAPFROG_STEPS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(2);
/// Chains and intervals of the tuning pass.
const TRIAL_CHAINS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(63);
const STRETCHES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(5);

/// A run in progress. It does not depend on q: started from a q on one mode it would miss the other mode as well.
pub(super) struct Annealing {
    /// The prior in one coordinate, which always exists.
    prior: Option<DiagonalGaussian>,
    model: NonlinearGaussian,
    temperatures: NonZeroUsize,
    seed: u64,
    stage: AnnealingStage,
}

enum AnnealingStage {
    Tuning(TuningRun),
    Running(AnnealedRun),
    Done(ImportanceEstimate),
    /// A density could not be evaluated.
    Failed,
}

impl Annealing {
    /// The run for a setting, cached while only q and K change.
    pub(super) fn of(world: &ExactModes) -> Rc<RefCell<Self>> {
        let setting = &world.setting;
        let temperatures = NonZeroUsize::new(setting.temperatures).unwrap_or(NonZeroUsize::MIN);
        let key = [
            setting.noise_sd,
            setting.observation,
            setting.temperatures as f64,
            setting.seed as f64,
        ];
        let seeds = [setting.stream(2), setting.stream(3)];
        KEPT.with(|kept| kept.get(&key, || Self::new(*world.model(), temperatures, seeds)))
    }

    fn new(model: NonlinearGaussian, temperatures: NonZeroUsize, seeds: [u64; 2]) -> Self {
        let [seed, tuning_seed] = seeds;
        let tuning = Tuning {
            leapfrog_steps: LEAPFROG_STEPS,
            target_acceptance: 0.8,
            chains: TRIAL_CHAINS,
            stretches: STRETCHES,
            seed: tuning_seed,
        };
        let prior = DiagonalGaussian::standard(1).ok();
        let tuning = prior.as_ref().and_then(|prior| {
            let path = GeometricPath::new(prior, &model).ok()?;
            TuningRun::new(&path, tuning).ok()
        });
        let stage = tuning.map_or(AnnealingStage::Failed, AnnealingStage::Tuning);
        Self { prior, model, temperatures, seed, stage }
    }

    /// Finds one step size or passes one temperature; false at the end.
    pub(super) fn advance(&mut self) -> bool {
        if matches!(self.stage, AnnealingStage::Done(_) | AnnealingStage::Failed) {
            return false;
        }
        let stage = std::mem::replace(&mut self.stage, AnnealingStage::Failed);
        self.stage = self.next(stage).unwrap_or(AnnealingStage::Failed);
        !matches!(self.stage, AnnealingStage::Done(_) | AnnealingStage::Failed)
    }

    fn next(&self, stage: AnnealingStage) -> Option<AnnealingStage> {
        let path = GeometricPath::new(self.prior.as_ref()?, &self.model).ok()?;
        Some(match stage {
            AnnealingStage::Tuning(mut tuning) => {
                if tuning.advance(&path).ok()?.is_some() {
                    return Some(AnnealingStage::Tuning(tuning));
                }
                let schedule = Schedule::spaced(Spacing::Sigmoidal, self.temperatures);
                let kernel = tuning.finish().ok()?;
                AnnealingStage::Running(
                    AnnealedRun::new(&path, schedule, kernel, CHAINS, self.seed).ok()?,
                )
            }
            AnnealingStage::Running(mut run) => {
                if run.advance(&path).ok()?.is_some() {
                    return Some(AnnealingStage::Running(run));
                }
                AnnealingStage::Done(importance(&run.finish().ok()?))
            }
            stage @ (AnnealingStage::Done(_) | AnnealingStage::Failed) => stage,
        })
    }

    pub(super) fn progress(&self) -> f64 {
        match &self.stage {
            AnnealingStage::Tuning(tuning) => 0.3 * tuning.progress().share(),
            AnnealingStage::Running(run) => 0.3 + 0.7 * run.progress().share(),
            AnnealingStage::Done(_) | AnnealingStage::Failed => 1.0,
        }
    }

    /// log of the mean weight of all chains; `None` before the last temperature.
    pub(super) fn estimate(&self) -> Option<&ImportanceEstimate> {
        match &self.stage {
            AnnealingStage::Done(estimate) => Some(estimate),
            _ => None,
        }
    }

    /// The number of evaluations of p(x, z): at the starts, and at every leapfrog step of every move.
    pub(super) fn evaluations(&self) -> usize {
        let moves = self.temperatures.get() - 1;
        CHAINS.get() * (1 + moves * LEAPFROG_STEPS.get())
    }
}
