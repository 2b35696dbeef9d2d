//! The models p(x, z): a small variational autoencoder with Bernoulli pixels, run by candle.

mod activation;
mod bernoulli;
mod elementwise;
mod image_term;
mod vae;
mod weights;

pub use activation::Activation;
pub use bernoulli::{log_likelihood, log_partition, mean_image};
pub use image_term::ImageTerm;
pub use vae::{Linear, Vae};
pub use weights::{TENSOR_NAMES, WeightsError, read_weights, tells_activation, write_weights};
