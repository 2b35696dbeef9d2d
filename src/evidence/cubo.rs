//! The χ upper bound CUBO-n (Dieng, Tran, Ranganath, Paisley & Blei 2017, Variational inference via
//! χ upper bound minimization).

use thiserror::Error;

use super::log_weights::LogWeights;
use super::renyi::{Alpha, renyi};

/// The order n of the bound: a finite number, at least 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct CuboOrder(f64);

/// The order is below 1, infinite or NaN.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("the order of CUBO must be finite and at least 1, found {0}")]
pub struct CuboOrderError(f64);

impl CuboOrder {
    /// n = 2, the paper's: the bound of the χ² divergence.
    pub const TWO: Self = Self(2.0);

    /// Takes an order.
    ///
    /// # Errors
    /// [`CuboOrderError`] if it is below 1 or not finite.
    pub fn new(order: f64) -> Result<Self, CuboOrderError> {
        if order.is_finite() && order >= 1.0 { Ok(Self(order)) } else { Err(CuboOrderError(order)) }
    }

    /// n.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// Estimates CUBO_n = (1/n) log E_q wⁿ, in nats.
///
/// # Formula
/// (1/n) log (1/K) Σ exp(n ℓ_i). It is the Rényi bound of α = 1 − n; n = 1 is importance sampling.
///
/// # Bias
/// CUBO_n is an upper bound of log p(x). Its estimate from K draws is biased **down** (Jensen), and
/// with a poor q falls below log p(x): the weights that make the bound are the ones that are not
/// drawn. It is +∞ where E_q wⁿ is, for n = 2 wherever χ² is; then the estimate never settles.
///
/// # Errors
/// An order is always valid; see [`CuboOrder`]. The order 10³⁰⁰ is no limit: the largest ℓ.
pub fn cubo(log_weights: &LogWeights, order: CuboOrder) -> f64 {
    // 1 − n is finite if n is.
    Alpha::new(1.0 - order.get()).map_or(f64::NEG_INFINITY, |alpha| renyi(log_weights, alpha))
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::super::known_weights::{self, PRIOR, WIDE};
    use super::super::log_mean_exp;
    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn of(log_weights: &[f64], order: f64) -> f64 {
        let log_weights = LogWeights::new(log_weights.to_vec()).unwrap();
        cubo(&log_weights, CuboOrder::new(order).unwrap())
    }

    #[test]
    fn weights_one_and_three() {
        assert_abs_diff_eq!(of(&[0.0, 3.0_f64.ln()], 1.0), 2.0_f64.ln(), epsilon = 1e-15);
        assert_abs_diff_eq!(of(&[0.0, 3.0_f64.ln()], 2.0), 0.5 * 5.0_f64.ln(), epsilon = 1e-15);
        assert_abs_diff_eq!(of(&[0.0, 3.0_f64.ln()], 3.0), 14.0_f64.ln() / 3.0, epsilon = 1e-15);
    }

    #[test]
    fn gaussian_oracle() {
        // CUBO_2 in closed form; the mean of w² has relative variance E r⁴/(E r²)² − 1, by mpmath.
        // 5 standard errors, false-alarm rate 6e-7 each; the bias is the error squared.
        for (proposal, variance) in
            [(WIDE, 0.598_606_264_357_148_4), (PRIOR, 2.114_029_287_706_615)]
        {
            let pool = known_weights::gaussian(proposal, 1 << 18, 43);
            let epsilon = 5.0 * 0.5 * (variance / f64::from(1 << 18)).sqrt();
            let found = cubo(&pool, CuboOrder::TWO);
            assert_abs_diff_eq!(found, proposal.cubo_2, epsilon = epsilon);
        }
    }

    #[test]
    fn few_draws_put_the_upper_bound_below_the_evidence() {
        // δ = 3: the evidence is 0, CUBO_2 is δ²/2 = 4.5. The estimate from 16 draws is below zero iff
        // Σ w² < 16. For that no ℓ = 3n − 4.5 may exceed ln 4, so n < 1.962 16 times, of probability
        // 0.668; it is enough that all are below 0, n < 1.5, of probability 0.331. Of 1000 pools the
        // share is within these and 5 deviations of 0.016: false-alarm rate below 6e-7.
        let below = (0..1000).filter(|seed| {
            cubo(&known_weights::lognormal(3.0, 16, 5000 + seed), CuboOrder::TWO) < 0.0
        });
        let share = below.count() as f64 / 1000.0;
        assert!((0.331 - 0.08..0.668 + 0.08).contains(&share), "{share}");
    }

    #[test]
    fn extremes() {
        for order in [1.0, 2.0, 50.0, 1e300] {
            assert_eq!(of(&[-1e5], order), -1e5);
            assert_eq!(of(&[ZERO; 7], order), ZERO);
            assert_eq!(of(&vec![-92.3; 1_000_000], order), -92.3);
            let single = of(&[ZERO, -7.0, ZERO, ZERO], order);
            assert_abs_diff_eq!(single, -7.0 - 4.0_f64.ln() / order, epsilon = 1e-14);
        }
        let pool = [-3.0, 0.5, 2.0];
        assert_abs_diff_eq!(of(&pool, 1.0), log_mean_exp(&pool), epsilon = 1e-15);
    }

    #[test]
    fn orders_that_are_none() {
        for order in [f64::NAN, f64::INFINITY, 0.0, 0.999, -2.0] {
            assert!(CuboOrder::new(order).is_err());
        }
    }
}
