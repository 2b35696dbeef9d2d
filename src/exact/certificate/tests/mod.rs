//! The whole certificate against values known otherwise.

mod corpus;

use candle_core::{DType, Device, Tensor};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::decoder::SignedDecoder;
use super::decoder::tests::stripes;
use super::{Certificate, Interval};
use crate::data::{Binarization, BinaryImage, PIXELS, gallery};
use crate::exact::field::tests::small_model;
use crate::exact::{
    LatticePair, LogLikelihoodField, LogLikelihoodLattice, LogPartitionLattice, exact_evidence,
};
use crate::family::log_prior;
use crate::model::{Activation, ImageTerm, Vae, read_weights};

const WEIGHTS: &[u8] = include_bytes!("../../../../public/models/strokes.safetensors");

fn shipped() -> Vae {
    read_weights(WEIGHTS).unwrap()
}

fn digit(place: usize) -> BinaryImage {
    Binarization::default().apply(&gallery()[place].image)
}

/// Refines to a width and returns the steps it took; every step must narrow and never widen.
fn refine(certificate: &mut Certificate, width: f64) -> usize {
    let mut steps = 0;
    while !certificate.is_done(width) {
        let before = certificate.interval();
        certificate.advance(1);
        let after = certificate.interval();
        assert!(after.lower() >= before.lower() && after.upper() <= before.upper(), "{after:?}");
        steps += 1;
    }
    steps
}

/// log p(x) by the trapezoid rule in f64, through the decoder's own sums.
fn trapezoid(model: &Vae, image: &BinaryImage, half_width: f64, intervals: i32) -> f64 {
    let decoder = SignedDecoder::new(model, image).unwrap();
    let step = 2.0 * half_width / f64::from(intervals);
    let at = |index: i32| (f64::from(index) - 0.5 * f64::from(intervals)) * step;
    let mut joints = Vec::new();
    for first in 0..=intervals {
        for second in 0..=intervals {
            let z = [at(first), at(second)];
            joints.push(decoder.log_likelihoods(&[z])[0] + log_prior(z));
        }
    }
    let most = joints.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    most + joints.iter().map(|joint| (joint - most).exp()).sum::<f64>().ln() + 2.0 * step.ln()
}

#[test]
fn digits_of_the_gallery_are_enclosed_as_the_lattice_has_them() {
    let (model, exact) = (shipped(), shipped().to_dtype(DType::F64).unwrap());
    let [inner, outer] = [LatticePair::FINE.inner, LatticePair::COARSE.outer]
        .map(|lattice| LogPartitionLattice::new(&exact, lattice).unwrap());
    for place in [3, 1, 10] {
        let x = digit(place);
        let term = ImageTerm::new(&exact, &x).unwrap();
        let [inner, outer] = [&inner, &outer]
            .map(|partition| LogLikelihoodLattice::new(&exact, &term, partition).unwrap());
        let lattice = exact_evidence(&LogLikelihoodField { inner, outer }).log_evidence;

        let mut certificate = Certificate::new(&model, &x).unwrap();
        assert!(certificate.interval().contains(lattice));
        // Steps and cells are counted, for their number does not depend on the machine.
        for (width, most_steps, most_cells) in [(0.01, 600, 600), (0.001, 700, 700)] {
            let steps = refine(&mut certificate, width);
            let (found, cells) = (certificate.interval(), certificate.cells());
            println!("{place}: {found:?} around {lattice}, {steps} more steps, {cells} cells");
            assert!(found.contains(lattice) && found.width() <= width, "{found:?} {lattice}");
            assert!(steps <= most_steps && cells <= most_cells, "{steps} {cells}");
        }
    }
}

#[test]
fn a_decoder_that_ignores_z_has_its_evidence_in_closed_form() {
    let mut model = small_model(Activation::Tanh, 1.0);
    model.decoder[1].weight = model.decoder[1].weight.zeros_like().unwrap();
    let biases = model.decoder[1].bias.to_vec1::<f64>().unwrap();
    let image = stripes();
    let softplus = |y: f64| y.max(0.0) + (-y.abs()).exp().ln_1p();
    let signed = biases.iter().zip(image.pixels()).map(|(b, ink)| if ink { -b } else { *b });
    let expected: f64 = signed.map(|y| -softplus(y)).sum();

    let mut certificate = Certificate::new(&model, &image).unwrap();
    refine(&mut certificate, 1e-8);
    let found = certificate.interval();
    // The sum of 784 logarithms is itself off by rounding, a few 1e-13.
    let expected = Interval::around(expected, 1e-11);
    println!("{found:?} {expected:?}, {} cells", certificate.cells());
    assert!(found.lower() < expected.upper() && found.upper() > expected.lower());
    assert!(found.width() <= 1e-8 && certificate.cells() < 1000, "{}", certificate.cells());
}

