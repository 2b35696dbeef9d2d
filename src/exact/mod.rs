//! The truth: exact log p(x) and exact expectations under q, by lattices over the latent plane.

mod best_gaussian;
mod certificate;
mod decomposition;
mod evidence;
mod field;
mod interpolate;
mod lattice;
mod partition;
mod quadrature;

pub use best_gaussian::{BestGaussian, best_gaussian};
pub use certificate::{Cell, Certificate, CertificateError, Interval};
pub use decomposition::{Decomposition, exact_elbo};
pub use evidence::{ExactEvidence, exact_evidence};
pub use field::{LogLikelihoodField, LogLikelihoodLattice};
pub use lattice::{Lattice, LatticePair};
pub use partition::{LogPartitionBuilder, LogPartitionLattice};
