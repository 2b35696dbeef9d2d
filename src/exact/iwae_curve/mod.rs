//! The exact importance-weighted bound E L_K for every K, without Monte Carlo: the expectation of the
//! log of a mean as an integral over Laplace transforms (for one K, Frullani's integral of the log;
//! the bound is that of Burda, Grosse & Salakhutdinov 2016).

use std::num::NonZeroUsize;

use thiserror::Error;

use super::LogLikelihood;
use super::proposal::{NodeSet, for_each_node};
use crate::family::{BivariateGaussian, log_prior};
use crate::ordering::sort_by_f64;

/// Step of the trapezoid rule in u = log s. The integrand is analytic for |Im u| < π/2, so that its
/// error is of order exp(−π²/h) = 1e−13.
const STEP: f64 = 0.33;

/// Where y = s·r is so small that 1 − e^{−y} is y to the last digit.
const LOG_LINEAR: f64 = -37.0;

/// Where it is so large that e^{−y} is 1e−24.
const LOG_GONE: f64 = 4.0;

/// u this far below the least of −log r and −log K add less than the square of e^{−18} to the
/// integral.
const LEAD: f64 = 18.0;

/// Room for the largest K there is.
const LOG_LARGEST_K: f64 = 45.0;

/// Weights with nothing between them for more nats than this are moved to this distance: of draws on
/// both sides only the larger count, whichever of the two the distance is.
const WIDEST_GAP: f64 = 60.0;

/// A node of a quadrature for E_q: a log-weight ℓ = log p(x, z) − log q(z), and the share of q that the node
/// represents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightNode {
    /// ℓ in nats; −∞ where the model gives no probability.
    pub log_weight: f64,
    /// The share, not negative.
    pub share: f64,
}

/// Why nodes are not a quadrature for log-weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IwaeCurveError {
    /// A log-weight is NaN or +∞.
    #[error("the log-weight of node {0} is NaN or +∞; finite values and −∞ are allowed")]
    LogWeight(usize),
    /// A share is negative, infinite or NaN.
    #[error("the share of node {0} is not a finite number from 0 on")]
    Share(usize),
    /// The shares sum to nothing.
    #[error("the shares of the nodes sum to zero")]
    Empty,
}

/// E L_K as a function of K, from the distribution of the log-weight under q.
///
/// # Formula
/// With r = w/E_q w and φ(s) = E_q e^{−s r},
/// E log (1/K) Σ_{i≤K} r_i = ∫₀^∞ [e^{−Ks} − φ(s)^K]/s ds,
/// by the trapezoid rule in u = log s. φ does not depend on K: it is computed once for all K.
///
/// Wide gaps between the log-weights, as in the tail of a Student t where they are −z², are skipped by the rule and
/// added in closed form: only if all K draws are below a gap, which has the probability S^K, its length is missing
/// from the log of their mean.
///
/// # Cost
/// 120 exponentials for each node, whatever the range of the weights; then for each K two for each
/// point of the rule, of which there are 3 for each nat of that range without the wide gaps, 180 for
/// each of these, and some 400 at least.
///
/// # Accuracy
/// 1e-10 nats or better for the nodes' own distribution, or 1e-14 of E L_K; the remaining error is the quadrature's.
/// Weights of infinite variance are no difficulty, as long as the nodes cover them.
#[derive(Debug, Clone, PartialEq)]
pub struct IwaeCurve {
    /// log E_q w, in nats; −∞ if a share of q has weight zero, which every E L_K then is.
    log_mean: f64,
    /// (s, log φ(s)) at the points of the rule.
    points: Vec<(f64, f64)>,
    /// (nats left out, log of the share S of q below) of every wide gap.
    gaps: Vec<(f64, f64)>,
}

impl IwaeCurve {
    /// Takes the nodes; shares need not sum to 1, they are taken relative to their sum.
    ///
    /// # Errors
    /// [`IwaeCurveError`] if a node is not valid or none has a share.
    pub fn new(nodes: &[WeightNode]) -> Result<Self, IwaeCurveError> {
        for (index, node) in nodes.iter().enumerate() {
            if node.log_weight.is_nan() || node.log_weight == f64::INFINITY {
                return Err(IwaeCurveError::LogWeight(index));
            }
            if !(node.share >= 0.0 && node.share.is_finite()) {
                return Err(IwaeCurveError::Share(index));
            }
        }
        let mut nodes: Vec<WeightNode> =
            nodes.iter().copied().filter(|node| node.share > 0.0).collect();
        let total: f64 = nodes.iter().map(|node| node.share).sum();
        sort_by_f64(&mut nodes, |node| -node.log_weight);
        let (Some(highest), Some(lowest)) = (nodes.first(), nodes.last()) else {
            return Err(IwaeCurveError::Empty);
        };
        if !total.is_finite() {
            return Err(IwaeCurveError::Empty);
        }
        let (most, least) = (highest.log_weight, lowest.log_weight);
        if least == f64::NEG_INFINITY {
            return Ok(Self { log_mean: least, points: Vec::new(), gaps: Vec::new() });
        }
        let scaled = nodes.iter().map(|node| node.share * (node.log_weight - most).exp());
        let log_mean = most + (scaled.sum::<f64>() / total).ln();
        let gaps = close_gaps(&mut nodes, total);
        let least = nodes.last().map_or(least, |node| node.log_weight);

        // Every share counts until its y = s·r is large, every K until K·s is.
        let first = (-(most - log_mean).max(LOG_LARGEST_K) - LEAD) / STEP;
        let last = (LOG_GONE - (least - log_mean).min(0.0)) / STEP;
        let grid = Grid { first: first.floor() as i64, last: last.ceil() as i64 };
        Ok(Self { log_mean, points: grid.log_transforms(&nodes, log_mean, total), gaps })
    }

