//! The split against sums over other nodes and a plain search for the best Gaussian.

use candle_core::Device;
use std::num::NonZeroUsize;

use super::*;
use crate::data::{BinaryImage, PIXELS};
use crate::evidence::{log_add_exp, log_sum_exp};
use crate::exact::Certificate;
use crate::model::{Activation, read_weights};

/// Fine enough to be held against other sums.
const FINE: Effort = Effort { tolerance: 1e-8, most_evaluations: 400_000 };

fn images(count: usize) -> Dataset {
    Dataset::pen_strokes(3, NonZeroUsize::new(count).expect("positive"))
}

fn finish(mut task: GapTask) -> (GapSplit, usize) {
    let mut before = task.progress();
    assert_eq!(before, 0.0);
    for calls in 1.. {
        if let Some(split) = task.advance().expect("a finite network") {
            assert_eq!(task.progress(), 1.0);
            return (split, calls);
        }
        assert!(task.progress() >= before && task.progress() < 1.0);
        before = task.progress();
    }
    unreachable!()
}

/// log p(x, z) at points laid out z₁ z₂ …, through the whole decoder.
fn log_joint(model: &Vae, image: &BinaryImage, points: &[f64]) -> Vec<f64> {
    let latent = model.latent();
    let term = ImageTerm::new(model, image).unwrap();
    let count = points.len() / latent;
    let log_likelihoods = term.log_likelihoods(model, points, count).unwrap();
    let log_tau = std::f64::consts::TAU.ln();
    let prior = |z: &[f64]| -0.5 * z.iter().map(|z| z * z + log_tau).sum::<f64>();
    let rows = points.chunks_exact(latent).zip(log_likelihoods);
    rows.map(|(z, log_likelihood)| log_likelihood + prior(z)).collect()
}

/// All points of `latent` coordinates from −reach to reach in `count` + 1 steps.
fn grid(latent: usize, reach: f64, count: usize) -> Vec<f64> {
    let at = |index: usize| reach * (2.0 * index as f64 / count as f64 - 1.0);
    let side = count + 1;
    let coordinate = |point: usize, axis: usize| at(point / side.pow(axis as u32) % side);
    (0..side.pow(latent as u32))
        .flat_map(|point| (0..latent).map(move |axis| coordinate(point, axis)))
        .collect()
}

/// A Gaussian as its mean and the lower triangle of L in Σ = L Lᵀ, row by row, diagonals as logarithms.
fn elbo(model: &Vae, image: &BinaryImage, q: &[f64]) -> f64 {
    let latent = model.latent();
    let nodes = grid(latent, 7.0, 28);
    let (mean, triangle) = q.split_at(latent);
    let entry = |row: usize, column: usize| triangle[row * (row + 1) / 2 + column];
    let points: Vec<f64> = nodes
        .chunks_exact(latent)
        .flat_map(|u| {
            (0..latent).map(move |row| {
                let below: f64 = (0..row).map(|column| entry(row, column) * u[column]).sum();
                mean[row] + below + entry(row, row).exp() * u[row]
            })
        })
        .collect();
    let weight = |u: &[f64]| (-0.5 * u.iter().map(|u| u * u).sum::<f64>()).exp();
    let total: f64 = nodes.chunks_exact(latent).map(weight).sum();
    let joint = log_joint(model, image, &points);
    let energy: f64 = nodes.chunks_exact(latent).zip(joint).map(|(u, f)| weight(u) * f).sum();
    let log_determinant: f64 = (0..latent).map(|axis| entry(axis, axis)).sum();
    let entropy = 0.5 * latent as f64 * (1.0 + std::f64::consts::TAU.ln()) + log_determinant;
    energy / total + entropy
}

/// The highest ELBO by trying every parameter up and down with ever smaller steps.
fn climbed(model: &Vae, image: &BinaryImage, mut q: Vec<f64>) -> f64 {
    let mut best = elbo(model, image, &q);
    let mut step = 0.1;
    while step > 2e-4 {
        let mut moved = false;
        for parameter in 0..q.len() {
            for direction in [step, -step] {
                let mut next = q.clone();
                next[parameter] += direction;
                let found = elbo(model, image, &next);
                if found > best {
                    (q, best, moved) = (next, found, true);
                    break;
                }
            }
        }
        if !moved {
            step *= 0.4;
        }
    }
    best
}

