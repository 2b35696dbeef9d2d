//! ELBOscope: every estimate of log p(x) for a small VAE, beside the exact value.
//!
//! The mathematics does not depend on a browser; the page in `app` computes nothing.
//! A whole estimate, from an image to the gap:
//!
//! ```
//! use elboscope::bench::{Noise, Readings, Scene};
//! use elboscope::data::{Binarization, gallery};
//! use elboscope::exact::{LatticePair, LogPartitionPair};
//! use elboscope::model::{ImageTerm, encoder_proposal, read_weights};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A model p(x, z) with two latent dimensions, and an x: a pen-stroke digit in black and white.
//! let model = read_weights(&std::fs::read("public/models/strokes.safetensors")?)?;
//! let x = Binarization::default().apply(&gallery()[3].image);
//!
//! // The truth, in f64: log p(x|z) on lattices over the latent plane, and log p(x) as their sum.
//! let exact_model = model.to_dtype(candle_core::DType::F64)?;
//! let term = ImageTerm::new(&exact_model, &x)?;
//! let field = LogPartitionPair::new(&exact_model, LatticePair::COARSE)?.field(&exact_model, &term)?;
//! let q = encoder_proposal(&model, &x)?;
//! let scene = Scene::new(field, q);
//!
//! // K = 64 draws from q, weighed through the decoder, against the exact decomposition of the ELBO.
//! let readings = Readings::new(&scene, &model, &term, &q, &Noise::new(7).take(64))?;
//! let decomposition = readings.decomposition;
//! assert!(decomposition.elbo() < scene.evidence.log_evidence);
//! println!("log p(x) = {:.2}", scene.evidence.log_evidence);
//! println!("ELBO     = {:.2}, short by {:.2}", decomposition.elbo(), decomposition.kl_posterior);
//! println!("IS-64    = {:.2}", readings.importance.log_evidence);
//! # Ok(())
//! # }
//! ```
//!
//! Logarithms are natural and every log-probability is in nats.

// Items that are not reachable from outside have to be `pub(crate)`, so that the compiler finds unused ones.
#![warn(unreachable_pub)]
#![warn(missing_docs)]

pub mod address;
pub mod bench;
pub mod bench_worker;
pub mod course;
pub mod data;
pub mod density;
pub mod evidence;
pub mod exact;
pub mod family;
pub mod figure;
pub mod gradient;
pub mod lab;
pub mod lab_worker;
pub mod linear_algebra;
pub mod log_sum_exp;
pub mod model;
pub mod ordering;
pub mod parameters;
pub mod quantity;
pub mod reason;
pub mod sheet;
pub mod state;
pub mod train_page;
pub mod training;
pub mod worker;

#[cfg(test)]
mod known_gaussian;

#[cfg(target_arch = "wasm32")]
pub mod platform;
