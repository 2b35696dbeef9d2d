//! Stochastic gradient ascent with any of the estimators, from one start along one stream of noise, by
//! plain SGD (Robbins & Monro 1951) or Adam (Kingma & Ba 2015).

use std::num::NonZeroUsize;

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use serde::{Deserialize, Serialize};

use super::adam::AdamMoments;
use super::methods::MethodKind;
use super::parameters::{GaussianGradient, GaussianParameters};
use super::pool::{DrawPool, EstimateError};
use super::quadratic_weight::{GaussianPosterior, QuadraticError, QuadraticLogWeight};
use crate::density::{DifferentiableDensity, standard_normals};

/// How a gradient becomes a step in (m, ln σ).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Optimiser {
    /// φ ← φ + rate · ĝ: the noise of ĝ is the noise of the path.
    Sgd {
        /// Length of a step per nat of slope.
        rate: f64,
    },
    /// Adam with β₁ = 0.9, β₂ = 0.999, ε = 1e-8: the length of a step does not depend on that of ĝ.
    Adam {
        /// Length of a step while the gradient's sign is steady.
        rate: f64,
    },
}

/// β₁ and β₂ of the paper.
const DECAY: [f64; 2] = [0.9, 0.999];

/// Everything that a run depends on besides its method.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AscentSettings {
    /// K, the draws behind each gradient.
    pub draws: NonZeroUsize,
    /// How steps are taken.
    pub optimiser: Optimiser,
    /// Seed of the noise.
    pub seed: u32,
    /// The run has converged once log p(x) − ELBO has been below this many nats …
    pub tolerance: f64,
    /// … for this many steps on end.
    pub patience: usize,
    /// The run ends after this many steps.
    pub most_steps: usize,
}

impl Default for AscentSettings {
    fn default() -> Self {
        Self {
            draws: NonZeroUsize::MIN,
            optimiser: Optimiser::Sgd { rate: 0.02 },
            seed: 1,
            tolerance: 0.01,
            patience: 20,
            most_steps: 2000,
        }
    }
}

/// Where a run is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AscentStep {
    /// Steps taken so far; 0 at the start.
    pub step: usize,
    /// m.
    pub mean: f64,
    /// ln σ.
    pub log_sd: f64,
    /// The exact ELBO there, in nats.
    pub elbo: f64,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AscentOutcome {
    /// The exact gap stayed below the tolerance.
    Converged,
    /// The steps ran out first: its noise keeps it away.
    OutOfSteps,
    /// It left the valid range; the last step is the last valid one.
    Diverged(Divergence),
}

/// Why an ascent diverged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divergence {
    /// The next q has a gap of 10⁴ nats or more, or |ln σ| of 10 or more.
    OutOfRange,
    /// The joint could not be evaluated, or not to a log-weight.
    NoWeights,
    /// The draws gave no gradient.
    NoGradient(EstimateError),
}

/// Gap in nats from which on a run counts as diverged.
const LARGEST_GAP: f64 = 1e4;
/// |ln σ| from which on a run counts as diverged.
const LARGEST_LOG_SD: f64 = 10.0;

/// A run: an iterator that takes one step at a time and can be kept, cloned and resumed.
///
/// Runs with the same settings see the same ε at the same step, whatever their method. All climb to the
/// same q, the posterior: it maximises the ELBO and every L_K. The score's baselines, where a method
/// has them, are exact at every q.
#[derive(Clone, Debug)]
pub struct Ascent<J> {
    joint: J,
    posterior: GaussianPosterior,
    method: MethodKind,
    settings: AscentSettings,
    rng: Pcg64Mcg,
    q: GaussianParameters,
    weight: QuadraticLogWeight,
    here: AscentStep,
    // Of the gradients by (m, ln σ).
    adam: AdamMoments<2>,
    near: usize,
    outcome: Option<AscentOutcome>,
}

