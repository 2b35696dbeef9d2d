//! The computation: ascents and clouds in turn, then the ratios at other K.

use std::num::NonZeroUsize;

use super::ascent_paths::{AscentPath, AscentPaths, STEPS};
use super::problem::{Problem, ProblemError};
use super::sampler::Sampler;
use super::setting::{PathView, Setting};
use super::{numbers, pictures, remarks};
use crate::gradient::{ExactMoments, METHODS, MethodKind, Moments, WeightTransform};
use crate::lab::{Run, Sheet};
use crate::state::Language;

/// The K at which signal-to-noise ratios are measured.
pub(super) const LADDER: [usize; 4] = [1, 4, 16, 64];

/// The lab with one setting, as far as it is computed.
pub(super) struct GradientsRun {
    pub setting: Setting,
    pub problem: Problem,
    /// Computed in the first slice; the inner `None` where it would take too long.
    transform: Option<Option<WeightTransform>>,
    /// Every method at the chosen K.
    pub clouds: Sampler,
    /// The chosen methods at each K of the ladder.
    pub ladder: Vec<Sampler>,
    pub climbs: AscentPaths,
}

/// The run as shown after some steps.
#[derive(Clone, Copy)]
pub(super) struct RunAtStep<'a> {
    pub run: &'a GradientsRun,
    pub step: usize,
    pub language: Language,
}

impl GradientsRun {
    /// The exact results, and the first estimates.
    ///
    /// # Errors
    /// [`ProblemError`] if q is too far off for floating point.
    pub(super) fn new(setting: Setting) -> Result<Self, ProblemError> {
        let problem = Problem::new(setting.mean, setting.variance, setting.shift.nats())?;
        let Setting { replicates, .. } = setting;
        let (draws, seed) = (setting.count(), setting.seed as u32);
        let all = METHODS.iter().map(|method| method.kind);
        let mut clouds = Sampler::new(all, draws, replicates, seed);
        let ks = LADDER.into_iter().filter_map(NonZeroUsize::new);
        let ladder = ks.map(|k| Sampler::new(setting.chosen(), k, replicates, seed)).collect();
        let mut climbs = AscentPaths::new(&problem, &setting)?;
        clouds.advance(&problem);
        climbs.advance();
        Ok(Self { setting, problem, transform: None, clouds, ladder, climbs })
    }

    /// The exact moments in m at some K; `None` where they are not known.
    pub(super) fn exact_at(&self, method: MethodKind, draws: NonZeroUsize) -> Option<ExactMoments> {
        let transform = self.transform.as_ref().and_then(Option::as_ref);
        self.problem.exact(method, draws, transform).map(|exact| exact.mean)
    }

    /// The exact gradient in m and ln σ of a method's objective, at the chosen K.
    pub(super) fn exact_gradient(&self, method: MethodKind) -> Option<[f64; 2]> {
        let transform = self.transform.as_ref().and_then(Option::as_ref);
        let exact = self.problem.exact(method, self.setting.count(), transform)?;
        Some([exact.mean.mean, exact.log_sd.mean])
    }
}

impl Run for GradientsRun {
    fn advance(&mut self) -> bool {
        if self.transform.is_none() {
            self.transform = Some(WeightTransform::new(&self.problem.weight));
            return true;
        }
        let is_climbing = self.climbs.advance();
        let is_drawing = self.clouds.advance(&self.problem);
        if is_climbing || is_drawing {
            return true;
        }
        // The lowest rung that is not finished.
        self.ladder.iter_mut().any(|rung| {
            rung.progress() < 1.0 && {
                rung.advance(&self.problem);
                true
            }
        })
    }

    fn progress(&self) -> f64 {
        let costs = self.ladder.iter().map(|rung| rung.draws().get() as f64);
        let done = self.ladder.iter().map(|rung| rung.draws().get() as f64 * rung.progress());
        let ladder = done.sum::<f64>() / costs.sum::<f64>();
        (self.climbs.progress() + self.clouds.progress() + 2.0 * ladder) / 4.0
    }

    fn steps(&self) -> usize {
        STEPS
    }

    fn sheet(&self, step: usize, language: Language) -> Sheet {
        let moment = RunAtStep { run: self, step: step.min(STEPS), language };
        Sheet {
            figures: vec![
                match self.setting.view {
                    PathView::Gaps => pictures::gaps(&moment),
                    PathView::Paths => pictures::plane(&moment),
                },
                pictures::clouds(&moment),
                pictures::variances(&moment),
                pictures::ratios(&moment),
            ],
            metrics: numbers::metrics(&moment),
            table: numbers::table(&moment),
            remarks: remarks::remarks(&moment),
        }
    }
}

impl RunAtStep<'_> {
    /// The number of estimates shown: with each step of the ascents an equal share of all.
    pub(super) fn fallen(&self) -> usize {
        self.run.setting.replicates * self.step / STEPS
    }

    /// The measured moments in m at the chosen K; `None` of fewer than two estimates.
    pub(super) fn measured(&self, method: MethodKind) -> Option<Moments> {
        self.run.clouds.moments(method, self.fallen(), &self.run.problem)
    }

    /// The exact moments.
    pub(super) fn exact(&self, method: MethodKind) -> Option<ExactMoments> {
        self.run.exact_at(method, self.run.setting.count())
    }

    /// The ascent of a method.
    pub(super) fn climb(&self, method: MethodKind) -> Option<&AscentPath> {
        self.run.climbs.of(method)
    }

    /// The name of a method for narrow places.
    pub(super) fn name(&self, method: MethodKind) -> &'static str {
        super::names::short(method).say(self.language)
    }
}
