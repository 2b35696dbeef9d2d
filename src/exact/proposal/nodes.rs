//! Expectations under a bivariate Gaussian q by the trapezoid rule, on nodes that follow q.

use super::frame::REACH;
use super::{Frame, Framed, log_standard, patches};
use crate::exact::LogLikelihood;
use crate::exact::cubature::GaussLegendre;
use crate::family::BivariateGaussian;

/// One of two disjoint sets of nodes. The trapezoid rule's error changes sign between them, so that an
/// identity whose sides are summed on different sets measures the quadrature, not itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::exact) enum NodeSet {
    /// Nodes at multiples of the step.
    Whole,
    /// Nodes half a step beside them.
    Half,
}

/// Step in standard deviations where q is narrow; the rule's error is 2 exp(−2π²/0.5²) ≈ 1e−34.
const NARROW_STEP: f64 = 0.5;
/// From this many steps of the lattice per standard deviation on, the lattice's own nodes resolve q.
const WIDE: f64 = 5.0;
/// Step in standard deviations that a very wide q may take at least, so that an encoder which ran off
/// does not cost minutes. Everything that can be dragged is narrower.
const WIDEST_STEP: f64 = 1.0 / 60.0;

/// Calls `visit(z, weight, log p(x|z))` on nodes whose weights sum to one, so that Σ weight·f ≈ E_q f.
///
/// The coordinate along which q is wider is the outer one, the other is integrated conditionally on it: a needle-thin
/// q needs one fine line, not a fine plane. Where q is wide and a lattice has the values, the nodes are the lattice's
/// and nothing is interpolated; elsewhere they follow q.
pub(in crate::exact) fn for_each_node<L: LogLikelihood + ?Sized>(
    q: &BivariateGaussian,
    likelihood: &L,
    set: NodeSet,
    mut visit: impl FnMut([f64; 2], f64, f64),
) {
    if !likelihood.kinks().is_empty() {
        for_each_node_between_kinks(q, likelihood, set, visit);
        return;
    }
    let axis = if q.sd()[0] >= q.sd()[1] { 0 } else { 1 };
    let lattice_step = likelihood.lattice_step();
    let outer = NodeGaussian { mean: q.mean()[axis], sd: q.sd()[axis], lattice_step };
    let (mut points, mut weights, mut values) = (Vec::new(), Vec::new(), Vec::new());
    outer.for_each_node(set, REACH, |first, outer_weight| {
        let (mean, sd) = q.conditional(axis, first);
        let deviations = (first - q.mean()[axis]) / q.sd()[axis];
        // Within the ellipse of REACH standard deviations.
        let reach = (REACH * REACH - deviations * deviations).max(0.0).sqrt();
        let inner = NodeGaussian { mean, sd, lattice_step };
        points.clear();
        weights.clear();
        values.clear();
        inner.for_each_node(set, reach, |second, inner_weight| {
            points.push(if axis == 0 { [first, second] } else { [second, first] });
            weights.push(outer_weight * inner_weight);
        });
        likelihood.extend(&points, &mut values);
        for ((z, weight), value) in points.iter().zip(&weights).zip(&values) {
            visit(*z, *weight, *value);
        }
    });
}

/// The same by Gauss–Legendre rules on the parts of q's square between the kinks.
fn for_each_node_between_kinks<L: LogLikelihood + ?Sized>(
    q: &BivariateGaussian,
    likelihood: &L,
    set: NodeSet,
    mut visit: impl FnMut([f64; 2], f64, f64),
) {
    let frame = Frame::new(q);
    let framed = Framed::new(frame, likelihood);
    let rule = GaussLegendre::new(match set {
        NodeSet::Whole => 8,
        NodeSet::Half => 9,
    });
    let mut values = Vec::new();
    for patch in patches() {
        for piece in patch.cut(patch.crossing(framed.kinks())) {
            let (points, weights): (Vec<_>, Vec<_>) = piece.nodes(&rule).unzip();
            values.clear();
            framed.extend(&points, &mut values);
            for ((u, weight), value) in points.into_iter().zip(weights).zip(&values) {
                visit(frame.latent(u), weight * log_standard(u).exp(), *value);
            }
        }
    }
}

/// A one-dimensional Gaussian to be integrated against.
struct NodeGaussian {
    mean: f64,
    sd: f64,
    lattice_step: Option<f64>,
}

