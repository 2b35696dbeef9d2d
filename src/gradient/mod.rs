//! Gradients of the ELBO in the parameters of q, and what climbs along them.

mod climb;
mod pathwise;

pub use climb::Climb;
pub use pathwise::{PathwiseGradient, pathwise_gradient};
