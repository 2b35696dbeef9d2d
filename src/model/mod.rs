//! The models p(x, z).
//!
//! A small variational autoencoder with Bernoulli pixels, run by candle: [`Vae`], [`ImageTerm`].
//! Models with a known truth: [`LinearGaussian`] in up to 200 dimensions, [`NonlinearGaussian`] in one;
//! with up to 20 binary latents [`SigmoidBeliefNet`] and [`IndependentBits`], both [`BinaryLatent`].
//! In between: [`VaeJoint`] is log p(x, z) of the autoencoder, [`Blocks`] several of them side by side.

mod activation;
mod bernoulli;
mod bias;
mod binary_latent;
mod blocks;
mod elementwise;
mod encoder_proposal;
mod image_term;
mod linear_gaussian;
mod nonlinear;
mod precision;
mod vae;
mod vae_joint;
mod weights;

pub use activation::Activation;
pub use bernoulli::{log_likelihood, log_partition, log_partition_with_bias, mean_image};
pub use binary_latent::{BinaryLatent, BinaryLatentError, IndependentBits, SigmoidBeliefNet};
pub(crate) use binary_latent::{check_open, open_bits};
pub use blocks::{Blocks, NoBlocks};
pub use encoder_proposal::encoder_proposal;
pub use image_term::ImageTerm;
pub use linear_gaussian::{LinearGaussian, LinearGaussianError};
pub use nonlinear::{Link, NonlinearGaussian, NonlinearGaussianError};
pub use precision::in_precision;
pub use vae::{Linear, Vae};
pub use vae_joint::VaeJoint;
pub use weights::{
    MAX_UNIT_INPUT, TENSOR_NAMES, WeightsError, read_weights, tells_activation, tensor_prefix,
    write_weights,
};
