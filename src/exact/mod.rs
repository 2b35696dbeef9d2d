//! The truth: exact log p(x) and exact expectations under q, by lattices over the latent plane.

mod best_gaussian;
mod decomposition;
mod evidence;
mod field;
mod gaussian_oracle;
mod interpolate;
mod iwae_curve;
mod lattice;
mod partition;
mod quadrature;

pub use best_gaussian::{BestGaussian, best_gaussian};
pub use decomposition::{Decomposition, exact_elbo};
pub use evidence::{ExactEvidence, exact_evidence};
pub use field::{LogLikelihoodField, LogLikelihoodLattice};
pub use gaussian_oracle::{GaussianOracle, LinearModel, Normal, OracleError};
pub use iwae_curve::{IwaeCurve, IwaeCurveError, WeightNode, exact_iwae_ladder};
pub use lattice::{Lattice, LatticePair};
pub use partition::{LogPartitionBuilder, LogPartitionLattice};
