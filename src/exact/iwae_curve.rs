//! The exact importance-weighted bound E L_K for every K, without Monte Carlo: the expectation of the
//! log of a mean as an integral over Laplace transforms (for one K, Frullani's integral of the log;
//! the bound is that of Burda, Grosse & Salakhutdinov 2016).

use std::num::NonZeroUsize;

use thiserror::Error;

use super::LogLikelihoodField;
use super::quadrature::{NodeSet, for_each_node};
use crate::family::{BivariateGaussian, log_prior};

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

/// A point of a quadrature for E_q: a log-weight ℓ = log p(x, z) − log q(z), and the share of q that
/// the point stands for.
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
/// # Cost
/// 120 exponentials for each node, whatever the range of the weights; then for each K two for each
/// point of the rule, of which there are 3 for each nat of that range and some 400 at least.
///
/// # Accuracy
/// 1e-10 nats or better for the nodes' own distribution; the rest is the quadrature's. Weights of
/// infinite variance are no difficulty, as long as the nodes reach to where they are.
#[derive(Debug, Clone, PartialEq)]
pub struct IwaeCurve {
    /// log E_q w, in nats; −∞ if a share of q has weight zero, which every E L_K then is.
    log_mean: f64,
    /// (s, log φ(s)) at the points of the rule.
    points: Vec<(f64, f64)>,
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
        let nodes: Vec<WeightNode> =
            nodes.iter().copied().filter(|node| node.share > 0.0).collect();
        let most = nodes.iter().map(|node| node.log_weight).fold(f64::NEG_INFINITY, f64::max);
        let least = nodes.iter().map(|node| node.log_weight).fold(f64::INFINITY, f64::min);
        let total: f64 = nodes.iter().map(|node| node.share).sum();
        if nodes.is_empty() || !total.is_finite() {
            return Err(IwaeCurveError::Empty);
        }
        if least == f64::NEG_INFINITY {
            return Ok(Self { log_mean: least, points: Vec::new() });
        }
        let scaled = nodes.iter().map(|node| node.share * (node.log_weight - most).exp());
        let log_mean = most + (scaled.sum::<f64>() / total).ln();

