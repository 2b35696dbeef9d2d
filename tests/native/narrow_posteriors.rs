//! Exact results for posteriors that one lattice does not resolve, against an independent quadrature:
//! tests/reference/narrow_posteriors.py.

use std::num::NonZeroUsize;

use candle_core::{DType, Device, Tensor};
use elboscope::data::BinaryImage;
use elboscope::exact::{
    BestGaussianSearch, Certificate, DecoderLikelihood, IwaeLadderSearch, Posterior,
    PosteriorSearch, ProposalQuadrature, Resolution,
};
use elboscope::family::BivariateGaussian;
use elboscope::model::{Activation, Vae, read_weights};

const REFERENCE: &str = include_str!("../reference/narrow_posteriors.csv");

/// The shipped decoder with its weights multiplied and the plane shifted along its diagonal.
fn decoder(hidden: f64, output: f64, shift: f64, activation: Activation) -> Vae {
    let bytes = include_bytes!("../../public/models/strokes.safetensors");
    let mut model = read_weights(bytes).unwrap().to_dtype(DType::F64).unwrap();
    model.activation = activation;
    let [first, second] = &mut model.decoder;
    let biases = first.bias.to_vec1::<f64>().unwrap();
    let weights = first.weight.to_vec2::<f64>().unwrap();
    let moved: Vec<f64> = biases
        .iter()
        .zip(&weights)
        .map(|(bias, weight)| bias - shift * (weight[0] + weight[1]) / std::f64::consts::SQRT_2)
        .collect();
    first.bias = Tensor::new(moved.as_slice(), &Device::Cpu).unwrap();
    first.weight = (&first.weight * hidden).unwrap();
    second.weight = (&second.weight * output).unwrap();
    model
}

fn case(name: &str) -> Vae {
    let [hidden, output, shift, activation] = match name {
        "shipped" => [1.0, 1.0, 0.0, 0.0],
        "hidden x 5" => [5.0, 1.0, 0.0, 0.0],
        "hidden x 50" => [50.0, 1.0, 0.0, 0.0],
        "output x 5" => [1.0, 5.0, 0.0, 0.0],
        "output x 300" => [1.0, 300.0, 0.0, 0.0],
        "shift 8" => [1.0, 1.0, 8.0, 0.0],
        "shift 14" => [1.0, 1.0, 14.0, 0.0],
        "relu" => [1.0, 1.0, 0.0, 1.0],
        other => panic!("{other}"),
    };
    let activation = if activation == 0.0 { Activation::Tanh } else { Activation::Relu };
    decoder(hidden, output, shift, activation)
}

/// A ring, as wide as a zero.
fn ring() -> BinaryImage {
    BinaryImage::from_fn(|pixel| {
        let (row, column) = ((pixel / 28) as f64, (pixel % 28) as f64);
        let radius = ((row - 13.5) / 1.25).hypot(column - 13.5);
        radius > 4.5 && radius < 7.0
    })
}

/// One line of the reference.
struct Line {
    name: &'static str,
    numbers: Vec<f64>,
}

impl Line {
    /// log p(x), mean, covariance, best ELBO; μ, σ, ρ of q; reconstruction, KL, three rungs.
    const NUMBERS: usize = 17;

    fn all() -> Vec<Self> {
        let lines = REFERENCE.lines().skip(1).map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let numbers = fields[1..].iter().filter_map(|field| field.parse().ok()).collect();
            Self { name: fields[0], numbers }
        });
        lines.collect()
    }

    fn q(&self) -> BivariateGaussian {
        let &[m1, m2, s1, s2, rho] = &self.numbers[7..12] else { panic!() };
        BivariateGaussian::new([m1, m2], [s1, s2], rho).unwrap()
    }
}

/// The error of the reference: its trapezoid rule ignores the kinks.
fn tolerance(model: &Vae) -> f64 {
    if model.activation == Activation::Tanh { 1e-6 } else { 2e-5 }
}

