//! Training as a sequence of single steps, so that whoever drives it can stop, look, and go on.

use candle_core::{DType, Tensor};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use thiserror::Error;

use super::parameters::{frozen, trainable};
use super::{Adam, AdamSettings, ElboTerms, initial_vae, standard_normal};
use crate::model::{Activation, Vae};

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
    /// The ELBO is infinite or not a number, mostly because the learning rate is too high.
    #[error("the ELBO is {0}: the learning rate may be too high")]
    Diverged(f64),
    /// The pixels do not fit the network.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

/// Which part of a network learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learn {
    /// Encoder and decoder.
    Everything,
    /// The encoder alone, while p(x, z) stays as it is: q(z|x) moves towards the posterior.
    Encoder,
}

/// A network on its way up the ELBO.
#[derive(Debug)]
pub struct Trainer {
    model: Vae,
    adam: Adam,
    kl_weight: f64,
    noise: Pcg64Mcg,
}

impl Trainer {
    /// Starts from random weights, in f32.
    pub fn new(settings: TrainerSettings) -> Result<Self, TrainingError> {
        let TrainerSettings { hidden, latent, activation, adam, seed } = settings;
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let model = initial_vae(hidden, latent, activation, &mut rng)?;
        Self::with_noise(&model, Learn::Everything, adam, rng)
    }

    /// Goes on from the weights of `model`, which itself is left as it is, in its precision.
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
        let (model, mut variables) = trainable(model)?;
        if learn == Learn::Encoder {
            variables.truncate(variables.len() / 2);
        }
        Ok(Self { model, adam: Adam::new(variables, adam), kl_weight: 1.0, noise })
    }

    /// One step of Adam on a batch of `pixels` [batch, 784]; returns the ELBO per image in nats, as
    /// estimated with one draw per image before the step.
    ///
    /// # Errors
    /// [`TrainingError::Diverged`] if that ELBO is not finite.
    pub fn step(&mut self, pixels: &Tensor) -> Result<f64, TrainingError> {
        let (batch, _) = pixels.dims2()?;
        let noise = standard_normal(batch, self.model.latent(), self.dtype(), &mut self.noise)?;
        let terms = ElboTerms::new(&self.model, pixels, &noise)?;
        let (fit, kl) = (terms.log_likelihood.mean_all()?, terms.kl_to_prior.mean_all()?);
        let elbo = fit.to_scalar::<f64>()? - kl.to_scalar::<f64>()?;
        if !elbo.is_finite() {
            return Err(TrainingError::Diverged(elbo));
        }
        let loss = ((kl * self.kl_weight)? - fit)?;
        self.adam.step(&loss.backward()?)?;
        Ok(elbo)
    }

    /// Changes the length of the steps that follow.
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        self.adam.settings.learning_rate = learning_rate;
    }

    /// Changes the objective of the steps that follow to E log p(x|z) − weight · KL(q ‖ p(z)).
    ///
    /// With weight 1, as at the start, it is the ELBO; above (the β-VAE of Higgins et al. 2017) the
    /// posteriors are wider and keep closer to the prior. [`Self::step`] reports the ELBO all the same.
    pub fn set_kl_weight(&mut self, weight: f64) {
        self.kl_weight = weight;
    }

    /// The precision of the weights, which that of the pixels must be.
    pub fn dtype(&self) -> DType {
        self.model.decoder[0].weight.dtype()
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
            .map(|_| trainer.step(&batches.next_batch(DType::F32)?))
            .collect::<Result<_, _>>()?;
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
        trainer.set_kl_weight(1e4);
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
