//! The thermodynamic variational objective: Riemann sums of the mean log-weight along the path from
//! q to the posterior (Masrani, Le & Wood 2019, The thermodynamic variational objective).

use std::cmp::Ordering::Greater;
use std::num::NonZeroUsize;

use thiserror::Error;

use super::eubo::tempered_mean;
use super::log_weights::LogWeights;

/// Inverse temperatures 0 = β_0 < β_1 < … < β_T = 1.
#[derive(Debug, Clone, PartialEq)]
pub struct BetaGrid(Vec<f64>);

/// Why numbers are not a grid from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum BetaGridError {
    /// The ends are not 0 and 1.
    #[error("a grid of β must begin at 0 and end at 1")]
    Ends,
    /// A value is not above the one before.
    #[error("β must ascend strictly; value {index} does not")]
    Order {
        /// Position of the first such value.
        index: usize,
    },
}

impl BetaGrid {
    /// Takes a grid.
    ///
    /// # Errors
    /// [`BetaGridError`] if it does not ascend strictly from 0 to 1.
    pub fn new(betas: Vec<f64>) -> Result<Self, BetaGridError> {
        if !matches!(betas.as_slice(), [0.0, .., 1.0]) {
            return Err(BetaGridError::Ends);
        }
        // NaN is not above anything.
        match betas.windows(2).position(|pair| pair[1].partial_cmp(&pair[0]) != Some(Greater)) {
            Some(before) => Err(BetaGridError::Order { index: before + 1 }),
            None => Ok(Self(betas)),
        }
    }

    /// β_t = t/T.
    pub fn uniform(steps: NonZeroUsize) -> Self {
        let steps = steps.get();
        Self((0..=steps).map(|step| step as f64 / steps as f64).collect())
    }

    /// The values, from 0 to 1.
    pub fn as_slice(&self) -> &[f64] {
        &self.0
    }
}

/// The two sums, in nats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tvo {
    /// The left sum, from the value at the lower end of each interval.
    pub lower: f64,
    /// The right sum, from the value at its upper end.
    pub upper: f64,
}