fn posterior(model: &Vae, likelihood: &DecoderLikelihood) -> Posterior {
    let Ok(mut certificate) = Certificate::new(model, &ring()) else {
        return Posterior::new(PosteriorSearch::by_scan(), likelihood);
    };
    for _ in 0..120 {
        if certificate.is_done(1e-6) {
            break;
        }
        certificate.advance(10);
    }
    let found = Posterior::new(PosteriorSearch::from_leaves(certificate.leaves()), likelihood);
    let (interval, error) = (certificate.interval(), found.resolution.error());
    assert!(found.log_evidence >= interval.lower() - error, "{} {interval:?}", found.log_evidence);
    assert!(found.log_evidence <= interval.upper() + error, "{} {interval:?}", found.log_evidence);
    // The search without the proof finds the same.
    let scanned = Posterior::new(PosteriorSearch::by_scan(), likelihood);
    assert!((scanned.log_evidence - found.log_evidence).abs() < 1e-7, "{}", scanned.log_evidence);
    found
}

fn assert_close(found: f64, expected: f64, tolerance: f64, what: &str) {
    // Thirteen digits are written.
    let tolerance = tolerance + 1e-12 * expected.abs();
    assert!((found - expected).abs() <= tolerance, "{what}: {found} instead of {expected}");
}

#[test]
fn evidence_moments_and_best_gaussian_are_those_of_the_reference() {
    let lines = Line::all();
    assert!(lines.len() >= 16, "{}", lines.len());
    for line in lines.iter().step_by(2) {
        assert_eq!(line.numbers.len(), Line::NUMBERS);
        let (name, model) = (line.name, case(line.name));
        let likelihood = DecoderLikelihood::new(&model, &ring()).unwrap();
        let found = posterior(&model, &likelihood);
        println!("{name}: {:?}, {} evaluations", found.resolution, found.evaluations);
        let &[log_evidence, m1, m2, c11, c12, c22, best_elbo] = &line.numbers[..7] else {
            panic!()
        };
        assert!(matches!(found.resolution, Resolution::Resolved { error } if error < 1e-7));
        let tolerance = tolerance(&model);
        assert_close(found.log_evidence, log_evidence, tolerance, name);
        let sd = [c11.sqrt(), c22.sqrt()];
        for (axis, mean) in [m1, m2].into_iter().enumerate() {
            assert_close(found.mean[axis], mean, tolerance * sd[axis], name);
        }
        for (found, expected) in found.covariance.into_iter().zip([c11, c12, c22]) {
            assert_close(
                found / (sd[0] * sd[1]),
                expected / (sd[0] * sd[1]),
                3.0 * tolerance,
                name,
            );
        }

        let starts = found.gaussians();
        let mut search = BestGaussianSearch::new(&likelihood, &starts, |_| true);
        while search.advance(&likelihood, |_| true) {}
        let (best, error) = (search.best().unwrap(), search.error().unwrap());
        println!("{name}: best {} ± {error:e}", best.elbo);
        assert!(error < 1e-7, "{name}: {error}");
        assert!(best.elbo < found.log_evidence);
        // The reference does not optimise across kinks.
        if model.activation == Activation::Tanh {
            assert_close(best.elbo, best_elbo, 1e-6, name);
        }
    }
}

#[test]
fn expectations_and_ladders_of_near_and_far_q_are_those_of_the_reference() {
    let ks = [8, 64, 1024].map(|k| NonZeroUsize::new(k).unwrap());
    for line in Line::all() {
        let (name, model, q) = (line.name, case(line.name), line.q());
        let likelihood = DecoderLikelihood::new(&model, &ring()).unwrap();
        let log_evidence = line.numbers[0];
        let &[reconstruction, kl, l_8, l_64, l_1024] = &line.numbers[12..] else { panic!() };
        let found = ProposalQuadrature::run(q, &likelihood, log_evidence);
        println!("{name}: ± {:e}, {} evaluations", found.error, found.evaluations);
        assert!(found.error < 1e-7, "{name}: {}", found.error);
        let tolerance = tolerance(&model);
        assert_close(found.decomposition.reconstruction, reconstruction, tolerance, name);
        assert_close(found.decomposition.kl_posterior, kl, tolerance, name);
        assert!(found.decomposition.identity_residual() < 1e-6, "{name}");

        let ladder = IwaeLadderSearch::run(q, &likelihood, &ks).unwrap();
        println!(
            "{name}: {:?} ± {:?}, {} evaluations",
            ladder.values, ladder.errors, ladder.evaluations
        );
        for ((found, error), expected) in
            ladder.values.iter().zip(&ladder.errors).zip([l_8, l_64, l_1024])
        {
            assert!(*error < 1e-3, "{name}: {error}");
            assert_close(*found, expected, tolerance + error, name);
        }
    }
}
