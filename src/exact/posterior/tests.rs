//! The quadrature against posteriors in closed form, wherever and however narrow they are.

use std::f64::consts::{LN_2, TAU};

use super::*;
use crate::data::BinaryImage;
use crate::exact::{Certificate, DecoderLikelihood};
use crate::model::{Activation, Vae};

/// log of a sum of Gaussian bumps: p(x|z) = Σ exp(level − |z − t|²/2s²).
struct Bumps(Vec<([f64; 2], f64, f64)>);

impl LogLikelihood for Bumps {
    fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
        values.extend(points.iter().map(|z| {
            self.0.iter().fold(f64::NEG_INFINITY, |sum, (t, s, level)| {
                let square = (z[0] - t[0]).powi(2) + (z[1] - t[1]).powi(2);
                log_add(sum, level - 0.5 * square / (s * s))
            })
        }));
    }
}

impl Bumps {
    /// ∫ N(z; 0, I) exp(level − |z − t|²/2s²) dz = e^level s²/(1+s²) exp(−|t|²/2(1+s²)).
    fn log_evidence(&self) -> f64 {
        self.0.iter().fold(f64::NEG_INFINITY, |sum, (t, s, level)| {
            let variance = 1.0 + s * s;
            let square = t[0] * t[0] + t[1] * t[1];
            log_add(sum, level + (s * s / variance).ln() - 0.5 * square / variance)
        })
    }
}

fn by_scan(likelihood: &impl LogLikelihood) -> Posterior {
    Posterior::new(PosteriorSearch::by_scan(), likelihood)
}

#[test]
fn one_bump_of_any_width_at_any_distance() {
    for (t, s) in [
        ([0.0, 0.0], 2.0),
        ([1.0, -2.0], 0.15),
        ([8.0, 0.3], 0.02),
        ([-9.7, 10.1], 0.1),
        ([11.3, -8.2], 1e-4),
        ([0.013, 0.004], 1e-3),
    ] {
        let likelihood = Bumps(vec![(t, s, -70.0)]);
        let found = by_scan(&likelihood);
        let off = (found.log_evidence - likelihood.log_evidence()).abs();
        let error = found.resolution.error();
        assert!(matches!(found.resolution, Resolution::Resolved { .. }), "{:?}", found.resolution);
        assert!(off <= error && error < 1e-8, "{t:?} {s}: off by {off}, {error} told");
        let shrink = 1.0 / (1.0 + s * s);
        let sd = s * shrink.sqrt();
        for axis in [0, 1] {
            assert!((found.mean[axis] - t[axis] * shrink).abs() < 1e-7 * sd + 1e-14, "{found:?}");
            assert!((found.covariance[2 * axis] / (sd * sd) - 1.0).abs() < 1e-7);
        }
        assert!(found.covariance[1].abs() < 1e-7 * sd * sd);
        assert_eq!(found.spots.len(), 1);
        let shares: f64 = found.nodes.iter().map(|node| node.share).sum();
        assert!((shares - 1.0).abs() < 1e-12);
    }
}

#[test]
fn spots_far_apart_are_reported_with_their_shares() {
    let near = ([1.0, 0.5], 0.1, -50.0);
    let far = ([-6.0, 5.0], 0.05, -50.0 + 30.0);
    let likelihood = Bumps(vec![near, far]);
    let found = by_scan(&likelihood);
    assert!((found.log_evidence - likelihood.log_evidence()).abs() < 1e-8);
    assert_eq!(found.spots.len(), 2);
    for bump in [near, far] {
        let share = (Bumps(vec![bump]).log_evidence() - likelihood.log_evidence()).exp();
        let spot = found.spots.iter().find(|spot| (spot.share - share).abs() < 1e-5);
        let spot = spot.unwrap_or_else(|| panic!("{share}: {:?}", found.spots));
        let q = spot.gaussian().unwrap();
        assert!((q.mean()[0] - bump.0[0] / (1.0 + bump.1 * bump.1)).abs() < 1e-5);
        assert!((q.sd()[1] / bump.1 - 1.0).abs() < 0.01);
    }
    // The whole comes first, then the spots.
    assert_eq!(found.gaussians().len(), 3);
}

#[test]
fn a_posterior_that_the_rounding_of_weights_moves_is_not_called_exact() {
    let likelihood = Bumps(vec![([9.0, -10.0], 1e-6, -20.0)]);
    let found = by_scan(&likelihood);
    let Resolution::BeyondWeights { relative_width, .. } = found.resolution else {
        panic!("{:?}", found.resolution)
    };
    assert!((relative_width * 181.0_f64.sqrt() / 1e-6 - 1.0).abs() < 1e-3, "{relative_width}");
}

#[test]
fn a_likelihood_that_ignores_z_leaves_the_prior() {
    for activation in [Activation::Tanh, Activation::Relu] {
        let mut model = Vae::seeded(4, 2, 1.0, activation, 5);
        for layer in &mut model.decoder {
            layer.weight = layer.weight.zeros_like().unwrap();
        }
        model.decoder[1].bias = model.decoder[1].bias.zeros_like().unwrap();
        let image = BinaryImage::from_fn(|pixel| pixel % 3 == 0);
        let likelihood = DecoderLikelihood::new(&model, &image).unwrap();
        let found = by_scan(&likelihood);
        assert!((found.log_evidence + 784.0 * LN_2).abs() < 1e-8, "{}", found.log_evidence);
        assert!((found.covariance[0] - 1.0).abs() < 1e-7 && found.mean[0].abs() < 1e-8);
        assert!((log_joint([0.0; 2], -1.0) + 1.0 + TAU.ln()).abs() < 1e-15);
    }
}

#[test]
fn cells_of_a_proof_and_a_scan_agree_within_the_proof() {
    let image = BinaryImage::from_fn(|pixel| pixel % 3 == 0);
    for (seed, slope) in [(5, 1.0), (6, 3.0), (7, 5.0)] {
        let model = Vae::seeded(8, 2, slope, Activation::Tanh, seed);
        let likelihood = DecoderLikelihood::new(&model, &image).unwrap();
        let mut certificate = Certificate::new(&model, &image).unwrap();
        while !certificate.is_done(1e-7) {
            certificate.advance(20);
        }
        let leaves =
            Posterior::new(PosteriorSearch::from_leaves(certificate.leaves()), &likelihood);
        let scanned = by_scan(&likelihood);
        let interval = certificate.interval();
        for found in [&leaves, &scanned] {
            let error = found.resolution.error();
            assert!(error < 1e-8, "{error}");
            assert!(found.log_evidence > interval.lower() - error, "{interval:?}");
            assert!(found.log_evidence < interval.upper() + error, "{interval:?}");
        }
        assert!((leaves.mean[0] - scanned.mean[0]).abs() < 1e-7);
        assert!(leaves.evaluations < 150_000, "{}", leaves.evaluations);
    }
}

#[test]
fn every_slice_is_short_and_the_same_search_gives_the_same_bits() {
    let likelihood = Bumps(vec![([1.0, 0.5], 0.1, -50.0)]);
    let run = || {
        let mut search = PosteriorSearch::by_scan();
        let mut before = 0;
        while search.advance(&likelihood) {
            assert!(search.evaluations() - before < 2 * SLICE, "{}", search.evaluations() - before);
            before = search.evaluations();
        }
        search.finish()
    };
    let (first, second) = (run(), run());
    assert_eq!(first.nodes, second.nodes);
    assert_eq!(first.log_evidence.to_bits(), second.log_evidence.to_bits());
}
