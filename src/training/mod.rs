//! Training: images in batches, the gradient of a bound on log p(x), the optimiser, and the run as a value.
//!
//! A [`Recipe`] and some images make a [`Session`], which is advanced slice by slice.

mod adam;
mod bound;
mod checkpoints;
mod dataset;
mod evaluation;
mod file;
mod gap;
mod history;
mod initialisation;
mod numbers;
mod objective;
mod parameters;
mod pass;
mod pytorch;
mod recipe;
mod schedule;
mod session;
mod slices;
mod trainer;
mod validation;

pub use adam::{Adam, AdamSettings};
pub use bound::{EncoderGradient, Objective};
pub use checkpoints::Checkpoint;
pub use dataset::{Batches, Dataset, EmptyDataset, pixel_tensor};
pub use evaluation::elbo_per_image;
pub use file::{SavedRun, SavedRunError, read_run, write_run};
pub use gap::{GapError, GapSplit, GapTask};
pub use history::{History, Point};
pub use initialisation::initial_vae;
pub use objective::{ElboTerms, elbo, kl_to_prior, standard_normal};
pub use pytorch::{PyTorchProgram, pytorch_program};
pub use recipe::{DataSource, Recipe, RecipeError};
pub use schedule::cosine_tail;
pub use session::{Progress, Session, SessionError};
pub use trainer::{Learn, OptimizationStep, Trainer, TrainerSettings, TrainingError};
pub use validation::{Bounds, COLLAPSED_BELOW, Validation};
