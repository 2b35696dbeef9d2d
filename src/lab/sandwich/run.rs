//! The computation: step sizes first, then the bounds of one T after the other, alternating with the exact results.

use std::num::NonZeroUsize;

use super::mover::Mover;
use super::observed_model::ObservedModel;
use super::pictures::{self, ReplayView};
use super::plan::{MOST_ROWS_PER_MOVE, ModelPlan, Plan};
use super::trace::Trace;
use super::truth::ModelTruth;
use super::{numbers, remarks};
use crate::evidence::annealed::{
    AnnealedError, Hmc, Sandwich, SandwichPlan, SandwichRung, Schedule, StepSizes, Tuning,
    TuningRun,
};
use crate::lab::{Run, Sheet};
use crate::model::Vae;
use crate::state::{Language, Text};

/// Intervals of [0, 1] at whose ends a step size is tuned.
const STRETCHES: usize = 6;
/// Number of trial chains of the tuning pass.
const TRIAL_CHAINS: usize = 4;
/// Largest number of moments for one T.
const MOMENTS_PER_RUNG: usize = 12;
/// Evaluations of the exact curve per slice.
const CURVE_SLICE: usize = 8;
/// Number of recorded chains: all that a network moves. Zero would be a compile error.
const RECORDED: NonZeroUsize = NonZeroUsize::new(MOST_ROWS_PER_MOVE).unwrap();
/// Added to the run's seed for the tuning pass, which has to be independent of the run's chains.
const TUNING_STREAM: u64 = 0x7475 << 32;

/// The bounds, as far as they are computed.
pub(super) struct SandwichBounds {
    /// The setting.
    pub plan: Plan,
    /// The model.
    pub world: ObservedModel,
    /// The paths of the chains, one per T.
    pub traces: Vec<Trace>,
    /// E_{π_β} log w at every β of every T, exact, where it is known and computed.
    pub curves: Vec<Vec<f64>>,
    /// The error that stopped the computation, if there was one.
    pub trouble: Option<String>,
    betas: Vec<Vec<f64>>,
    moments: Vec<ReplayMoment>,
    tuning: Option<TuningRun>,
    knots: Vec<(f64, f64)>,
    sandwich: Option<Sandwich<Mover>>,
    is_truth_next: bool,
    is_done: bool,
}

/// A moment of the playback: rungs before `rung` are complete.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ReplayMoment {
    /// The index of the present T.
    pub rung: usize,
    /// The share of its path from β = 0 to 1 that is shown, in (0, 1].
    pub share: f64,
}

impl SandwichBounds {
    /// Sets up the computation without doing any work.
    pub(super) fn new(plan: Plan, vae: Option<&Vae>) -> Result<Self, Text> {
        let world = ObservedModel::new(&plan, vae)?;
        let schedule = |&steps| Schedule::spaced(plan.spacing, steps).betas().to_vec();
        let moments = plan.rungs.iter().enumerate().flat_map(|(rung, steps)| {
            let count = steps.get().min(MOMENTS_PER_RUNG);
            (1..=count).map(move |part| ReplayMoment { rung, share: part as f64 / count as f64 })
        });
        Ok(Self {
            betas: plan.rungs.iter().map(schedule).collect(),
            moments: moments.collect(),
            world,
            traces: Vec::new(),
            curves: vec![Vec::new(); plan.rungs.len()],
            trouble: None,
            tuning: None,
            knots: Vec::new(),
            sandwich: None,
            is_truth_next: false,
            is_done: false,
            plan,
        })
    }

    /// The T that are complete.
    pub(super) fn rungs(&self) -> &[SandwichRung] {
        self.sandwich.as_ref().map_or(&[], Sandwich::rungs)
    }

    /// The inverse temperatures of one T.
    pub(super) fn betas(&self, rung: usize) -> &[f64] {
        &self.betas[rung]
    }

    /// The moment after so many steps; `None` at the beginning.
    pub(super) fn moment(&self, step: usize) -> Option<ReplayMoment> {
        let last = self.moments.len();
        step.min(last).checked_sub(1).and_then(|index| self.moments.get(index)).copied()
    }

    /// The exact ELBO and EUBO, in nats, where they are known: the ends of the curve of T = 1.
    pub(super) fn ends(&self) -> [Option<f64>; 2] {
        match self.curves.first().map(Vec::as_slice) {
            Some([elbo, .., eubo]) => [Some(*elbo), Some(*eubo)],
            _ => [None, None],
        }
    }

    /// The left and the right sum of one T, in nats, where the exact curve is known.
    pub(super) fn thermodynamic_sums(&self, rung: usize) -> Option<[f64; 2]> {
        let (betas, curve) = (self.betas.get(rung)?, self.curves.get(rung)?);
        if curve.len() < betas.len() {
            return None;
        }
        let sum = |values: &[f64]| {
            betas.windows(2).zip(values).map(|(pair, f)| (pair[1] - pair[0]) * f).sum::<f64>()
        };
        Some([sum(curve), sum(&curve[1..])])
    }

