//! One gradient ascent from q to the posterior for every method, recorded.

use super::problem::Problem;
use super::setting::Setting;
use crate::gradient::{
    Ascent, AscentOutcome, AscentSettings, AscentStep, METHODS, MethodKind, Optimiser,
    QuadraticError,
};
use crate::model::LinearGaussian;

/// Largest number of steps.
pub(super) const STEPS: usize = 300;
/// An ascent has converged once its ELBO is this close to log p(x), in nats …
const TOLERANCE: f64 = 0.01;
/// … for so many steps in succession.
const PATIENCE: usize = 20;
/// Largest number of points over which the final gap is averaged: a single one varies too much.
const LAST: usize = 100;
/// Draws per slice of work: about a millisecond.
const SLICE: usize = 2048;

/// The ascent of one method, as far as it is computed.
#[derive(Clone, Debug)]
pub(super) struct AscentPath {
    ascent: Ascent<LinearGaussian>,
    /// Every point from the start on.
    pub path: Vec<AscentStep>,
}

/// The ascents of all methods that are defined for K draws.
#[derive(Clone, Debug)]
pub(super) struct AscentPaths {
    climbs: Vec<AscentPath>,
    steps_per_slice: usize,
}

impl AscentPath {
    /// The method.
    pub(super) fn method(&self) -> MethodKind {
        self.ascent.method()
    }

    /// How it ended, as seen after `step` steps; `None` while it continues.
    pub(super) fn outcome(&self, step: usize) -> Option<AscentOutcome> {
        self.ascent.outcome().filter(|_| step + 1 >= self.path.len())
    }

    /// Its points up to `step`.
    pub(super) fn path(&self, step: usize) -> &[AscentStep] {
        &self.path[..self.path.len().min(step + 1)]
    }

    /// log p(x) minus the exact ELBO, in nats, averaged over the last third of the path up to `step`, at most 100
    /// points.
    pub(super) fn last_gap(&self, log_evidence: f64, step: usize) -> f64 {
        let path = self.path(step);
        let last = &path[path.len() - path.len().div_ceil(3).min(LAST)..];
        log_evidence - last.iter().map(|at| at.elbo).sum::<f64>() / last.len() as f64
    }

    fn progress(&self) -> f64 {
        let is_over = self.ascent.outcome().is_some();
        if is_over { 1.0 } else { (self.path.len() - 1) as f64 / STEPS as f64 }
    }
}

impl AscentPaths {
    /// All ascents at their start; they use the same noise.
    ///
    /// # Errors
    /// [`QuadraticError`] if q is too far off for floating point.
    pub(super) fn new(problem: &Problem, setting: &Setting) -> Result<Self, QuadraticError> {
        let settings = AscentSettings {
            draws: setting.count(),
            optimiser: Optimiser::Sgd { rate: setting.rate },
            seed: setting.seed as u32,
            tolerance: TOLERANCE,
            patience: PATIENCE,
            most_steps: STEPS,
        };
        let climb = |kind: MethodKind| {
            let (joint, start) = (problem.joint.clone(), problem.proposal.clone());
            let ascent = Ascent::new(joint, problem.posterior, start, kind, settings)?;
            let path = vec![ascent.here()];
            Ok(AscentPath { ascent, path })
        };
        let able = METHODS.iter().filter(|method| method.least_draws <= setting.draws);
        let climbs: Result<Vec<_>, _> = able.map(|method| climb(method.kind)).collect();
        let steps_per_slice = (SLICE / setting.draws / METHODS.len()).max(1);
        Ok(Self { climbs: climbs?, steps_per_slice })
    }

    /// Advances all ascents by a slice; false once all have ended.
    pub(super) fn advance(&mut self) -> bool {
        for climb in &mut self.climbs {
            climb.path.extend(climb.ascent.by_ref().take(self.steps_per_slice));
        }
        self.climbs.iter().any(|climb| climb.ascent.outcome().is_none())
    }

    /// The share that is done.
    pub(super) fn progress(&self) -> f64 {
        self.climbs.iter().map(AscentPath::progress).sum::<f64>() / self.climbs.len() as f64
    }

    /// Every ascent, in the order of the methods.
    pub(super) fn iter(&self) -> impl Iterator<Item = &AscentPath> {
        self.climbs.iter()
    }

    /// The ascent of a method; `None` if it is not defined for so few draws.
    pub(super) fn of(&self, method: MethodKind) -> Option<&AscentPath> {
        self.iter().find(|climb| climb.method() == method)
    }
}