/// Estimates the two sums that enclose log p(x) = ∫₀¹ E_{π_β} ℓ dβ, π_β ∝ q^{1−β} p(x, z)^β.
///
/// # Formula
/// lower = Σ_t (β_{t+1} − β_t) f(β_t), upper = Σ_t (β_{t+1} − β_t) f(β_{t+1}), where f(β) is the
/// self-normalised mean Σ w^β ℓ/Σ w^β, the ELBO at 0 and the EUBO at 1. On a uniform grid of T
/// intervals upper − lower is (f(1) − f(0))/T exactly. f never falls in β, so that for any weights
/// lower ≤ log w̄ ≤ upper.
///
/// # Bias
/// With exact means lower ≤ log p(x) ≤ upper. The self-normalised means of β > 0 are biased, **down**
/// as a rule: from K draws both sums close in on log w̄, not on log p(x), and the upper one may be
/// below log p(x).
///
/// # Errors
/// None. A weight of zero makes f(0) = −∞ and with it the lower sum; all zero make both −∞.
pub fn tvo(log_weights: &LogWeights, grid: &BetaGrid) -> Tvo {
    let betas = grid.as_slice();
    let mean = |beta: &f64| tempered_mean(log_weights.as_slice(), *beta);
    let means: Vec<f64> = betas.iter().map(mean).collect();
    let sum = |values: &[f64]| {
        let widths = betas.windows(2).map(|pair| pair[1] - pair[0]);
        widths.zip(values).map(|(width, value)| width * value).sum()
    };
    Tvo { lower: sum(&means), upper: sum(&means[1..]) }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::super::known_weights::{self, LOG_EVIDENCE, WIDE};
    use super::super::{elbo, eubo_self_normalised, log_mean_exp};
    use super::*;
    use crate::known_gaussian::WIDE_PATH_MEANS;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn uniform(steps: usize) -> BetaGrid {
        BetaGrid::uniform(NonZeroUsize::new(steps).unwrap())
    }

    fn of(log_weights: &[f64], steps: usize) -> Tvo {
        tvo(&LogWeights::new(log_weights.to_vec()).unwrap(), &uniform(steps))
    }

    #[test]
    fn weights_one_and_four_at_three_temperatures() {
        // f(0) = ½ log 4, f(½) = ⅔ log 4, f(1) = ⅘ log 4.
        let found = of(&[0.0, 4.0_f64.ln()], 2);
        let log_4 = 4.0_f64.ln();
        assert_abs_diff_eq!(found.lower, (0.5 + 2.0 / 3.0) / 2.0 * log_4, epsilon = 1e-15);
        assert_abs_diff_eq!(found.upper, (2.0 / 3.0 + 0.8) / 2.0 * log_4, epsilon = 1e-15);
    }

    #[test]
    fn the_width_of_the_gaussian_oracle() {
        // (EUBO − ELBO)/T = 0.4521067/T in closed form. The variances of both ends, 0.9579/K and
        // 0.1284/K, give at most 1.34/√K for the difference; 5 deviations, false-alarm rate 6e-7.
        let pool = known_weights::gaussian(WIDE, 1 << 18, 47);
        let exact = WIDE.eubo - WIDE.elbo;
        for steps in [1, 10, 100] {
            let Tvo { lower, upper } = tvo(&pool, &uniform(steps));
            let epsilon = 5.0 * 1.34 / 512.0 / steps as f64;
            assert_abs_diff_eq!(upper - lower, exact / steps as f64, epsilon = epsilon);
        }
    }

    #[test]
    fn the_sums_of_the_gaussian_oracle() {
        // T = 4, exact f by mpmath: -2.12151847, -1.93326835, -1.81258384, -1.72956279, -1.66941176.
        // Each f has an asymptotic deviation of at most 0.979/√K: so have the sums. 5 of them:
        // false-alarm rate 6e-7 each.
        let exact = WIDE_PATH_MEANS;
        let pool = known_weights::gaussian(WIDE, 1 << 18, 48);
        let found = tvo(&pool, &uniform(4));
        let epsilon = 5.0 * 0.979 / 512.0;
        assert_abs_diff_eq!(found.lower, exact[..4].iter().sum::<f64>() / 4.0, epsilon = epsilon);
        assert_abs_diff_eq!(found.upper, exact[1..].iter().sum::<f64>() / 4.0, epsilon = epsilon);
        assert!(found.lower < LOG_EVIDENCE && LOG_EVIDENCE < found.upper);
    }

    #[test]
    fn grids() {
        assert_eq!(uniform(1).as_slice(), [0.0, 1.0]);
        assert_eq!(uniform(4).as_slice(), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert!(BetaGrid::new(vec![0.0, 0.01, 0.1, 1.0]).is_ok());
        for ends in [vec![], vec![0.0], vec![1.0], vec![0.1, 1.0], vec![0.0, 0.9]] {
            assert_eq!(BetaGrid::new(ends), Err(BetaGridError::Ends));
        }
        for middle in [0.0, 1.0, -0.5, 1.5, f64::NAN] {
            assert!(matches!(
                BetaGrid::new(vec![0.0, middle, 1.0]),
                Err(BetaGridError::Order { .. })
            ));
        }
    }

    #[test]
    fn extremes() {
        let same = |value| Tvo { lower: value, upper: value };
        assert_eq!(of(&[-1024.0], 8), same(-1024.0));
        assert_eq!(of(&[ZERO; 7], 8), same(ZERO));
        assert_eq!(of(&[ZERO, -7.0, ZERO], 8), Tvo { lower: ZERO, upper: -7.0 });
        let million = of(&vec![-92.25; 1_000_000], 8);
        assert_eq!(million, same(-92.25));
    }

    proptest! {
        #[test]
        fn the_sums_enclose_the_log_mean_and_their_distance_is_exact(
            pool in prop::collection::vec(prop_oneof![-3.0..3.0_f64, -700.0..700.0_f64], 1..50),
            steps in 1..40_usize,
        ) {
            let pool = LogWeights::new(pool).unwrap();
            let Tvo { lower, upper } = tvo(&pool, &uniform(steps));
            let log_mean = log_mean_exp(pool.as_slice());
            prop_assert!(lower <= log_mean + 1e-10 && log_mean <= upper + 1e-10);
            let width = (eubo_self_normalised(&pool) - elbo(&pool).elbo) / steps as f64;
            prop_assert!((upper - lower - width).abs() < 1e-10);
        }
    }
}
