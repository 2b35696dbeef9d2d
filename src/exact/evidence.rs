//! Exact log p(x): the trapezoid rule over the latent plane.

use super::{LogLikelihoodField, LogLikelihoodLattice};
use crate::family::log_prior;

/// log p(x) with what is known of its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExactEvidence {
    /// log p(x) in nats, on the full lattice.
    pub log_evidence: f64,
    /// |T_h − T_2h| in nats: the change when every second node is dropped. For a smooth decoder the
    /// error of the finer value is far smaller than this; across ReLU kinks it is of this order.
    pub error: f64,
}

/// log p(x) = log ∫ p(x|z) N(z; 0, I) dz in nats.
///
/// The trapezoid rule converges exponentially for a smooth decoder (Trefethen & Weideman 2014). The
/// inner square is summed on the inner lattice; the ring around it, empty but for a strange x, is added
/// from the outer one.
pub fn exact_evidence(field: &LogLikelihoodField) -> ExactEvidence {
    let value = |stride: usize| {
        let inside = log_trapezoid(&field.inner, stride, 0.0);
        let ring = log_trapezoid(&field.outer, stride, field.inner.lattice().half_width());
        let most = inside.max(ring);
        most + ((inside - most).exp() + (ring - most).exp()).ln()
    };
    let log_evidence = value(1);
    ExactEvidence { log_evidence, error: (log_evidence - value(2)).abs() }
}

/// Log of the trapezoid sum over every `stride`-th node outside the open square of half-width `hole`.
fn log_trapezoid(values: &LogLikelihoodLattice, stride: usize, hole: f64) -> f64 {
    let lattice = values.lattice();
    let side = lattice.side();
    let edge = hole - 0.5 * lattice.step();
    let nodes = || {
        (0..side).step_by(stride).flat_map(move |row| {
            (0..side).step_by(stride).filter_map(move |column| {
                let z = [lattice.coordinate(row), lattice.coordinate(column)];
                // The hole's border belongs half to the hole, like every border of the rule.
                let on_hole = (z[0].abs().max(z[1].abs()) - hole).abs() < 1e-9;
                if hole > 0.0 && z[0].abs() < edge && z[1].abs() < edge {
                    return None;
                }
                let ends = usize::from(row == 0 || row + 1 == side)
                    + usize::from(column == 0 || column + 1 == side)
                    + usize::from(hole > 0.0 && on_hole);
                let log_joint = values.values()[row * side + column] + log_prior(z);
                Some((log_joint, 0.5_f64.powi(ends as i32)))
            })
        })
    };
    let most = nodes().fold(f64::NEG_INFINITY, |most, (log_joint, _)| most.max(log_joint));
    if most == f64::NEG_INFINITY {
        return most;
    }
    let sum: f64 = nodes().map(|(log_joint, weight)| weight * (log_joint - most).exp()).sum();
    most + sum.ln() + 2.0 * (stride as f64 * lattice.step()).ln()
}
