//! Where log p(x) itself is while its bound is climbed, measured beside the run a slice at a time.

use crate::model::Vae;
use crate::training::{Dataset, GapSplit, GapTask, Recipe, Session, Validation};

/// Validation images whose log p(x) is computed exactly; always the same.
const EXACT_IMAGES: usize = 16;
/// With more than two latent dimensions there is only a bound, on so many images,
const BOUND_IMAGES: usize = 64;
/// with so many draws for each.
pub(super) const BOUND_DRAWS: usize = 64;
/// The noise of that bound.
const BOUND_SEED: u64 = 5;

/// What is known at one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Known {
    /// log p(x) and its gap, for one and two latent dimensions.
    Exact(GapSplit),
    /// L_64, below log p(x), and the ELBO of the same images.
    Bound { iwae: f64, elbo: f64 },
}

impl Known {
    /// The ELBO of the images that were looked at.
    pub fn elbo(&self) -> f64 {
        match self {
            Self::Exact(split) => split.encoder_elbo,
            Self::Bound { elbo, .. } => *elbo,
        }
    }

    /// The best that is known of their log p(x).
    pub fn best(&self) -> f64 {
        match self {
            Self::Exact(split) => split.log_evidence,
            Self::Bound { iwae, .. } => *iwae,
        }
    }
}

enum Task {
    Exact(Box<GapTask>),
    Bound(Box<Validation>, Vae),
}

/// What is known so far, step by step, and what is being measured.
#[derive(Default)]
pub(super) struct ExactCurve {
    known: Vec<(u32, Known)>,
    task: Option<(u32, Task)>,
    /// A network without finite numbers is not measured again.
    has_failed: bool,
}

impl ExactCurve {
    /// Oldest first.
    pub fn known(&self) -> &[(u32, Known)] {
        &self.known
    }

    /// The last that is known up to a step.
    pub fn at(&self, step: u32) -> Option<Known> {
        self.known.iter().rev().find(|(at, _)| *at <= step).map(|(_, known)| *known)
    }

    /// Whether the newest checkpoint has not been measured.
    pub fn is_behind(&self, session: &Session) -> bool {
        let newest = session.checkpoints().last().map(|checkpoint| checkpoint.step);
        !self.has_failed
            && (self.task.is_some() || self.known.last().map(|(step, _)| *step) != newest)
    }

    /// One slice of some milliseconds, of the measurement under way or of the newest checkpoint's.
    pub fn advance(&mut self, session: &Session) {
        if !self.is_behind(session) {
            return;
        }
        let Some((step, mut task)) = self.task.take().or_else(|| begin(session)) else {
            self.has_failed = true;
            return;
        };
        match work(&mut task) {
            Ok(Some(known)) => self.known.push((step, known)),
            Ok(None) => self.task = Some((step, task)),
            Err(()) => self.has_failed = true,
        }
    }
}

/// The measurement of the newest checkpoint.
fn begin(session: &Session) -> Option<(u32, Task)> {
    let checkpoint = session.checkpoints().last()?;
    let latent = checkpoint.model.latent();
    let first = |count: usize| {
        let images = session.validation_images().images();
        Dataset::new(images[..images.len().min(count)].to_vec()).ok()
    };
    let task = if latent <= 2 {
        let images = first(EXACT_IMAGES)?;
        Task::Exact(Box::new(GapTask::new(&checkpoint.model, images, GapTask::LIVE).ok()?))
    } else {
        let bound = Recipe::iwae(BOUND_DRAWS, false);
        let validation = Validation::new(first(BOUND_IMAGES)?, latent, bound, BOUND_SEED);
        Task::Bound(Box::new(validation), checkpoint.model.clone())
    };
    Some((checkpoint.step, task))
}

/// A slice; what is known once it is done.
fn work(task: &mut Task) -> Result<Option<Known>, ()> {
    let known = match task {
        Task::Exact(task) => task.advance().map_err(|_| ())?.map(Known::Exact),
        Task::Bound(validation, model) => {
            let bounds = validation.advance(model).map_err(|_| ())?;
            bounds.map(|bounds| Known::Bound { iwae: bounds.objective, elbo: bounds.elbo() })
        }
    };
    match known {
        Some(known) if !(known.best().is_finite() && known.elbo().is_finite()) => Err(()),
        known => Ok(known),
    }
}
