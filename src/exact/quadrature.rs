//! Expectations under a bivariate Gaussian q by the trapezoid rule, on nodes that follow q.

use super::LogLikelihoodField;
use crate::family::BivariateGaussian;

/// One of two disjoint sets of nodes. The trapezoid rule's error changes sign between them, so that an
/// identity whose sides are summed on different sets measures the quadrature, not itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeSet {
    /// Nodes at multiples of the step.
    Whole,
    /// Nodes half a step beside them.
    Half,
}

/// Standard deviations after which q is cut: the mass beyond is e^{−7.5²/2} ≈ 6e−13.
const REACH: f64 = 7.5;
/// Step in standard deviations where q is narrow; the rule's error is 2 exp(−2π²/0.5²) ≈ 1e−34.
const NARROW_STEP: f64 = 0.5;
/// From this many steps of the lattice per standard deviation on, the lattice's own nodes resolve q.
const WIDE: f64 = 5.0;

/// Calls `visit(z, weight, log p(x|z))` on nodes whose weights sum to one, so that Σ weight·f ≈ E_q f.
///
/// The coordinate along which q is wider is the outer one, the other is integrated conditionally on it:
/// a needle-thin q costs one fine line, not a fine plane. Where q is wide the nodes are those of the
/// lattice and nothing is interpolated; where it is narrow they follow q.
pub(super) fn for_each_node(
    q: &BivariateGaussian,
    field: &LogLikelihoodField,
    set: NodeSet,
    mut visit: impl FnMut([f64; 2], f64, f64),
) {
    let axis = if q.sd()[0] >= q.sd()[1] { 0 } else { 1 };
    let limit = field.outer.lattice().half_width();
    let lattice_step = field.inner.lattice().step();
    let outer = Line { mean: q.mean()[axis], sd: q.sd()[axis], lattice_step, limit };
    outer.for_each_node(set, REACH, |first, outer_weight| {
        let (mean, sd) = q.conditional(axis, first);
        let deviations = (first - q.mean()[axis]) / q.sd()[axis];
        // Within the ellipse of REACH standard deviations.
        let reach = (REACH * REACH - deviations * deviations).max(0.0).sqrt();
        let inner = Line { mean, sd, lattice_step, limit };
        inner.for_each_node(set, reach, |second, inner_weight| {
            let z = if axis == 0 { [first, second] } else { [second, first] };
            visit(z, outer_weight * inner_weight, field.at(z));
        });
    });
}

/// A one-dimensional Gaussian to be integrated against.
struct Line {
    mean: f64,
    sd: f64,
    lattice_step: f64,
    limit: f64,
}

impl Line {
    fn for_each_node(&self, set: NodeSet, reach: f64, mut visit: impl FnMut(f64, f64)) {
        let shift = match set {
            NodeSet::Whole => 0.0,
            NodeSet::Half => 0.5,
        };
        let (origin, step) = if self.sd >= WIDE * self.lattice_step {
            (0.0, 2.0 * self.lattice_step)
        } else {
            (self.mean, NARROW_STEP * self.sd)
        };
        let low = (self.mean - reach * self.sd).max(-self.limit);
        let high = (self.mean + reach * self.sd).min(self.limit);
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
