//! Training as a sequence of single steps, so that whoever drives it can stop, look, and go on.

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

/// Gradients beyond this would overflow when they are squared.
const LARGEST_GRADIENT: f32 = 1e18;

/// What is learned, and how.
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

/// What a step found before it moved, in nats per image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
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

/// A network on its way up a bound on log p(x), in f32.
#[derive(Debug)]
pub struct Trainer {
    model: Vae,
    adam: Adam,
    objective: Objective,
    learn: Learn,
    noise: Pcg64Mcg,
    gathered: Option<Gathered>,
}

/// What is known of a batch so far.
#[derive(Debug)]
struct Gathered {
    gradients: Gradients,
    images: usize,
    /// Sums over the images.
    total: Step,
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
    pub fn step(&mut self, pixels: &Tensor) -> Result<Step, TrainingError> {
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
        let found = Step { elbo: pass.elbo_sum(), objective: pass.objective_sum(self.objective)? };
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
                    total: Step {
                        elbo: before.total.elbo + found.elbo,
                        objective: before.total.objective + found.objective,
                    },
                }
            }
        });
        Ok(())
    }

    /// Moves the weights by what was gathered since the last step.
    ///
    /// # Errors
    /// [`TrainingError::Gradient`] if the gradient is not finite, or nothing was gathered.
    pub fn apply(&mut self) -> Result<Step, TrainingError> {
        let Gathered { gradients, images, total } =
            self.gathered.take().ok_or(TrainingError::Gradient)?;
        for gradient in &gradients {
            if !read(gradient, |values| is_within_f32(values, LARGEST_GRADIENT))? {
                return Err(TrainingError::Gradient);
            }
        }
        self.adam.step(&gradients)?;
        let images = images as f64;
        Ok(Step { elbo: total.elbo / images, objective: total.objective / images })
    }

    /// Changes the length of the steps that follow.
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        self.adam.settings.learning_rate = learning_rate;
    }

    /// Changes what the steps that follow climb; at the start it is the ELBO.
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
mod tests {
    use super::*;
    use crate::data::{BinaryImage, PIXELS};
    use crate::model::write_weights;
    use crate::training::{Batches, Dataset, elbo_per_image};
    use candle_core::DType;
    use std::num::NonZeroUsize;

    const SIXTEEN: NonZeroUsize = NonZeroUsize::new(16).expect("positive");

    fn settings(seed: u64) -> TrainerSettings {
        let adam = AdamSettings { learning_rate: 1e-2, ..AdamSettings::default() };
        TrainerSettings { hidden: 16, latent: 2, activation: Activation::Tanh, adam, seed }
    }

    fn trained(seed: u64, steps: usize) -> Result<(Vae, Vec<f64>), TrainingError> {
        let mut batches = Batches::new(Dataset::pen_strokes(1, SIXTEEN), SIXTEEN, seed);
        let mut trainer = Trainer::new(settings(seed))?;
        let elbos = (0..steps)
            .map(|_| Ok(trainer.step(&batches.next_batch(DType::F32)?)?.elbo))
            .collect::<Result<_, TrainingError>>()?;
        Ok((trainer.model()?, elbos))
    }

    /// The best log p(x) per image of a model with one fixed probability per pixel: minus the sum of
    /// the pixels' entropies.
    fn best_without_latents(images: &[BinaryImage]) -> f64 {
        let share_of_ink = |pixel| {
            images.iter().filter(|image| image.is_ink(pixel)).count() as f64 / images.len() as f64
        };
        let negentropy =
            |p: f64| if p > 0.0 && p < 1.0 { p * p.ln() + (1.0 - p) * (1.0 - p).ln() } else { 0.0 };
        (0..PIXELS).map(|pixel| negentropy(share_of_ink(pixel))).sum()
    }

    #[test]
    fn elbo_of_a_tiny_set_rises() -> Result<(), TrainingError> {
        let dataset = Dataset::pen_strokes(1, SIXTEEN);
        let mean = |model: &Vae| -> Result<f64, TrainingError> {
            Ok(elbo_per_image(model, dataset.images(), SIXTEEN, 2)?.iter().sum::<f64>() / 16.0)
        };
        let (before, _) = trained(3, 0)?;
        let (after, elbos) = trained(3, 300)?;
        // An untrained decoder says about half for every pixel.
        let coin = -(PIXELS as f64) * std::f64::consts::LN_2;
        assert!((mean(&before)? - coin).abs() < 20.0, "{}", mean(&before)?);
        // More than can be had without telling the images apart.
        let bound = best_without_latents(dataset.images());
        assert!(mean(&after)? > bound + 10.0, "{} {bound}", mean(&after)?);
        assert!(elbos.iter().all(|elbo| elbo.is_finite()));
        Ok(())
    }

