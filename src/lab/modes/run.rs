//! The computation: draws, the curves, and annealing, in the order of their importance.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::rc::Rc;

use super::annealing::Annealing;
use super::closed_form::Landscape;
use super::divergences::Divergences;
use super::draws::{DrawStatistics, ModeDraws};
use super::exact_modes::ExactModes;
use super::setting::Setting;
use super::{numbers, pictures, remarks};
use crate::lab::{Run, Sheet};
use crate::state::{Language, Text};

/// The exact bound E L_n is shown from this number of draws on.
const FIRST_RUNG: usize = 64;

/// The lab with one setting.
pub(super) struct Modes {
    pub world: ExactModes,
    pub draws: ModeDraws,
    pub divergences: Rc<RefCell<Divergences>>,
    /// (n, E L_n in nats) for powers of two; `None` until computed.
    pub ladder: Option<Vec<[f64; 2]>>,
    pub landscape: Landscape,
    pub annealing: Rc<RefCell<Annealing>>,
}

impl Modes {
    /// The exact results; no draw yet.
    ///
    /// # Errors
    /// A sentence that names what cannot be computed.
    pub(super) fn new(setting: Setting) -> Result<Self, Text> {
        let world = ExactModes::new(setting)?;
        let draws = ModeDraws::new(&world)?;
        Ok(Self {
            divergences: Divergences::of(&world),
            landscape: Landscape::new(&setting, world.truth.log_evidence()),
            annealing: Annealing::of(&world),
            ladder: None,
            world,
            draws,
        })
    }

    /// The estimates after so many steps; `None` before the first draws.
    pub(super) fn moment(&self, step: usize) -> Option<&DrawStatistics> {
        self.draws.reached().get(..step)?.last().or_else(|| {
            // While draws are being made, the last moment reached.
            let is_late = step > self.draws.reached().len();
            self.draws.reached().last().filter(|_| is_late)
        })
    }

    /// The exact E L_n for powers of two from [`FIRST_RUNG`] to K; empty where q has no quadrature.
    fn exact_ladder(&self) -> Vec<[f64; 2]> {
        let Some(curve) = self.world.iwae_curve() else { return Vec::new() };
        let last = self.world.setting.draws;
        let rungs = std::iter::successors(NonZeroUsize::new(FIRST_RUNG), |n| n.checked_mul(TWO));
        rungs.take_while(|n| n.get() <= last).map(|n| [n.get() as f64, curve.at(n)]).collect()
    }
}

/// 2.
const TWO: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

impl Run for Modes {
    /// The most visible results come first: the running estimate, then the curves, then AIS, and finally k̂ of the
    /// moments that only playback shows.
    fn advance(&mut self) -> bool {
        if self.draws.advance() || self.draws.smooth_last() {
            return true;
        }
        if self.divergences.borrow_mut().advance() {
            return true;
        }
        if self.ladder.is_none() {
            self.ladder = Some(self.exact_ladder());
            return true;
        }
        if self.annealing.borrow_mut().advance() {
            return true;
        }
        self.draws.smooth_next()
    }

    fn progress(&self) -> f64 {
        let (drawn, smoothed) = self.draws.progress();
        let once = if self.ladder.is_some() { 1.0 } else { 0.0 };
        let shares = [
            (3.0, drawn),
            (3.0, self.divergences.borrow().progress()),
            (1.0, once),
            (3.0, self.annealing.borrow().progress()),
            (1.0, smoothed),
        ];
        let total: f64 = shares.iter().map(|(weight, _)| weight).sum();
        shares.iter().map(|(weight, share)| weight * share).sum::<f64>() / total
    }

    fn steps(&self) -> usize {
        self.draws.steps()
    }

    fn sheet(&self, step: usize, language: Language) -> Sheet {
        Sheet {
            figures: pictures::figures(self, step, language),
            metrics: numbers::metrics(self, step, language),
            table: numbers::table(self, step, language),
            remarks: remarks::remarks(self, step, language),
        }
    }
}
