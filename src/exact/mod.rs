//! The truth: exact log p(x) and exact expectations under q.
//!
//! In two latent dimensions, by lattices: [`exact_evidence`], [`Decomposition`], [`best_gaussian()`].
//! In one, by adaptive quadrature: [`LinePosterior`].
//! Over bits, by counting them all: [`Enumeration`], [`ProposalEnumeration`].

mod best_gaussian;
mod certificate;
mod cubature;
mod decoder_likelihood;
mod decomposition;
mod effort;
mod enumeration;
mod evidence;
mod field;
mod field_error;
mod gaussian_oracle;
mod inference;
mod interpolate;
mod iwae_curve;
mod iwae_ladder;
mod lattice;
mod log_likelihood;
mod one_dimensional;
mod partition;
mod partition_pair;
mod posterior;
mod proposal;

pub use best_gaussian::{BestGaussian, BestGaussianSearch, best_gaussian};
pub use certificate::{Cell, Certificate, CertificateError, Interval};
pub use decoder_likelihood::DecoderLikelihood;
pub use decomposition::{Decomposition, exact_elbo};
pub use effort::Effort;
pub use enumeration::{EnumeratedPosterior, EnumeratedProposal, Enumeration, ProposalEnumeration};
pub use evidence::{ExactEvidence, exact_evidence};
pub use field::{LogLikelihoodBuilder, LogLikelihoodField, LogLikelihoodLattice};
pub use field_error::field_error;
pub use gaussian_oracle::{GaussianOracle, LinearModel, Normal, OracleError};
pub use inference::{ExactInference, Finding, MeasuredElbo};
pub use iwae_curve::{IwaeCurve, IwaeCurveError, WeightNode, exact_iwae_ladder};
pub use iwae_ladder::{IwaeLadder, IwaeLadderSearch};
pub use lattice::{Lattice, LatticePair};
pub use log_likelihood::{Kink, LogLikelihood};
#[cfg(test)]
pub(crate) use one_dimensional::best_line_gaussian;
pub use one_dimensional::{
    Landmark, LineDensity, LineDensityError, LineNode, LinePosterior, QuadratureError, RatioMoment,
};
pub use partition::{LogPartitionBuilder, LogPartitionLattice};
pub use partition_pair::{LogPartitionPair, LogPartitionPairBuilder};
pub use posterior::{Posterior, PosteriorNode, PosteriorSearch, Resolution, Spot};
pub use proposal::{MeasuredDecomposition, ProposalQuadrature};
