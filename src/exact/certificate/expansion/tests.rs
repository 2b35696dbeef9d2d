//! The bounds against differences, complex evaluation and decoders in which they are reached.

use candle_core::{Device, Tensor};
use proptest::prelude::*;

use super::*;
use crate::data::{BinaryImage, PIXELS};
use crate::exact::certificate::decoder::tests::small_decoder;
use crate::exact::field::tests::small_model;
use crate::model::Activation;

/// A complex number, as much of it as the decoder needs.
type Complex = [f64; 2];

fn add(a: Complex, b: Complex) -> Complex {
    [a[0] + b[0], a[1] + b[1]]
}

fn scale(factor: f64, a: Complex) -> Complex {
    [factor * a[0], factor * a[1]]
}

/// tanh(x + iy) = (sinh 2x + i sin 2y)/(cosh 2x + cos 2y)
fn tanh([x, y]: Complex) -> Complex {
    let denominator = (2.0 * x).cosh() + (2.0 * y).cos();
    [(2.0 * x).sinh() / denominator, (2.0 * y).sin() / denominator]
}

/// ln|e^f| at complex z, straight from the definition.
fn log_magnitude(decoder: &SignedDecoder, z: [Complex; 2]) -> f64 {
    let bias = |unit: &HiddenUnit| [unit.pre_activation([0.0; 2]), 0.0];
    let hidden = decoder.units.iter().map(|unit| {
        let [first, second] = [0, 1].map(|axis| scale(unit.weight[axis], z[axis]));
        tanh(add(add(first, second), bias(unit)))
    });
    let hidden: Vec<Complex> = hidden.collect();
    let mut total = 0.0;
    decoder.product(
        &hidden,
        |weight| weight,
        |pixel, [sum, imaginary]| {
            let y = decoder.biases[pixel] + sum;
            // ln|1 + e^(y + i·imaginary)|
            let turn = 1.0 + 2.0 * y.exp() * imaginary.cos() + (2.0 * y).exp();
            total -= 0.5 * turn.ln();
        },
    );
    // Re z² = x² − y²
    total - 0.5 * z.map(|[x, y]| x * x - y * y).iter().sum::<f64>()
}

fn cell(place: [i32; 2], depth: i32) -> Cell {
    let half_width = 2.0_f64.powi(-depth);
    Cell { center: place.map(|p| f64::from(p) * 0.0625), half_width }
}

fn at_center(expansion: &Expansion) -> f64 {
    let [c1, c2] = expansion.cell.center;
    expansion.log_likelihood() - 0.5 * (c1 * c1 + c2 * c2)
}

#[test]
fn remainders_are_bounded_on_every_circle_and_reached_on_one() {
    for u in [0.0_f64, 0.2, -0.9, 3.0] {
        let t = u.tanh();
        let slope = 1.0 - t * t;
        let unit = ExpandedUnit { tanh: t.abs(), slope, pull: 1.0, weight: [1.0, 0.0] };
        for radius in [0.01, 0.1, 0.3, 0.6] {
            let bound = unit.remainder(radius, 0.0);
            let mut most = 0.0_f64;
            for turn in 0..64 {
                let (y, x) = (f64::from(turn) * std::f64::consts::TAU / 64.0).sin_cos();
                let [x, y] = [radius * x, radius * y];
                // Δh − h'η + t(1 − t²)η², η² = x² − y² + 2ixy.
                let [re, im] = tanh([u + x, y]);
                let re = re - t - slope * (x - t * (x * x - y * y));
                let im = im - slope * (y - t * 2.0 * x * y);
                most = most.max(re.hypot(im));
            }
            assert!(most <= bound * (1.0 + 1e-9) + 1e-15, "{u} {radius}: {most} {bound}");
            // At u = 0 it is tan e − e, along the imaginary line.
            let factor = if u == 0.0 { 1.000_001 } else { 12.0 };
            assert!(bound < factor * most + 1e-12, "{u} {radius}: {most} {bound}");
        }
    }
}

