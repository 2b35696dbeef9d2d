//! Pieces against the decoder itself, complex evaluation, and masses known otherwise.

use proptest::prelude::*;

use super::*;
use crate::exact::certificate::decoder::HiddenUnit;
use crate::exact::certificate::decoder::tests::{relu_decoder, stripes};
use crate::exact::field::tests::small_model;
use crate::family::log_prior;
use crate::model::Activation;

/// A complex number, as much of it as the decoder needs.
type Complex = [f64; 2];

/// z₁ and z₂ at complex ξ and τ of which one is real, straight from the corners' interpolation.
fn point(map: &Bilinear, xi: Complex, tau: Complex) -> [Complex; 2] {
    let product = [xi[0] * tau[0] - xi[1] * tau[1], xi[0] * tau[1] + xi[1] * tau[0]];
    let at = |center: f64, terms: [(f64, Complex); 3]| {
        let sum =
            |part: usize| terms.iter().map(|(factor, value)| factor * value[part]).sum::<f64>();
        [center + sum(0), sum(1)]
    };
    [
        at(map.center[0], [(map.half_length, xi), (0.0, tau), (0.0, product)]),
        at(map.center[1], [(map.slope, xi), (map.half_height, tau), (map.taper, product)]),
    ]
}

/// ln|e^f| without −ln 2π, of the decoder whose units are on or off as in the piece's middle.
fn log_magnitude(decoder: &SignedDecoder, map: &Bilinear, z: [Complex; 2]) -> f64 {
    let hidden = |unit: &HiddenUnit| {
        if unit.pre_activation(map.center) <= 0.0 {
            return [0.0; 2];
        }
        let [first, second] = unit.weight;
        [unit.pre_activation(z.map(|z| z[0])), first * z[0][1] + second * z[1][1]]
    };
    let hidden: Vec<Complex> = decoder.units.iter().map(hidden).collect();
    let mut total = 0.0;
    decoder.product(
        &hidden,
        |weight| weight,
        |pixel, [sum, imaginary]| {
            let y = decoder.biases[pixel] + sum;
            // ln|1 + e^(y + i·imaginary)|, through e^−|y|.
            let power = (-y.abs()).exp();
            total -= y.max(0.0)
                + 0.5 * (1.0 + 2.0 * power * imaginary.cos() + power * power).max(0.0).ln();
        },
    );
    // Re z² = x² − y²
    total - 0.5 * z.map(|[x, y]| x * x - y * y).iter().sum::<f64>()
}

fn at_center(piece: &TrapezoidBound) -> f64 {
    let [c1, c2] = piece.map.center;
    piece.log_likelihood - 0.5 * (c1 * c1 + c2 * c2)
}

fn cell(place: [i32; 2], depth: i32) -> Cell {
    let half_width = 2.0_f64.powi(-depth);
    Cell { center: place.map(|p| f64::from(p) * 0.0625), half_width }
}

fn pieces(affine: &AffineDecoder<'_>) -> Vec<TrapezoidBound> {
    let lines: Vec<HiddenUnit> =
        affine.kinks.iter().map(|&kink| affine.decoder.units[kink]).collect();
    cut(&affine.cell, &lines).iter().map(|trapezoid| affine.piece(trapezoid)).collect()
}

/// Of 4 units each of a cell's kinks is cut; of 40 many are loose.
fn decoders() -> impl Strategy<Value = SignedDecoder> {
    let hidden = prop_oneof![Just(4_usize), Just(40)];
    let scale = prop_oneof![Just(0.3), Just(1.0), Just(3.0)];
    (hidden, scale, 0..20_u64).prop_map(|(hidden, scale, seed)| relu_decoder(hidden, scale, seed))
}

#[test]
fn a_unit_between_two_lines_stays_there() {
    // u = z₁ + ¼ on [−1, 1]: a = ¾, b = 5/4, λ = 5/8, μ = 15/64.
    let mut decoder = relu_decoder(4, 1.0, 1);
    decoder.units[0] = HiddenUnit { weight: [1.0, 0.0], bias: 0.25 };
    let line = UnitLinearization::new(&decoder, 0, &Cell { center: [0.0; 2], half_width: 1.0 });
    assert!((line.slope - 0.625).abs() < 1e-12 && (line.offset - 0.234_375).abs() < 1e-12);
    assert!(line.error > 0.234_375 && line.error < 0.234_376, "{line:?}");
    for step in -8..=8 {
        let u = f64::from(step) / 8.0 + 0.25;
        assert!((u.max(0.0) - line.slope * u - line.offset).abs() <= line.error, "{u}");
    }
    // On one side of its kink it is itself, or nothing.
    for (center, slope) in [(2.0, 1.0), (-2.0, 0.0)] {
        let line =
            UnitLinearization::new(&decoder, 0, &Cell { center: [center, 0.0], half_width: 1.0 });
        assert_eq!((line.slope, line.offset, line.error), (slope, 0.0, 0.0));
    }
    // Where the kink touches the cell's edge nothing is sure.
    assert!(
        UnitLinearization::new(&decoder, 0, &Cell { center: [0.75, 0.0], half_width: 1.0 }).error
            > 0.0
    );
}

