//! Single steps: the bound rises, they are reproducible, refuse values that are not finite, and can be shared.

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
    // More than is possible without distinguishing the images.
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
fn two_that_share_a_batch_stay_the_same() -> Result<(), TrainingError> {
    let mut batches = Batches::new(Dataset::pen_strokes(1, SIXTEEN), SIXTEEN, 1);
    let mut pair = [Trainer::new(settings(1))?, Trainer::new(settings(1))?];
    for _ in 0..3 {
        let batch = batches.next_batch(DType::F32)?;
        let mut shown = [Vec::new(), Vec::new()];
        for (half, (one, shown)) in pair.iter_mut().zip(&mut shown).enumerate() {
            one.gather(&batch.narrow(0, 8 * half, 8)?, 16)?;
            one.gathered(|numbers| shown.extend_from_slice(numbers))?;
        }
        assert_ne!(shown[0], shown[1]);
        assert!(pair[0].add_gathered(&shown[1][1..]).is_err());
        for (one, other) in pair.iter_mut().zip([1, 0]) {
            one.add_gathered(&shown[other])?;
            one.apply()?;
        }
    }
    let [one, other] = pair.map(|one| write_weights(&one.model().expect("a model")));
    assert_eq!(one.expect("it can be written"), other.expect("it can be written"));
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