#[test]
fn weights_of_zero_everywhere_are_coins() {
    let mut model = small_model(Activation::Tanh, 1.0);
    for layer in &mut model.decoder {
        layer.weight = layer.weight.zeros_like().unwrap();
        layer.bias = layer.bias.zeros_like().unwrap();
    }
    let mut certificate = Certificate::new(&model, &stripes()).unwrap();
    refine(&mut certificate, 1e-8);
    let found = certificate.interval();
    let expected = -(PIXELS as f64) * std::f64::consts::LN_2;
    assert!(found.contains(expected) && found.width() <= 1e-8, "{found:?} {expected}");
}

#[test]
fn small_random_models_agree_with_the_trapezoid_rule() {
    for (seed, scale) in [(1, 0.5), (2, 1.0), (3, 2.0)] {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let mut uniform = |shape: (usize, usize), scale: f64| {
            let count = shape.0 * shape.1;
            let values = (0..count).map(|_| f64::from(rng.random_range(-1.0_f32..1.0)) * scale);
            Tensor::from_vec(values.collect::<Vec<_>>(), shape, &Device::Cpu).unwrap()
        };
        let mut model = small_model(Activation::Tanh, 1.0);
        model.decoder[0].weight = uniform((3, 2), scale);
        model.decoder[0].bias = uniform((1, 3), 1.0).flatten_all().unwrap();
        model.decoder[1].weight = uniform((PIXELS, 3), 0.4);
        model.decoder[1].bias = uniform((1, PIXELS), 1.0).flatten_all().unwrap();

        let expected = trapezoid(&model, &stripes(), 7.0, 140);
        // Twice as wide apart: the rule has converged.
        let coarser = trapezoid(&model, &stripes(), 7.0, 70);
        assert!((expected - coarser).abs() < 1e-6, "{expected} {coarser}");
        let mut certificate = Certificate::new(&model, &stripes()).unwrap();
        refine(&mut certificate, 1e-7);
        let found = certificate.interval();
        println!("{found:?} {expected}, {} cells", certificate.cells());
        assert!(found.width() <= 1e-7, "{found:?}");
        assert!(found.lower() < expected + 1e-8 && found.upper() > expected - 1e-8, "{found:?}");
    }
}

#[test]
fn an_image_that_the_model_cannot_make_gets_a_wider_square() {
    let model = shipped();
    let noise = BinaryImage::from_fn(|pixel| (pixel * 7919) % 5 < 2);
    let mut certificate = Certificate::new(&model, &noise).unwrap();
    assert_eq!(certificate.square.half_width, 8.0);
    let steps = refine(&mut certificate, 0.01);
    let found = certificate.interval();
    let half_width = certificate.square.half_width;
    println!("{found:?}, R = {half_width}, {steps} steps, {} cells", certificate.cells());
    assert!(found.width() <= 0.01 && found.upper() < -500.0, "{found:?}");
    // e^(−R²/2) must lie below it.
    assert!(0.5 * half_width * half_width > -found.lower(), "{half_width}");
}

#[test]
fn cells_tile_the_square_and_hold_the_evidence() {
    let model = small_model(Activation::Tanh, 1.0);
    let mut certificate = Certificate::new(&model, &stripes()).unwrap();
    certificate.advance(120);
    let leaves: Vec<_> = certificate.leaves().collect();
    assert_eq!(leaves.len(), certificate.cells());
    let area: f64 = leaves.iter().map(|(cell, _)| 4.0 * cell.half_width * cell.half_width).sum();
    assert_eq!(area, 4.0 * certificate.square.half_width.powi(2));
    for (index, (cell, _)) in leaves.iter().enumerate() {
        assert!(cell.reach() <= certificate.square.half_width);
        for (other, _) in &leaves[..index] {
            let apart = |axis: usize| (cell.center[axis] - other.center[axis]).abs();
            assert!(apart(0).max(apart(1)) >= cell.half_width + other.half_width);
        }
    }
    let masses = leaves.iter().map(|(_, mass)| *mass).chain([certificate.log_tail()]);
    let sum = Interval::log_sum_exp(masses);
    let found = certificate.interval();
    assert!(sum.lower() <= found.lower() + 1e-9 && sum.upper() >= found.upper() - 1e-9);
}

#[test]
fn it_gives_up_rather_than_go_on_for_ever() {
    let mut certificate =
        Certificate::new(&small_model(Activation::Tanh, 1.0), &stripes()).unwrap();
    certificate.leaves = super::quadtree::MOST_CELLS;
    assert!(certificate.interval().width() > 0.1 && certificate.is_done(0.1));
    // An overflowing network is bounded by nothing much, but by no NaN.
    let mut model = small_model(Activation::Tanh, 1.0);
    for layer in &mut model.decoder {
        layer.weight = (&layer.weight * 1e300).unwrap();
    }
    let mut certificate = Certificate::new(&model, &stripes()).unwrap();
    certificate.advance(200);
    let found = certificate.interval();
    assert!(found.lower() <= found.upper() && found.upper() <= 0.0, "{found:?}");
}