    #[test]
    fn a_seed_gives_the_same_bytes_and_another_seed_others() -> Result<(), TrainingError> {
        let bytes = |seed| -> Result<Vec<u8>, TrainingError> {
            Ok(write_weights(&trained(seed, 5)?.0).expect("an f32 network can be written"))
        };
        assert_eq!(bytes(3)?, bytes(3)?);
        assert_ne!(bytes(3)?, bytes(4)?);
        Ok(())
    }

    #[test]
    fn a_model_that_was_taken_out_stays_and_can_go_on() -> Result<(), TrainingError> {
        let mut batches = Batches::new(Dataset::pen_strokes(1, SIXTEEN), SIXTEEN, 1);
        let mut trainer = Trainer::new(settings(1))?;
        let taken = trainer.model()?;
        let weights = |model: &Vae| model.encoder[0].weight.to_vec2::<f32>();
        let before = weights(&taken)?;
        trainer.step(&batches.next_batch(DType::F32)?)?;
        assert_eq!(weights(&taken)?, before);
        assert_ne!(weights(&trainer.model()?)?, before);
        let mut again = Trainer::from_model(&taken, Learn::Everything, AdamSettings::default(), 1)?;
        assert_eq!(weights(&again.model()?)?, before);
        again.step(&batches.next_batch(DType::F32)?)?;
        assert_eq!(weights(&taken)?, before);
        Ok(())
    }

    #[test]
    fn the_decoder_stays_while_the_encoder_learns() -> Result<(), TrainingError> {
        let mut batches = Batches::new(Dataset::pen_strokes(1, SIXTEEN), SIXTEEN, 1);
        let before = Trainer::new(settings(1))?.model()?;
        let mut trainer = Trainer::from_model(&before, Learn::Encoder, settings(1).adam, 1)?;
        for _ in 0..3 {
            trainer.step(&batches.next_batch(DType::F32)?)?;
        }
        let after = trainer.model()?;
        for layer in 0..2 {
            let decoder = |model: &Vae| model.decoder[layer].weight.to_vec2::<f32>();
            let encoder = |model: &Vae| model.encoder[layer].weight.to_vec2::<f32>();
            assert_eq!(decoder(&before)?, decoder(&after)?);
            assert_ne!(encoder(&before)?, encoder(&after)?);
        }
        Ok(())
    }

    #[test]
    fn a_large_kl_weight_leads_q_to_the_prior() -> Result<(), TrainingError> {
        let dataset = Dataset::pen_strokes(1, SIXTEEN);
        let mut batches = Batches::new(dataset.clone(), SIXTEEN, 1);
        let mut trainer = Trainer::new(settings(1))?;
        trainer.set_objective(Objective::Elbo { kl_weight: 1e4 });
        for _ in 0..300 {
            trainer.step(&batches.next_batch(DType::F32)?)?;
        }
        for image in dataset.images() {
            let (means, deviations) = trainer.model()?.encode_image(image)?;
            assert!(means.iter().all(|mean| mean.abs() < 0.1), "{means:?}");
            assert!(deviations.iter().all(|sd| (sd - 1.0).abs() < 0.1), "{deviations:?}");
        }
        Ok(())
    }

    #[test]
    fn a_diverging_step_is_refused_and_moves_nothing() -> Result<(), TrainingError> {
        let mut trainer = Trainer::new(settings(1))?;
        let before = trainer.model()?.decoder[1].weight.to_vec2::<f32>()?;
        let pixels = Tensor::full(f32::NAN, (4, 784), &candle_core::Device::Cpu)?;
        assert!(matches!(trainer.step(&pixels), Err(TrainingError::Diverged(_))));
        assert_eq!(trainer.model()?.decoder[1].weight.to_vec2::<f32>()?, before);
        Ok(())
    }
}