#[test]
fn a_promise_is_kept_across_kinks() {
    let decoder = relu_decoder(4, 1.0, 5);
    // On the kink of the first unit.
    let HiddenUnit { weight: [w1, w2], bias } = decoder.units[0];
    let place = [0.0, -bias / w2];
    let center = place.map(|z| (z * 16.0_f64).round() / 16.0);
    assert!((w1 * center[0] + w2 * center[1] + bias).abs() < 0.0625 * (w1.abs() + w2.abs()));
    for depth in 4..9 {
        let cell = Cell { center, half_width: 2.0_f64.powi(-depth) };
        let found = log_mass(&decoder, cell);
        println!("{depth}: {found:?} {}", found.width());
        assert!(found.width() < if depth < 6 { 0.2 } else { 1e-8 }, "{depth}: {found:?}");
    }
}

#[test]
fn where_too_many_units_are_loose_there_is_an_upper_bound_alone() {
    let decoder = relu_decoder(40, 1.0, 3);
    let found = log_mass(&decoder, Cell { center: [0.0; 2], half_width: 2.0 });
    assert_eq!(found.lower(), f64::NEG_INFINITY);
    assert!(found.upper().is_finite());
}

#[test]
fn a_decoder_that_ignores_z_has_no_kinks() {
    let mut decoder = relu_decoder(4, 1.0, 5);
    decoder.forget_units();
    let affine = AffineDecoder::new(&decoder, Cell { center: [0.0; 2], half_width: 0.5 });
    assert!(affine.kinks.is_empty() && affine.distance == 0.0);
    // ∫ N(z; 0, I) over [−½, ½]² = erf(½/√2)² = 0.38292492254802624², by mpmath.
    let found = log_mass(&decoder, affine.cell);
    let [value] = decoder.log_likelihoods(&[[0.0; 2]]);
    let expected = value + 2.0 * 0.382_924_922_548_026_24_f64.ln();
    assert!(found.width() < 1e-9, "{found:?}");
    assert!(found.lower() < expected + 1e-11 && found.upper() > expected - 1e-11, "{found:?}");
}

#[test]
fn the_bound_is_close_where_the_piece_is_small() {
    // A bound that always holds could be infinite: here it is within a tenth of the largest rise.
    let decoder = relu_decoder(4, 1.0, 5);
    let affine = AffineDecoder::new(&decoder, cell([5, 3], 7));
    for piece in pieces(&affine) {
        let ellipse = Ellipse { rho: 4.0 };
        let mut most = f64::NEG_INFINITY;
        for [xi, tau] in [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]] {
            let z = point(&piece.map, [xi * ellipse.real(), 0.0], [tau, 0.0]);
            most = most.max(log_magnitude(&decoder, &piece.map, z) - at_center(&piece));
        }
        let bound = piece.complex_rise(&ellipse)[0];
        assert!(bound >= most && bound < 1.1 * most, "{bound} {most}");
    }
}

