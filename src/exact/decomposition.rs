//! The three decompositions of the ELBO, every term computed by itself.

use super::quadrature::{NodeSet, for_each_node};
use super::{ExactEvidence, LogLikelihoodField};
use crate::family::{BivariateGaussian, log_prior};

/// Every term of
/// ELBO = E_q log p(x|z) − KL(q‖p(z)) = E_q log p(x,z) + H(q) = log p(x) − KL(q‖p(z|x)), in nats.
///
/// No term is obtained by subtracting others: the identities between them are a check, see
/// [`Self::identity_residual`].
#[derive(Clone, Copy, Debug, PartialEq)]
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
    /// log p(x), by the lattice.
    pub log_evidence: f64,
}

impl Decomposition {
    /// Computes every term for one q and one x.
    pub fn new(
        q: &BivariateGaussian,
        field: &LogLikelihoodField,
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
pub fn exact_elbo(q: &BivariateGaussian, field: &LogLikelihoodField) -> f64 {
    reconstruction(q, field) - q.kl_to_standard()
}

fn reconstruction(q: &BivariateGaussian, field: &LogLikelihoodField) -> f64 {
    let mut sum = 0.0;
    for_each_node(q, field, NodeSet::Whole, |_, weight, log_likelihood| {
        sum += weight * log_likelihood;
    });
    sum
}
