//! Training as a sequence of single steps, between which the caller can pause or inspect it.

use candle_core::Tensor;
use elboscope_kernels::{add_f32, is_within_f32};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use thiserror::Error;

use super::numbers::{read, write};
use super::objective::normal_numbers;
use super::parameters::{frozen, movable};
use super::pass::{Gradients, Pass};
use super::{Adam, AdamSettings, Objective, initial_vae};
use crate::model::{Activation, Vae};

/// Larger gradients would overflow when they are squared.
const LARGEST_GRADIENT: f32 = 1e18;

/// The network, the optimiser and the seed of a training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainerSettings {
    /// Width H of both hidden layers.
    pub hidden: usize,
    /// Latent dimension L.
    pub latent: usize,
    /// Nonlinearity of both hidden layers.
    pub activation: Activation,
    /// The optimiser.
    pub adam: AdamSettings,
    /// Decides the first weights and all noise.
    pub seed: u64,
}

/// Why a step was not taken. The weights are those from before it.
#[derive(Debug, Error)]
pub enum TrainingError {
    /// The bound is infinite or not a number, mostly because the learning rate is too high.
    #[error("the bound is {0}: the learning rate may be too high")]
    Diverged(f64),
    /// The gradient is infinite, not a number, or near the largest number there is.
    #[error("the gradient is not finite: the learning rate may be too high")]
    Gradient,
    /// The pixels do not fit the network.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

/// The result of a step, before its update, in nats per image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OptimizationStep {
    /// The ELBO, with the mean over the draws of its one Monte Carlo term.
    pub elbo: f64,
    /// The objective itself: equal to the ELBO where that is climbed.
    pub objective: f64,
}

/// Which part of a network learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learn {
    /// Encoder and decoder.
    Everything,
    /// The encoder alone, while p(x, z) stays as it is: q(z|x) moves towards the posterior.
    Encoder,
}

/// A network in training on a bound on log p(x), in f32.
#[derive(Debug)]
pub struct Trainer {
    model: Vae,
    adam: Adam,
    objective: Objective,
    learn: Learn,
    noise: Pcg64Mcg,
    gathered: Option<Gathered>,
}

/// The sums over a batch so far.
#[derive(Debug)]
struct Gathered {
    gradients: Gradients,
    images: usize,
    /// Sums over the images.
    total: OptimizationStep,
}

impl Trainer {
    /// Starts from random weights up the ELBO.
    pub fn new(settings: TrainerSettings) -> Result<Self, TrainingError> {
        let TrainerSettings { hidden, latent, activation, adam, seed } = settings;
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let model = initial_vae([hidden; 2], latent, activation, &mut rng)?;
        Self::with_noise(&model, Learn::Everything, adam, rng)
    }

    /// Goes on up the ELBO from the weights of `model`, which itself is left as it is.
    pub fn from_model(
        model: &Vae,
        learn: Learn,
        adam: AdamSettings,
        seed: u64,
    ) -> Result<Self, TrainingError> {
        Self::with_noise(model, learn, adam, Pcg64Mcg::seed_from_u64(seed))
    }

    fn with_noise(
        model: &Vae,
        learn: Learn,
        adam: AdamSettings,
        noise: Pcg64Mcg,
    ) -> Result<Self, TrainingError> {
        let (model, mut tensors) = movable(model)?;
        if learn == Learn::Encoder {
            tensors.truncate(tensors.len() / 2);
        }
        let adam = Adam::new(tensors, adam);
        Ok(Self { model, adam, objective: Objective::ELBO, learn, noise, gathered: None })
    }

    /// One step of Adam on a batch of `pixels` [batch, 784] in f32.
    ///
    /// # Errors
    /// [`TrainingError::Diverged`] and [`TrainingError::Gradient`] if something is not finite.
    pub fn step(&mut self, pixels: &Tensor) -> Result<OptimizationStep, TrainingError> {
        self.gathered = None;
        self.gather(pixels, pixels.dim(0)?)?;
        self.apply()
    }

