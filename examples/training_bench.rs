//! The part of `make bench` that measures training in a browser; it is built for the benchmark and not part of the
//! site.
#![cfg(target_arch = "wasm32")]

#[path = "../benches/native/plain_trainer.rs"]
mod plain_trainer;

use std::num::NonZeroUsize;

use candle_core::{DType, Device, Tensor};
use elboscope::model::Activation;
use elboscope::training::{AdamSettings, Batches, Dataset, Trainer, TrainerSettings};
use plain_trainer::PlainTrainer;
use wasm_bindgen::prelude::*;

const IMAGES: NonZeroUsize = NonZeroUsize::new(2_000).unwrap();
const BATCH: NonZeroUsize = NonZeroUsize::new(128).unwrap();
const SEED: u64 = 1;
/// Batches that are made before the clock starts.
const BATCHES: usize = 15;

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// An unlimited sequence of batches of pen-stroke digits, the same for all implementations.
#[wasm_bindgen]
pub struct Digits(Batches);

#[wasm_bindgen]
impl Digits {
    /// In a fixed random order.
    pub fn shuffled() -> Self {
        Self(Batches::new(Dataset::pen_strokes(SEED, IMAGES), BATCH, SEED))
    }

    /// The next batch [128, 784].
    pub fn next_batch(&mut self) -> Result<Pixels, JsError> {
        Ok(Pixels(self.0.next_batch(DType::F32)?))
    }
}

/// A batch of images.
#[wasm_bindgen]
pub struct Pixels(Tensor);

#[wasm_bindgen]
impl Pixels {
    /// Its zeros and ones, row by row.
    pub fn values(&self) -> Result<Vec<f32>, JsError> {
        Ok(self.0.flatten_all()?.to_vec1()?)
    }
}

/// A network in training on the ELBO.
#[wasm_bindgen]
pub struct Training(Way);

enum Way {
    App(Trainer),
    Candle(PlainTrainer),
}

#[wasm_bindgen]
impl Training {
    /// 784-H-2L and L-H-784 with ReLU, by this app.
    pub fn app(hidden: usize, latent: usize) -> Result<Self, JsError> {
        Ok(Self(Way::App(trainer(hidden, latent)?)))
    }

    /// The same from the same weights, by candle's autograd.
    pub fn candle(hidden: usize, latent: usize) -> Result<Self, JsError> {
        Ok(Self(Way::Candle(PlainTrainer::new(&trainer(hidden, latent)?.model()?)?)))
    }

    /// One step of Adam; the ELBO per image before it, in nats.
    pub fn step(&mut self, pixels: &Pixels) -> Result<f64, JsError> {
        Ok(match &mut self.0 {
            Way::App(trainer) => trainer.step(&pixels.0)?.elbo,
            Way::Candle(trainer) => trainer.step(&pixels.0)?,
        })
    }
}

fn trainer(hidden: usize, latent: usize) -> Result<Trainer, JsError> {
    let (activation, adam) = (Activation::Relu, AdamSettings::default());
    Ok(Trainer::new(TrainerSettings { hidden, latent, activation, adam, seed: SEED })?)
}

/// The share of one of two workers that divide every batch.
#[wasm_bindgen]
pub struct Half {
    trainer: Trainer,
    pixels: Vec<Tensor>,
    taken: usize,
    theirs: Vec<f32>,
}

#[wasm_bindgen]
impl Half {
    /// The first (0) or second (1) half of every batch; with `parts` = 1 the whole.
    pub fn share(hidden: usize, latent: usize, part: usize, parts: usize) -> Result<Self, JsError> {
        let mut digits = Digits::shuffled();
        let rows = BATCH.get() / parts;
        let mut next = || -> Result<Tensor, JsError> {
            Ok(digits.next_batch()?.0.narrow(0, part * rows, rows)?)
        };
        let pixels = (0..BATCHES).map(|_| next()).collect::<Result<_, _>>()?;
        Ok(Self { trainer: trainer(hidden, latent)?, pixels, taken: 0, theirs: Vec::new() })
    }

    /// Forward and backward pass.
    pub fn gather(&mut self) -> Result<(), JsError> {
        let pixels = &self.pixels[self.taken % self.pixels.len()];
        self.taken += 1;
        Ok(self.trainer.gather(pixels, BATCH.get())?)
    }

    /// The number of values of the gradients.
    pub fn count(&self) -> Result<usize, JsError> {
        let mut count = 0;
        self.trainer.gathered(|gradient| count += gradient.len())?;
        Ok(count)
    }

    /// Copies the gradients into a buffer.
    pub fn give(&self, buffer: &js_sys::Float32Array) -> Result<(), JsError> {
        let mut start = 0;
        self.trainer.gathered(|gradient| {
            let end = start + gradient.len() as u32;
            buffer.subarray(start, end).copy_from(gradient);
            start = end;
        })?;
        Ok(())
    }

    /// Adds the gradients of the other worker.
    pub fn take(&mut self, buffer: &js_sys::Float32Array) -> Result<(), JsError> {
        self.theirs.resize(buffer.length() as usize, 0.0);
        buffer.copy_to(&mut self.theirs);
        Ok(self.trainer.add_gathered(&self.theirs)?)
    }

    /// One step of Adam; the ELBO per image of its own half before it, in nats.
    pub fn apply(&mut self) -> Result<f64, JsError> {
        Ok(self.trainer.apply()?.elbo)
    }
}

/// Two square matrices of numbers in [0, 1), to be multiplied.
#[wasm_bindgen]
pub struct Factors(Tensor, Tensor);

#[wasm_bindgen]
impl Factors {
    #[wasm_bindgen(constructor)]
    pub fn new(size: usize) -> Result<Self, JsError> {
        let uniform = || Tensor::rand(0.0_f32, 1.0, (size, size), &Device::Cpu);
        Ok(Self(uniform()?, uniform()?))
    }

    /// One product in f32: 2 size³ floating-point operations.
    pub fn multiply(&self) -> Result<(), JsError> {
        self.0.matmul(&self.1)?;
        Ok(())
    }
}
