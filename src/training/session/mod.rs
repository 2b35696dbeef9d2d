//! A training run as a value, advanced in slices of some milliseconds so that its caller stays responsive.

mod run;
mod split;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use thiserror::Error;

use self::run::{Doing, End, RunState, is_finite};
use self::split::Split;
use super::checkpoints::Checkpoint;
use super::{
    Dataset, History, OptimizationStep, Recipe, RecipeError, SavedRun, TrainingError, Validation,
};
use crate::data::{BinaryImage, LabelCountError};
use crate::model::Vae;

/// Why a run cannot begin or continue.
#[derive(Debug, Error)]
pub enum SessionError {
    /// A setting that cannot be run.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// One image alone cannot be both learned from and kept for validation.
    #[error("{0} image to learn from, at least 2 are needed")]
    TooFewImages(usize),
    /// The number of labels does not match the number of images.
    #[error(transparent)]
    Labels(#[from] LabelCountError),
    /// Not as many own drawings as the recipe counts.
    #[error("{found} own drawings, the settings count {expected}")]
    Drawings {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A bound, a gradient or a weight was no longer finite. The run is over; its model is the last good
    /// checkpoint.
    #[error("step {step} has no finite bound; the network of step {kept} is kept")]
    Diverged {
        /// Steps taken before.
        step: u32,
        /// Step of the checkpoint that is kept.
        kept: u32,
    },
    /// A saved model that is not the one of its recipe.
    #[error("the saved network does not belong to its settings")]
    Model,
    /// candle's.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

/// The result of one slice of work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Progress {
    /// In the middle of a step or of a measurement.
    Working,
    /// A step was taken, with these bounds before it.
    Stepped(OptimizationStep),
    /// The validation images were measured; [`Session::history`] has a new point.
    Measured,
    /// Nothing was done: the validation bound has plateaued, see [`Session::ignore_plateau`].
    Plateaued,
}

/// A run: the network, its curves, and its checkpoints.
///
/// Every number follows from the recipe and the images: the seed gives five streams, for the first
/// weights, the split, the order of the images, the noise of training and the noise of validation.
#[derive(Debug)]
pub struct Session {
    recipe: Recipe,
    split: Split,
    drawings: Vec<BinaryImage>,
    streams: Streams,
    run: RunState,
}

#[derive(Clone, Copy, Debug)]
struct Streams {
    weights: u64,
    split: u64,
    order: u64,
    noise: u64,
    validation: u64,
}

impl Streams {
    fn new(seed: u64) -> Self {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let mut next = || rng.random();
        Self { weights: next(), split: next(), order: next(), noise: next(), validation: next() }
    }
}

impl Session {
    /// A run before its first step. `labels`, if any, name the class of each image of `dataset`.
    ///
    /// # Errors
    /// [`SessionError::Recipe`], [`SessionError::TooFewImages`], [`SessionError::Labels`].
    pub fn new(
        recipe: Recipe,
        dataset: &Dataset,
        labels: Option<&[u8]>,
    ) -> Result<Self, SessionError> {
        Self::with_drawings(recipe, dataset, labels, &[])
    }

    /// The same with own drawings among the images that are learned from, repeated until they are about
    /// a tenth of them. They are never validated on: a copy of each would have been learned.
    ///
    /// # Errors
    /// Those of [`Self::new`], and [`SessionError::Drawings`].
    pub fn with_drawings(
        recipe: Recipe,
        dataset: &Dataset,
        labels: Option<&[u8]>,
        drawings: &[BinaryImage],
    ) -> Result<Self, SessionError> {
        recipe.check()?;
        if drawings.len() != recipe.drawings {
            let (found, expected) = (drawings.len(), recipe.drawings);
            return Err(SessionError::Drawings { found, expected });
        }
        let streams = Streams::new(recipe.seed);
        let split = Split::new(dataset, labels, drawings, streams.split)?;
        let run = RunState::new(&recipe, &split.training, &split.validation, streams)?;
        Ok(Self { recipe, split, drawings: drawings.to_vec(), streams, run })
    }

    /// Resumes a saved run on the same images, with its network, steps and curves. The running means of Adam are not
    /// saved and restart, and so do order and noise, from the seed and the step: two resumptions are identical, but
    /// differ from an uninterrupted run.
    ///
    /// # Errors
    /// Those of [`Self::with_drawings`], and [`SessionError::Model`].
    pub fn resume(
        saved: SavedRun,
        model: &Vae,
        dataset: &Dataset,
        labels: Option<&[u8]>,
    ) -> Result<Self, SessionError> {
        let SavedRun { recipe, drawings, .. } = saved;
        let mut session = Self::with_drawings(recipe, dataset, labels, &drawings)?;
        let recipe = &session.recipe;
        if !recipe.fits(model) || !is_finite(model)? {
            return Err(SessionError::Model);
        }
        session.run.go_on(recipe, model, saved.step, saved.history, session.streams)?;
        Ok(session)
    }

    /// Back to before the first step: the same run again, to the last bit.
    ///
    /// # Errors
    /// Passes on candle's.
    pub fn rewind(&mut self) -> Result<(), SessionError> {
        self.run = RunState::new(
            &self.recipe,
            &self.split.training,
            &self.split.validation,
            self.streams,
        )?;
        Ok(())
    }

    /// Does one slice of work: a part of a step, or a part of the measurement that precedes the first step and is
    /// repeated regularly.
    ///
    /// # Errors
    /// [`SessionError::Diverged`], now and in every later call, once a value is not finite.
    pub fn advance(&mut self) -> Result<Progress, SessionError> {
        let run = &mut self.run;
        match run.end {
            End::Plateaued => return Ok(Progress::Plateaued),
            End::Diverged => return Err(run.diverged()),
            End::Open | End::Ignored => {}
        }
        let progress = match &mut run.doing {
            Doing::Measuring(validation) => match validation.advance(run.trainer.moving_model()) {
                Ok(Some(bounds)) => run.measured(bounds, &self.recipe),
                Ok(None) => Ok(Progress::Working),
                Err(error) => Err(error),
            },
            Doing::Stepping(..) => run.take_part(&self.recipe, || {
                self.recipe.validation(&self.split.validation, self.streams)
            }),
        };
        progress.map_err(|error| match error {
            TrainingError::Tensor(error) => error.into(),
            TrainingError::Diverged(_) | TrainingError::Gradient => {
                run.end = End::Diverged;
                run.diverged()
            }
        })
    }

    /// Does one whole step, after a measurement if one is due, however long that takes; `None` if the run has
    /// plateaued.
    ///
    /// # Errors
    /// Those of [`Self::advance`].
    pub fn step(&mut self) -> Result<Option<OptimizationStep>, SessionError> {
        loop {
            match self.advance()? {
                Progress::Stepped(step) => return Ok(Some(step)),
                Progress::Plateaued => return Ok(None),
                Progress::Working | Progress::Measured => {}
            }
        }
    }

    /// Continues although the validation bound has plateaued; from then on the run does not stop by itself.
    pub fn ignore_plateau(&mut self) {
        if self.run.end != End::Diverged {
            self.run.end = End::Ignored;
        }
    }

    /// The settings.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// Steps taken.
    pub fn steps(&self) -> u32 {
        self.run.steps
    }

    /// Passes through the training images, whole and part.
    pub fn epochs(&self) -> f64 {
        f64::from(self.run.steps) / self.steps_per_epoch() as f64
    }

    /// Steps in one pass through the training images.
    pub fn steps_per_epoch(&self) -> usize {
        self.run.batches.per_pass()
    }

    /// At about which step the run stops by itself if the validation bound rises no more; `None` if it
    /// never does.
    pub fn plateaus_at(&self) -> Option<u32> {
        let is_open = self.run.end == End::Open;
        is_open.then(|| self.history().plateaus_at(self.recipe.patience, self.recipe.warm_up))?
    }

    /// Whether the run stopped by itself.
    pub fn has_plateaued(&self) -> bool {
        self.run.end == End::Plateaued
    }

    /// The curves so far.
    pub fn history(&self) -> &History {
        &self.run.history
    }

    /// Checkpoints, oldest first; the one of step 0 is always there, and so is the newest, which is of
    /// the last point of the history.
    pub fn checkpoints(&self) -> &[Checkpoint] {
        self.run.checkpoints.all()
    }

    /// One of [`Self::checkpoints`].
    pub fn checkpoint(&self, index: usize) -> Option<&Checkpoint> {
        self.checkpoints().get(index)
    }

    /// The network as it is now, in memory of its own; after a divergence the last good checkpoint.
    ///
    /// # Errors
    /// Passes on candle's.
    pub fn model(&self) -> Result<Vae, SessionError> {
        match (self.run.end, self.run.trainer.model()) {
            (End::Diverged, _) => Ok(self.run.checkpoints.newest().model.clone()),
            (_, Ok(model)) => Ok(model),
            (_, Err(TrainingError::Tensor(error))) => Err(error.into()),
            (_, Err(_)) => Err(self.run.diverged()),
        }
    }

    /// The images it learns from.
    pub fn training_images(&self) -> &Dataset {
        &self.split.training
    }

    /// The own drawings among them.
    pub fn drawings(&self) -> &[BinaryImage] {
        &self.drawings
    }

    /// The number of copies of each drawing in the training set.
    pub fn drawing_repeats(&self) -> usize {
        self.split.drawing_repeats
    }

    /// The images it never learns from.
    pub fn validation_images(&self) -> &Dataset {
        &self.split.validation
    }

    /// Their classes, if they are known.
    pub fn validation_labels(&self) -> Option<&[u8]> {
        self.split.validation_labels.as_deref()
    }
}

impl Recipe {
    fn validation(&self, images: &Dataset, streams: Streams) -> Validation {
        Validation::new(images.clone(), self.latent, self.objective, streams.validation)
    }
}

#[cfg(test)]
mod tests;
