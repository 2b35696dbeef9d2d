//! A training run as a value, driven in slices of some milliseconds by whoever has to stay responsive.

use std::num::NonZeroUsize;

use candle_core::DType;
use elboscope_kernels::is_within_f32;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use thiserror::Error;

use super::checkpoints::{Checkpoint, Checkpoints};
use super::numbers::read;
use super::parameters::frozen;
use super::slices::images_per_part;
use super::{
    AdamSettings, Batches, Bounds, Dataset, History, Learn, Point, Recipe, RecipeError, SavedRun,
    Step, Trainer, TrainingError, Validation, initial_vae, pixel_tensor,
};
use crate::data::{BinaryImage, LabelCountError};
use crate::model::Vae;

/// A tenth of the images is kept for validation, but no more than these.
const MOST_VALIDATION_IMAGES: usize = 500;
/// At least so many steps lie between two measurements.
const LEAST_INTERVAL: usize = 20;
/// Training images per validation image between two measurements: about a twentieth of the time is
/// spent on measuring.
const TRAINING_PER_VALIDATION: usize = 8;

/// Why a run cannot begin or go on.
#[derive(Debug, Error)]
pub enum SessionError {
    /// A setting that cannot be run.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// One image alone cannot be both learned from and kept for validation.
    #[error("{0} image to learn from, at least 2 are needed")]
    TooFewImages(usize),
    /// Labels that do not belong to the images.
    #[error(transparent)]
    Labels(#[from] LabelCountError),
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

/// What one slice of work came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Progress {
    /// In the middle of a step or of a measurement.
    Working,
    /// A step was taken, with these bounds before it.
    Stepped(Step),
    /// The validation images were measured; [`Session::history`] has a new point.
    Measured,
    /// Nothing was done: the validation bound rests, see [`Session::ignore_rest`].
    Rests,
}

/// A run: the network on its way, its curves, and its checkpoints.
///
/// Every number follows from the recipe and the images: the seed gives five streams, for the first
/// weights, the split, the order of the images, the noise of training and the noise of validation.
#[derive(Debug)]
pub struct Session {
    recipe: Recipe,
    training: Dataset,
    validation: Dataset,
    validation_labels: Option<Vec<u8>>,
    streams: Streams,
    run: Run,
}

/// What [`Session::rewind`] begins anew.
#[derive(Debug)]
struct Run {
    trainer: Trainer,
    batches: Batches,
    steps: u32,
    history: History,
    checkpoints: Checkpoints,
    doing: Doing,
    /// Training ELBO since the last point: sum and number of steps.
    since: (f64, u32),
    end: End,
}

/// What the next slice goes on with.
#[derive(Debug)]
enum Doing {
    Measuring(Validation),
    /// The images of a batch and how many of them are done.
    Stepping(Vec<BinaryImage>, usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Open,
    Rests,
    /// It rested, but was told to go on.
    Ignored,
    Diverged,
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
        recipe.check()?;
        let images = dataset.images();
        if let Some(labels) = labels
            && labels.len() != images.len()
        {
            return Err(LabelCountError { images: images.len(), labels: labels.len() }.into());
        }
        let streams = Streams::new(recipe.seed);
        let mut order: Vec<usize> = (0..images.len()).collect();
        order.shuffle(&mut Pcg64Mcg::seed_from_u64(streams.split));
        let kept = (images.len() / 10).clamp(1, MOST_VALIDATION_IMAGES);
        let (kept, learned) = order.split_at(kept);
        let part = |indices: &[usize]| {
            Dataset::new(indices.iter().map(|&index| images[index]).collect())
                .map_err(|_| SessionError::TooFewImages(images.len()))
        };
        let (validation, training) = (part(kept)?, part(learned)?);
        let validation_labels =
            labels.map(|labels| kept.iter().map(|&index| labels[index]).collect());
        let run = Run::new(&recipe, &training, &validation, streams)?;
        Ok(Self { recipe, training, validation, validation_labels, streams, run })
    }

