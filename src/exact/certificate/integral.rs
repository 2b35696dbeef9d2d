//! The mass of a small cell under a tanh decoder, by Gauss–Legendre quadrature.

use super::cell::{Cell, log_joint};
use super::decoder::{INFLATION, SignedDecoder};
use super::expansion::Expansion;
use super::gauss::{Ellipse, NODES, WEIGHTS, best_ellipse};
use super::interval::{Interval, UNIT};

/// Error, relative to the value at the centre, above which quadrature is not tried.
const PROMISING: f64 = 0.1;

/// Log of the mass ∫ N(z; 0, I) p(x|z) dz of a cell.
///
/// Without promise of a small error only the upper bound is given that the centre's expansion has.
pub(super) fn log_mass(decoder: &SignedDecoder, cell: Cell) -> Interval {
    let expansion = Expansion::new(decoder, cell);
    let by_expansion = Interval::new(f64::NEG_INFINITY, expansion.rise());
    let log_mean = promising_ellipse(&expansion)
        .map_or(Interval::ALL, |ellipse| log_mean(decoder, &cell, &expansion, &ellipse))
        .intersection(by_expansion);
    // The mean is relative to the centre.
    log_mean + log_joint(expansion.log_likelihood(), cell.center) + cell.log_area()
}

/// The ellipse with the smallest error bound, if that is small enough.
fn promising_ellipse(expansion: &Expansion) -> Option<Ellipse> {
    best_ellipse(PROMISING, |ellipse| {
        let [first, second] = expansion.guessed_rise(ellipse);
        ellipse.error() * (first.exp() + second.exp())
    })
}

