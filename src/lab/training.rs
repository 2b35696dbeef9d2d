//! The page "Train": the training of a VAE, with every moment of its run.
//!
//! It is described and shown like a lab; its computation is a [`Training`], which advances according to orders.

mod description;
mod exact_curve;
mod name;
mod pace;
mod pictures;
mod preparation;
mod presets;
mod raster;
mod reasons;
mod remarks;
mod run;
mod words;

pub use description::{LAB, canonical, latent_of, values_of, wants_file};
pub use name::{name_of, values_of_name};
pub use preparation::{OpenedImages, Sources};
pub use run::{Order, RunFile, Training};