#[test]
fn curvature_grows_with_the_distance_as_fast_as_it_may() {
    for y in [-12.0, -4.0, -1.0, 0.0, 2.0] {
        let kappa = |y: f64| softplus_derivatives(y).1;
        for distance in [0.0, 0.5, 2.0, 5.0] {
            let bound = largest_curvature(kappa(y), distance);
            for share in [-1.0, -0.5, 0.0, 0.5, 1.0] {
                assert!(kappa(y + share * distance) <= bound * (1.0 + 1e-12));
            }
        }
    }
    let far = softplus_derivatives(-12.0).1;
    assert!(largest_curvature(far, 2.0) < 1.001 * softplus_derivatives(-10.0).1);
}

/// Pixels in pairs of opposite sign, whose pulls cancel: y = ±`gain`·(Σ of the units − its value at 0).
fn balanced_decoder(units: &[(f64, f64, f64)], gain: f64) -> SignedDecoder {
    let mut model = small_model(Activation::Tanh, 1.0);
    let column = |values: Vec<f64>, columns: usize| {
        let rows = values.len() / columns;
        Tensor::from_vec(values, (rows, columns), &Device::Cpu).unwrap()
    };
    let input = units.iter().flat_map(|(weight, _, _)| [*weight, 0.0]).collect();
    let biases = units.iter().map(|(_, bias, _)| *bias).collect::<Vec<_>>();
    let at_zero: f64 = units.iter().map(|(_, bias, output)| output * bias.tanh()).sum();
    let signs = || (0..PIXELS).map(|pixel| if pixel % 2 == 0 { gain } else { -gain });
    let output = signs().flat_map(|s| units.iter().map(move |(_, _, output)| s * output));
    model.decoder[0].weight = column(input, 2);
    model.decoder[0].bias = Tensor::new(biases.as_slice(), &Device::Cpu).unwrap();
    model.decoder[1].weight = column(output.collect(), units.len());
    let offsets: Vec<f64> = signs().map(|sign| -sign * at_zero).collect();
    model.decoder[1].bias = Tensor::new(offsets.as_slice(), &Device::Cpu).unwrap();
    SignedDecoder::new(&model, &BinaryImage::from_fn(|_| false)).unwrap()
}

#[test]
fn a_nearly_linear_decoder_reaches_the_imaginary_part() {
    // y = ±0.1 z₁: all that rises is ½Σκβ² = 784/8 · (0.1 B)² and the prior's ½B², at z = iB.
    let decoder = balanced_decoder(&[(1e-3, 0.0, 1.0)], 100.0);
    let cell = Cell { center: [0.0; 2], half_width: 0.0625 };
    let expansion = Expansion::new(&decoder, cell);
    let ellipse = Ellipse { rho: 4.0 };
    let bound = expansion.complex_rise(&decoder, &ellipse)[0];
    let top = [[0.0, cell.half_width * ellipse.imaginary()], [0.0, 0.0]];
    let rise = log_magnitude(&decoder, top) - at_center(&expansion);
    assert!(rise <= bound && bound < 1.001 * rise, "{rise} {bound}");
}

#[test]
fn an_even_decoder_has_its_imaginary_part_from_the_second_order() {
    // y = ±20 (tanh(z₁ + ½) − tanh(z₁ − ½) − const): no first derivative, β = y″ x y.
    let decoder = balanced_decoder(&[(1.0, 0.5, 1.0), (1.0, -0.5, -1.0)], 20.0);
    let cell = Cell { center: [0.0; 2], half_width: 0.03125 };
    let expansion = Expansion::new(&decoder, cell);
    let ellipse = Ellipse { rho: 5.0 };
    let bound = expansion.complex_rise(&decoder, &ellipse)[0];
    let side = |half_axis: f64| cell.half_width * half_axis * 0.5_f64.sqrt();
    let z = [[side(ellipse.real()), side(ellipse.imaginary())], [0.0, 0.0]];
    let rise = log_magnitude(&decoder, z) - at_center(&expansion);
    // β is bounded by A·B where A·B/2 is reached.
    assert!(rise > 0.1 && rise <= bound && bound < 6.0 * rise, "{rise} {bound}");
}

