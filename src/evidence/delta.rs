//! The delta-corrected log of the mean weight, which adds back the first term of the bias (Nowozin
//! 2018, Debiasing evidence approximations; Teh, Newman & Welling 2007 for the expansion).

use super::importance::importance;
use super::log_weights::LogWeights;

/// Estimates log p(x), in nats.
///
/// # Formula
/// log w̄ + s²/(2K w̄²), s² the sample variance of the weights. The correction is half the squared
/// relative standard error of w̄, so it never exceeds 1/2: where the weights degenerate it is of no
/// help.
///
/// # Bias
/// O(K⁻²) where the weights have enough moments, of either sign: no bound.
///
/// # Errors
/// `None` for one draw, of which the variance is unknown. All weights zero give −∞.
pub fn delta(log_weights: &LogWeights) -> Option<f64> {
    let estimate = importance(log_weights);
    if estimate.draws.get() > 1 && estimate.log_evidence == f64::NEG_INFINITY {
        return Some(estimate.log_evidence);
    }
    Some(estimate.log_evidence + 0.5 * estimate.log_stderr?.powi(2))
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::super::known_weights::{self, LOG_EVIDENCE, WIDE};
    use super::super::replicates::ladder_of;
    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn of(log_weights: &[f64]) -> Option<f64> {
        delta(&LogWeights::new(log_weights.to_vec()).unwrap())
    }

    #[test]
    fn weights_one_and_three() {
        // w̄ = 2, s² = 2: log 2 + 2/(2·2·4).
        assert_abs_diff_eq!(
            of(&[0.0, 3.0_f64.ln()]).unwrap(),
            2.0_f64.ln() + 0.125,
            epsilon = 1e-15
        );
    }

    #[test]
    fn exponential_weights_in_closed_form() {
        // The shares are uniform on the simplex, so the expected correction is exactly 1/(2(K + 1)),
        // and L_K = ψ(K) − ln K. The rung's own error, 5 of them: false-alarm rate below 1e-6 each.
        let pool = known_weights::exponential(1 << 20, 22);
        let exact = [(2, -0.270_362_845_461_478_15), (8, -0.063_800_063_724_225_97)];
        let ks = exact.map(|(k, _)| k.try_into().unwrap());
        for (rung, (k, bound)) in ladder_of(delta, &pool, &ks).iter().zip(exact) {
            let expected = bound + 0.5 / (k + 1) as f64;
            assert_abs_diff_eq!(rung.mean, expected, epsilon = 5.0 * rung.stderr.unwrap());
        }
    }

    #[test]
    fn the_bias_of_the_gaussian_oracle_shrinks() {
        // K = 64: L_K is 2.1893e-3 too low. By the expansion in central moments μ2 = 0.27789 and
        // μ3 = −0.04819 of w/p(x), the expected correction is μ2/2K + (3μ2² − 2μ3)/2K², which
        // overshoots by 2.2e-5; the next term is of order 1e-5. 5 of the rung's own errors: false-alarm
        // rate below 1e-6.
        let pool = known_weights::gaussian(WIDE, 1 << 20, 23);
        let k = 64.try_into().unwrap();
        let correction =
            |weights: &LogWeights| Some(delta(weights)? - importance(weights).log_evidence);
        let rung = ladder_of(correction, &pool, &[k])[0];
        let gap = WIDE.iwae_gaps[5];
        assert_eq!(gap.0, 64);
        let epsilon = 1e-5 + 5.0 * rung.stderr.unwrap();
        assert!(epsilon < 1e-4, "{epsilon}");
        assert_abs_diff_eq!(rung.mean, -gap.1 + 2.2e-5, epsilon = epsilon);
        // The whole pool: 5 standard errors √(χ²/2²⁰), false-alarm rate 6e-7.
        assert_abs_diff_eq!(delta(&pool).unwrap(), LOG_EVIDENCE, epsilon = 5.0 * 5.2e-4);
    }

    #[test]
    fn extremes() {
        assert_eq!(of(&[-1e5]), None);
        assert_eq!(of(&[ZERO]), None);
        assert_eq!(of(&[ZERO; 7]), Some(ZERO));
        // One weight has everything: relative error 1, correction 1/2.
        let single = of(&[ZERO, -7.0, ZERO, ZERO]).unwrap();
        assert_abs_diff_eq!(single, -7.0 - 4.0_f64.ln() + 0.5, epsilon = 1e-14);
        assert_abs_diff_eq!(of(&vec![-92.3; 1_000_000]).unwrap(), -92.3, epsilon = 1e-12);
    }
}
