//! Sums and means of weights in log space, shifted by their maximum so that nothing overflows.

/// log Σ exp(ℓ_i), in nats.
///
/// All −∞ gives −∞, and so does the empty slice, the sum of nothing. A NaN among the terms gives
/// NaN; without one the result is never NaN.
pub fn log_sum_exp(log_terms: &[f64]) -> f64 {
    let max = max(log_terms);
    if max.is_infinite() {
        return max;
    }
    max + log_terms.iter().map(|l| (l - max).exp()).sum::<f64>().ln()
}

/// log of the mean weight, log (1/K) Σ exp(ℓ_i), in nats.
///
/// All −∞ gives −∞, and so does the empty slice.
pub fn log_mean_exp(log_terms: &[f64]) -> f64 {
    if log_terms.is_empty() {
        return f64::NEG_INFINITY;
    }
    log_sum_exp(log_terms) - (log_terms.len() as f64).ln()
}

/// log(exp a + exp b), in nats; with a = 0 it is softplus b = log(1 + exp b).
pub fn log_add_exp(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if high == f64::NEG_INFINITY {
        return high;
    }
    high + (low - high).exp().ln_1p()
}

/// The largest term; −∞ for none, NaN if there is one.
pub fn max(terms: &[f64]) -> f64 {
    let larger = |max: f64, &term: &f64| {
        if term > max || term.is_nan() { term } else { max }
    };
    terms.iter().fold(f64::NEG_INFINITY, larger)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::LN_2;

    use approx::assert_abs_diff_eq;

    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    #[test]
    fn small_sums_by_hand() {
        assert_abs_diff_eq!(log_sum_exp(&[0.0, 0.0]), LN_2, epsilon = 1e-15);
        let one_to_four = [1.0_f64, 2.0, 3.0, 4.0].map(f64::ln);
        assert_abs_diff_eq!(log_sum_exp(&one_to_four), 10.0_f64.ln(), epsilon = 1e-15);
        assert_abs_diff_eq!(log_mean_exp(&one_to_four), 2.5_f64.ln(), epsilon = 1e-15);
        assert_eq!(log_sum_exp(&[-3.25]), -3.25);
        assert_eq!(log_mean_exp(&[-3.25]), -3.25);
    }

    #[test]
    fn weights_that_would_overflow_or_underflow() {
        assert_abs_diff_eq!(log_sum_exp(&[-1e5, -1e5]), -1e5 + LN_2, epsilon = 1e-10);
        assert_abs_diff_eq!(log_sum_exp(&[1e5, 1e5]), 1e5 + LN_2, epsilon = 1e-10);
        assert_eq!(log_sum_exp(&[1e308, -1e308]), 1e308);
    }

    #[test]
    fn zero_weights_add_nothing_and_never_make_nan() {
        assert_eq!(log_sum_exp(&[ZERO, ZERO]), ZERO);
        assert_eq!(log_mean_exp(&[ZERO, ZERO]), ZERO);
        assert_eq!(log_sum_exp(&[ZERO, 2.0]), 2.0);
        assert_eq!(log_sum_exp(&[]), ZERO);
        assert_eq!(log_mean_exp(&[]), ZERO);
        assert_eq!(log_add_exp(ZERO, ZERO), ZERO);
        assert_eq!(log_add_exp(2.0, ZERO), 2.0);
        assert_eq!(log_add_exp(ZERO, 2.0), 2.0);
    }

    #[test]
    fn nan_is_not_hidden() {
        assert!(log_sum_exp(&[f64::NAN]).is_nan());
        assert!(log_sum_exp(&[0.0, f64::NAN, 1.0]).is_nan());
        assert!(log_sum_exp(&[ZERO, f64::NAN]).is_nan());
    }

    #[test]
    fn adding_two_is_summing_two() {
        assert_abs_diff_eq!(log_add_exp(3.0_f64.ln(), 4.0_f64.ln()), 7.0_f64.ln(), epsilon = 1e-15);
        assert_abs_diff_eq!(log_add_exp(-1e5, -1e5), -1e5 + LN_2, epsilon = 1e-10);
    }

    #[test]
    fn a_million_equal_weights() {
        let terms = vec![-92.3; 1_000_000];
        assert_abs_diff_eq!(log_mean_exp(&terms), -92.3, epsilon = 1e-12);
    }
}
