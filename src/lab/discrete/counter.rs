//! Enumerates the states of one model in slices: first log p(x) and the posterior, then the terms of q.

use super::countable_model::{CountableModel, proposal, second_moment};
use crate::exact::{EnumeratedPosterior, EnumeratedProposal, Enumeration, ProposalEnumeration};
use crate::family::BernoulliBits;
use crate::model::{BinaryLatentError, open_bits};

/// States per slice: about 2 ms for the belief net.
pub(super) const SLICE: u64 = 4096;

/// An enumeration in progress.
#[derive(Clone, Debug)]
pub(super) struct Counter<M: CountableModel> {
    model: M,
    nearness: f64,
    enumeration: Option<Enumeration<M>>,
    weighing: Option<ProposalEnumeration<M>>,
    known: ExactCounts,
}

/// The exact results of a model and its q.
#[derive(Clone, Debug, Default)]
pub(super) struct ExactCounts {
    /// log p(x) and the posterior.
    pub posterior: Option<EnumeratedPosterior>,
    /// q.
    pub q: Option<BernoulliBits>,
    /// The terms of q.
    pub terms: Option<EnumeratedProposal>,
}

/// The relative variance of one weight by uniform, prior and importance sampling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Variances {
    pub uniform: f64,
    pub prior: f64,
    pub q: f64,
}

impl<M: CountableModel> Counter<M> {
    /// Nothing is enumerated yet; results in closed form are present.
    pub(super) fn new(model: M, nearness: f64) -> Result<Self, BinaryLatentError> {
        let known =
            model.posterior().map_or(Ok(ExactCounts::default()), |p| closed_form(p, nearness))?;
        let enumeration = Some(Enumeration::new(model.clone())?);
        Ok(Self { model, nearness, enumeration, weighing: None, known })
    }

    /// Enumerates one slice of states, twice 2ⁿ in all; `None` once there are no more.
    pub(super) fn advance(&mut self) -> Option<u64> {
        let states = SLICE.min(1 << self.model.bits());
        if let Some(enumeration) = &mut self.enumeration {
            enumeration.advance(states);
            if enumeration.is_done() {
                self.end_enumeration();
            }
        } else {
            let weighing = self.weighing.as_mut()?;
            weighing.advance(states);
            if weighing.is_done() {
                self.known.terms = self.weighing.take().map(ProposalEnumeration::finish);
            }
        }
        Some(states)
    }

    fn end_enumeration(&mut self) {
        let Some(posterior) = self.enumeration.take().map(Enumeration::finish) else { return };
        // The marginals of an enumerated model are valid probabilities, so that both succeed. A q in closed form is
        // kept, because its draws have begun.
        let q = self.known.q.take();
        let q = q.or_else(|| proposal(&posterior.marginals, self.nearness).ok());
        self.weighing = q.clone().and_then(|q| {
            ProposalEnumeration::new(self.model.clone(), q, posterior.log_evidence).ok()
        });
        self.known.q = q;
        self.known.posterior = Some(posterior);
    }

    /// The results so far.
    pub(super) fn known(&self) -> &ExactCounts {
        &self.known
    }
}

impl ExactCounts {
    /// The relative variances per draw; `None` until everything is enumerated.
    pub(super) fn variances(&self) -> Option<Variances> {
        let (posterior, terms) = (self.posterior.as_ref()?, self.terms?);
        Some(Variances {
            uniform: posterior.uniform_variance,
            prior: posterior.prior_variance,
            q: terms.chi_square,
        })
    }
}

/// All results for independent fair coins with this posterior, by products and sums over bits.
fn closed_form(posterior: &BernoulliBits, nearness: f64) -> Result<ExactCounts, BinaryLatentError> {
    let marginals: Vec<f64> = posterior.probabilities().collect();
    let q = proposal(&marginals, nearness)?;
    let log_evidence = -(marginals.len() as f64) * std::f64::consts::LN_2;
    let variance = |q: &BernoulliBits| -> f64 {
        let moments = marginals.iter().zip(q.probabilities()).map(|(m, q)| second_moment(*m, q));
        moments.product::<f64>() - 1.0
    };
    let uniform_variance = variance(&open_bits(&vec![0.5; marginals.len()])?);
    let mode = marginals.iter().enumerate().map(|(bit, m)| u32::from(*m > 0.5) << bit).sum();
    // Σ p log q over the outcomes of every bit.
    let cross = |p: &BernoulliBits, q: &BernoulliBits| -> f64 {
        let each = p.probabilities().enumerate();
        each.map(|(bit, p)| {
            p * q.log_probability(bit, true) + (1.0 - p) * q.log_probability(bit, false)
        })
        .sum()
    };
    let terms = EnumeratedProposal {
        expected_log_joint: log_evidence + cross(&q, posterior),
        entropy: q.entropy(),
        kl_posterior: -q.entropy() - cross(&q, posterior),
        kl_from_posterior: -posterior.entropy() - cross(posterior, &q),
        chi_square: variance(&q),
        log_evidence,
    };
    let posterior = EnumeratedPosterior {
        log_evidence,
        entropy: posterior.entropy(),
        uniform_variance,
        prior_variance: uniform_variance,
        mode,
        marginals,
    };
    Ok(ExactCounts { posterior: Some(posterior), q: Some(q), terms: Some(terms) })
}

/// The variances of independent bits, for any number of them.
pub(super) fn variances_of_bits(bits: i32, sharpness: f64, nearness: f64) -> Variances {
    let q = 0.5 + nearness * (sharpness - 0.5);
    let uniform = second_moment(sharpness, 0.5).powi(bits) - 1.0;
    Variances { uniform, prior: uniform, q: second_moment(sharpness, q).powi(bits) - 1.0 }
}