    /// log E_q w, in nats: the limit of the curve, log p(x) if the nodes cover all of it.
    pub fn limit(&self) -> f64 {
        self.log_mean
    }

    /// E L_K in nats; −∞ for every K if a share of q has weight zero.
    pub fn at(&self, k: NonZeroUsize) -> f64 {
        let k = k.get() as f64;
        // Both terms minus 1, so that nothing is lost where both are almost 1.
        let term = |&(s, log_phi): &(f64, f64)| (-k * s).exp_m1() - (k * log_phi).exp_m1();
        let missing = self.gaps.iter().map(|(length, log_share)| length * (k * log_share).exp());
        self.log_mean + STEP * self.points.iter().map(term).sum::<f64>() - missing.sum::<f64>()
    }
}

/// Moves nodes, largest weight first, up until no gap between them is wider than [`WIDEST_GAP`].
///
/// Returns of every gap how many nats were taken from it and the log of the share of q below it.
fn close_gaps(nodes: &mut [WeightNode], total: f64) -> Vec<(f64, f64)> {
    let mut gaps = Vec::new();
    // Summed from below, where shares are small.
    let mut below = 0.0;
    for pair in nodes.windows(2).rev() {
        below += pair[1].share;
        let excess = pair[0].log_weight - pair[1].log_weight - WIDEST_GAP;
        if excess > 0.0 {
            gaps.push((excess, (below / total).ln()));
        }
    }
    let mut end = f64::NEG_INFINITY;
    for cluster in nodes.chunk_by_mut(|a, b| a.log_weight - b.log_weight <= WIDEST_GAP) {
        let start = cluster[0].log_weight;
        let moved = start.max(end - WIDEST_GAP);
        for node in cluster {
            node.log_weight = moved - (start - node.log_weight);
            end = node.log_weight;
        }
    }
    gaps
}

/// Multiples of the step from `first` to `last`.
struct Grid {
    first: i64,
    last: i64,
}

impl Grid {
    /// (s, log φ(s)) at every point.
    ///
    /// As a function of u = log s, e^{−s r} falls from 1 to 0 within 41 nats about u = −log r. Only
    /// there it is computed node by node; before, 1 − e^{−s r} is s r, and after, e^{−s r} is nothing:
    /// running sums do for all nodes at once.
    fn log_transforms(&self, nodes: &[WeightNode], log_mean: f64, total: f64) -> Vec<(f64, f64)> {
        let count = (self.last - self.first + 1) as usize;
        let place = |u: f64| {
            let index = (u / STEP).ceil() as i64 - self.first;
            index.clamp(0, count as i64) as usize
        };
        // 1 − φ(s) and φ(s) from the nodes in their fall.
        let (mut lack, mut rest) = (vec![0.0; count], vec![0.0; count]);
        // Mean of r and share of the nodes before their fall, share of those after it, as differences.
        let (mut linear, mut whole) = (vec![0.0; count + 1], vec![0.0; count + 1]);
        let mut gone = vec![0.0; count + 1];
        let growth = STEP.exp();
        for node in nodes {
            let share = node.share / total;
            let log_ratio = node.log_weight - log_mean;
            let (from, to) = (place(LOG_LINEAR - log_ratio), place(LOG_GONE - log_ratio));
            linear[from] += share * log_ratio.exp();
            whole[from] += share;
            gone[to] += share;
            let mut y = ((self.first + from as i64) as f64 * STEP + log_ratio).exp();
            for (lack, rest) in lack[from..to].iter_mut().zip(&mut rest[from..to]) {
                let less = (-y).exp_m1();
                *lack -= share * less;
                *rest += share * (1.0 + less);
                y *= growth;
            }
        }
        // A node whose decrease begins after a point is constant before it: sums from the end.
        let suffix = |differences: &mut [f64]| {
            let mut sum = 0.0;
            for value in differences.iter_mut().rev() {
                let own = *value;
                *value = sum;
                sum += own;
            }
        };
        suffix(&mut linear);
        suffix(&mut whole);
        let mut after = 0.0;
        (0..count)
            .map(|index| {
                let s = ((self.first + index as i64) as f64 * STEP).exp();
                after += gone[index];
                // Where s has overflowed, all that is left before its fall adds less than e^−37.
                let before = if s.is_finite() { s * linear[index] } else { 0.0 };
                let lack = lack[index] + before + after;
                let phi = rest[index] + whole[index];
                (s, if lack < 0.5 { (-lack).ln_1p() } else { phi.ln() })
            })
            .collect()
    }
}

/// Exact E L_K in nats for each K in `ks`, in their order, for a q on the latent plane.
///
/// L_1 is the exact ELBO; the values rise in K and stay below log p(x). q is cut at 7.5 standard
/// deviations, beyond which lie 6e-13 of its draws. The cost is that of [`IwaeCurve`] on the nodes of
/// the ELBO's quadrature: a thousand for a narrow q, up to 250 000 for the widest.
///
/// # Errors
/// [`IwaeCurveError`] if the field holds NaN or +∞.
pub fn exact_iwae_ladder<L: LogLikelihood + ?Sized>(
    q: &BivariateGaussian,
    field: &L,
    ks: &[NonZeroUsize],
) -> Result<Vec<f64>, IwaeCurveError> {
    let mut nodes = Vec::new();
    for_each_node(q, field, NodeSet::Whole, |z, share, log_likelihood| {
        let log_weight = log_likelihood + log_prior(z) - q.log_density(z);
        nodes.push(WeightNode { log_weight, share });
    });
    let curve = IwaeCurve::new(&nodes)?;
    Ok(ks.iter().map(|k| curve.at(*k)).collect())
}

#[cfg(test)]
mod tests;
