//! The lattice, the quadrature and the best Gaussian against closed forms, for a quadratic log p(x|z).

use crate::common::quadratic::Quadratic;
use elboscope::exact::{Decomposition, LatticePair, best_gaussian, exact_elbo, exact_evidence};
use elboscope::family::BivariateGaussian;
use proptest::prelude::*;

/// Λ = R diag(λ₁, λ₂) Rᵀ with 3 ≤ λ ≤ 40: posterior deviations from 0.16 to 0.5, like those of the digits, and means
/// that are six deviations or more inside of the inner square.
fn any_model() -> impl Strategy<Value = Quadratic> {
    let t = || -2.0..2.0_f64;
    (3.0..40.0_f64, 3.0..40.0_f64, 0.0..3.2_f64, t(), t(), -300.0..0.0_f64).prop_map(
        |(l1, l2, angle, t1, t2, level)| {
            let (sin, cos) = angle.sin_cos();
            let lambda = [
                l1 * cos * cos + l2 * sin * sin,
                (l1 - l2) * sin * cos,
                l1 * sin * sin + l2 * cos * cos,
            ];
            Quadratic { level, t: [t1, t2], lambda }
        },
    )
}

fn any_draggable() -> impl Strategy<Value = BivariateGaussian> {
    let mean = || -4.0..=4.0_f64;
    let log_sd = || 0.02_f64.ln()..=3.0_f64.ln();
    (mean(), mean(), log_sd(), log_sd(), -0.99..=0.99_f64).prop_map(|(m1, m2, l1, l2, rho)| {
        BivariateGaussian::new([m1, m2], [l1.exp(), l2.exp()], rho).unwrap()
    })
}

/// Relative to the size of the terms: log p(x|z) may be −10⁴ where q has its mass.
fn close(found: f64, expected: f64, size: f64) -> bool {
    (found - expected).abs() <= 1e-9 * (1.0 + size)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() })]

    #[test]
    fn every_term_of_the_decomposition(model in any_model(), qs in prop::collection::vec(any_draggable(), 4)) {
        let field = model.field(LatticePair::FINE);
        let evidence = exact_evidence(&field);
        prop_assert!((evidence.log_evidence - model.log_evidence()).abs() < 1e-9,
            "{} {}", evidence.log_evidence, model.log_evidence());
        for q in qs {
            let found = Decomposition::new(&q, &field, &evidence);
            let (reconstruction, kl) = (model.reconstruction(&q), model.kl_posterior(&q));
            let size = reconstruction.abs().max(model.level.abs());
            prop_assert!(close(found.reconstruction, reconstruction, size),
                "{q:?}: {} {reconstruction}", found.reconstruction);
            prop_assert!(close(found.kl_posterior, kl, size), "{q:?}: {} {kl}", found.kl_posterior);
            prop_assert!(close(found.elbo(), model.log_evidence() - kl, size), "{q:?}");
            prop_assert!(close(exact_elbo(&q, &field), model.log_evidence() - kl, size), "{q:?}");
            let energy = reconstruction - q.kl_to_standard() - q.entropy();
            prop_assert!(close(found.expected_log_joint, energy, size), "{q:?}");
            prop_assert!(found.identity_residual() <= 1e-9 * (1.0 + size), "{q:?}");
        }
    }

    #[test]
    fn the_best_gaussian_is_the_posterior(model in any_model(), start in any_draggable()) {
        let field = model.field(LatticePair::FINE);
        let (best, posterior) = (best_gaussian(&field, &[start], |_| true).unwrap(), model.posterior());
        prop_assert!((best.elbo - model.log_evidence()).abs() < 1e-8, "{best:?} {posterior:?}");
        for axis in [0, 1] {
            let sd = posterior.sd()[axis];
            prop_assert!((best.q.mean()[axis] - posterior.mean()[axis]).abs() < 1e-4 * sd);
            prop_assert!((best.q.sd()[axis] / sd - 1.0).abs() < 1e-4);
        }
        prop_assert!((best.q.rho() - posterior.rho()).abs() < 1e-4);
        // At q = p(z|x) the ELBO is log p(x).
        prop_assert!((exact_elbo(&posterior, &field) - model.log_evidence()).abs() < 1e-9);
    }

    #[test]
    fn the_coarse_first_look_is_close(model in any_model()) {
        // h = 0.12 and a deviation of 0.16: 4·exp(−2π²·0.16²/0.12²) = 2e-15; what remains is the border
        // between the two lattices, where the prior has e⁻¹⁸ of its mass.
        let evidence = exact_evidence(&model.field(LatticePair::COARSE));
        prop_assert!((evidence.log_evidence - model.log_evidence()).abs() < 1e-5);
    }
}
