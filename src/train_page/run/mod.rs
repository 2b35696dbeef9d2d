//! A training run as the page sees it: it advances according to orders, and any moment of it can be shown.

mod beginning;
mod speed;

use serde::{Deserialize, Serialize};

pub use self::beginning::RunFile;
use self::speed::Speed;
use super::exact_curve::ExactCurve;
use super::pictures::{self, Moment};
use super::preparation::Preparation;
use super::remarks::remarks;
use super::setting::RunSettings;
use super::words;
use crate::data::BinaryImage;
use crate::model::Vae;
use crate::sheet::Sheet;
use crate::state::Language;
use crate::training::{Progress, SavedRun, Session, SessionError, pytorch_program, write_run};

/// The share of the time that is spent on measuring log p(x) rather than on training.
const MEASURING_SHARE: f64 = 0.3;

/// The orders to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// Train until paused, or until the bound has plateaued.
    Play,
    /// Pause.
    Pause,
    /// Take one more step.
    Step,
    /// Reset to the initial weights.
    Rewind,
}

/// How far the run is to advance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// Up to the bounds of the initial weights.
    Beginning,
    /// This number of steps.
    Steps(u32),
    /// Until the bound has plateaued.
    Everything,
    Nothing,
}

enum Stage {
    Preparing(Preparation),
    Learning(Box<Session>),
    /// The images are present but no training is possible with them; the description offers no such run.
    Impossible,
}

/// A run of training.
pub struct TrainingRun {
    settings: RunSettings,
    clock: fn() -> f64,
    stage: Stage,
    /// The saved run that is resumed once its images are present.
    saved: Option<(SavedRun, Vae)>,
    /// Own drawings that are trained on in addition to the strokes.
    drawings: Vec<BinaryImage>,
    wanted: Wanted,
    speed: Speed,
    exact: ExactCurve,
    /// Milliseconds of work so far, and the part of them spent on measuring log p(x).
    worked: f64,
    measured: f64,
    /// Whether the run has diverged: after which step, and the step of the network that is kept.
    broken: Option<(u32, u32)>,
}

impl TrainingRun {
    /// Takes an order, at any time.
    pub fn take(&mut self, order: Order) {
        self.speed = Speed::default();
        match order {
            Order::Play => {
                if let Stage::Learning(session) = &mut self.stage
                    && session.has_plateaued()
                {
                    session.ignore_plateau();
                }
                self.wanted = Wanted::Everything;
            }
            Order::Pause if self.wanted == Wanted::Beginning => {}
            Order::Pause => self.wanted = Wanted::Nothing,
            Order::Step => {
                if let Stage::Learning(session) = &mut self.stage
                    && session.has_plateaued()
                {
                    session.ignore_plateau();
                }
                self.wanted = match self.wanted {
                    Wanted::Steps(count) => Wanted::Steps(count + 1),
                    _ => Wanted::Steps(1),
                };
            }
            Order::Rewind => {
                self.wanted = Wanted::Beginning;
                self.broken = None;
                self.saved = None;
                self.exact = ExactCurve::default();
                (self.worked, self.measured) = (0.0, 0.0);
                if let Stage::Learning(session) = &mut self.stage {
                    // candle fails only for shapes that do not fit, and these did before.
                    let _ = session.rewind();
                }
            }
        }
    }

    /// The settings that decide the run; see [`RunSettings::canonical`].
    pub fn settings(&self) -> RunSettings {
        self.settings
    }

    /// The network of a moment, `None` being the newest, as a safetensors file with the settings and curves of the
    /// run.
    pub fn file(&self, moment: Option<usize>) -> Option<Vec<u8>> {
        let Stage::Learning(session) = &self.stage else { return None };
        let step = self.step_at(moment);
        let history = session.history().until(step);
        let (recipe, drawings) = (session.recipe().clone(), session.drawings().to_vec());
        let saved = SavedRun { recipe, step, history, drawings };
        write_run(&model_at(session, moment)?, &saved).ok()
    }

    /// A PyTorch program that loads the file of this name and prints the ELBO that the page shows.
    pub fn program(&self, moment: Option<usize>, file_name: &str) -> Option<String> {
        let Stage::Learning(session) = &self.stage else { return None };
        let image = session.validation_images().images().first()?;
        let model = model_at(session, moment)?;
        pytorch_program(&model, file_name, image).ok().map(|program| program.text)
    }