    fn try_advance(&mut self) -> Result<bool, AnnealedError> {
        if self.sandwich.is_none() {
            self.tune()?;
            return Ok(true);
        }
        // Alternates, so that the first bounds and the exact results appear together.
        self.is_truth_next = !self.is_truth_next;
        if self.is_truth_next && self.advance_truth()? {
            return Ok(true);
        }
        let more = self.advance_bounds()?;
        Ok(more || self.advance_truth()?)
    }

    /// Tunes one step size, or creates the sandwich when all are found.
    fn tune(&mut self) -> Result<(), AnnealedError> {
        let mover = match &self.world.truth {
            ModelTruth::Line(oracle) if self.plan.model == ModelPlan::LinePerfect => {
                Mover::Perfect(*oracle)
            }
            _ => {
                let (path, factor) = self.world.trial()?;
                let tuning = match &mut self.tuning {
                    Some(tuning) => tuning,
                    None => self.tuning.insert(TuningRun::new(&path, tuning_of(&self.plan))?),
                };
                if let Some((beta, size)) = tuning.advance(&path)? {
                    self.knots.push((beta, factor * size));
                    return Ok(());
                }
                // There are knots, at increasing β and within the tuning's limits.
                let Ok(sizes) = StepSizes::new(&self.knots) else {
                    return Err(AnnealedError::Unfinished { done: 0, of: STRETCHES + 1 });
                };
                Mover::Hmc(Hmc::new(sizes, self.plan.leapfrog_steps))
            }
        };
        let plan = SandwichPlan {
            steps: self.plan.rungs.clone(),
            spacing: self.plan.spacing,
            chains: self.plan.chains,
            populations: self.plan.populations,
            seed: self.plan.seed,
        };
        let recorded = self.plan.chains.min(RECORDED);
        let draws = self.world.exact_draws.clone();
        self.sandwich = Some(Sandwich::new(plan, mover, draws).recording(recorded));
        Ok(())
    }

    fn advance_bounds(&mut self) -> Result<bool, AnnealedError> {
        let path = self.world.path()?;
        let Some(sandwich) = &mut self.sandwich else { return Ok(false) };
        let more = sandwich.advance(&path)?.is_some_and(|progress| !progress.is_finished());
        // AIS ends before the other methods, and its record is dropped with its T.
        if let Some(forward) = sandwich.forward().filter(|run| run.progress().is_finished())
            && self.traces.len() == sandwich.rungs().len()
        {
            self.traces.push(Trace::new(forward.record(), self.plan.model.dimension()));
        }
        Ok(more)
    }

    /// Computes the lattices, then the exact curve at some further β.
    fn advance_truth(&mut self) -> Result<bool, AnnealedError> {
        if self.world.truth.advance().map_err(crate::density::DensityError::from)? {
            return Ok(true);
        }
        if self.world.truth.known().is_none() {
            return Ok(false);
        }
        let parts = self.plan.model.dimension().div_ceil(2);
        for _ in 0..CURVE_SLICE.div_ceil(parts) {
            let rungs = self.curves.iter_mut().zip(&self.betas);
            let Some((curve, betas)) = rungs.into_iter().find(|(c, b)| c.len() < b.len()) else {
                return Ok(false);
            };
            let beta = betas[curve.len()];
            let Some(value) = self.world.truth.mean_log_weight(beta) else { return Ok(false) };
            curve.push(value);
        }
        Ok(true)
    }
}

fn tuning_of(plan: &Plan) -> Tuning {
    let count = |n| NonZeroUsize::new(n).unwrap_or(NonZeroUsize::MIN);
    Tuning {
        leapfrog_steps: plan.leapfrog_steps,
        target_acceptance: 0.8,
        chains: count(TRIAL_CHAINS),
        stretches: count(STRETCHES),
        seed: plan.seed.wrapping_add(TUNING_STREAM),
    }
}

impl Run for SandwichBounds {
    fn advance(&mut self) -> bool {
        if self.is_done {
            return false;
        }
        match self.try_advance() {
            Ok(true) => true,
            Ok(false) => {
                self.is_done = true;
                false
            }
            Err(error) => {
                self.trouble = Some(error.to_string());
                self.is_done = true;
                false
            }
        }
    }

    fn progress(&self) -> f64 {
        if self.is_done {
            return 1.0;
        }
        let Some(sandwich) = &self.sandwich else {
            return 0.1 * self.knots.len() as f64 / (STRETCHES + 1) as f64;
        };
        0.1 + 0.6 * sandwich.progress().share() + 0.3 * self.world.truth.progress()
    }

    fn steps(&self) -> usize {
        self.moments.len()
    }

    fn sheet(&self, step: usize, language: Language) -> Sheet {
        let view = ReplayView::new(self, step);
        let rungs = &self.rungs()[..view.whole];
        Sheet {
            figures: vec![
                pictures::bounds(self, view, language),
                pictures::ways(self, view, language),
                pictures::integral(self, view, language),
            ],
            metrics: numbers::metrics(self, rungs, language),
            table: numbers::table(self, rungs, language),
            remarks: remarks::remarks(self, rungs, language),
        }
    }
}
