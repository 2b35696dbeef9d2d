//! The effective sample size of weighted draws (Kish 1965, Survey Sampling; Kong 1992).
//!
//! `running.rs` computes it incrementally, `psis.rs` for smoothed weights.

use super::log_weights::LogWeights;
use crate::log_sum_exp::max;

/// The number of equally weighted draws with the same accuracy: a number between 1 and K.
///
/// # Formula
/// (Σ w)²/Σ w² = exp(2 LSE(ℓ) − LSE(2ℓ)).
///
/// # Bias
/// As an estimate of K/(1 + χ²) it is biased **up** when q misses part of the posterior: the large weights there were
/// not drawn.
///
/// # Errors
/// `None` if every weight is zero.
pub fn effective_sample_size(log_weights: &LogWeights) -> Option<f64> {
    let max = max(log_weights.as_slice());
    if max == f64::NEG_INFINITY {
        return None;
    }
    let mut sum = 0.0;
    let mut squares = 0.0;
    for log_weight in log_weights.as_slice() {
        let weight = (log_weight - max).exp();
        sum += weight;
        squares += weight * weight;
    }
    Some(sum * sum / squares)
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::super::known_weights;
    use super::*;
    use crate::log_sum_exp::log_sum_exp;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn of(log_weights: &[f64]) -> Option<f64> {
        effective_sample_size(&LogWeights::new(log_weights.to_vec()).unwrap())
    }

    #[test]
    fn by_hand() {
        assert_eq!(of(&[-1e5]), Some(1.0));
        assert_eq!(of(&[-1e5; 64]), Some(64.0));
        // (1 + 3)²/(1 + 9).
        assert_abs_diff_eq!(of(&[0.0, 3.0_f64.ln()]).unwrap(), 1.6, epsilon = 1e-15);
        assert_eq!(of(&[ZERO, -3.0, ZERO]), Some(1.0));
        assert_eq!(of(&[-1e5, 0.0]), Some(1.0));
        assert_eq!(of(&[ZERO; 5]), None);
    }

    #[test]
    fn a_million_equal_draws() {
        assert_eq!(of(&vec![-170.0; 1_000_000]), Some(1e6));
    }

    #[test]
    fn exponential_weights_halve_the_draws() {
        // E w = 1, E w² = 2. By the delta method ESS/K has variance 1/(4K) (Var w = 1,
        // Var w² = 20, Cov = 4, gradient (1, −1/4)): 5 deviations, false-alarm rate 6e-7.
        let share = effective_sample_size(&known_weights::exponential(100_000, 6)).unwrap() / 1e5;
        assert_abs_diff_eq!(share, 0.5, epsilon = 5.0 * 0.5 / 1e5_f64.sqrt());
    }

    proptest! {
        #[test]
        fn between_one_and_k_and_equal_to_the_formula(
            weights in prop::collection::vec(-30.0..30.0_f64, 1..200)
        ) {
            let ess = of(&weights).unwrap();
            prop_assert!(ess >= 1.0 - 1e-12 && ess <= weights.len() as f64 * (1.0 + 1e-12));
            let doubled: Vec<f64> = weights.iter().map(|l| 2.0 * l).collect();
            let formula = (2.0 * log_sum_exp(&weights) - log_sum_exp(&doubled)).exp();
            prop_assert!((ess - formula).abs() <= 1e-12 * ess);
        }
    }
}
