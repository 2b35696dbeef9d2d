//! The truth in one latent dimension: integrals over the line, adaptive to needles, modes and kinks.
//!
//! [`LinePosterior`] holds log p(x) and p(z|x) of a [`crate::model::NonlinearGaussian`]; of any
//! [`LineDensity`] q it knows the ELBO and its parts, both divergences, moments of the weights and the
//! path from q to the posterior.

#[cfg(test)]
mod best_gaussian;
mod density;
mod kronrod;
mod measure;
mod mills;
mod posterior;
mod proposal_terms;
mod ratio_moment;

#[cfg(test)]
pub(crate) use best_gaussian::best_line_gaussian;
pub use density::{Landmark, LineDensity, LineDensityError};
pub use kronrod::QuadratureError;
pub use measure::Node;
pub use posterior::LinePosterior;
pub use ratio_moment::RatioMoment;
