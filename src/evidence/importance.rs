//! Importance sampling of the evidence: the log of the mean weight, with its error by the delta
//! method (Kloek & van Dijk 1978; Owen 2013, Monte Carlo theory, methods and examples, ch. 9).

use std::num::NonZeroUsize;

use super::log_weights::LogWeights;
use crate::log_sum_exp::log_mean_exp;

/// An estimate of log p(x) from K independent weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImportanceEstimate {
    /// Number of draws K.
    pub draws: NonZeroUsize,
    /// log w̄, in nats; −∞ if every weight is zero.
    pub log_evidence: f64,
    /// √(s²/(K w̄²)), in nats: the relative standard error of w̄, which to first order is the
    /// standard error of its log. Between 0 and 1. `None` if there is one draw only or every
    /// weight is zero: then it is unknown, not zero.
    pub log_stderr: Option<f64>,
}

/// Two ends of an interval for log p(x).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogInterval {
    /// Lower end, in nats; may be −∞.
    pub low: f64,
    /// Upper end, in nats.
    pub high: f64,
}

impl ImportanceEstimate {
    /// The interval of z standard errors about the mean weight, taken to logs, in nats.
    ///
    /// # Formula
    /// log w̄ + log(1 ± z ε), ε = [`log_stderr`](Self::log_stderr). For small ε that is log w̄ ± z ε.
    /// When z ε ≥ 1 the interval for the evidence reaches zero and the lower end is −∞: the draws
    /// do not bound log p(x) from below.
    ///
    /// The interval depends only on the drawn weights. ε cannot exceed 1, which it reaches when a single weight
    /// dominates, even if q misses most of the posterior; then the interval is too short, and the truth is likely to
    /// be above it. Read it with the effective sample size and k̂.
    ///
    /// # Errors
    /// `None` if the standard error is unknown. The sign of `z` is of no consequence.
    pub fn interval(&self, z: f64) -> Option<LogInterval> {
        let reach = z.abs() * self.log_stderr?;
        let below = if reach < 1.0 { (-reach).ln_1p() } else { f64::NEG_INFINITY };
        let high = self.log_evidence + reach.ln_1p();
        Some(LogInterval { low: self.log_evidence + below, high })
    }
}

