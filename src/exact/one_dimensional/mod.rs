//! Exact results in one latent dimension: integrals over the line, adaptive to needles, modes and kinks.
//!
//! [`LinePosterior`] has log p(x) and p(z|x) of a [`crate::model::NonlinearGaussian`], and computes for any
//! [`LineDensity`] q the ELBO and its terms, both divergences, moments of the weights and the path from q to the
//! posterior.

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
pub use measure::LineNode;
pub use posterior::LinePosterior;
pub use ratio_moment::RatioMoment;
