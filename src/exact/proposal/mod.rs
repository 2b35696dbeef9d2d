//! Expectations under a Gaussian q, with their errors.

mod frame;
mod nodes;
mod sampled;

use frame::REACH;
pub(super) use frame::{Frame, Framed, log_standard};
pub(super) use nodes::{NodeSet, for_each_node};
use sampled::{NodeLattice, NodeSums};

use super::cubature::{Cubature, Patch};
use super::{Decomposition, Effort, LogLikelihood};
use crate::family::{BivariateGaussian, log_prior};

/// The default tolerance and number of evaluations.
const EFFORT: Effort = Effort { tolerance: 1e-8, most_evaluations: 400_000 };
/// Relative rounding of an expectation.
const ROUNDING: f64 = 1e-13;
/// Points of one slice, some milliseconds.
const SLICE: usize = 400;
/// Patches on a side of the square that holds q, where log p(x|z) has kinks.
pub(super) const PATCHES: usize = 5;

/// A decomposition with its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeasuredDecomposition {
    /// Every term.
    pub decomposition: Decomposition,
    /// By how many nats an expectation under q may be off. The error of log p(x) is not part of it.
    pub error: f64,
    /// Number of evaluations of log p(x|z).
    pub evaluations: usize,
}

/// The expectations of a [`Decomposition`] on nodes that follow q, refined until two sets agree, by default to 1e-8
/// nats.
///
/// A smooth log p(x|z) is summed by the trapezoid rule in the principal axes of q: the set of nodes and the one
/// shifted by half a step have errors of opposite signs. An error common to both is detected by a third set, shifted
/// by parts of a step that are no simple fractions. The step along the axis on which they disagree is halved. With
/// kinks it is a cubature on patches between these.
///
/// # Cost
/// 2,100 points at an ordinary q; more where log p(x|z) varies more over a wide q.
#[derive(Clone, Debug)]
pub struct ProposalQuadrature {
    q: BivariateGaussian,
    effort: Effort,
    rule: Rule,
    is_done: bool,
}

#[derive(Clone, Debug)]
enum Rule {
    /// Nothing was done yet.
    Waiting,
    Lattice(Box<NodeLattice>),
    Patches(Box<Cubature>),
}

impl ProposalQuadrature {
    /// Begins with nodes half a deviation apart.
    pub fn new(q: BivariateGaussian) -> Self {
        Self { q, effort: EFFORT, rule: Rule::Waiting, is_done: false }
    }

    /// The same until the sets agree to another tolerance, or to another number of points.
    pub fn with_effort(self, effort: Effort) -> Self {
        Self { effort, ..self }
    }

    /// The q that is measured.
    pub fn q(&self) -> &BivariateGaussian {
        &self.q
    }

    /// One slice. Whether there is more to do. `likelihood` must be the same at every call.
    pub fn advance<L: LogLikelihood + ?Sized>(&mut self, likelihood: &L) -> bool {
        if self.is_done {
            return false;
        }
        match &mut self.rule {
            Rule::Waiting if likelihood.kinks().is_empty() => {
                self.rule = Rule::Lattice(Box::new(NodeLattice::new(self.q)));
            }
            Rule::Waiting => {
                let framed = Framed::new(Frame::new(&self.q), likelihood);
                let mut cubature = Cubature::new();
                let log_integrand = log_integrand(Frame::new(&self.q));
                for patch in patches() {
                    cubature.add(patch, &framed, &log_integrand);
                }
                self.rule = Rule::Patches(Box::new(cubature));
            }
            Rule::Lattice(lattice) => {
                let is_left = lattice.advance(likelihood, SLICE, self.effort);
                self.is_done = !is_left;
            }
            Rule::Patches(cubature) => {
                let framed = Framed::new(Frame::new(&self.q), likelihood);
                let log_integrand = log_integrand(Frame::new(&self.q));
                let end = cubature.evaluations() + SLICE;
                while cubature.evaluations() < end && !self.is_done {
                    self.is_done = !cubature.refine(&framed, &log_integrand);
                }
                let (log_value, log_error) = cubature.totals();
                // The terms of the integrand may err with opposite signs.
                self.is_done |= log_error.exp() <= 0.1 * tolerance(self.effort, log_value.exp())
                    || cubature.evaluations() >= self.effort.most_evaluations;
            }
        }
        !self.is_done
    }

