//! Data flow of learning: images in batches, the gradient of the negative ELBO, and the optimiser.

mod adam;
mod dataset;
mod evaluation;
mod initialisation;
mod objective;
mod parameters;
mod schedule;
mod trainer;

pub use adam::{Adam, AdamSettings};
pub use dataset::{Batches, Dataset, EmptyDataset, pixel_tensor};
pub use evaluation::elbo_per_image;
pub use initialisation::initial_vae;
pub use objective::{ElboTerms, elbo, kl_to_prior, standard_normal};
pub use schedule::cosine_tail;
pub use trainer::{Learn, Trainer, TrainerSettings, TrainingError};
