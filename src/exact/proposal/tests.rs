//! Expectations under q in closed form.

use super::*;
use crate::exact::Kink;

/// log p(x|z) as a function, with its kinks.
struct Formula<F> {
    f: F,
    kinks: Vec<Kink>,
}

impl<F: Fn([f64; 2]) -> f64> LogLikelihood for Formula<F> {
    fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
        values.extend(points.iter().map(|&z| (self.f)(z)));
    }

    fn kinks(&self) -> &[Kink] {
        &self.kinks
    }
}

fn any_q() -> Vec<BivariateGaussian> {
    let mut all = Vec::new();
    for mean in [[0.3, -1.0], [24.0, -24.0]] {
        for sd in [[1e-4, 1e-4], [0.15, 0.1], [0.02, 3.0], [3.0, 3.0]] {
            for rho in [-0.99, 0.0, 0.6] {
                all.push(BivariateGaussian::new(mean, sd, rho).unwrap());
            }
        }
    }
    all
}

#[test]
fn waves_under_any_q_have_their_characteristic_function() {
    // E cos(k·z + c) = cos(k·μ + c) exp(−½ kᵀΣk); 2π/|k| is 1.3, far below the widest q.
    let (k, c) = ([4.0, -2.5], 0.3);
    let f = |z: [f64; 2]| -200.0 + 30.0 * (k[0] * z[0] + k[1] * z[1] + c).cos();
    let likelihood = Formula { f, kinks: Vec::new() };
    for q in any_q() {
        let found = ProposalQuadrature::run(q, &likelihood, -190.0);
        let [a, b, d] = q.covariance();
        let variance = k[0] * k[0] * a + 2.0 * k[0] * k[1] * b + k[1] * k[1] * d;
        let phase = k[0] * q.mean()[0] + k[1] * q.mean()[1] + c;
        let expected = -200.0 + 30.0 * phase.cos() * (-0.5 * variance).exp();
        let terms = found.decomposition;
        assert!(found.error < 1e-7, "{q:?}: {}", found.error);
        // 6e-13 of q are cut off.
        let off = (terms.reconstruction - expected).abs();
        assert!(off <= found.error + 2e-10, "{q:?}: {off} {}", found.error);
        assert!(terms.identity_residual() <= 2.0 * found.error + 1e-8, "{q:?}: {terms:?}");
        let kl = -190.0 - (expected - q.kl_to_standard());
        assert!((terms.kl_posterior - kl).abs() < 1e-7, "{q:?}");
    }
}

#[test]
fn a_kink_is_no_error() {
    // E|y| of y ~ N(m, s²): s √(2/π) e^{−m²/2s²} + m erf(m/s√2), the bracket by mpmath for m = s·t.
    const T: f64 = 0.75;
    const MEAN_OF_MAGNITUDE: f64 = 1.012_333_835_744_306_5;
    for q in any_q() {
        let normal = [1.0, 2.0];
        let [a, b, d] = q.covariance();
        let s = (a + 4.0 * b + 4.0 * d).sqrt();
        let offset = T * s - (q.mean()[0] + 2.0 * q.mean()[1]);
        let f = |z: [f64; 2]| -1.0 - (z[0] + 2.0 * z[1] + offset).abs();
        let kinks = vec![Kink { normal, offset }];
        let found = ProposalQuadrature::run(q, &Formula { f, kinks }, -1.0);
        let expected = -1.0 - s * MEAN_OF_MAGNITUDE;
        let off = (found.decomposition.reconstruction - expected).abs();
        assert!(found.error < 2e-8 && off < found.error + 1e-10, "{q:?}: {off} {}", found.error);
        assert!(found.decomposition.identity_residual() < 1e-6, "{q:?}");
        assert!(found.evaluations < 40_000, "{}", found.evaluations);
    }
}

#[test]
fn what_the_budget_does_not_resolve_has_a_large_error() {
    let f = |[z1, z2]: [f64; 2]| -100.0 + 50.0 * (900.0 * z1 + 700.0 * z2).cos().signum();
    let likelihood = Formula { f, kinks: Vec::new() };
    let found = ProposalQuadrature::run(BivariateGaussian::standard(), &likelihood, 0.0);
    let off = (found.decomposition.reconstruction + 100.0).abs();
    assert!(found.error > 1e-4 && off < 30.0 * found.error, "{off} {}", found.error);
    assert!(found.evaluations <= EFFORT.most_evaluations);
}

#[test]
fn an_ordinary_q_costs_three_sets_of_nodes_in_short_slices() {
    let likelihood = Formula { f: |[z1, z2]: [f64; 2]| z1 - z2 * z2, kinks: Vec::new() };
    let q = BivariateGaussian::new([0.5, 0.5], [0.15, 0.1], -0.6).unwrap();
    let mut quadrature = ProposalQuadrature::new(q);
    let mut slices = 0;
    while quadrature.advance(&likelihood) {
        slices += 1;
    }
    let found = quadrature.finish(0.0);
    assert!(found.evaluations < 2200 && slices < 16, "{} {slices}", found.evaluations);
}