/// Log of the mean of e^(f(z) − f(c)) over the cell.
///
/// # Errors of the rule
/// On [−1, 1]², with the rules Q and the integrals I of each axis, I₁I₂ − Q₁Q₂ = (I₁ − Q₁)I₂ + Q₁(I₂ − Q₂):
/// each coordinate is complex in turn, the other real, and the other's integral or rule multiplies by 2.
///
/// # Rounding
/// A node, c + rξ, is off by 4uZ, which `decoder` counts for log p(x|z), and which changes ½z·z by 4uZ·2Z;
/// the products in |c|² − |z|² = (c − z)·(c + z) add less than 16uZ². The exponents' differences are below
/// 3u (|ℓ(z)| + |ℓ(c)| + Z²), the first of which is part of the 900u |ℓ| that `decoder` allows, of which
/// 785 are used. A factor e^δ is at most 1 + 2δ for the δ < 0.1 asked for. The exponential is within 16u,
/// two weights within u each, two products and 64 sums within u each: less than 128u.
fn log_mean(
    decoder: &SignedDecoder,
    cell: &Cell,
    expansion: &Expansion,
    ellipse: &Ellipse,
) -> Interval {
    let (r, [c1, c2]) = (cell.half_width, cell.center);
    let (reach, reference) = (cell.reach(), expansion.log_likelihood());
    let (mut sum, mut lowest) = (0.0, 0.0_f64);
    for (first, first_weight) in NODES.into_iter().zip(WEIGHTS) {
        let points = NODES.map(|second| [c1 + r * first, c2 + r * second]);
        let values = decoder.log_likelihoods(&points);
        for (([z1, z2], value), second_weight) in points.into_iter().zip(values).zip(WEIGHTS) {
            lowest = lowest.min(value);
            let log_prior = 0.5 * ((c1 - z1) * (c1 + z1) + (c2 - z2) * (c2 + z2));
            sum += first_weight * second_weight * (value - reference + log_prior).exp();
        }
    }
    let rise = expansion.complex_rise(decoder, ellipse).map(|rise| Interval::point(rise).exp());
    let quadrature = ellipse.square_error(rise.map(|rise| rise.upper()));
    let exponent = decoder.log_likelihood_error(reach, lowest)
        + 64.0 * UNIT * (reach * reach + reference.abs());
    if !(sum.is_finite() && quadrature.is_finite() && exponent < 0.1) {
        return Interval::ALL;
    }
    let rounding = (2.0 * exponent + 128.0 * UNIT) * INFLATION;
    // Exponentials too small to have all digits are off by less than this.
    let total = Interval::around(sum, sum * rounding + quadrature + 1e-300);
    total.ln() - Interval::point(4.0).ln()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exact::certificate::decoder::tests::small_decoder;
    use crate::family::log_prior;

    /// Log of the mass by the midpoint rule with `side`² nodes, and Richardson's step.
    fn by_midpoints(decoder: &SignedDecoder, cell: &Cell) -> f64 {
        let rule = |side: usize| {
            let step = 2.0 * cell.half_width / side as f64;
            let at = |axis: usize, index: usize| {
                cell.center[axis] - cell.half_width + (index as f64 + 0.5) * step
            };
            let joints: Vec<f64> = (0..side * side)
                .map(|node| {
                    let z = [at(0, node / side), at(1, node % side)];
                    decoder.log_likelihoods(&[z])[0] + log_prior(z)
                })
                .collect();
            let most = joints.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            (most, joints.iter().map(|joint| (joint - most).exp()).sum::<f64>() * step * step)
        };
        let ((most, coarse), (other, fine)) = (rule(6), rule(12));
        let coarse = coarse * (most - other).exp();
        other + (fine + (fine - coarse) / 3.0).ln()
    }

    fn cell(place: [i32; 2], depth: i32) -> Cell {
        let half_width = 2.0_f64.powi(-depth);
        Cell { center: place.map(|p| f64::from(p) * 0.0625), half_width }
    }

    #[test]
    fn a_promise_is_kept() {
        let decoder = small_decoder(1.0);
        // Each half the size of the last: one to the left of the next, in orders of magnitude.
        let mut before = f64::INFINITY;
        for depth in 3..8 {
            let found = log_mass(&decoder, cell([7, -4], depth));
            let expected = by_midpoints(&decoder, &cell([7, -4], depth));
            println!("{depth}: {} {}", found.width(), found.lower() - expected);
            assert!(found.lower() < expected + 1e-5 && found.upper() > expected - 1e-5);
            assert!(found.width() < before || found.width() < 1e-8);
            before = found.width();
        }
        // Only rounding remains, and it is included.
        assert!(before < 1e-8 && before > 1e-11, "{before}");
    }

    #[test]
    fn where_the_rule_is_visibly_wrong_its_error_covers_that() {
        // A decoder that ignores z: f = −½|z|² on [−r, r]², however large r is. The mean of e^f is
        // (√(2π) erf(r/√2)/2r)², here by mpmath.
        const MEANS: [(f64, f64); 3] = [
            (2.0, 0.357_776_252_704_838_2),
            (3.0, 0.173_591_790_743_533_65),
            (4.0, 0.098_162_333_551_000_62),
        ];
        let mut decoder = small_decoder(1.0);
        decoder.forget_units();
        let mut tightest = f64::INFINITY;
        for (half_width, mean) in MEANS {
            let cell = Cell { center: [0.0; 2], half_width };
            let expansion = Expansion::new(&decoder, cell);
            for rho in [2.0, 2.5, 3.0, 3.5] {
                let found = log_mean(&decoder, &cell, &expansion, &Ellipse { rho });
                assert!(found.contains(mean.ln()), "{half_width} {rho}: {found:?} {}", mean.ln());
                let middle = 0.5 * (found.lower() + found.upper());
                tightest = tightest.min(found.width() / (middle - mean.ln()).abs());
            }
        }
        // The rule's error is a noticeable part of the allowed one.
        assert!(tightest < 100.0, "{tightest}");
    }

    #[test]
    fn a_large_cell_has_an_upper_bound_alone() {
        let decoder = small_decoder(1.0);
        let found = log_mass(&decoder, cell([7, -4], 1));
        assert_eq!(found.lower(), f64::NEG_INFINITY);
        assert!(found.upper() > by_midpoints(&decoder, &cell([7, -4], 1)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn masses_enclose_those_of_another_rule(
            scale in prop_oneof![Just(0.3), Just(1.0), Just(3.0)],
            place in [-64_i32..=64, -64_i32..=64], depth in 3..9_i32,
        ) {
            let decoder = small_decoder(scale);
            let found = log_mass(&decoder, cell(place, depth));
            let expected = by_midpoints(&decoder, &cell(place, depth));
            // The remaining error of the midpoint rule after Richardson's step.
            let error = 1e-3 * (-f64::from(depth - 3)).exp2().powi(3);
            prop_assert!(found.lower() < expected + error, "{found:?} {expected}");
            prop_assert!(found.upper() > expected - error, "{found:?} {expected}");
        }
    }
}