impl<J: DifferentiableDensity> Ascent<J> {
    /// Starts at `start`, with `posterior` known of the same `joint`.
    ///
    /// # Errors
    /// [`QuadraticError`] if the start is not one-dimensional or absurdly far off.
    pub fn new(
        joint: J,
        posterior: GaussianPosterior,
        start: GaussianParameters,
        method: MethodKind,
        settings: AscentSettings,
    ) -> Result<Self, QuadraticError> {
        let weight = posterior.log_weight(&start)?;
        let here = at(0, &start, &weight);
        Ok(Self {
            joint,
            posterior,
            method,
            settings,
            rng: Pcg64Mcg::seed_from_u64(u64::from(settings.seed)),
            q: start,
            weight,
            here,
            adam: AdamMoments::new(DECAY),
            near: 0,
            outcome: None,
        })
    }

    /// Where the run is; the start before the first step.
    pub fn here(&self) -> AscentStep {
        self.here
    }

    /// Which estimator it climbs with.
    pub fn method(&self) -> MethodKind {
        self.method
    }

    /// How it ended; `None` while it continues.
    pub fn outcome(&self) -> Option<AscentOutcome> {
        self.outcome
    }

    fn gradient(&mut self) -> Result<GaussianGradient, Divergence> {
        let count = self.settings.draws.get();
        let noise = standard_normals(count, &mut self.rng);
        let pool = DrawPool::new(&self.joint, &self.q, noise).map_err(|_| Divergence::NoWeights)?;
        let estimate = self.method.method().estimate;
        estimate(&pool.whole(), &self.weight.baselines()).map_err(Divergence::NoGradient)
    }

    /// The change of (m, ln σ) that the optimiser makes of a gradient.
    fn change(&mut self, gradient: [f64; 2]) -> [f64; 2] {
        match self.settings.optimiser {
            Optimiser::Sgd { rate } => gradient.map(|slope| rate * slope),
            Optimiser::Adam { rate } => self.adam.step(gradient, rate),
        }
    }

    fn advance(&mut self) -> Result<(), Divergence> {
        let gradient = self.gradient()?;
        // The start was one-dimensional, so the gradient is.
        let [in_mean, in_log_sd] = self.change([gradient.mean[0], gradient.log_sd[0]]);
        let (mean, log_sd) = (self.here.mean + in_mean, self.here.log_sd + in_log_sd);
        if log_sd.is_nan() || log_sd.abs() >= LARGEST_LOG_SD {
            return Err(Divergence::OutOfRange);
        }
        let q = GaussianParameters::new(vec![mean], vec![log_sd])
            .map_err(|_| Divergence::OutOfRange)?;
        let weight = self.posterior.log_weight(&q).map_err(|_| Divergence::OutOfRange)?;
        let gap = self.posterior.log_evidence() - weight.elbo();
        if gap.is_nan() || gap >= LARGEST_GAP {
            return Err(Divergence::OutOfRange);
        }
        self.here = at(self.here.step + 1, &q, &weight);
        (self.q, self.weight) = (q, weight);
        self.near = if gap < self.settings.tolerance { self.near + 1 } else { 0 };
        Ok(())
    }
}

fn at(step: usize, q: &GaussianParameters, weight: &QuadraticLogWeight) -> AscentStep {
    // `log_weight` has made sure that q is one-dimensional.
    AscentStep { step, mean: q.mean()[0], log_sd: q.log_sd()[0], elbo: weight.elbo() }
}

impl<J: DifferentiableDensity> Iterator for Ascent<J> {
    type Item = AscentStep;

    fn next(&mut self) -> Option<AscentStep> {
        if self.outcome.is_some() {
            return None;
        }
        if self.here.step >= self.settings.most_steps {
            self.outcome = Some(AscentOutcome::OutOfSteps);
            return None;
        }
        if let Err(divergence) = self.advance() {
            self.outcome = Some(AscentOutcome::Diverged(divergence));
            return None;
        }
        if self.near >= self.settings.patience.max(1) {
            self.outcome = Some(AscentOutcome::Converged);
        } else if self.here.step >= self.settings.most_steps {
            self.outcome = Some(AscentOutcome::OutOfSteps);
        }
        Some(self.here)
    }
}

#[cfg(test)]
mod tests;