    /// Adds the gradient of some images, [images, 784] in f32, to that of their batch of `batch`
    /// images: a step in parts, each as short as one likes. [`Self::apply`] ends it.
    ///
    /// # Errors
    /// Those of [`Self::step`]; the parts so far are then forgotten.
    pub fn gather(&mut self, pixels: &Tensor, batch: usize) -> Result<(), TrainingError> {
        let before = self.gathered.take();
        let images = pixels.dim(0)?;
        let draws = self.objective.draws();
        let noise = normal_numbers(images * draws * self.model.latent(), &mut self.noise);
        let pass = Pass::forward(&self.model, pixels, &noise, draws)?;
        let found = OptimizationStep {
            elbo: pass.elbo_sum(),
            objective: pass.objective_sum(self.objective)?,
        };
        if !(found.objective.is_finite() && found.elbo.is_finite()) {
            return Err(TrainingError::Diverged(found.objective));
        }
        let gradients = pass.backward(self.objective, batch, self.learn)?;
        self.gathered = Some(match before {
            None => Gathered { gradients, images, total: found },
            Some(before) => {
                for (sum, more) in before.gradients.iter().zip(&gradients) {
                    read(more, |more| write(sum, |sum| add_f32(sum, more)))??;
                }
                Gathered {
                    gradients: before.gradients,
                    images: before.images + images,
                    total: OptimizationStep {
                        elbo: before.total.elbo + found.elbo,
                        objective: before.total.objective + found.objective,
                    },
                }
            }
        });
        Ok(())
    }

    /// Updates the weights by the gradients gathered since the last step.
    ///
    /// # Errors
    /// [`TrainingError::Gradient`] if the gradient is not finite, or nothing was gathered.
    pub fn apply(&mut self) -> Result<OptimizationStep, TrainingError> {
        let Gathered { gradients, images, total } =
            self.gathered.take().ok_or(TrainingError::Gradient)?;
        for gradient in &gradients {
            if !read(gradient, |values| is_within_f32(values, LARGEST_GRADIENT))? {
                return Err(TrainingError::Gradient);
            }
        }
        self.adam.step(&gradients)?;
        let images = images as f64;
        Ok(OptimizationStep { elbo: total.elbo / images, objective: total.objective / images })
    }

    /// Calls a function with each gradient gathered since the last step.
    ///
    /// # Errors
    /// If nothing was.
    pub fn gathered(&self, mut look: impl FnMut(&[f32])) -> Result<(), TrainingError> {
        let gathered = self.gathered.as_ref().ok_or(TrainingError::Gradient)?;
        for gradient in &gathered.gradients {
            read(gradient, |gradient| look(gradient))?;
        }
        Ok(())
    }

    /// Adds what another trainer showed, who gathered from other images of the same batch: after
    /// [`Self::apply`] both have the same weights if they had before.
    ///
    /// # Errors
    /// If nothing was gathered, or there are more or fewer numbers.
    pub fn add_gathered(&mut self, numbers: &[f32]) -> Result<(), TrainingError> {
        let gathered = self.gathered.as_mut().ok_or(TrainingError::Gradient)?;
        let counts = gathered.gradients.iter().map(Tensor::elem_count);
        if counts.sum::<usize>() != numbers.len() {
            return Err(TrainingError::Gradient);
        }
        let mut rest = numbers;
        for sum in &gathered.gradients {
            let (these, others) = rest.split_at(sum.elem_count());
            write(sum, |sum| add_f32(sum, these))?;
            rest = others;
        }
        Ok(())
    }

    /// Changes the length of the steps that follow.
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        self.adam.settings.learning_rate = learning_rate;
    }

    /// Sets the objective of the following steps; it starts as the ELBO.
    pub fn set_objective(&mut self, objective: Objective) {
        self.objective = objective;
    }

    /// The network itself, which the next step moves.
    pub(super) fn moving_model(&self) -> &Vae {
        &self.model
    }

    /// The network as it is now; later steps do not move it.
    pub fn model(&self) -> Result<Vae, TrainingError> {
        Ok(frozen(&self.model)?)
    }
}

#[cfg(test)]
mod tests;
