//! The part of a session that a rewind resets: network, steps, curves, checkpoints.

use std::num::NonZeroUsize;

use candle_core::DType;
use elboscope_kernels::is_within_f32;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::{Progress, SessionError, Streams};
use crate::data::BinaryImage;
use crate::model::Vae;
use crate::training::Bounds;
use crate::training::checkpoints::{Checkpoint, Checkpoints};
use crate::training::numbers::read;
use crate::training::parameters::frozen;
use crate::training::slices::images_per_part;
use crate::training::{
    AdamSettings, Batches, Dataset, History, Learn, Point, Recipe, Trainer, TrainingError,
    Validation, initial_vae, pixel_tensor,
};

/// Least number of steps between two measurements.
const LEAST_INTERVAL: usize = 20;
/// Training images per validation image between two measurements: about a twentieth of the time is
/// spent on measuring.
const TRAINING_PER_VALIDATION: usize = 8;

/// The state that [`Session::rewind`] resets.
#[derive(Debug)]
pub(super) struct RunState {
    pub trainer: Trainer,
    pub batches: Batches,
    pub steps: u32,
    pub history: History,
    pub checkpoints: Checkpoints,
    pub doing: Doing,
    /// Training ELBO since the last point: sum and number of steps.
    since: (f64, u32),
    pub end: End,
}

/// What the next slice continues.
#[derive(Debug)]
pub(super) enum Doing {
    Measuring(Validation),
    /// The images of a batch and how many of them are done.
    Stepping(Vec<BinaryImage>, usize),
}

/// Whether the run continues.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum End {
    Open,
    Plateaued,
    /// It had plateaued, and was continued nevertheless.
    Ignored,
    Diverged,
}

impl RunState {
    /// Before the first step, with the first measurement due.
    pub(super) fn new(
        recipe: &Recipe,
        training: &Dataset,
        validation: &Dataset,
        streams: Streams,
    ) -> Result<Self, candle_core::Error> {
        let mut weights = Pcg64Mcg::seed_from_u64(streams.weights);
        let widths = recipe.hidden_widths();
        let first = initial_vae(widths, recipe.latent, recipe.activation, &mut weights)?;
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

    /// Continues a saved run.
    pub(super) fn go_on(
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
    pub(super) fn measured(
        &mut self,
        bounds: Bounds,
        recipe: &Recipe,
    ) -> Result<Progress, TrainingError> {
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
        if self.end == End::Open && self.history.has_plateaued(recipe.patience, recipe.warm_up) {
            self.end = End::Plateaued;
        }
        self.doing = Doing::Stepping(self.batches.next_images(), 0);
        Ok(Progress::Measured)
    }

    /// The next part of a step.
    pub(super) fn take_part(
        &mut self,
        recipe: &Recipe,
        validation: impl FnOnce() -> Validation,
    ) -> Result<Progress, TrainingError> {
        let Doing::Stepping(images, done) = &mut self.doing else { return Ok(Progress::Working) };
        self.trainer.set_objective(recipe.objective_at(self.steps));
        let [encoder, decoder] = recipe.hidden_widths();
        let widest = encoder.max(decoder);
        let count = images_per_part(images.len(), widest, recipe.objective.draws());
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

    /// The error of a run that diverged, with the step that is kept.
    pub(super) fn diverged(&self) -> SessionError {
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
pub(super) fn is_finite(model: &Vae) -> candle_core::Result<bool> {
    for layer in model.encoder.iter().chain(&model.decoder) {
        for tensor in [&layer.weight, &layer.bias] {
            if !read(tensor, |values| is_within_f32(values, f32::MAX))? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