#[test]
fn derivatives_are_those_of_differences() {
    let decoder = small_decoder(1.5);
    let expansion = Expansion::new(&decoder, cell([9, -20], 5));
    let [c1, c2] = expansion.cell.center;
    let f = |[d1, d2]: [f64; 2]| log_magnitude(&decoder, [[c1 + d1, 0.0], [c2 + d2, 0.0]]);
    assert!((f([0.0; 2]) - at_center(&expansion)).abs() < 1e-10);
    let h = 1e-4;
    for (axis, step) in [[h, 0.0], [0.0, h]].into_iter().enumerate() {
        let difference = (f(step) - f([-step[0], -step[1]])) / (2.0 * h);
        assert!((expansion.gradient[axis] - difference.abs()).abs() < 1e-5, "{difference}");
    }
    // The Hessian lacks softplus' own curvature, JᵀκJ with the magnitudes of J kept.
    for (index, axis, step) in [(0, 0, [h, 0.0]), (2, 1, [0.0, h])] {
        let second = (f(step) + f([-step[0], -step[1]]) - 2.0 * f([0.0; 2])) / (h * h);
        let expected = expansion.hessian[index] - expansion.information[axis];
        assert!((second - expected).abs() < 1e-2, "{second} {expected}");
    }
}

#[test]
fn far_from_the_cell_nothing_is_claimed() {
    let decoder = small_decoder(6.0);
    let expansion = Expansion::new(&decoder, cell([0, 0], 0));
    assert_eq!(expansion.rise(), f64::INFINITY);
    let rise = expansion.complex_rise(&decoder, &Ellipse { rho: 4.0 });
    assert!(rise.iter().all(|rise| *rise == f64::INFINITY), "{rise:?}");
}

#[test]
fn the_bound_is_close_where_the_cell_is_small() {
    // A bound that always holds could be infinite: here it is within a tenth of the largest rise.
    let decoder = small_decoder(1.0);
    let cell = cell([5, 3], 7);
    let expansion = Expansion::new(&decoder, cell);
    let ellipse = Ellipse { rho: 4.0 };
    let (along, r) = (cell.half_width * ellipse.real(), cell.half_width);
    let mut most = f64::NEG_INFINITY;
    for side in [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]] {
        let z = [[cell.center[0] + side[0] * along, 0.0], [cell.center[1] + side[1] * r, 0.0]];
        most = most.max(log_magnitude(&decoder, z) - at_center(&expansion));
    }
    let bound = expansion.complex_rise(&decoder, &ellipse)[0];
    assert!(bound >= most && bound < 1.1 * most, "{bound} {most}");
}

proptest! {
    #[test]
    fn no_point_of_a_cell_rises_above_the_bound(
        scale in prop_oneof![Just(0.3), Just(1.0), Just(3.0)],
        place in [-48_i32..=48, -48_i32..=48], depth in 2..9_i32,
        inside in prop::array::uniform8([-1.0..=1.0_f64, -1.0..=1.0_f64]),
    ) {
        let decoder = small_decoder(scale);
        let expansion = Expansion::new(&decoder, cell(place, depth));
        let cell = expansion.cell;
        for (index, inside) in inside.into_iter().enumerate() {
            // Every second one in a corner, where the rise is largest.
            let inside = if index % 2 == 0 { inside.map(f64::signum) } else { inside };
            let z = [0, 1].map(|axis| [cell.center[axis] + inside[axis] * cell.half_width, 0.0]);
            let rise = log_magnitude(&decoder, z) - at_center(&expansion);
            // Rounding of the definition itself, not of the bound.
            prop_assert!(rise <= expansion.rise() + 1e-9, "{rise} {}", expansion.rise());
        }
    }

    #[test]
    fn no_complex_point_rises_above_the_bound(
        scale in prop_oneof![Just(0.3), Just(1.0), Just(3.0)],
        place in [-48_i32..=48, -48_i32..=48], depth in 2..9_i32, rho in 1.1..12.0_f64,
        inside in prop::array::uniform8([0.0..=1.0_f64, -1.0..=1.0_f64]), axis in 0..2_usize,
    ) {
        let decoder = small_decoder(scale);
        let expansion = Expansion::new(&decoder, cell(place, depth));
        let (cell, ellipse) = (expansion.cell, Ellipse { rho });
        let bound = expansion.complex_rise(&decoder, &ellipse)[axis];
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
            let mut z = cell.center.map(|c| [c, 0.0]);
            z[axis][0] += cell.half_width * ellipse.real() * cos;
            z[axis][1] = cell.half_width * ellipse.imaginary() * sin;
            z[1 - axis][0] += cell.half_width * across;
            let rise = log_magnitude(&decoder, z) - at_center(&expansion);
            prop_assert!(rise <= bound + 1e-9, "{rise} {bound} at {z:?}");
        }
    }
}
