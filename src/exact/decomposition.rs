//! The three decompositions of the ELBO, every term computed separately.

use serde::{Deserialize, Serialize};

use super::proposal::{NodeSet, for_each_node};
use super::{ExactEvidence, LogLikelihood};
use crate::family::{BivariateGaussian, log_prior};

/// Every term of
/// ELBO = E_q log p(x|z) − KL(q‖p(z)) = E_q log p(x,z) + H(q) = log p(x) − KL(q‖p(z|x)), in nats.
///
/// No term is obtained by subtracting others: the identities between them are a check, see
/// [`Self::identity_residual`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decomposition {
    /// E_q log p(x|z), by quadrature on the whole nodes.
    pub reconstruction: f64,
    /// KL(q‖p(z)), closed form.
    pub kl_prior: f64,
    /// E_q log p(x,z), by quadrature on the half nodes.
    pub expected_log_joint: f64,
    /// H(q), closed form.
    pub entropy: f64,
    /// KL(q‖p(z|x)) = E_q [log q(z) − log p(z|x)], by quadrature on the half nodes.
    pub kl_posterior: f64,
    /// log p(x), as the caller knows it.
    pub log_evidence: f64,
}

impl Decomposition {
    /// Computes every term for one q and one x.
    ///
    /// Without a lattice the nodes are half a deviation of q apart; the number that a wide q needs is determined by
    /// [`super::ProposalQuadrature`].
    pub fn new<L: LogLikelihood + ?Sized>(
        q: &BivariateGaussian,
        field: &L,
        evidence: &ExactEvidence,
    ) -> Self {
        let mut expected_log_joint = 0.0;
        let mut kl_posterior = 0.0;
        for_each_node(q, field, NodeSet::Half, |z, weight, log_likelihood| {
            let log_joint = log_likelihood + log_prior(z);
            expected_log_joint += weight * log_joint;
            let log_posterior = log_joint - evidence.log_evidence;
            kl_posterior += weight * (q.log_density(z) - log_posterior);
        });
        Self {
            reconstruction: reconstruction(q, field),
            kl_prior: q.kl_to_standard(),
            expected_log_joint,
            entropy: q.entropy(),
            kl_posterior,
            log_evidence: evidence.log_evidence,
        }
    }

    /// The ELBO as reconstruction minus KL to the prior, in nats.
    pub fn elbo(&self) -> f64 {
        self.reconstruction - self.kl_prior
    }

    /// The largest disagreement between the three ways to the ELBO, in nats.
    pub fn identity_residual(&self) -> f64 {
        let by_energy = self.expected_log_joint + self.entropy;
        let by_gap = self.log_evidence - self.kl_posterior;
        (self.elbo() - by_energy).abs().max((self.elbo() - by_gap).abs())
    }
}

/// The exact ELBO of q in nats, E_q log p(x|z) − KL(q‖p(z)).
pub fn exact_elbo<L: LogLikelihood + ?Sized>(q: &BivariateGaussian, field: &L) -> f64 {
    reconstruction(q, field) - q.kl_to_standard()
}

fn reconstruction<L: LogLikelihood + ?Sized>(q: &BivariateGaussian, field: &L) -> f64 {
    let mut sum = 0.0;
    for_each_node(q, field, NodeSet::Whole, |_, weight, log_likelihood| {
        sum += weight * log_likelihood;
    });
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::field::tests::tabulated;
    use crate::exact::{LatticePair, exact_evidence};

    #[test]
    fn at_the_prior_with_a_likelihood_that_ignores_z_every_term_is_known() {
        let field = tabulated(LatticePair::FINE, |_| -12.5);
        let evidence = exact_evidence(&field);
        let found = Decomposition::new(&BivariateGaussian::standard(), &field, &evidence);
        // H = 1 + ln 2π, and E log p(x,z) = −12.5 − H.
        let entropy = 1.0 + std::f64::consts::TAU.ln();
        assert!((found.reconstruction + 12.5).abs() < 1e-10);
        assert_eq!(found.kl_prior, 0.0);
        assert!((found.entropy - entropy).abs() < 1e-15);
        assert!((found.expected_log_joint + 12.5 + entropy).abs() < 1e-10);
        assert!(found.kl_posterior.abs() < 1e-10);
        assert!((found.log_evidence + 12.5).abs() < 1e-10);
        assert!((found.elbo() + 12.5).abs() < 1e-10);
        assert!(found.identity_residual() < 1e-10);
    }

    #[test]
    fn the_residual_is_the_larger_of_the_two_disagreements() {
        // ELBO 2 by the first way; 2.25 and 1.5 by the others.
        let made_up = Decomposition {
            reconstruction: 3.0,
            kl_prior: 1.0,
            expected_log_joint: 2.0,
            entropy: 0.25,
            kl_posterior: 4.0,
            log_evidence: 5.5,
        };
        assert_eq!(made_up.elbo(), 2.0);
        assert_eq!(made_up.identity_residual(), 0.5);
        let other = Decomposition { expected_log_joint: 1.0, ..made_up };
        assert_eq!(other.identity_residual(), 0.75);
    }
}
