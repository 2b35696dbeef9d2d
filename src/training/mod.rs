//! Data flow of learning: images in batches, the gradient of the negative ELBO, and the optimiser.

mod adam;
mod bound;
mod dataset;
mod evaluation;
mod initialisation;
mod numbers;
mod objective;
mod parameters;
mod pass;
mod schedule;
mod trainer;

pub use adam::{Adam, AdamSettings};
pub use bound::{EncoderGradient, Objective};
pub use dataset::{Batches, Dataset, EmptyDataset, pixel_tensor};
pub use evaluation::elbo_per_image;
pub use initialisation::initial_vae;
pub use objective::{ElboTerms, elbo, kl_to_prior, standard_normal};
pub use schedule::cosine_tail;
pub use trainer::{Learn, Step, Trainer, TrainerSettings, TrainingError};