/// log p(x), and mean and covariance of the posterior, by a sum over a grid.
fn posterior(model: &Vae, image: &BinaryImage) -> (f64, Vec<f64>, Vec<f64>) {
    const REACH: f64 = 6.4;
    let latent = model.latent();
    let count = if latent == 1 { 2000 } else { 182 };
    let points = grid(latent, REACH, count);
    let joint = log_joint(model, image, &points);
    let total = log_sum_exp(&joint);
    let cell = latent as f64 * (2.0 * REACH / count as f64).ln();
    let expect = |f: &dyn Fn(&[f64]) -> f64| -> f64 {
        points.chunks_exact(latent).zip(&joint).map(|(z, l)| (l - total).exp() * f(z)).sum()
    };
    let mean: Vec<f64> = (0..latent).map(|axis| expect(&|z| z[axis])).collect();
    let covariance = (0..latent * latent)
        .map(|entry| {
            let (row, column) = (entry / latent, entry % latent);
            expect(&|z| (z[row] - mean[row]) * (z[column] - mean[column]))
        })
        .collect();
    (total + cell, mean, covariance)
}

/// Mean and triangle in the order of [`elbo`].
fn parameters(mean: Vec<f64>, covariance: &[f64]) -> Vec<f64> {
    let mut q = mean;
    q.push(0.5 * covariance[0].ln());
    if let [first, cross, _, second] = *covariance {
        let below = cross / first.sqrt();
        q.push(below);
        q.push(0.5 * (second - below * below).ln());
    }
    q
}

fn assert_split(model: &Vae, effort: Effort) {
    let images = images(2);
    let (found, _) = finish(GapTask::new(model, images.clone(), effort).unwrap());
    let mut expected = GapSplit::default();
    for image in images.images() {
        let (log_evidence, mean, covariance) = posterior(model, image);
        let (encoder_mean, sd) = model.encode_image(image).unwrap();
        let variances: Vec<f64> = match sd.as_slice() {
            [only] => vec![only * only],
            [first, second] => vec![first * first, 0.0, 0.0, second * second],
            _ => panic!("one or two latent dimensions"),
        };
        expected.log_evidence += log_evidence / 2.0;
        expected.encoder_elbo += elbo(model, image, &parameters(encoder_mean, &variances)) / 2.0;
        expected.best_elbo += climbed(model, image, parameters(mean, &covariance)) / 2.0;
    }
    assert!(found.error < 1e-6, "{found:?}");
    assert!((found.log_evidence - expected.log_evidence).abs() < 1e-6, "{found:?} {expected:?}");
    assert!((found.encoder_elbo - expected.encoder_elbo).abs() < 1e-4, "{found:?} {expected:?}");
    // The plain search ends within its last step of the top, which it cannot pass.
    let short = found.best_elbo - expected.best_elbo;
    assert!((-1e-7..1e-4).contains(&short), "{found:?} {expected:?}");
    // Both gaps are positive and far larger than their errors.
    assert!(found.approximation() > 1e-3 && found.amortization() > 0.1, "{found:?}");
}

#[test]
fn in_two_dimensions_it_is_what_other_nodes_say() {
    assert_split(&Vae::seeded(4, 2, 0.6, Activation::Tanh, 5), FINE);
}

#[test]
fn in_one_dimension_it_is_what_a_line_says() {
    assert_split(&Vae::seeded(4, 1, 0.6, Activation::Tanh, 6), FINE);
}

