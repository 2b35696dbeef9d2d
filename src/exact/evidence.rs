//! Exact log p(x): the trapezoid rule over the latent plane.

use super::{LogLikelihoodField, LogLikelihoodLattice};
use crate::family::log_prior;

/// log p(x) with its error.
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
/// inner square is summed on the inner lattice; the ring around it, which has no mass for images like those
/// that the model learned, is added from the outer one.
pub fn exact_evidence(field: &LogLikelihoodField) -> ExactEvidence {
    let value = |stride: usize| {
        let inside = log_trapezoid(&field.inner, stride, 0.0);
        let ring = log_trapezoid(&field.outer, stride, field.inner.lattice().half_width());
        let most = inside.max(ring);
        if most == f64::NEG_INFINITY {
            return most;
        }
        most + ((inside - most).exp() + (ring - most).exp()).ln()
    };
    let log_evidence = value(1);
    let coarser = value(2);
    let error = if coarser == log_evidence { 0.0 } else { (log_evidence - coarser).abs() };
    ExactEvidence { log_evidence, error }
}

/// Log of the trapezoid sum over every `stride`-th node outside the open square of half-width `hole`.
fn log_trapezoid(values: &LogLikelihoodLattice, stride: usize, hole: f64) -> f64 {
    let lattice = values.lattice();
    let side = lattice.side();
    let nodes = || {
        (0..side).step_by(stride).flat_map(move |row| {
            (0..side).step_by(stride).filter_map(move |column| {
                let z = [lattice.coordinate(row), lattice.coordinate(column)];
                // The hole's border belongs half to the hole, like every border of the rule. Where no
                // node lies on it, the first ones outside stand for the whole of their cells.
                let from_hole = z[0].abs().max(z[1].abs()) - hole;
                let on_hole = from_hole.abs() < 1e-9;
                if hole > 0.0 && from_hole < 0.0 && !on_hole {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::LatticePair;
    use crate::exact::field::tests::tabulated;

    /// |log p(x) − |a|²/2| and its stated error, for log p(x|z) = a·z: the integrand is N(z; a, I).
    fn off(pair: LatticePair, a: [f64; 2]) -> (f64, f64) {
        let found = exact_evidence(&tabulated(pair, |z| a[0] * z[0] + a[1] * z[1]));
        ((found.log_evidence - 0.5 * (a[0] * a[0] + a[1] * a[1])).abs(), found.error)
    }

    #[test]
    fn a_likelihood_that_ignores_z_is_the_evidence() {
        let found = exact_evidence(&tabulated(LatticePair::FINE, |_| -170.25));
        assert!((found.log_evidence + 170.25).abs() < 1e-10, "{}", found.log_evidence);
        assert!(found.error < 1e-9, "{}", found.error);
    }

    #[test]
    fn a_posterior_inside_or_outside_of_the_inner_square_is_counted_whole() {
        // 12 and more: the ring has everything. In between the two squares share it, and where their
        // steps differ the rule's end corrections do not cancel: of those the next test tells.
        for a in [[0.0, 0.0], [0.5, -0.25], [12.0, 0.0], [0.0, -13.0], [-12.0, 12.0]] {
            let (off, error) = off(LatticePair::FINE, a);
            assert!(off < 1e-9 && error < 1e-7, "{a:?}: off by {off}, error {error}");
        }
        for a in [[12.0, 0.0], [0.0, -13.0], [-12.0, 12.0]] {
            let (off, error) = off(LatticePair::COARSE, a);
            assert!(off < 1e-7 && error < 1e-2, "{a:?}: off by {off}, error {error}");
        }
    }

    #[test]
    fn a_posterior_across_the_border_of_the_squares_is_within_the_stated_error() {
        for a in [[6.0, 0.0], [-6.0, 6.0], [5.5, 1.0], [0.5, -6.25], [2.0, -1.0], [3.0, 4.5]] {
            let (off, error) = off(LatticePair::FINE, a);
            assert!(off <= 1.01 * error + 1e-9, "{a:?}: off by {off}, error {error}");
        }
    }

    #[test]
    fn the_coarse_ring_does_not_overlap_the_inner_square() {
        for a in [[0.0, 0.0], [1.0, -0.5]] {
            let (off, _) = off(LatticePair::COARSE, a);
            assert!(off < 1e-7, "{a:?}: off by {off}");
        }
        for a in [[6.0, 0.0], [-6.0, 6.0], [5.5, 1.0], [0.5, -6.25]] {
            let (off, error) = off(LatticePair::COARSE, a);
            assert!(off <= error, "{a:?}: off by {off}, error {error}");
        }
    }

    #[test]
    fn an_impossible_x_has_no_evidence() {
        let found = exact_evidence(&tabulated(LatticePair::COARSE, |_| f64::NEG_INFINITY));
        assert_eq!(found.log_evidence, f64::NEG_INFINITY);
    }

    #[test]
    fn the_error_tells_when_the_lattice_is_too_coarse() {
        // exp(−|z − t|²/2s²) with s = 0.03, less than the fine step: the sum depends on where t falls.
        let (s, t) = (0.03_f64, [0.013, 0.017]);
        let field = tabulated(LatticePair::FINE, |z| {
            -0.5 * ((z[0] - t[0]).powi(2) + (z[1] - t[1]).powi(2)) / (s * s)
        });
        let found = exact_evidence(&field);
        // ∫ N(z; 0, I) exp(−|z − t|²/2s²) dz = s²/(1 + s²) · exp(−|t|²/2(1 + s²))
        let variance = 1.0 + s * s;
        let square = t[0] * t[0] + t[1] * t[1];
        let expected = (s * s / variance).ln() - 0.5 * square / variance;
        let off = (found.log_evidence - expected).abs();
        assert!(off > 1e-6 && found.error > off, "off by {off}, error {}", found.error);
    }
}
