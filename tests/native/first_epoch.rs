//! One epoch of training against PyTorch's, step by step.

use std::collections::HashMap;

use crate::common::first_epoch::{SETTINGS, batches, the_first_epoch_is_that_of_pytorch};
use candle_core::{DType, Tensor};
use elboscope::training::{Trainer, initial_vae, standard_normal};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

#[test]
fn the_first_epoch_of_a_vae_is_that_of_pytorch() {
    the_first_epoch_is_that_of_pytorch();
}

/// Writes the initial weights, batches and noise, to repeat the epoch in PyTorch.
#[test]
#[ignore = "writes what tests/reference/first_epoch.py reads"]
fn write_what_the_epoch_begins_with() {
    let mut rng = Pcg64Mcg::seed_from_u64(SETTINGS.seed);
    let (hidden, latent) = (SETTINGS.hidden, SETTINGS.latent);
    let model = initial_vae([hidden; 2], latent, SETTINGS.activation, &mut rng).unwrap();
    let theirs = Trainer::new(SETTINGS).unwrap().model().unwrap();
    let first = |model: &elboscope::model::Vae| model.decoder[1].weight.to_vec2::<f32>().unwrap();
    assert_eq!(first(&model), first(&theirs));

    let mut tensors = HashMap::new();
    for (name, layers) in [("encoder", &model.encoder), ("decoder", &model.decoder)] {
        for (place, layer) in [0, 2].into_iter().zip(layers) {
            tensors.insert(format!("{name}.{place}.weight"), layer.weight.clone());
            tensors.insert(format!("{name}.{place}.bias"), layer.bias.clone());
        }
    }
    let mut batches = batches();
    let (mut pixels, mut noise) = (Vec::new(), Vec::new());
    for _ in 0..batches.per_pass() {
        let batch = batches.next_batch(DType::F32).unwrap();
        noise.push(standard_normal(batch.dim(0).unwrap(), latent, DType::F32, &mut rng).unwrap());
        pixels.push(batch.to_dtype(DType::U8).unwrap());
    }
    tensors.insert("pixels".into(), Tensor::stack(&pixels, 0).unwrap());
    tensors.insert("noise".into(), Tensor::stack(&noise, 0).unwrap());
    candle_core::safetensors::save(&tensors, "target/first_epoch.safetensors").unwrap();
}
