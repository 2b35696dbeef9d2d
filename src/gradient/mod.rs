//! Gradients of the ELBO and of L_K in the parameters of q, and the optimisers that use them.
//!
//! The bench's q on the plane of the VAE: [`pathwise_gradient`] and [`ProposalOptimizer`]. A diagonal Gaussian of
//! any dimension, in (m, ln σ): draws with their weights and slopes are a [`DrawPool`], an estimator is
//! a function of one [`Batch`] of them, one method per file, and [`METHODS`] is the list that pages
//! show. [`Moments`] measures an estimator, [`exact_moments`] is the truth about it where the posterior
//! is a Gaussian on the line, [`Ascent`] optimises with it.

#[cfg(test)]
pub(crate) mod known_joints;
#[cfg(test)]
mod quotient;

mod adam;
mod ascent;
mod baselines;
mod dreg;
mod exact_gradient;
mod iwae_gradient;
mod methods;
mod moments;
mod noise;
mod parameters;
mod pathwise;
mod pool;
mod proposal_optimizer;
mod quadratic_weight;
mod reparameterised;
mod rloo;
mod score;
mod sticking_the_landing;
mod theory;
mod weight_transform;

pub use ascent::{Ascent, AscentOutcome, AscentSettings, AscentStep, Divergence, Optimiser};
pub use baselines::Baselines;
pub use dreg::dreg;
pub use exact_gradient::exact_elbo_gradient;
pub use iwae_gradient::iwae_gradient;
pub use methods::{EstimatedBound, METHODS, Method, MethodKind};
pub use moments::{Moments, MomentsError, SignalToNoise, replicates};
pub(crate) use noise::normals;
pub use parameters::{GaussianGradient, GaussianParameters, ParametersError, PerParameter};
pub use pathwise::{PathwiseGradient, pathwise_gradient};
pub use pool::{Batch, DrawPool, EstimateError, PoolError};
pub use proposal_optimizer::ProposalOptimizer;
pub use quadratic_weight::{GaussianPosterior, QuadraticError, QuadraticLogWeight};
pub use reparameterised::reparameterised;
pub use rloo::rloo;
pub use score::{Baseline, score};
pub use sticking_the_landing::sticking_the_landing;
pub use theory::{ExactMoments, exact_moments};
pub use weight_transform::WeightTransform;
