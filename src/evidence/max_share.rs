//! The largest normalised importance weight, the simplest sign that one draw decides the estimate
//! (Chatterjee & Diaconis 2018, The sample size required in importance sampling, call it q_n).

use super::log_weights::LogWeights;
use crate::log_sum_exp::max;

/// The share of the largest weight in their sum: a pure number between 1/K and 1.
///
/// # Formula
/// max_i softmax(ℓ)_i = 1/Σ exp(ℓ_i − max ℓ).
///
/// # Bias
/// Like every diagnostic of the drawn weights it does not detect what q missed: a large share is a warning, a small
/// one proves nothing.
///
/// # Errors
/// `None` if every weight is zero.
pub fn max_share(log_weights: &LogWeights) -> Option<f64> {
    let max = max(log_weights.as_slice());
    if max == f64::NEG_INFINITY {
        return None;
    }
    let total: f64 = log_weights.as_slice().iter().map(|l| (l - max).exp()).sum();
    Some(1.0 / total)
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn of(log_weights: &[f64]) -> Option<f64> {
        max_share(&LogWeights::new(log_weights.to_vec()).unwrap())
    }

    #[test]
    fn by_hand() {
        assert_eq!(of(&[-1e5]), Some(1.0));
        assert_eq!(of(&[-1e5; 64]), Some(1.0 / 64.0));
        assert_abs_diff_eq!(of(&[0.0, 3.0_f64.ln()]).unwrap(), 0.75, epsilon = 1e-15);
        assert_eq!(of(&[ZERO, -3.0, ZERO]), Some(1.0));
        assert_eq!(of(&[-1e5, 0.0]), Some(1.0));
        assert_eq!(of(&[ZERO; 5]), None);
        assert_eq!(of(&vec![-170.0; 1_000_000]), Some(1e-6));
    }
}