#[test]
fn overflow_is_bounded_by_no_nan() {
    let mut decoder = relu_decoder(4, 1.0, 5);
    for unit in &mut decoder.units {
        unit.weight = unit.weight.map(|weight| weight * 1e306);
    }
    let found = log_mass(&decoder, cell([3, 7], 0));
    assert!(found.lower() <= found.upper());
    let model = small_model(Activation::Relu, 1e308);
    let decoder = SignedDecoder::new(&model, &stripes()).unwrap();
    let found = log_mass(&decoder, cell([3, 7], 0));
    assert!(found.lower() <= found.upper());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn pieces_have_the_decoders_likelihood_and_stay_below_their_tangents(
        decoder in decoders(), place in [-48_i32..=48, -48_i32..=48], depth in 0..9_i32,
        inside in prop::array::uniform8([-1.0..=1.0_f64, -1.0..=1.0_f64]),
    ) {
        let affine = AffineDecoder::new(&decoder, cell(place, depth));
        for piece in pieces(&affine) {
            let rise = piece.polynomial(&Ellipse { rho: 1.0 })[0] + piece.tangent_distance;
            for (index, inside) in inside.into_iter().enumerate() {
                // Every second one in a corner, where the rise is largest and the kinks are.
                let [xi, tau] = if index % 2 == 0 { inside.map(f64::signum) } else { inside };
                let z = point(&piece.map, [xi, 0.0], [tau, 0.0]).map(|z| z[0]);
                let [value] = decoder.log_likelihoods(&[z]);
                let logits = piece.logits.iter().map(|logit| {
                    let [first, second, mixed] = logit.slopes;
                    logit.value + first * xi + (second + mixed * xi) * tau
                });
                let mut sum = SoftplusSum::<1>::new();
                logits.for_each(|logit| sum.push([logit]));
                let error = 2.0 * piece.log_likelihood_error(value) + piece.distance;
                let found = -sum.finish()[0];
                prop_assert!((found - value).abs() <= error, "{found} {value} {error}");
                let f = value - 0.5 * (z[0] * z[0] + z[1] * z[1]);
                // Rounding of this sum itself, not of the bound.
                prop_assert!(f - at_center(&piece) <= rise + 1e-9, "{f} {rise}");
            }
        }
    }

    #[test]
    fn no_complex_point_rises_above_the_bound(
        scale in prop_oneof![Just(0.3), Just(1.0), Just(3.0)], seed in 0..20_u64,
        place in [-48_i32..=48, -48_i32..=48], depth in 1..9_i32, rho in 1.1..12.0_f64,
        inside in prop::array::uniform8([0.0..=1.0_f64, -1.0..=1.0_f64]), axis in 0..2_usize,
    ) {
        let decoder = relu_decoder(4, scale, seed);
        let affine = AffineDecoder::new(&decoder, cell(place, depth));
        // 4 units are all cut along, but for those that are as good as settled.
        prop_assert!(affine.distance < 1e-9);
        let ellipse = Ellipse { rho };
        for piece in pieces(&affine) {
            let bound = piece.complex_rise(&ellipse)[axis];
            for (index, [turn, across]) in inside.into_iter().enumerate() {
                // On the ellipse itself, where an analytic function is largest; at its ends and its
                // top, too.
                let (sin, cos) = (0.25 * std::f64::consts::TAU * match index {
                    0 => 0.0,
                    1 => 1.0,
                    2 => 2.0,
                    _ => 4.0 * turn,
                }).sin_cos();
                let across = if index % 2 == 0 { across.signum() } else { across };
                let mut units = [[across, 0.0]; 2];
                units[axis] = [ellipse.real() * cos, ellipse.imaginary() * sin];
                let z = point(&piece.map, units[0], units[1]);
                let rise = log_magnitude(&decoder, &piece.map, z) - at_center(&piece);
                prop_assert!(rise <= bound + 1e-9, "{rise} {bound} at {z:?}");
            }
        }
    }

    #[test]
    fn a_cell_weighs_as_much_as_its_quarters(
        decoder in decoders(), place in [-48_i32..=48, -48_i32..=48], depth in 1..8_i32,
    ) {
        let cell = cell(place, depth);
        let whole = log_mass(&decoder, cell);
        let quarters = cell.quarters().unwrap().map(|quarter| log_mass(&decoder, quarter));
        let sum = Interval::log_sum_exp(quarters.into_iter());
        prop_assert!(whole.lower() <= sum.upper() && sum.lower() <= whole.upper(), "{whole:?} {sum:?}");
    }

    #[test]
    fn a_cell_weighs_as_much_as_points_of_it_let_it(
        decoder in decoders(), place in [-48_i32..=48, -48_i32..=48], depth in 3..8_i32,
    ) {
        // Each of 64 points stands for a square whose half-width is an eighth of the cell's: there f moves
        // by at most its Lipschitz constant times that.
        let cell = cell(place, depth);
        let found = log_mass(&decoder, cell) - cell.log_area();
        let side = [-0.875, -0.625, -0.375, -0.125, 0.125, 0.375, 0.625, 0.875];
        let step = 0.125 * cell.half_width;
        let slope = 2.0 * cell.reach() + decoder.units.iter().zip(&decoder.column_sums)
            .map(|(unit, sum)| unit.reach([1.0, 1.0]) * sum).sum::<f64>();
        let mut values = Vec::new();
        for first in side {
            for second in side {
                let z = [cell.center[0] + first * cell.half_width,
                    cell.center[1] + second * cell.half_width];
                values.push(decoder.log_likelihoods(&[z])[0] + log_prior(z));
            }
        }
        let mean = Interval::log_sum_exp(values.into_iter().map(Interval::point)).lower()
            - 64.0_f64.ln();
        prop_assert!(found.lower() <= mean + slope * step + 1e-9, "{found:?} {mean}");
        prop_assert!(found.upper() >= mean - slope * step - 1e-9, "{found:?} {mean}");
    }
}
