//! Decoders of either activation, ordinary and extreme, against nested rules of quadrature.

use candle_core::{Device, Tensor};

use super::refine;
use crate::data::PIXELS;
use crate::exact::certificate::decoder::tests::stripes;
use crate::exact::field::tests::small_model;
use crate::exact::{Certificate, Interval};
use crate::model::{Activation, Vae};

/// activation, kind, factors of the hidden and the output weights, shift, log p(x) and its error: written by
/// tests/reference/relu_evidence.py.
const CORPUS: &str = include_str!("corpus.csv");
const HIDDEN: usize = 16;

/// The numbers of the reference program: in [−1, 1], the same in every language.
fn hashed(count: usize, salt: u64) -> impl Iterator<Item = f64> {
    (0..count as u64).map(move |index| {
        ((index * index * 7919 + (index + 1) * salt) % 2003) as f64 / 1001.0 - 1.0
    })
}

fn decoder(activation: Activation, kind: &str, [hidden, output, shift]: [f64; 3]) -> Vae {
    let mut slopes: Vec<f64> = hashed(2 * HIDDEN, 104_729).map(|w| 1.5 * w).collect();
    let mut biases: Vec<f64> = hashed(HIDDEN, 1_299_709).collect();
    let mut weights: Vec<f64> =
        hashed(HIDDEN * PIXELS, 15_485_863).map(|v| output * (0.25 * v)).collect();
    match kind {
        "origin" => biases.fill(0.0),
        "twins" => {
            for unit in (0..HIDDEN).step_by(2) {
                biases[unit + 1] = biases[unit];
                slopes.copy_within(2 * unit..2 * unit + 2, 2 * unit + 2);
            }
        }
        "dead" => biases.iter_mut().for_each(|bias| *bias -= 200.0),
        "constant" => weights.fill(0.0),
        _ => {}
    }
    slopes.iter_mut().for_each(|slope| *slope *= hidden);
    for (bias, slope) in biases.iter_mut().zip(slopes.iter().step_by(2)) {
        *bias -= shift * slope;
    }
    let tensor = |values: Vec<f64>, columns: usize| {
        let rows = values.len() / columns;
        Tensor::from_vec(values, (rows, columns), &Device::Cpu).unwrap()
    };
    let vector = |values: Vec<f64>| tensor(values, 1).flatten_all().unwrap();
    let mut model = small_model(activation, 1.0);
    model.decoder[0].weight = tensor(slopes, 2);
    model.decoder[0].bias = vector(biases);
    model.decoder[1].weight = tensor(weights, HIDDEN);
    model.decoder[1].bias = vector(hashed(PIXELS, 32_452_843).collect());
    model
}

struct Case {
    name: &'static str,
    model: Vae,
    expected: Interval,
    is_sharp: bool,
}

fn cases(activation: Activation) -> Vec<Case> {
    let lines = CORPUS.lines().skip(1).filter(|line| line.starts_with(activation.name()));
    let cases = lines.map(|name| {
        let fields: Vec<&str> = name.split(',').collect();
        let numbers: Vec<f64> = fields[2..].iter().map(|field| field.parse().unwrap()).collect();
        let [hidden, output, shift, value, error] = numbers[..] else { panic!("{name}") };
        let model = decoder(activation, fields[1], [hidden, output, shift]);
        Case { name, model, expected: Interval::around(value, error), is_sharp: output > 100.0 }
    });
    cases.collect()
}

/// Narrows each interval to `width`, those with a very sharp posterior to 0.001, and checks it at every step.
fn check(activation: Activation, width: f64) {
    let cases = cases(activation);
    assert_eq!(cases.len(), 11);
    for Case { name, model, expected, is_sharp } in cases {
        let mut certificate = Certificate::new(&model, &stripes()).unwrap();
        for width in [1.0, if is_sharp { 0.001 } else { width }] {
            let steps = refine(&mut certificate, width);
            let (found, cells) = (certificate.interval(), certificate.cells());
            println!(
                "{name}: {found:?}, width {:.1e}, {steps} steps, {cells} cells",
                found.width()
            );
            assert!(found.width() <= width, "{name}: {found:?}");
            assert!(
                found.lower() <= expected.upper() && expected.lower() <= found.upper(),
                "{name}: {found:?}"
            );
        }
    }
}

#[test]
fn relu_decoders_hold_what_quadrature_between_their_kinks_gives() {
    check(Activation::Relu, 1e-6);
}

#[test]
fn tanh_decoders_hold_what_quadrature_gives() {
    check(Activation::Tanh, 0.001);
}

#[test]
fn one_relu_unit_has_its_evidence_in_closed_form() {
    // Pixel 0 is off and its logit 40 + 2 max(0, u), u = 3z₁ − 4z₂ + b ~ N(b, 25), so that its probability
    // is e^(−40 − 2 max(0, u)), relatively within e^−40; the others are coins. Without the coins and e^−40
    // that is Φ(−b/5) + e^(50 − 2b) Φ(b/5 − 10), here its logarithm by mpmath.
    const LOGS: [(f64, f64); 3] = [
        (-5.0, -0.147_149_853_362_537_7),
        (0.0, -0.617_100_086_388_014),
        (7.5, -2.502_966_295_692_151_5),
    ];
    for (bias, log) in LOGS {
        let mut model = small_model(Activation::Relu, 1.0);
        let tensor = |values: &[f64], shape: (usize, usize)| {
            Tensor::from_slice(values, shape, &Device::Cpu).unwrap()
        };
        let first = |value: f64| {
            let mut values = vec![0.0; PIXELS];
            values[0] = value;
            values
        };
        model.decoder[0].weight = tensor(&[3.0, -4.0], (1, 2));
        model.decoder[0].bias = Tensor::new(&[bias], &Device::Cpu).unwrap();
        model.decoder[1].weight = tensor(&first(2.0), (PIXELS, 1));
        model.decoder[1].bias = Tensor::new(first(40.0), &Device::Cpu).unwrap();
        let image = crate::data::BinaryImage::from_fn(|pixel| pixel % 3 == 1);
        let mut certificate = Certificate::new(&model, &image).unwrap();
        refine(&mut certificate, 1e-8);
        let found = certificate.interval();
        let expected = log - 40.0 - (PIXELS as f64 - 1.0) * std::f64::consts::LN_2;
        println!("{bias}: {found:?} {expected}, {} cells", certificate.cells());
        assert!(found.width() <= 1e-8, "{found:?}");
        assert!(found.lower() < expected + 1e-11 && found.upper() > expected - 1e-11, "{found:?}");
    }
}
