//! Exact log p(x) during training, measured beside the run in slices.

use crate::model::Vae;
use crate::training::{Dataset, GapSplit, GapTask, Objective, Recipe, Session, Validation};

/// Validation images whose log p(x) is computed exactly; always the same.
const EXACT_IMAGES: usize = 16;
/// With more than two latent dimensions only a bound is computed, on this number of images,
const BOUND_IMAGES: usize = 64;
/// with this number of draws for each.
pub(super) const BOUND_DRAWS: usize = 64;
/// The seed of that bound's noise.
const BOUND_SEED: u64 = 5;

/// The results for one network on the same images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Known {
    /// log p(x) and its gap, for one and two latent dimensions.
    Exact(GapSplit),
    /// With the wrong sign: log p(x), its error, and the reported "ELBO" of the same images.
    Refuted { log_evidence: f64, error: f64, reported: f64 },
    /// L_64, below log p(x), and the ELBO of the same images.
    Bound { iwae: f64, elbo: f64 },
}

/// The results for the network of one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measured {
    /// Steps that the network had taken.
    pub step: u32,
    /// The number of validation images used, the first ones.
    pub images: usize,
    pub known: Known,
}

impl Known {
    /// The ELBO of these images; NaN with the wrong sign, whose reported value is another quantity.
    pub(super) fn elbo(&self) -> f64 {
        match self {
            Self::Exact(split) => split.encoder_elbo,
            Self::Refuted { .. } => f64::NAN,
            Self::Bound { elbo, .. } => *elbo,
        }
    }

    /// The best known value of their log p(x).
    pub(super) fn best(&self) -> f64 {
        match self {
            Self::Exact(split) => split.log_evidence,
            Self::Refuted { log_evidence, .. } => *log_evidence,
            Self::Bound { iwae, .. } => *iwae,
        }
    }

    /// Whether every number is finite.
    fn is_finite(&self) -> bool {
        match self {
            Self::Exact(split) => split.log_evidence.is_finite() && split.encoder_elbo.is_finite(),
            Self::Refuted { log_evidence, reported, .. } => {
                log_evidence.is_finite() && reported.is_finite()
            }
            Self::Bound { iwae, elbo } => iwae.is_finite() && elbo.is_finite(),
        }
    }
}

enum Task {
    Exact(Box<GapTask>),
    /// log p(x), then the reported value.
    Refuted(Box<GapTask>, Box<Validation>, Vae),
    Bound(Box<Validation>, Vae),
}

/// A measurement in progress.
struct Measurement {
    step: u32,
    images: usize,
    task: Task,
}

/// The results so far by step, and the measurement in progress.
#[derive(Default)]
pub(super) struct ExactCurve {
    known: Vec<Measured>,
    under_way: Option<Measurement>,
    /// Whether a network had numbers that are not finite: then nothing more is measured.
    has_failed: bool,
}

impl ExactCurve {
    /// Oldest first.
    pub(super) fn known(&self) -> &[Measured] {
        &self.known
    }

    /// The last result up to a step.
    pub(super) fn at(&self, step: u32) -> Option<&Measured> {
        self.known.iter().rev().find(|measured| measured.step <= step)
    }

    /// Whether there is something to measure: the newest checkpoint, and with `is_stopped` the network of the present
    /// step, which is the one on the screen.
    pub(super) fn is_behind(&self, session: &Session, is_stopped: bool) -> bool {
        let last = self.known.last().map(|measured| measured.step);
        let is_newer = last.is_none_or(|last| last < target(session, is_stopped));
        !self.has_failed && (self.under_way.is_some() || is_newer)
    }

    /// Does one slice of some milliseconds of the present or the next measurement.
    pub(super) fn advance(&mut self, session: &Session, is_stopped: bool) {
        if !self.is_behind(session, is_stopped) {
            return;
        }
        let Some(mut measurement) = self.under_way.take().or_else(|| begin(session, is_stopped))
        else {
            self.has_failed = true;
            return;
        };
        let Measurement { step, images, .. } = measurement;
        match work(&mut measurement.task) {
            Ok(Some(known)) => self.known.push(Measured { step, images, known }),
            Ok(None) => self.under_way = Some(measurement),
            Err(()) => self.has_failed = true,
        }
    }
}

/// The step of the network to be measured.
fn target(session: &Session, is_stopped: bool) -> u32 {
    let newest = session.checkpoints().last().map(|checkpoint| checkpoint.step);
    newest.filter(|_| !is_stopped).unwrap_or(session.steps())
}

/// Begins the measurement of the newest checkpoint, or of the present network.
fn begin(session: &Session, is_stopped: bool) -> Option<Measurement> {
    let step = target(session, is_stopped);
    let checkpoint = session.checkpoints().iter().find(|checkpoint| checkpoint.step == step);
    let model = match checkpoint {
        Some(checkpoint) => checkpoint.model.clone(),
        None => session.model().ok()?,
    };
    let latent = model.latent();
    let objective = session.recipe().objective;
    let first = |count: usize| {
        let images = session.validation_images().images();
        Dataset::new(images[..images.len().min(count)].to_vec()).ok()
    };
    let looked_at = first(if latent <= 2 { EXACT_IMAGES } else { BOUND_IMAGES })?;
    let images = looked_at.images().len();
    let validation =
        |objective| Box::new(Validation::new(looked_at.clone(), latent, objective, BOUND_SEED));
    let task = if latent > 2 {
        Task::Bound(validation(Recipe::iwae(BOUND_DRAWS, false)), model)
    } else {
        let gap = Box::new(GapTask::new(&model, looked_at.clone(), GapTask::LIVE).ok()?);
        match objective {
            Objective::WrongSign => Task::Refuted(gap, validation(objective), model),
            _ => Task::Exact(gap),
        }
    };
    Some(Measurement { step, images, task })
}

/// Does a slice; returns the result once it is complete.
fn work(task: &mut Task) -> Result<Option<Known>, ()> {
    let known = match task {
        Task::Exact(task) => task.advance().map_err(|_| ())?.map(Known::Exact),
        Task::Refuted(task, validation, model) => match task.advance().map_err(|_| ())? {
            None => None,
            Some(GapSplit { log_evidence, error, .. }) => loop {
                if let Some(bounds) = validation.advance(model).map_err(|_| ())? {
                    let reported = bounds.objective;
                    break Some(Known::Refuted { log_evidence, error, reported });
                }
            },
        },
        Task::Bound(validation, model) => {
            let bounds = validation.advance(model).map_err(|_| ())?;
            bounds.map(|bounds| Known::Bound { iwae: bounds.objective, elbo: bounds.elbo() })
        }
    };
    match known {
        Some(known) if !known.is_finite() => Err(()),
        known => Ok(known),
    }
}