/// Estimates log p(x), in nats.
///
/// # Formula
/// log w̄ = log (1/K) Σ exp(ℓ_i), standard error √(s²/(K w̄²)), s² the sample variance of the
/// weights.
///
/// # Bias
/// w̄ is unbiased for p(x). Its log is biased **down** (Jensen), by about χ²/(2K) nats where
/// χ² = Var_q(w)/p(x)² is finite.
///
/// # Errors
/// None: one draw, or nothing but weights of zero, leaves the standard error `None`.
pub fn importance(log_weights: &LogWeights) -> ImportanceEstimate {
    let draws = log_weights.len();
    let log_evidence = log_mean_exp(log_weights.as_slice());
    let log_stderr = (draws.get() > 1 && log_evidence > f64::NEG_INFINITY).then(|| {
        let relative = log_weights.as_slice().iter().map(|l| (l - log_evidence).exp());
        let squares: f64 = relative.map(|ratio| (ratio - 1.0).powi(2)).sum();
        let count = draws.get() as f64;
        (squares / (count * (count - 1.0))).sqrt()
    });
    ImportanceEstimate { draws, log_evidence, log_stderr }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::super::known_weights::{self, LOG_EVIDENCE, WIDE};
    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn of(log_weights: &[f64]) -> ImportanceEstimate {
        importance(&LogWeights::new(log_weights.to_vec()).unwrap())
    }

    #[test]
    fn weights_one_and_three() {
        // w̄ = 2, s² = 2, relative error √(2/(2·4)) = 1/2.
        let estimate = of(&[0.0, 3.0_f64.ln()]);
        assert_abs_diff_eq!(estimate.log_evidence, 2.0_f64.ln(), epsilon = 1e-15);
        assert_abs_diff_eq!(estimate.log_stderr.unwrap(), 0.5, epsilon = 1e-15);
        let one = estimate.interval(1.0).unwrap();
        assert_abs_diff_eq!(one.low, 0.0, epsilon = 1e-15);
        assert_abs_diff_eq!(one.high, 3.0_f64.ln(), epsilon = 1e-15);
        assert_eq!(estimate.interval(2.5).unwrap().low, ZERO);
        assert_abs_diff_eq!(estimate.interval(2.5).unwrap().high, 4.5_f64.ln(), epsilon = 1e-15);
    }

    #[test]
    fn far_below_zero_nothing_changes_but_the_level() {
        let estimate = of(&[-1e5, -1e5 + 3.0_f64.ln()]);
        assert_abs_diff_eq!(estimate.log_evidence, -1e5 + 2.0_f64.ln(), epsilon = 1e-10);
        assert_abs_diff_eq!(estimate.log_stderr.unwrap(), 0.5, epsilon = 1e-10);
    }

    #[test]
    fn one_draw_and_no_weight_at_all() {
        assert_eq!((of(&[-1e5]).log_evidence, of(&[-1e5]).log_stderr), (-1e5, None));
        assert_eq!(of(&[-1e5]).interval(1.96), None);
        let nothing = of(&[ZERO; 3]);
        assert_eq!((nothing.log_evidence, nothing.log_stderr), (ZERO, None));
    }

    #[test]
    fn a_single_finite_weight_has_relative_error_one() {
        let estimate = of(&[ZERO, ZERO, -7.0, ZERO]);
        assert_abs_diff_eq!(estimate.log_evidence, -7.0 - 4.0_f64.ln(), epsilon = 1e-14);
        assert_abs_diff_eq!(estimate.log_stderr.unwrap(), 1.0, epsilon = 1e-14);
    }

    #[test]
    fn a_million_draws_with_lognormal_weights() {
        // δ = 1/2, log p = 0, ε = √((e^¼ − 1)/10⁶); 5 of them. False-alarm rate 6e-7; the bias,
        // ε²/2, is nothing beside it. s within 2 %: the weights' kurtosis is 8.9 and the relative
        // deviation of s √(7.9/10⁶)/2 = 0.14 %, so false alarms are rarer still.
        let estimate = importance(&known_weights::lognormal(0.5, 1_000_000, 3));
        let exact = (0.25_f64.exp_m1() / 1e6).sqrt();
        assert_abs_diff_eq!(estimate.log_evidence, 0.0, epsilon = 5.0 * exact);
        assert_abs_diff_eq!(estimate.log_stderr.unwrap() / exact, 1.0, epsilon = 0.02);
    }

    #[test]
    fn gaussian_oracle() {
        // 5 exact standard errors √(χ²/K). False-alarm rate 6e-7. s within 1 %: from the exact
        // moments its relative deviation is 0.085 %, so false alarms are rarer still.
        let estimate = importance(&known_weights::gaussian(WIDE, 1 << 18, 4));
        let exact = (WIDE.chi_squared / f64::from(1 << 18)).sqrt();
        assert_abs_diff_eq!(estimate.log_evidence, LOG_EVIDENCE, epsilon = 5.0 * exact);
        assert_abs_diff_eq!(estimate.log_stderr.unwrap() / exact, 1.0, epsilon = 0.01);
    }

    #[test]
    fn the_interval_covers_as_often_as_it_says() {
        // 1000 intervals of z = 1.96, K = 1000: each covers with probability close to 0.95, so the
        // count is 950 ± 7; between 910 and 985 is at least 5 deviations. False-alarm rate 1e-6.
        let covered = (0..1000).filter(|seed| {
            let estimate = importance(&known_weights::gaussian(WIDE, 1000, 1000 + seed));
            let interval = estimate.interval(1.96).unwrap();
            interval.low <= LOG_EVIDENCE && LOG_EVIDENCE <= interval.high
        });
        let covered = covered.count();
        assert!((910..=985).contains(&covered), "{covered} of 1000");
    }

    proptest! {
        #[test]
        fn never_nan_and_relative_error_at_most_one(
            weights in prop::collection::vec(
                prop_oneof![4 => -1e5..1e5_f64, 4 => -3.0..3.0_f64, 1 => Just(ZERO)], 1..40)
        ) {
            let estimate = of(&weights);
            prop_assert!(!estimate.log_evidence.is_nan());
            if let Some(stderr) = estimate.log_stderr {
                // log w̄ near 10⁵ is rounded to 10⁻¹¹.
                prop_assert!((0.0..=1.0 + 1e-9).contains(&stderr));
                let interval = estimate.interval(1.96).unwrap();
                prop_assert!(interval.low <= estimate.log_evidence);
                prop_assert!(estimate.log_evidence <= interval.high);
            }
        }
    }
}