    /// Goes on with a run that was saved, for the same images: with its network, steps and curves. The
    /// running means of Adam are not saved and begin anew, and so do order and noise, from the seed and
    /// the step: resumed twice it goes on in the same way, but not as if it had never been interrupted.
    ///
    /// # Errors
    /// Those of [`Self::new`], and [`SessionError::Model`].
    pub fn resume(
        saved: SavedRun,
        model: &Vae,
        dataset: &Dataset,
        labels: Option<&[u8]>,
    ) -> Result<Self, SessionError> {
        let mut session = Self::new(saved.recipe, dataset, labels)?;
        let recipe = &session.recipe;
        let dims = [&model.encoder[0], &model.decoder[0]].map(|layer| layer.weight.dim(0));
        let is_theirs = model.activation == recipe.activation
            && model.latent() == recipe.latent
            && dims.into_iter().all(|width| width.is_ok_and(|width| width == recipe.hidden));
        if !is_theirs || !is_finite(model)? {
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
        self.run = Run::new(&self.recipe, &self.training, &self.validation, self.streams)?;
        Ok(())
    }

    /// One slice of work: a part of a step, or a part of the measurement that is due before the first
    /// step and regularly after.
    ///
    /// # Errors
    /// [`SessionError::Diverged`], now and ever after, once something is not finite.
    pub fn advance(&mut self) -> Result<Progress, SessionError> {
        let run = &mut self.run;
        match run.end {
            End::Rests => return Ok(Progress::Rests),
            End::Diverged => return Err(run.diverged()),
            End::Open | End::Ignored => {}
        }
        let progress = match &mut run.doing {
            Doing::Measuring(validation) => match validation.advance(run.trainer.moving_model()) {
                Ok(Some(bounds)) => run.measured(bounds, &self.recipe),
                Ok(None) => Ok(Progress::Working),
                Err(error) => Err(error),
            },
            Doing::Stepping(..) => run
                .take_part(&self.recipe, || self.recipe.validation(&self.validation, self.streams)),
        };
        progress.map_err(|error| match error {
            TrainingError::Tensor(error) => error.into(),
            TrainingError::Diverged(_) | TrainingError::Gradient => {
                run.end = End::Diverged;
                run.diverged()
            }
        })
    }

    /// One whole step, after the measurement that may be due before it, and whatever time that takes;
    /// `None` if the run rests.
    ///
    /// # Errors
    /// Those of [`Self::advance`].
    pub fn step(&mut self) -> Result<Option<Step>, SessionError> {
        loop {
            match self.advance()? {
                Progress::Stepped(step) => return Ok(Some(step)),
                Progress::Rests => return Ok(None),
                Progress::Working | Progress::Measured => {}
            }
        }
    }

    /// A measurement of the network as it is now, beside the ones that are due, to be advanced with
    /// [`Self::model`] while the run waits.
    pub fn validate(&self) -> Validation {
        self.recipe.validation(&self.validation, self.streams)
    }

    /// Goes on although the validation bound rests; from then on the run does not stop by itself.
    pub fn ignore_rest(&mut self) {
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

    /// Whether the run stopped by itself.
    pub fn rests(&self) -> bool {
        self.run.end == End::Rests
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
        &self.training
    }

    /// The images it never learns from.
    pub fn validation_images(&self) -> &Dataset {
        &self.validation
    }

    /// Their classes, if they are known.
    pub fn validation_labels(&self) -> Option<&[u8]> {
        self.validation_labels.as_deref()
    }
}

impl Recipe {
    fn validation(&self, images: &Dataset, streams: Streams) -> Validation {
        Validation::new(images.clone(), self.latent, self.objective, streams.validation)
    }
}

impl Run {
    fn new(
        recipe: &Recipe,
        training: &Dataset,
        validation: &Dataset,
        streams: Streams,
    ) -> Result<Self, candle_core::Error> {
        let mut weights = Pcg64Mcg::seed_from_u64(streams.weights);
        let first = initial_vae(recipe.hidden, recipe.latent, recipe.activation, &mut weights)?;
        let trainer = trainer(recipe, &first, streams.noise)?;
        // A recipe that was checked has a positive batch.
        let batch = NonZeroUsize::new(recipe.batch).unwrap_or(NonZeroUsize::MIN);
        let measured = validation.images().len() * TRAINING_PER_VALIDATION;
        let interval = measured.div_ceil(recipe.batch.max(1)).max(LEAST_INTERVAL) as u32;
        Ok(Self {
            trainer,
            batches: Batches::new(training.clone(), batch, streams.order),
            steps: 0,
            history: History::new(interval),
            checkpoints: Checkpoints::new(first, interval),
            doing: Doing::Measuring(recipe.validation(validation, streams)),
            since: (0.0, 0),
            end: End::Open,
        })
    }

    /// Takes a saved run's place.
    fn go_on(
        &mut self,
        recipe: &Recipe,
        model: &Vae,
        step: u32,
        history: History,
        streams: Streams,
    ) -> Result<(), candle_core::Error> {
        // An odd factor: no two steps give the same streams.
        let apart = u64::from(step).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.trainer = trainer(recipe, model, streams.noise ^ apart)?;
        self.batches.begin_anew(streams.order ^ apart);
        self.steps = step;
        self.checkpoints.push(Checkpoint { step, model: frozen(model)? });
        let is_measured = history.points().last().is_some_and(|point| point.step == step);
        if is_measured || !history.is_due(step) {
            self.doing = Doing::Stepping(self.batches.next_images(), 0);
        }
        self.history = history;
        Ok(())
    }

    /// Ends a measurement.
    fn measured(&mut self, bounds: Bounds, recipe: &Recipe) -> Result<Progress, TrainingError> {
        let model = self.trainer.model()?;
        if !(bounds.is_finite() && is_finite(&model)?) {
            return Err(TrainingError::Diverged(bounds.objective));
        }
        let (sum, count) = std::mem::take(&mut self.since);
        self.history.push(Point {
            step: self.steps,
            epoch: f64::from(self.steps) / self.batches.per_pass() as f64,
            training_elbo: (count > 0).then(|| sum / f64::from(count)),
            validation: bounds,
        });
        self.checkpoints.push(Checkpoint { step: self.steps, model });
        if self.end == End::Open && self.history.rests(recipe.patience, recipe.warm_up) {
            self.end = End::Rests;
        }
        self.doing = Doing::Stepping(self.batches.next_images(), 0);
        Ok(Progress::Measured)
    }

    /// The next part of a step.
    fn take_part(
        &mut self,
        recipe: &Recipe,
        validation: impl FnOnce() -> Validation,
    ) -> Result<Progress, TrainingError> {
        let Doing::Stepping(images, done) = &mut self.doing else { return Ok(Progress::Working) };
        self.trainer.set_objective(recipe.objective_at(self.steps));
        let count = images_per_part(images.len(), recipe.hidden, recipe.objective.draws());
        let end = images.len().min(*done + count);
        let pixels = pixel_tensor(images[*done..end].iter(), DType::F32)?;
        self.trainer.gather(&pixels, images.len())?;
        if end < images.len() {
            *done = end;
            return Ok(Progress::Working);
        }
        let step = self.trainer.apply()?;
        self.steps = self.steps.saturating_add(1);
        self.since.0 += step.elbo;
        self.since.1 += 1;
        self.doing = if self.history.is_due(self.steps) {
            Doing::Measuring(validation())
        } else {
            Doing::Stepping(self.batches.next_images(), 0)
        };
        Ok(Progress::Stepped(step))
    }

    fn diverged(&self) -> SessionError {
        SessionError::Diverged { step: self.steps, kept: self.checkpoints.newest().step }
    }
}

fn trainer(recipe: &Recipe, model: &Vae, noise: u64) -> Result<Trainer, candle_core::Error> {
    let settings = AdamSettings { learning_rate: recipe.learning_rate, ..AdamSettings::default() };
    Trainer::from_model(model, Learn::Everything, settings, noise).map_err(|error| match error {
        TrainingError::Tensor(error) => error,
        other => candle_core::Error::msg(other),
    })
}

/// Whether every weight is a number.
fn is_finite(model: &Vae) -> candle_core::Result<bool> {
    for layer in model.encoder.iter().chain(&model.decoder) {
        for tensor in [&layer.weight, &layer.bias] {
            if !read(tensor, |values| is_within_f32(values, f32::MAX))? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests;