/// A decoder that ignores z: log p(x) = Σ_d −softplus(∓b_d), reached by q = N(0, I), and the encoder's
/// q = N((1, −2), diag(e^−1, e^½)) is short of it by its KL, 2.758300355935785 (mpmath).
#[test]
fn without_a_use_of_z_both_gaps_are_known() {
    let linear = |inputs: usize, bias: &[f64]| Linear {
        weight: Tensor::zeros((bias.len(), inputs), DType::F64, &Device::Cpu).unwrap(),
        bias: Tensor::new(bias, &Device::Cpu).unwrap(),
    };
    let bias: Vec<f64> = (0..PIXELS).map(|pixel| (pixel as f64 * 0.37).sin()).collect();
    let model = Vae {
        encoder: [linear(PIXELS, &[0.0]), linear(1, &[1.0, -2.0, -1.0, 0.5])],
        decoder: [linear(2, &[0.0]), linear(1, &bias)],
        activation: Activation::Tanh,
    };
    let images = images(3);
    let (found, _) = finish(GapTask::new(&model, images.clone(), GapTask::LIVE).unwrap());
    let log_likelihood = |image: &BinaryImage| -> f64 {
        image.pixels().zip(&bias).map(|(ink, b)| -log_add_exp(0.0, if ink { -b } else { *b })).sum()
    };
    let expected = images.images().iter().map(log_likelihood).sum::<f64>() / 3.0;
    assert!((found.log_evidence - expected).abs() < 1e-6, "{found:?} {expected}");
    assert!(found.approximation().abs() < 1e-6, "{found:?}");
    assert!((found.amortization() - 2.758300355935785).abs() < 1e-6, "{found:?}");
}

#[test]
fn it_comes_in_slices() {
    let model = Vae::seeded(4, 2, 0.6, Activation::Tanh, 5);
    let (_, calls) = finish(GapTask::new(&model, images(2), GapTask::LIVE).unwrap());
    // 101 rows of each lattice, and for every image at least beginning, a posterior, its encoder and a climb.
    assert!(calls > 202 + 2 * 10, "{calls}");
}

#[test]
fn space_is_refused_and_so_is_a_network_without_numbers() {
    let space = Vae::seeded(4, 3, 0.6, Activation::Tanh, 5);
    assert!(matches!(GapTask::new(&space, images(1), GapTask::LIVE), Err(GapError::Latent(3))));
    let mut broken = Vae::seeded(4, 2, 0.6, Activation::Tanh, 5);
    broken.decoder[1].bias = (&broken.decoder[1].bias * f64::NAN).unwrap();
    let mut task = GapTask::new(&broken, images(1), GapTask::LIVE).unwrap();
    assert!((0..1000).any(|_| matches!(task.advance(), Err(GapError::NotFinite))));
}

/// Posteriors of 0.01 to 0.03, as a β of 0.1 or a high learning rate makes them: a lattice of 0.06 has log p(x)
/// tenths of a nat below what a Gaussian's bound reaches, and says that it is right to less.
#[test]
fn narrow_posteriors_are_measured_where_they_are() {
    let mut model =
        read_weights(include_bytes!("../../../public/models/strokes.safetensors")).unwrap();
    model.decoder[0].weight = (&model.decoder[0].weight * 5.0).unwrap();
    let images = images(2);
    let (found, _) = finish(GapTask::new(&model, images.clone(), GapTask::LIVE).unwrap());
    assert!(found.error < 1e-3, "{found:?}");
    assert!(found.approximation() > -found.error, "a bound is above what it bounds: {found:?}");
    let exact = model.to_dtype(DType::F64).unwrap();
    let [mut lower, mut upper] = [0.0; 2];
    for image in images.images() {
        let mut proof = Certificate::new(&exact, image).unwrap();
        while !proof.is_done(0.005) {
            proof.advance(50);
        }
        lower += proof.interval().lower() / 2.0;
        upper += proof.interval().upper() / 2.0;
    }
    let inside = lower - found.error..=upper + found.error;
    assert!(inside.contains(&found.log_evidence), "{found:?} in {inside:?}");
}

/// The kinks of a ReLU decoder are not cut at; the disagreement of the rules covers what that costs.
#[test]
fn with_relu_the_error_is_reported() {
    let model = Vae::seeded(24, 2, 0.6, Activation::Relu, 5);
    let images = images(1);
    let (found, _) = finish(GapTask::new(&model, images.clone(), GapTask::LIVE).unwrap());
    let exact = model.to_dtype(DType::F64).unwrap();
    let mut proof = Certificate::new(&exact, &images.images()[0]).unwrap();
    while !proof.is_done(1e-6) {
        proof.advance(50);
    }
    let middle = 0.5 * (proof.interval().lower() + proof.interval().upper());
    let off = (found.log_evidence - middle).abs();
    assert!(off <= found.error + 1e-6 && found.error < 1e-2, "{off} {found:?}");
    assert!(found.approximation() > -found.error, "{found:?}");
}
