//! Trains the shipped model on pen strokes, and reports its quality on held-out digits.

use std::error::Error;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Instant;

use candle_core::{DType, Tensor};
use elboscope::data::{Binarization, BinaryImage, gallery};
use elboscope::exact::{
    DecoderLikelihood, LatticePair, LogPartitionPair, Posterior, PosteriorSearch,
};
use elboscope::model::{Activation, ImageTerm, Vae, read_weights, write_weights};
use elboscope::training::{
    AdamSettings, Batches, Dataset, Learn, Objective, Trainer, cosine_tail, elbo_per_image,
    initial_vae,
};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

/// The path of the site's model, below the crate's root.
const OUTPUT: &str = "public/models/strokes.safetensors";
const HIDDEN: usize = 64;
const LATENT: usize = 2;
const WEIGHTS_SEED: u64 = 1;
const ORDER_SEED: u64 = 2;
const EVALUATION_SEED: u64 = 3;
const TRAINING_SEED: u64 = 10;
/// Training draws from another sequence of 63-bit seeds: the chance of a digit in both is 3e-12.
const HELD_OUT_SEED: u64 = 11;
const TRAINING_IMAGES: NonZeroUsize = NonZeroUsize::new(60_000).unwrap();
const HELD_OUT_IMAGES: NonZeroUsize = NonZeroUsize::new(500).unwrap();
const BATCH: NonZeroUsize = NonZeroUsize::new(128).unwrap();
const STEPS_PER_LINE: u32 = 2_000;
/// Share of a phase's steps before its learning rate begins to fall.
const STEADY: f64 = 0.2;

/// First encoder and decoder are trained, with a penalty for a smooth decoder and for latents near the prior: the
/// exact log p(x) by lattice needs wide posteriors well inside of it.
const WHOLE: PretrainPhase = PretrainPhase {
    learn: Learn::Everything,
    steps: 36_000,
    learning_rate: 5e-3,
    weight_decay: 0.2,
    kl_weight: 3.0,
    seed: 20,
};
/// Then the encoder alone is trained with the plain ELBO, for this decoder's posteriors.
const ENCODER: PretrainPhase = PretrainPhase {
    learn: Learn::Encoder,
    steps: 4_000,
    learning_rate: 2e-3,
    weight_decay: 0.0,
    kl_weight: 1.0,
    seed: 21,
};
/// Draws per image for the reported ELBO.
const DRAWS: NonZeroUsize = NonZeroUsize::new(200).unwrap();

/// One phase of the training.
struct PretrainPhase {
    learn: Learn,
    steps: u32,
    learning_rate: f64,
    weight_decay: f64,
    kl_weight: f64,
    /// Seed of the noise ε.
    seed: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let dataset = Dataset::pen_strokes(TRAINING_SEED, TRAINING_IMAGES);
    let mut batches = Batches::new(dataset, BATCH, ORDER_SEED);
    let mut rng = Pcg64Mcg::seed_from_u64(WEIGHTS_SEED);
    let untrained = initial_vae([HIDDEN; 2], LATENT, Activation::Tanh, &mut rng)?;
    let whole = train(&untrained, &WHOLE, &mut batches)?;
    let model = train(&whole, &ENCODER, &mut batches)?;
    // Half precision halves the download; from here on the model is the rounded one.
    let bytes = write_weights(&model.to_dtype(DType::F16)?)?;
    let model = read_weights(&bytes)?;
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(OUTPUT), &bytes)?;
    println!("{OUTPUT}: {} bytes", bytes.len());

    println!("decoder.0.weight: at most {:.3}", largest(&model.decoder[0].weight)?);
    println!("decoder.2.weight: at most {:.3}", largest(&model.decoder[1].weight)?);
    report(
        "held-out digits",
        &model,
        Dataset::pen_strokes(HELD_OUT_SEED, HELD_OUT_IMAGES).images(),
    )?;
    let gallery: Vec<_> =
        gallery().iter().map(|digit| Binarization::default().apply(&digit.image)).collect();
    report("gallery", &model, &gallery)
}

/// Runs one phase and prints its progress.
fn train(model: &Vae, phase: &PretrainPhase, batches: &mut Batches) -> Result<Vae, Box<dyn Error>> {
    let start = Instant::now();
    let adam = AdamSettings {
        learning_rate: phase.learning_rate,
        weight_decay: phase.weight_decay,
        ..AdamSettings::default()
    };
    let mut trainer = Trainer::from_model(model, phase.learn, adam, phase.seed)?;
    trainer.set_objective(Objective::Elbo { kl_weight: phase.kl_weight });
    let mut sum = 0.0;
    for step in 0..phase.steps {
        let progress = f64::from(step) / f64::from(phase.steps);
        trainer.set_learning_rate(phase.learning_rate * cosine_tail(progress, STEADY));
        sum += trainer.step(&batches.next_batch(DType::F32)?)?.elbo;
        if (step + 1) % STEPS_PER_LINE == 0 {
            let mean = sum / f64::from(STEPS_PER_LINE);
            let seconds = start.elapsed().as_secs_f64();
            println!("step {:6}  {seconds:5.1} s  training ELBO {mean:8.2} nats", step + 1);
            sum = 0.0;
        }
    }
    Ok(trainer.model()?)
}

/// Prints the model's results on these images.
fn report(name: &str, model: &Vae, images: &[BinaryImage]) -> Result<(), Box<dyn Error>> {
    let elbo = mean(&elbo_per_image(model, images, DRAWS, EVALUATION_SEED)?);
    let (evidence, error) = exact(model, images)?;
    let (mut narrowest, mut furthest) = (f64::INFINITY, 0.0_f64);
    for image in images {
        let (means, deviations) = model.encode_image(image)?;
        narrowest = deviations.into_iter().fold(narrowest, f64::min);
        furthest = means.into_iter().map(f64::abs).fold(furthest, f64::max);
    }
    println!(
        "{} {name}: ELBO {elbo:.2}, log p(x) {:.2} ± {error:.0e} nats; \
         encoder: σ at least {narrowest:.3}, |μ| at most {furthest:.2}",
        images.len(),
        mean(&evidence),
    );
    Ok(())
}

/// log p(x) of every image by quadrature through the decoder, and the largest of its errors.
fn exact(model: &Vae, images: &[BinaryImage]) -> Result<(Vec<f64>, f64), Box<dyn Error>> {
    let model = model.to_dtype(DType::F64)?;
    let guides = LogPartitionPair::new(&model, LatticePair::COARSE)?;
    let mut values = Vec::with_capacity(images.len());
    let mut largest_error = 0.0_f64;
    for image in images {
        let guide = guides.field(&model, &ImageTerm::new(&model, image)?)?;
        let decoder = DecoderLikelihood::new(&model, image)?;
        let posterior = Posterior::new(PosteriorSearch::by_guide(&guide), &decoder);
        values.push(posterior.log_evidence);
        largest_error = largest_error.max(posterior.resolution.error());
    }
    Ok((values, largest_error))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn largest(tensor: &Tensor) -> candle_core::Result<f32> {
    tensor.abs()?.flatten_all()?.max(0)?.to_scalar()
}
