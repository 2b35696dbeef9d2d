//! The posterior by adaptive quadrature: log p(x), its nodes, its moments and its spots.
//!
//! A lattice of one spacing resolves some posteriors and not others. Here the patches come from the proof's cells
//! ([`PosteriorSearch::from_leaves`]) or from a scan of the plane ([`PosteriorSearch::by_scan`]), and are refined
//! until two rules agree on every one of them.

mod guide;
mod leaves;
mod scan;
mod spots;

pub use spots::Spot;

use serde::{Deserialize, Serialize};

use super::cubature::{Cubature, Patch};
use super::{Cell, Effort, Interval, LogLikelihood};
use crate::family::{BivariateGaussian, log_prior};
use crate::ordering::sort_by_f64;
use scan::Scan;

/// The default tolerance and number of evaluations.
const EFFORT: Effort = Effort { tolerance: 1e-9, most_evaluations: 600_000 };
/// An error of log p(x) up to this many nats counts as resolved.
const RESOLVED: f64 = 1e-6;
/// Cells whose upper bounds sum to less than this part of the tolerance are dropped.
const NEGLIGIBLE: f64 = 1e-3;
/// Points of one slice, some milliseconds.
const SLICE: usize = 400;
/// Part of the distance from the origin below which a posterior's width is decided by the rounding of
/// weights to f32.
const WEIGHTS_ROUNDING: f64 = 1e-6;
/// Relative rounding of a sum of 784 terms.
const SUM_ROUNDING: f64 = 1e-13;
/// Smaller shares of nodes are dropped.
const LEAST_SHARE: f64 = 1e-18;

/// How well the posterior is resolved, with the error of log p(x) in nats.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Resolution {
    /// The rules agree: the value can be called exact.
    Resolved {
        /// Nats.
        error: f64,
    },
    /// The points that were allowed did not suffice.
    Unresolved {
        /// The error estimated by the rules, in nats.
        error: f64,
    },
    /// The posterior is so narrow beside its distance from the origin that rounding of the weights to f32
    /// moves it by its own width.
    BeyondWeights {
        /// Nats, for the weights as they are in the file.
        error: f64,
        /// Smallest deviation of the posterior divided by that distance.
        relative_width: f64,
    },
}

impl Resolution {
    /// The error of log p(x) in nats.
    pub fn error(&self) -> f64 {
        match *self {
            Self::Resolved { error }
            | Self::Unresolved { error }
            | Self::BeyondWeights { error, .. } => error,
        }
    }
}

/// A node of the posterior's quadrature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PosteriorNode {
    /// Where it is.
    pub z: [f64; 2],
    /// The share of the posterior that it represents; all shares sum to one.
    pub share: f64,
    /// log p(x|z) there, in nats.
    pub log_likelihood: f64,
}

/// p(z|x) as nodes, with results that follow from them.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// log p(x) in nats.
    pub log_evidence: f64,
    /// Whether that is so, and by how much it may be off.
    pub resolution: Resolution,
    /// The nodes, every one with a noticeable share.
    pub nodes: Vec<PosteriorNode>,
    /// E[z|x].
    pub mean: [f64; 2],
    /// Cov[z|x] as [Σ₁₁, Σ₁₂, Σ₂₂].
    pub covariance: [f64; 3],
    /// The separate places in which the posterior is, the heaviest first.
    pub spots: Vec<Spot>,
    /// Number of evaluations of log p(x|z).
    pub evaluations: usize,
}

impl Posterior {
    /// Searches and integrates in one go.
    pub fn new<L: LogLikelihood + ?Sized>(mut search: PosteriorSearch, likelihood: &L) -> Self {
        while search.advance(likelihood) {}
        search.finish()
    }

    /// The Gaussians with the moments of the whole and of each of several spots: where to look for the best q.
    pub fn gaussians(&self) -> Vec<BivariateGaussian> {
        let whole = BivariateGaussian::from_covariance(self.mean, self.covariance).ok();
        let spots = if self.spots.len() > 1 || whole.is_none() { &self.spots[..] } else { &[] };
        whole.into_iter().chain(spots.iter().filter_map(Spot::gaussian)).collect()
    }
}

/// A patch that waits for its first rule.
#[derive(Clone, Debug)]
struct Root {
    patch: Patch,
    /// Log of an upper bound on its mass; +∞ where nothing is known.
    log_upper: f64,
}

/// The search for a [`Posterior`], in slices of some milliseconds.
///
/// # Cost
/// Counted for digits from a proof's cells: 14,000 to 27,000 points under the shipped model, 15,000 with
/// its hidden weights × 5 or × 50, 42,000 with its output weights × 300. The scan takes 28,000 more for its
/// three squares, and some tens of thousands for the patches that it grades.
#[derive(Clone, Debug)]
pub struct PosteriorSearch {
    effort: Effort,
    scan: Option<Scan>,
    /// The most promising last, and for each the log of a bound on its mass and on all before it.
    roots: Vec<(Root, f64)>,
    /// Log of an upper bound on the dropped mass.
    log_missed: f64,
    cubature: Cubature,
    /// Logs of the integral and of its error.
    totals: (f64, f64),
    is_done: bool,
}

/// log p(x, z), the integrand's logarithm.
fn log_joint(z: [f64; 2], log_likelihood: f64) -> f64 {
    log_likelihood + log_prior(z)
}

impl PosteriorSearch {
    /// Begins with the cells of a proof and the bounds on their masses: nothing can be missed.
    ///
    /// The cells must tile a square beyond which there is no mass to speak of, as those of a
    /// [`super::Certificate`] do that is narrow to some tenths of a nat.
    pub fn from_leaves(leaves: impl IntoIterator<Item = (Cell, Interval)>) -> Self {
        let mut search = Self::empty(None);
        search.set_roots(leaves::roots(leaves));
        search
    }