    /// The number of steps after which a moment's network was recorded.
    pub fn step_at(&self, moment: Option<usize>) -> u32 {
        match &self.stage {
            Stage::Preparing(_) | Stage::Impossible => 0,
            Stage::Learning(session) => moment
                .and_then(|moment| session.checkpoint(moment))
                .map(|checkpoint| checkpoint.step)
                // A run that has diverged shows the network that it keeps.
                .or(self.broken.map(|(_, kept)| kept))
                .unwrap_or(session.steps()),
        }
    }

    /// Does one slice of measuring log p(x), if one is due.
    fn measure(&mut self) -> bool {
        let Stage::Learning(session) = &self.stage else { return false };
        let is_stopped = self.wanted == Wanted::Nothing;
        let is_due = is_stopped || self.measured <= MEASURING_SHARE * self.worked;
        if self.broken.is_some() || !is_due || !self.exact.is_behind(session, is_stopped) {
            return false;
        }
        let start = (self.clock)();
        self.exact.advance(session, is_stopped);
        self.measured += (self.clock)() - start;
        true
    }

    /// Does one slice of training; false once nothing is ordered.
    fn slice(&mut self) -> bool {
        let session = match &mut self.stage {
            Stage::Learning(session) => session,
            Stage::Preparing(preparation) => {
                if preparation.advance() {
                    self.begin();
                }
                return true;
            }
            Stage::Impossible => return false,
        };
        match self.wanted {
            Wanted::Nothing => return false,
            Wanted::Steps(0) => {
                self.wanted = Wanted::Nothing;
                return false;
            }
            Wanted::Beginning if !session.history().points().is_empty() => {
                self.wanted = Wanted::Nothing;
                return false;
            }
            _ => {}
        }
        match session.advance() {
            Ok(Progress::Stepped(_)) => {
                if let Wanted::Steps(count) = &mut self.wanted {
                    *count -= 1;
                }
                self.speed.stepped((self.clock)(), session.steps());
            }
            Ok(Progress::Working | Progress::Measured) => {}
            Ok(Progress::Plateaued) => self.wanted = Wanted::Nothing,
            Err(error) => {
                self.wanted = Wanted::Nothing;
                let steps = session.steps();
                self.broken = Some(match error {
                    SessionError::Diverged { step, kept } => (step, kept),
                    _ => (steps, steps),
                });
            }
        }
        self.wanted != Wanted::Nothing
    }

    /// Works for a few milliseconds; false once nothing is left to do.
    pub fn advance(&mut self) -> bool {
        let start = (self.clock)();
        // The measurement beside the run is completed after the run itself has ended.
        let has_more = self.measure() || self.slice() || self.measure();
        self.worked += (self.clock)() - start;
        has_more
    }

    /// The share of the images that are present, then of the present epoch.
    pub fn progress(&self) -> f64 {
        match &self.stage {
            Stage::Preparing(preparation) => preparation.progress(),
            Stage::Learning(session) if self.is_playing() => session.epochs().fract(),
            Stage::Learning(_) | Stage::Impossible => 1.0,
        }
    }

    /// Whether it learns until it is told otherwise.
    pub fn is_playing(&self) -> bool {
        self.wanted == Wanted::Everything
    }

    /// Every checkpoint is a moment, and so is the newest network.
    pub fn moments(&self) -> usize {
        match &self.stage {
            Stage::Preparing(_) | Stage::Impossible => 0,
            Stage::Learning(session) => session.checkpoints().len(),
        }
    }

    /// What is seen at a moment, counted from 0; from [`Self::moments`] on that is now.
    pub fn sheet(&self, moment: usize, language: Language) -> Sheet {
        let Stage::Learning(session) = &self.stage else { return Sheet::default() };
        let moment = (moment < session.checkpoints().len()).then_some(moment);
        let Some(model) = model_at(session, moment) else { return Sheet::default() };
        let shown = self.step_at(moment);
        let moment = Moment {
            session,
            model: &model,
            exact: &self.exact,
            step: shown,
            is_now: moment.is_none(),
        };
        let state = words::State {
            is_playing: self.is_playing(),
            broken: self.broken,
            steps_per_second: self.speed.steps_per_second().filter(|_| self.is_playing()),
        };
        Sheet {
            figures: pictures::figures(&moment, language).unwrap_or_default(),
            metrics: words::metrics(&moment, &state, language),
            table: words::table(&moment, language),
            remarks: remarks(&moment, &state, language),
        }
    }
}

/// The network of a moment, `None` being the newest.
fn model_at(session: &Session, moment: Option<usize>) -> Option<Vae> {
    // The number of checkpoints may have decreased since the moment was chosen.
    match moment.and_then(|moment| session.checkpoint(moment)) {
        Some(checkpoint) => Some(checkpoint.model.clone()),
        None => session.model().ok(),
    }
}