impl NodeGaussian {
    fn for_each_node(&self, set: NodeSet, reach: f64, mut visit: impl FnMut(f64, f64)) {
        let shift = match set {
            NodeSet::Whole => 0.0,
            NodeSet::Half => 0.5,
        };
        let (origin, step) = match self.lattice_step {
            Some(step) if self.sd >= WIDE * step => (0.0, (2.0 * step).max(WIDEST_STEP * self.sd)),
            _ => (self.mean, NARROW_STEP * self.sd),
        };
        let low = self.mean - reach * self.sd;
        let high = self.mean + reach * self.sd;
        let first = ((low - origin) / step - shift).ceil() as i64;
        let last = ((high - origin) / step - shift).floor() as i64;
        let scale = step / (self.sd * std::f64::consts::TAU.sqrt());
        for index in first..=last {
            let coordinate = origin + (index as f64 + shift) * step;
            let deviations = (coordinate - self.mean) / self.sd;
            visit(coordinate, scale * (-0.5 * deviations * deviations).exp());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exact::LatticePair;
    use crate::exact::field::tests::tabulated;

    const SETS: [NodeSet; 2] = [NodeSet::Whole, NodeSet::Half];

    /// Sum of the weights, mean and covariance that the nodes give to q, in units of q's own.
    fn moments(q: &BivariateGaussian, pair: LatticePair, set: NodeSet) -> ([f64; 6], usize) {
        let field = tabulated(pair, |_| 0.0);
        let (mut sums, mut nodes) = ([0.0; 6], 0);
        for_each_node(q, &field, set, |z, weight, log_likelihood| {
            assert_eq!(log_likelihood.abs(), 0.0);
            let u = [(z[0] - q.mean()[0]) / q.sd()[0], (z[1] - q.mean()[1]) / q.sd()[1]];
            let terms = [1.0, u[0], u[1], u[0] * u[0], u[0] * u[1], u[1] * u[1]];
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum += weight * term;
            }
            nodes += 1;
        });
        (sums, nodes)
    }

    fn assert_moments(q: &BivariateGaussian, pair: LatticePair, tolerance: f64) {
        for set in SETS {
            let (found, _) = moments(q, pair, set);
            let expected = [1.0, 0.0, 0.0, 1.0, q.rho(), 1.0];
            for (found, expected) in found.into_iter().zip(expected) {
                assert!((found - expected).abs() < tolerance, "{q:?} {set:?}: {found} {expected}");
            }
        }
    }

    #[test]
    fn every_corner_of_what_can_be_dragged_has_its_moments() {
        // The least reach is that of μ = 4 and σ = 3: 20/3 deviations to the border, beyond which
        // lie 1.3e-11 of the mass and 6e-10 of the variance. Nine digits elsewhere.
        for sd in [[0.02, 0.02], [0.02, 3.0], [3.0, 0.02], [3.0, 3.0], [0.2, 0.2], [0.199, 0.201]] {
            for mean in [[0.0, 0.0], [4.0, 4.0], [-4.0, 4.0]] {
                for rho in [-0.99, 0.0, 0.99] {
                    let q = BivariateGaussian::new(mean, sd, rho).unwrap();
                    assert_moments(&q, LatticePair::FINE, 2e-9);
                }
            }
        }
    }

    #[test]
    fn a_needle_costs_a_line_and_not_a_plane() {
        // 15 deviations at half a deviation across, and at the lattice's 0.08 along.
        let q = BivariateGaussian::new([0.0; 2], [3.0, 0.02], 0.0).unwrap();
        let (_, nodes) = moments(&q, LatticePair::FINE, NodeSet::Whole);
        assert!(nodes <= 31 * 563, "{nodes}");
    }

    #[test]
    fn wide_nodes_lie_on_the_lattice_and_the_sets_are_disjoint() {
        let q = BivariateGaussian::new([0.01, -0.37], [0.5, 0.4], 0.3).unwrap();
        let field = tabulated(LatticePair::FINE, |_| 0.0);
        for (set, parity) in SETS.into_iter().zip([0, 1]) {
            for_each_node(&q, &field, set, |z, _, _| {
                for coordinate in z {
                    let steps = coordinate / 0.04;
                    assert!((steps - steps.round()).abs() < 1e-9);
                    assert_eq!((steps.round() as i64).rem_euclid(2), parity);
                }
            });
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn weights_sum_to_one_and_give_the_moments(
            m1 in -4.0..=4.0_f64, m2 in -4.0..=4.0_f64,
            log_s1 in 0.02_f64.ln()..=3.0_f64.ln(), log_s2 in 0.02_f64.ln()..=3.0_f64.ln(),
            rho in -0.99..=0.99_f64, is_coarse: bool,
        ) {
            let q = BivariateGaussian::new([m1, m2], [log_s1.exp(), log_s2.exp()], rho).unwrap();
            // The coarse lattice is a first look; its q is resolved all the same.
            let pair = if is_coarse { LatticePair::COARSE } else { LatticePair::FINE };
            assert_moments(&q, pair, 2e-9);
        }
    }
}