    /// Begins with a scan of [−24, 24]², for decoders without a proof. A narrow posterior to which no slope of log
    /// p(x, z) leads is not found.
    pub fn by_scan() -> Self {
        Self::empty(Some(Scan::new()))
    }

    /// Begins where an approximate field has its mass, for many images under one decoder. Mass that the field lacks
    /// is not found.
    pub fn by_guide<L: LogLikelihood + ?Sized>(guide: &L) -> Self {
        let mut search = Self::empty(None);
        search.set_roots(guide::roots(guide));
        search
    }

    fn empty(scan: Option<Scan>) -> Self {
        Self {
            effort: EFFORT,
            scan,
            roots: Vec::new(),
            log_missed: f64::NEG_INFINITY,
            cubature: Cubature::new(),
            totals: (f64::NEG_INFINITY, f64::NEG_INFINITY),
            is_done: false,
        }
    }

    /// From now on it ends when the rules agree to another tolerance, or after another number of points.
    pub fn set_effort(&mut self, effort: Effort) {
        self.effort = effort;
    }

    fn set_roots(&mut self, mut roots: Vec<Root>) {
        sort_by_f64(&mut roots, |root| root.log_upper);
        let mut log_sum = f64::NEG_INFINITY;
        self.roots = roots
            .into_iter()
            .map(|root| {
                log_sum = log_add(log_sum, root.log_upper);
                (root, log_sum)
            })
            .collect();
    }

    /// Number of evaluations of log p(x|z) so far.
    pub fn evaluations(&self) -> usize {
        self.cubature.evaluations() + self.scan.as_ref().map_or(0, Scan::evaluations)
    }

    /// One slice. Whether there is more to do. `likelihood` must be the same at every call.
    pub fn advance<L: LogLikelihood + ?Sized>(&mut self, likelihood: &L) -> bool {
        if self.is_done {
            return false;
        }
        if let Some(scan) = &mut self.scan
            && self.roots.is_empty()
            && self.cubature.evaluations() == 0
        {
            if !scan.advance(likelihood) {
                let roots = scan.roots();
                self.set_roots(roots);
            }
            return true;
        }
        let end = self.cubature.evaluations() + SLICE;
        while self.cubature.evaluations() < end && self.add_root(likelihood) {}
        while self.roots.is_empty() && self.cubature.evaluations() < end {
            if !self.cubature.refine(likelihood, &log_joint) {
                self.is_done = true;
                break;
            }
        }
        self.totals = self.cubature.totals();
        let (log_value, log_error) = self.totals;
        let is_fine =
            log_error - log_value <= self.effort.tolerance.ln() || log_value == f64::NEG_INFINITY;
        let is_spent = self.cubature.evaluations() >= self.effort.most_evaluations;
        self.is_done |= self.roots.is_empty() && (is_fine || is_spent);
        !self.is_done
    }

    /// Integrates the next root, or leaves out all that are left if they hold nothing.
    fn add_root<L: LogLikelihood + ?Sized>(&mut self, likelihood: &L) -> bool {
        let Some((_, log_rest)) = self.roots.last() else { return false };
        if *log_rest <= self.totals.0 + (NEGLIGIBLE * self.effort.tolerance).ln() {
            self.log_missed = *log_rest;
            self.roots.clear();
            return false;
        }
        let Some((root, _)) = self.roots.pop() else { return false };
        let log_value = self.cubature.add(root.patch, likelihood, &log_joint);
        self.totals.0 = log_add(self.totals.0, log_value);
        true
    }

    /// The posterior as it is known now; call it when [`Self::advance`] has nothing more to do.
    pub fn finish(&self) -> Posterior {
        let (log_evidence, log_error) = self.totals;
        let nodes = self.nodes(log_evidence);
        let (mean, covariance) = spots::moments(nodes.iter().map(|node| (node.z, node.share)));
        let spots = spots::spots(self.cubature.pieces(), log_evidence);
        let relative =
            |log: f64| if log == f64::NEG_INFINITY { 0.0 } else { (log - log_evidence).exp() };
        let error = relative(log_error)
            + relative(self.log_missed)
            + SUM_ROUNDING * (1.0 + log_evidence.abs());
        let relative_width = spots.iter().map(Spot::relative_width).fold(f64::INFINITY, f64::min);
        let resolution = if relative_width < WEIGHTS_ROUNDING {
            Resolution::BeyondWeights { error, relative_width }
        } else if error <= RESOLVED {
            Resolution::Resolved { error }
        } else {
            Resolution::Unresolved { error }
        };
        let evaluations = self.evaluations();
        Posterior { log_evidence, resolution, nodes, mean, covariance, spots, evaluations }
    }

    fn nodes(&self, log_evidence: f64) -> Vec<PosteriorNode> {
        let fine = self.cubature.pieces().flat_map(|piece| &piece.fine);
        let mut nodes: Vec<PosteriorNode> = fine
            .map(|node| {
                let log_density = log_joint(node.z, node.log_likelihood) - log_evidence;
                let share = node.weight * log_density.exp();
                PosteriorNode { z: node.z, share, log_likelihood: node.log_likelihood }
            })
            .filter(|node| node.share > LEAST_SHARE)
            .collect();
        let total: f64 = nodes.iter().map(|node| node.share).sum();
        nodes.iter_mut().for_each(|node| node.share /= total);
        nodes
    }
}

/// ln(eᵃ + eᵇ).
fn log_add(a: f64, b: f64) -> f64 {
    let most = a.max(b);
    if most.is_infinite() { most } else { most + (-(a - b).abs()).exp().ln_1p() }
}

#[cfg(test)]
mod tests;