    /// Measures in one go.
    pub fn run<L: LogLikelihood + ?Sized>(
        q: BivariateGaussian,
        likelihood: &L,
        log_evidence: f64,
    ) -> MeasuredDecomposition {
        let mut quadrature = Self::new(q);
        while quadrature.advance(likelihood) {}
        quadrature.finish(log_evidence)
    }

    /// The terms as they are known now; call it when [`Self::advance`] has nothing more to do.
    pub fn finish(&self, log_evidence: f64) -> MeasuredDecomposition {
        let q = &self.q;
        // Two sets of nodes of their own, so that an identity between their sums is a check.
        let (whole, half, error, evaluations) = match &self.rule {
            Rule::Waiting => (NodeSums::default(), NodeSums::default(), f64::INFINITY, 0),
            Rule::Lattice(lattice) => {
                let (whole, half) = lattice.sums();
                (whole, half, lattice.error(), lattice.evaluations())
            }
            Rule::Patches(cubature) => {
                let frame = Frame::new(q);
                let (mut fine, mut coarse) = (NodeSums::default(), NodeSums::default());
                for piece in cubature.pieces() {
                    for (sums, nodes) in [(&mut fine, &piece.fine), (&mut coarse, &piece.coarse)] {
                        for node in nodes {
                            let weight = node.weight * log_standard(node.z).exp();
                            sums.add(q, frame.latent(node.z), weight, node.log_likelihood);
                        }
                    }
                }
                let error = cubature.totals().1.exp();
                (fine.normalised(), coarse.normalised(), error, cubature.evaluations())
            }
        };
        let expected_log_joint = half.log_likelihood + half.log_prior;
        let decomposition = Decomposition {
            reconstruction: whole.log_likelihood,
            kl_prior: q.kl_to_standard(),
            expected_log_joint,
            entropy: q.entropy(),
            kl_posterior: half.log_density - (expected_log_joint - log_evidence * half.weight),
            log_evidence,
        };
        let error = error + ROUNDING * (1.0 + whole.log_likelihood.abs());
        MeasuredDecomposition { decomposition, error, evaluations }
    }
}

/// Two sums of this size agree if they differ by no more than that.
fn tolerance(effort: Effort, size: f64) -> f64 {
    effort.tolerance.max(ROUNDING * size.abs())
}

/// The log of φ(u) (1 + ½|u|² + ½|z|² + |log p(x|z)|): every term of a decomposition is part of it.
fn log_integrand(frame: Frame) -> impl Fn([f64; 2], f64) -> f64 {
    let half_square = |[first, second]: [f64; 2]| 0.5 * (first * first + second * second);
    move |u, log_likelihood: f64| {
        let size = 1.0 + half_square(u) + half_square(frame.latent(u)) + log_likelihood.abs();
        log_standard(u) + size.ln()
    }
}

/// Squares that tile the square of [`REACH`] about q, in u.
pub(super) fn patches() -> impl Iterator<Item = Patch> {
    let half_width = REACH / PATCHES as f64;
    let center = move |index: usize| (2 * index + 1) as f64 * half_width - REACH;
    (0..PATCHES * PATCHES).map(move |index| {
        Patch::square([center(index / PATCHES), center(index % PATCHES)], half_width)
    })
}

impl NodeSums {
    /// The same for weights that sum to one: constants are then exact.
    fn normalised(self) -> Self {
        Self {
            weight: 1.0,
            log_likelihood: self.log_likelihood / self.weight,
            log_prior: self.log_prior / self.weight,
            log_density: self.log_density / self.weight,
        }
    }

    /// Adds a node.
    pub(super) fn add(&mut self, q: &BivariateGaussian, z: [f64; 2], weight: f64, value: f64) {
        self.weight += weight;
        self.log_likelihood += weight * value;
        self.log_prior += weight * log_prior(z);
        self.log_density += weight * q.log_density(z);
    }
}

#[cfg(test)]
mod tests;
