//! The exact gradient of the ELBO where q and the posterior are Gaussians on the line.

use super::parameters::PerParameter;
use super::quadratic_weight::QuadraticLogWeight;

/// ∇ELBO in nats per unit of m and of ln σ.
///
/// # Formula
/// c1/σ = −(m − μ)/τ² in m, 2 c2 = 1 − σ²/τ² in ln σ.
pub fn exact_elbo_gradient(weight: &QuadraticLogWeight) -> PerParameter<f64> {
    let [_, c1, c2] = weight.coefficients();
    PerParameter { mean: c1 / weight.sd(), log_sd: 2.0 * c2 }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use proptest::prelude::*;

    use super::super::known_joints::{ScalarLinearGaussian, one, oracles};
    use super::super::weight_transform::WeightTransform;
    use super::*;

    /// The closed form in w, b, s, x, m and v, which does not use the posterior.
    fn elbo(joint: &ScalarLinearGaussian, mean: f64, log_sd: f64) -> f64 {
        let (variance, noise) = ((2.0 * log_sd).exp(), joint.noise_sd * joint.noise_sd);
        let residual = joint.x - joint.slope * mean - joint.offset;
        let tau = std::f64::consts::TAU;
        -0.5 * (tau * noise).ln()
            - 0.5 * (residual * residual + joint.slope * joint.slope * variance) / noise
            - 0.5 * (variance + mean * mean - 1.0 - 2.0 * log_sd)
    }

    proptest! {
        #[test]
        fn the_elbo_gradient_is_its_difference_quotient(
            slope in -2.0..2.0_f64, offset in -1.0..1.0_f64, noise_sd in 0.3..2.0_f64,
            x in -3.0..3.0_f64, mean in -2.0..2.0_f64, log_sd in -1.5..1.0_f64,
        ) {
            let joint = ScalarLinearGaussian { slope, offset, noise_sd, x, log_constant: 0.0 };
            let weight =
                joint.posterior().log_weight(&one(mean, (2.0 * log_sd).exp())).unwrap();
            prop_assert!((weight.elbo() - elbo(&joint, mean, log_sd)).abs() < 1e-10);
            let found = exact_elbo_gradient(&weight);
            // The ELBO is a parabola in m: a central quotient is exact but for rounding.
            let in_mean = (elbo(&joint, mean + 0.1, log_sd) - elbo(&joint, mean - 0.1, log_sd)) / 0.2;
            prop_assert!((found.mean - in_mean).abs() < 1e-9);
            let at = |step: f64| elbo(&joint, mean, log_sd + step);
            let quotient = (8.0 * (at(1e-3) - at(-1e-3)) - (at(2e-3) - at(-2e-3))) / 12e-3;
            prop_assert!((found.log_sd - quotient).abs() < 1e-8 * (1.0 + found.log_sd.abs()));
        }
    }

    #[test]
    fn the_gradient_of_the_bound_is_the_difference_quotient_of_the_exact_curve() {
        // mpmath, 30 digits: ∫ [e^{−t} − φ(t/K)^K]/t dt at m ± 1e-4 and ln σ ± 1e-4. The quotient's
        // own error is about 1e-8.
        let posterior = ScalarLinearGaussian::default().posterior();
        let expected = [
            (0, 2, [0.479_315_032_1, -0.189_780_419_8]),
            (0, 8, [0.084_568_463_03, -0.023_129_056_51]),
            (1, 2, [1.024_521_502, 0.519_596_594_8]),
            (1, 8, [0.624_029_045_6, 0.416_049_869_2]),
        ];
        for (index, draws, [mean, log_sd]) in expected {
            let weight = posterior.log_weight(&oracles()[index]).unwrap();
            // K ∫₀^∞ E[w (dℓ/dφ) e^{−sw}] φ(s)^{K−1} ds.
            let transform = WeightTransform::new(&weight).unwrap();
            let moments = transform.iwae(NonZeroUsize::new(draws).unwrap()).unwrap();
            let found = moments.map(|moments| moments.mean);
            assert!((found.mean - mean).abs() < 2e-8, "{found:?}");
            assert!((found.log_sd - log_sd).abs() < 2e-8, "{found:?}");
        }
    }

    #[test]
    fn the_wide_oracle_has_its_known_slope() {
        let weight = ScalarLinearGaussian::default().posterior().log_weight(&oracles()[0]).unwrap();
        let found = exact_elbo_gradient(&weight);
        // −(½ − μ)/τ² and 1 − 0.4/τ², where 1/τ² = 1 + (1.5/0.8)².
        assert!((found.mean - 1.257_812_5).abs() < 1e-13);
        assert!((found.log_sd + 0.806_25).abs() < 1e-13);
    }
}