        // Every share counts until its y = s·r is large, every K until K·s is.
        let first = (-(most - log_mean).max(LOG_LARGEST_K) - LEAD) / STEP;
        let last = (LOG_GONE - (least - log_mean).min(0.0)) / STEP;
        let grid = Grid { first: first.floor() as i64, last: last.ceil() as i64 };
        Ok(Self { log_mean, points: grid.log_transforms(&nodes, log_mean, total) })
    }

    /// log E_q w, in nats: what the curve rises to, log p(x) if the nodes have all of it.
    pub fn limit(&self) -> f64 {
        self.log_mean
    }

    /// E L_K in nats; −∞ for every K if a share of q has weight zero.
    pub fn at(&self, k: NonZeroUsize) -> f64 {
        let k = k.get() as f64;
        // Both terms minus 1, so that nothing is lost where both are almost 1.
        let term = |&(s, log_phi): &(f64, f64)| (-k * s).exp_m1() - (k * log_phi).exp_m1();
        self.log_mean + STEP * self.points.iter().map(term).sum::<f64>()
    }
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
        // Nodes whose fall begins after a point are before it there: sums from the end.
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
pub fn exact_iwae_ladder(
    q: &BivariateGaussian,
    field: &LogLikelihoodField,
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
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::*;
    use crate::exact::field::tests::tabulated;
    use crate::exact::gaussian_oracle::{GaussianOracle, tests::known_oracle};
    use crate::exact::{LatticePair, exact_elbo, exact_evidence};
    use crate::known_gaussian::PROPOSALS;

    fn k(k: usize) -> NonZeroUsize {
        NonZeroUsize::new(k).unwrap()
    }

    /// q of the oracle by the trapezoid rule, `reach` deviations to each side.
    fn nodes(oracle: &GaussianOracle, reach: f64, step: f64) -> Vec<WeightNode> {
        let (mean, sd) = (oracle.proposal().mean(), oracle.proposal().variance().sqrt());
        let half = (reach / step) as i32;
        let node = |index: i32| {
            let deviations = f64::from(index) * step;
            let log_weight = oracle.log_weight(mean + sd * deviations);
            WeightNode { log_weight, share: (-0.5 * deviations * deviations).exp() }
        };
        (-half..=half).map(node).collect()
    }

    #[test]
    fn gaussian_oracle() {
        // Values by mpmath, ten decimals, the second (narrow) with weights of infinite variance; the
        // one of K = 2 also by direct double quadrature. K = 1 is the ELBO in closed form.
        for q in PROPOSALS {
            let oracle = known_oracle(q.mean, q.variance);
            let curve = IwaeCurve::new(&nodes(&oracle, 37.0, 0.05)).unwrap();
            assert_abs_diff_eq!(curve.limit(), oracle.log_evidence(), epsilon = 1e-11);
            assert_abs_diff_eq!(curve.at(k(1)), oracle.elbo(), epsilon = 1e-11);
            for (count, gap) in q.iwae_gaps {
                let expected = oracle.log_evidence() + gap;
                assert_abs_diff_eq!(curve.at(k(count)), expected, epsilon = 1.5e-10);
            }
        }
    }

    /// log-weights of Exp(1) weights at the level of −170: the density of x = log w is e^{x − e^x}.
    fn exponential() -> IwaeCurve {
        let node = |index: i32| {
            let x = f64::from(index) * 0.05;
            WeightNode { log_weight: x - 170.0, share: (x - x.exp()).exp() }
        };
        IwaeCurve::new(&(-800..=90).map(node).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn exponential_weights() {
        // ψ(K) − ln K by mpmath.
        let exact = [
            (1, -0.577_215_664_901_532_9),
            (2, -0.270_362_845_461_478_15),
            (4, -0.130_176_692_688_090_3),
            (8, -0.063_800_063_724_225_97),
            (16, -0.031_575_393_912_320_67),
            (64, -0.007_832_844_555_435_87),
            (1_000_000, -5.000_000_833_333_333e-7),
        ];
        let curve = exponential();
        for (count, exact) in exact {
            assert_abs_diff_eq!(curve.at(k(count)), exact - 170.0, epsilon = 2e-12);
        }
        assert_abs_diff_eq!(curve.at(NonZeroUsize::MAX), -170.0, epsilon = 1e-12);
    }

    #[test]
    fn weights_over_thousands_of_nats() {
        // Half of the draws weigh 1, half e^{−5000}: L_K = −5000/2^K + Σ over the count of ones.
        let node = |log_weight| WeightNode { log_weight, share: 1.0 };
        let curve = IwaeCurve::new(&[node(0.0), node(-5000.0)]).unwrap();
        assert_abs_diff_eq!(curve.at(k(1)), -2500.0, epsilon = 1e-8);
        // K = 2: both 0 (¼), one −log 2 (½), none −5000 (¼).
        let expected = -0.5 * 2.0_f64.ln() - 1250.0;
        assert_abs_diff_eq!(curve.at(k(2)), expected, epsilon = 1e-8);
    }

    #[test]
    fn extremes() {
        let node = |log_weight, share| WeightNode { log_weight, share };
        let curve = IwaeCurve::new(&[node(-1e5, 0.3)]).unwrap();
        for count in [1, 2, 1_000_000] {
            assert_abs_diff_eq!(curve.at(k(count)), -1e5, epsilon = 1e-10);
        }
        let zero = IwaeCurve::new(&[node(0.0, 0.5), node(f64::NEG_INFINITY, 0.5)]).unwrap();
        assert_eq!(zero.at(k(7)), f64::NEG_INFINITY);
        // A point without a share does not count, whatever its weight.
        let absent = IwaeCurve::new(&[node(0.0, 0.5), node(f64::NEG_INFINITY, 0.0)]).unwrap();
        assert_abs_diff_eq!(absent.at(k(7)), 0.0, epsilon = 1e-12);

        assert_eq!(IwaeCurve::new(&[]), Err(IwaeCurveError::Empty));
        assert_eq!(IwaeCurve::new(&[node(0.0, 0.0)]), Err(IwaeCurveError::Empty));
        assert_eq!(IwaeCurve::new(&[node(f64::NAN, 1.0)]), Err(IwaeCurveError::LogWeight(0)));
        assert_eq!(IwaeCurve::new(&[node(0.0, -1.0)]), Err(IwaeCurveError::Share(0)));
    }

    proptest! {
        #[test]
        fn two_draws_by_direct_double_sum(
            nodes in prop::collection::vec((-40.0..40.0_f64, 0.01..1.0_f64), 1..12)
        ) {
            let nodes: Vec<WeightNode> =
                nodes.iter().map(|&(log_weight, share)| WeightNode { log_weight, share }).collect();
            let total: f64 = nodes.iter().map(|node| node.share).sum();
            let mut expected = 0.0;
            for a in &nodes {
                for b in &nodes {
                    let (high, low) = (a.log_weight.max(b.log_weight), a.log_weight.min(b.log_weight));
                    let log_mean = high + (0.5 * (1.0 + (low - high).exp())).ln();
                    expected += a.share * b.share * log_mean / (total * total);
                }
            }
            let curve = IwaeCurve::new(&nodes).unwrap();
            prop_assert!((curve.at(k(2)) - expected).abs() < 1e-9);
            // Nondecreasing, and below the limit.
            let values: Vec<f64> = (0..14).map(|power| curve.at(k(1 << power))).collect();
            prop_assert!(values.windows(2).all(|pair| pair[0] <= pair[1] + 1e-10));
            prop_assert!(values[13] <= curve.limit() + 1e-10);
        }
    }

    const LADDER: [usize; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    #[test]
    fn on_the_plane_the_first_is_the_elbo_and_the_rest_rises_to_the_evidence() {
        // Two bumps and a slope, and q from needle to wider than the prior.
        let bump = |z: [f64; 2], t: [f64; 2], s: f64| {
            -0.5 * ((z[0] - t[0]).powi(2) + (z[1] - t[1]).powi(2)) / (s * s)
        };
        let field = tabulated(LatticePair::FINE, |z| {
            let (a, b) = (bump(z, [1.0, 0.5], 0.3), bump(z, [-1.5, 0.2], 0.4) - 1.0);
            let (high, low) = (a.max(b), a.min(b));
            high + (low - high).exp().ln_1p() - 100.0
        });
        let log_evidence = exact_evidence(&field).log_evidence;
        for (mean, sd, rho) in [
            ([1.0, 0.5], [0.28, 0.3], 0.1),
            ([0.0, 0.0], [1.0, 1.0], 0.0),
            ([-2.0, 3.0], [0.05, 0.8], 0.9),
            ([0.5, 0.0], [2.0, 0.3], -0.5),
        ] {
            let q = BivariateGaussian::new(mean, sd, rho).unwrap();
            let values = exact_iwae_ladder(&q, &field, &LADDER.map(k)).unwrap();
            assert_abs_diff_eq!(values[0], exact_elbo(&q, &field), epsilon = 1e-6);
            assert!(values.windows(2).all(|pair| pair[0] <= pair[1]), "{values:?}");
            assert!(values[10] < log_evidence + 1e-7, "{values:?}");
        }
    }
}
