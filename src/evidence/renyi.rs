//! The Rényi bound VR-α (Li & Turner 2016, Rényi divergence variational inference).

use thiserror::Error;

use super::log_weights::LogWeights;
use super::sample_mean::SampleMean;
use crate::log_sum_exp::max;

/// Below this size of (1 − α)(ℓ − mean ℓ) the powers are taken as 1 + expm1: near α = 1 their
/// logarithm would be the difference of almost equal numbers.
const SMALL: f64 = 0.5;

/// The order α of the bound: any finite number.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Alpha(f64);

/// The order is NaN or infinite.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("the order α must be finite, found {0}")]
pub struct AlphaError(f64);

impl Alpha {
    /// α = 1, at which the bound is the ELBO.
    pub const ELBO: Self = Self(1.0);
    /// α = 1/2.
    pub const HALF: Self = Self(0.5);
    /// α = 0, at which it is log p(x).
    pub const EVIDENCE: Self = Self(0.0);

    /// Takes an order.
    ///
    /// # Errors
    /// [`AlphaError`] if it is not finite.
    pub fn new(alpha: f64) -> Result<Self, AlphaError> {
        if alpha.is_finite() { Ok(Self(alpha)) } else { Err(AlphaError(alpha)) }
    }

    /// α.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// Estimates VR_α = log E_q w^{1−α}/(1−α), in nats.
///
/// # Formula
/// (log (1/K) Σ exp((1−α) ℓ_i))/(1−α); at α = 1 its limit, the mean of ℓ. It falls as α grows:
/// VR_0 is the log of the mean weight, and for α → −∞ the largest ℓ is reached.
///
/// # Bias
/// VR_α is a lower bound of log p(x) for α > 0 and an upper one for α < 0. Its estimate from K draws
/// is biased **down** for α < 1 and **up** for α > 1 (Jensen): for α < 0 it need not be above
/// log p(x), and is not where the draws miss the largest weights. VR_α is +∞ for α < 0 where
/// E_q w^{1−α} is; then the estimate never settles.
///
/// # Errors
/// None: for α ≥ 1 a single weight of zero gives −∞, for α < 1 only if all are.
pub fn renyi(log_weights: &LogWeights, alpha: Alpha) -> f64 {
    let (log_weights, power) = (log_weights.as_slice(), 1.0 - alpha.get());
    let SampleMean { mean, .. } = SampleMean::of(log_weights);
    if power == 0.0 || (power < 0.0 && mean == f64::NEG_INFINITY) {
        return mean;
    }
    let count = log_weights.len() as f64;
    let widest = log_weights.iter().map(|l| (power * (l - mean)).abs()).fold(0.0, f64::max);
    if mean > f64::NEG_INFINITY && widest < SMALL {
        let excess: f64 = log_weights.iter().map(|l| (power * (l - mean)).exp_m1()).sum();
        return mean + (excess / count).ln_1p() / power;
    }
    // The term that is largest as a power: the largest weight for α < 1, the smallest for α > 1.
    let level = if power > 0.0 {
        max(log_weights)
    } else {
        log_weights.iter().copied().fold(f64::INFINITY, f64::min)
    };
    if level == f64::NEG_INFINITY {
        return level;
    }
    let sum: f64 = log_weights.iter().map(|l| (power * (l - level)).exp()).sum();
    level + (sum / count).ln() / power
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::super::known_weights::{self, LOG_EVIDENCE, NARROW, PRIOR, WIDE};
    use super::super::{elbo, log_mean_exp};
    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn of(log_weights: &[f64], alpha: f64) -> f64 {
        let log_weights = LogWeights::new(log_weights.to_vec()).unwrap();
        renyi(&log_weights, Alpha::new(alpha).unwrap())
    }

    #[test]
    fn weights_one_and_four() {
        let pool = [0.0, 4.0_f64.ln()];
        // Mean of √w is 3/2, of w² 17/2, of 1/w 5/8.
        assert_abs_diff_eq!(of(&pool, 0.5), 2.0 * 1.5_f64.ln(), epsilon = 1e-15);
        assert_abs_diff_eq!(of(&pool, -1.0), 0.5 * 8.5_f64.ln(), epsilon = 1e-15);
        assert_abs_diff_eq!(of(&pool, 2.0), -0.625_f64.ln(), epsilon = 1e-15);
        assert_abs_diff_eq!(of(&pool, 1.0), 2.0_f64.ln(), epsilon = 1e-15);
        assert_abs_diff_eq!(of(&pool, 0.0), 2.5_f64.ln(), epsilon = 1e-15);
    }

    #[test]
    fn the_limits_are_reached_smoothly() {
        // Lognormal to second order: VR_α = mean + (1−α) s²/2 + O((1−α)²), s² with K below.
        let pool = known_weights::lognormal(1.0, 1000, 40);
        let mean = elbo(&pool).elbo;
        let squares = pool.as_slice().iter().map(|l| (l - mean).powi(2)).sum::<f64>() / 1000.0;
        for power in [1e-3, -1e-3, 1e-6, -1e-6, 1e-9, 1e-15] {
            let found = renyi(&pool, Alpha::new(1.0 - power).unwrap());
            // 1 − power is rounded to 1e-16.
            let expected = mean + 0.5 * (1.0 - (1.0 - power)) * squares;
            assert_abs_diff_eq!(found, expected, epsilon = power * power + 1e-15);
        }
        let found = renyi(&pool, Alpha::new(-1e6).unwrap());
        assert_abs_diff_eq!(found, max(pool.as_slice()), epsilon = 1e-4);
    }

    #[test]
    fn gaussian_oracle() {
        // VR_½ in closed form. The mean of √w has relative variance 1/(E √r)² − 1, by mpmath, and
        // its log doubles the error: 5 standard errors, false-alarm rate 6e-7 each.
        let oracle = [
            (WIDE, 0.111_266_457_206_100_17),
            (NARROW, 0.218_593_972_498_309_64),
            (PRIOR, 0.663_271_426_625_878_5),
        ];
        for (proposal, variance) in oracle {
            let pool = known_weights::gaussian(proposal, 1 << 18, 41);
            let epsilon = 5.0 * 2.0 * (variance / f64::from(1 << 18)).sqrt();
            let found = renyi(&pool, Alpha::HALF);
            assert_abs_diff_eq!(found, proposal.renyi_half, epsilon = epsilon);
        }
        // VR_{−1}: relative variance of the mean of w² 0.5986, its log is halved.
        let pool = known_weights::gaussian(WIDE, 1 << 18, 42);
        let epsilon = 5.0 * 0.5 * (0.598_606_264_357_148_4 / f64::from(1 << 18)).sqrt();
        let found = renyi(&pool, Alpha::new(-1.0).unwrap());
        assert_abs_diff_eq!(found, WIDE.cubo_2, epsilon = epsilon);
        assert!(found - epsilon > LOG_EVIDENCE);
    }

    #[test]
    fn extremes() {
        for alpha in [-1e300, -3.0, -1.0, 0.0, 0.5, 1.0, 1.5, 4.0, 1e300] {
            assert_eq!(of(&[-1e5], alpha), -1e5);
            assert_eq!(of(&[ZERO; 7], alpha), ZERO);
            assert_eq!(of(&vec![-92.3; 1_000_000], alpha), -92.3);
            let single = of(&[ZERO, -7.0], alpha);
            assert!(!single.is_nan());
            assert_eq!(single == ZERO, alpha >= 1.0, "{alpha}: {single}");
        }
        assert_abs_diff_eq!(of(&[ZERO, -7.0], 0.5), -7.0 - 2.0 * 2.0_f64.ln(), epsilon = 1e-14);
    }

    #[test]
    fn orders_that_are_none() {
        for alpha in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(Alpha::new(alpha).is_err());
        }
        assert_eq!(Alpha::ELBO.get() + Alpha::EVIDENCE.get(), 1.0);
    }

    proptest! {
        #[test]
        fn falls_in_alpha_from_largest_to_smallest(
            pool in prop::collection::vec(prop_oneof![-3.0..3.0_f64, -800.0..800.0_f64], 1..50),
            mut alphas in prop::collection::vec(-8.0..8.0_f64, 2..8),
        ) {
            alphas.sort_by(f64::total_cmp);
            let values: Vec<f64> = alphas.iter().map(|alpha| of(&pool, *alpha)).collect();
            prop_assert!(values.windows(2).all(|pair| pair[0] >= pair[1] - 1e-11));
            prop_assert!(values[0] <= max(&pool) + 1e-11);
            prop_assert!((of(&pool, 0.0) - log_mean_exp(&pool)).abs() < 1e-11);
        }
    }
}
