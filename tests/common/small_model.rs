//! A seeded model with few hidden units, for tests that do not need the shipped one.

use candle_core::{Device, Tensor};
use elboscope::data::PIXELS;
use elboscope::model::{Activation, Linear, Vae};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// 784-H-2L and L-H-784 in f32, the output weights large enough for posteriors narrower than the prior.
pub fn small_model(hidden: usize, latent: usize, activation: Activation) -> Vae {
    let mut rng = Pcg64Mcg::seed_from_u64(5);
    let mut linear = |inputs: usize, outputs: usize, scale: f32| {
        let mut uniform = |count: usize| -> Vec<f32> {
            (0..count).map(|_| scale * rng.random_range(-1.0_f32..1.0)).collect()
        };
        let weight = Tensor::from_vec(uniform(inputs * outputs), (outputs, inputs), &Device::Cpu);
        let bias = Tensor::from_vec(uniform(outputs), outputs, &Device::Cpu);
        Linear { weight: weight.unwrap(), bias: bias.unwrap() }
    };
    Vae {
        encoder: [linear(PIXELS, hidden, 0.1), linear(hidden, 2 * latent, 0.5)],
        decoder: [linear(latent, hidden, 1.0), linear(hidden, PIXELS, 0.4)],
        activation,
    }
}
