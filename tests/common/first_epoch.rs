//! The first epoch of a common VAE, 784-400-40 and 20-400-784 with ReLU and Adam at 1e-3, by the app and by PyTorch.

use std::num::NonZeroUsize;

use candle_core::DType;
use elboscope::model::Activation;
use elboscope::training::{AdamSettings, Batches, Dataset, Trainer, TrainerSettings};

/// Step and ELBO per image before it, by tests/reference/first_epoch.py in f64.
const BY_PYTORCH: &str = include_str!("../reference/first_epoch.csv");

/// Seed of the weights and of the noise.
pub const SETTINGS: TrainerSettings = TrainerSettings {
    hidden: 400,
    latent: 20,
    activation: Activation::Relu,
    adam: AdamSettings {
        learning_rate: 1e-3,
        mean_decay: 0.9,
        square_decay: 0.999,
        epsilon: 1e-8,
        weight_decay: 0.0,
    },
    seed: 1,
};

/// The epoch: ten thousand digits, 128 at a time.
pub fn batches() -> Batches {
    let [count, batch] = [10_000, 128].map(|count| NonZeroUsize::new(count).unwrap());
    Batches::new(Dataset::pen_strokes(1, count), batch, 1)
}

/// From the same weights, with the same batches and the same noise, every step's ELBO to 0.002 nats.
///
/// Both follow the same formulas, here in f32 and there in f64, from −548 to −176 nats. Rounding errors are
/// amplified, because Adam's step is the sign of a gradient that is almost 0: PyTorch's own f32 deviates from its f64
/// by up to 2e-4 nats, and so does this. Another batch, draw, KL term or constant of Adam would show within a few
/// steps.
pub fn the_first_epoch_is_that_of_pytorch() {
    let mut trainer = Trainer::new(SETTINGS).unwrap();
    let mut batches = batches();
    let mut largest = 0.0_f64;
    let mut steps = 0;
    for line in BY_PYTORCH.lines().skip(1) {
        let (step, expected) = line.split_once(',').unwrap();
        let expected: f64 = expected.parse().unwrap();
        let found = trainer.step(&batches.next_batch(DType::F32).unwrap()).unwrap().elbo;
        largest = largest.max((found - expected).abs());
        assert!(largest < 2e-3, "step {step}: {found} {expected}");
        steps += 1;
    }
    println!("{steps} steps, off by {largest:.1e} nats at most");
    assert_eq!(steps, batches.per_pass());
}
