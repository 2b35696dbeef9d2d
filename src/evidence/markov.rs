//! Lower bounds of log p(x) that hold with stated confidence, by Markov's inequality (Grosse,
//! Ghahramani & Adams 2015, Sandwiching the marginal likelihood using bidirectional Monte Carlo;
//! Gogate, Bidyuk & Dechter 2007 for the minimum over replicates).

use thiserror::Error;

use super::log_weights::LogWeights;
use crate::log_sum_exp::log_mean_exp;

/// The probability with which a bound holds: above 0 and below 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Confidence(f64);

/// The confidence is not strictly between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("the confidence must be above 0 and below 1, found {0}")]
pub struct ConfidenceError(f64);

impl Confidence {
    /// Takes a probability.
    ///
    /// # Errors
    /// [`ConfidenceError`] if it is not strictly between 0 and 1.
    pub fn new(confidence: f64) -> Result<Self, ConfidenceError> {
        if confidence > 0.0 && confidence < 1.0 {
            Ok(Self(confidence))
        } else {
            Err(ConfidenceError(confidence))
        }
    }

    /// The probability.
    pub fn get(self) -> f64 {
        self.0
    }

    /// log 1/δ, δ the probability that the bound fails, in nats.
    fn price(self) -> f64 {
        -(-self.0).ln_1p()
    }

    /// The confidence of one of two bounds that are to hold together: δ is halved.
    fn halved(self) -> Self {
        Self(0.5 + 0.5 * self.0)
    }
}

/// A lower bound of log p(x), in nats, from the mean of R independent unbiased estimates of p(x),
/// given by their logs: single weights of importance sampling, runs of AIS or SMC.
///
/// # Formula
/// log p̂ − log 1/δ, p̂ the mean: P(p̂ > p(x) e^b) ≤ e^{−b} for every p̂ ≥ 0 without bias.
///
/// # Bias
/// A bound with probability 1 − δ, whatever the variance. More replicates do not bring it nearer than log 1/δ; see
/// [`markov_by_minimum`].
///
/// # Errors
/// None: all estimates zero give −∞.
pub fn markov_by_mean(log_estimates: &LogWeights, confidence: Confidence) -> f64 {
    log_mean_exp(log_estimates.as_slice()) - confidence.price()
}

/// A lower bound of log p(x), in nats, from the least of R independent unbiased estimates.
///
/// # Formula
/// min_r log p̂_r − (log 1/δ)/R: that all R exceed p(x) e^b has probability at most e^{−Rb}.
///
/// # Bias
/// A bound with probability 1 − δ. With many replicates (log 1/δ)/R is small, but the minimum decreases.
///
/// # Errors
/// None: one estimate of zero gives −∞.
pub fn markov_by_minimum(log_estimates: &LogWeights, confidence: Confidence) -> f64 {
    let least = log_estimates.as_slice().iter().copied().fold(f64::INFINITY, f64::min);
    least - confidence.price() / log_estimates.len().get() as f64
}

/// The better of [`markov_by_mean`] and [`markov_by_minimum`], each at δ/2, so that the larger may be
/// chosen after the fact; in nats.
///
/// # Bias
/// A bound with probability 1 − δ. For a single estimate both are the same and δ is not halved.
///
/// # Errors
/// None: all estimates zero give −∞.
pub fn markov_lower_bound(log_estimates: &LogWeights, confidence: Confidence) -> f64 {
    if log_estimates.len().get() == 1 {
        return markov_by_mean(log_estimates, confidence);
    }
    let each = confidence.halved();
    markov_by_mean(log_estimates, each).max(markov_by_minimum(log_estimates, each))
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::super::known_weights;
    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn sure(confidence: f64) -> Confidence {
        Confidence::new(confidence).unwrap()
    }

    fn weights(log_estimates: &[f64]) -> LogWeights {
        LogWeights::new(log_estimates.to_vec()).unwrap()
    }

    #[test]
    fn by_hand() {
        // Estimates 2 and 4, δ = 1/100.
        let pool = weights(&[2.0_f64.ln(), 4.0_f64.ln()]);
        assert_abs_diff_eq!(markov_by_mean(&pool, sure(0.99)), 0.03_f64.ln(), epsilon = 1e-13);
        assert_abs_diff_eq!(markov_by_minimum(&pool, sure(0.99)), 0.2_f64.ln(), epsilon = 1e-13);
        let better = 2.0_f64.ln() + 0.5 * 0.005_f64.ln();
        assert_abs_diff_eq!(markov_lower_bound(&pool, sure(0.99)), better, epsilon = 1e-13);
    }

    #[test]
    fn the_inequality_is_attained() {
        // p = 1, p̂ = 4 with probability 1/4 and else 0. All three are 4 with probability 1/64 = δ,
        // and then the bound by the minimum is exactly log p: a larger one would fail more often.
        let all = weights(&[4.0_f64.ln(); 3]);
        let bound = markov_by_minimum(&all, sure(1.0 - 1.0 / 64.0));
        assert_abs_diff_eq!(bound, 0.0, epsilon = 1e-14);
        let one = weights(&[4.0_f64.ln()]);
        assert_abs_diff_eq!(markov_by_mean(&one, sure(0.75)), 0.0, epsilon = 1e-15);
    }

    #[test]
    fn it_holds_as_often_as_it_says() {
        // log p = 0, lognormal weights of δ = 0.5 to 3, five replicates each. With true failure rate
        // at most 0.2 the number of failures of 2000 is at most 400 + 5·18: rate below 6e-7 each.
        let bounds = [markov_by_mean, markov_by_minimum, markov_lower_bound];
        for delta in [0.5, 1.0, 3.0] {
            for bound in bounds {
                let fails = (0..2000).filter(|seed| {
                    bound(&known_weights::lognormal(delta, 5, 7000 + seed), sure(0.8)) > 0.0
                });
                assert!(fails.count() <= 490);
            }
        }
    }

    #[test]
    fn many_good_replicates_beat_the_price() {
        // Lognormal with δ = 0.01: the least of 1000 is within 5 δ of log p, so the minimum costs
        // less than 0.06, the mean always log 1/δ' = 3.7. False-alarm rate 1000 · 3e-7 = 3e-4.
        let pool = known_weights::lognormal(0.01, 1000, 50);
        assert!(markov_lower_bound(&pool, sure(0.95)) > -0.06);
        assert!(markov_by_mean(&pool, sure(0.975)) < -3.6);
    }

    #[test]
    fn confidences() {
        for confidence in [f64::NAN, 0.0, 1.0, -0.5, 2.0] {
            assert!(Confidence::new(confidence).is_err());
        }
        assert_eq!(sure(0.95).get(), 0.95);
        // So near to certainty that half of δ rounds away: an infinite price, no NaN.
        let nearly = sure(1.0 - f64::EPSILON / 2.0);
        assert!(!markov_lower_bound(&weights(&[0.0, 1.0]), nearly).is_nan());
    }

    #[test]
    fn extremes() {
        let price = 20.0_f64.ln();
        for bound in [markov_by_mean, markov_by_minimum, markov_lower_bound] {
            assert_abs_diff_eq!(
                bound(&weights(&[-1e5]), sure(0.95)),
                -1e5 - price,
                epsilon = 1e-10
            );
            assert_eq!(bound(&weights(&[ZERO; 7]), sure(0.95)), ZERO);
        }
        let single = weights(&[ZERO, -7.0]);
        assert_eq!(markov_by_minimum(&single, sure(0.95)), ZERO);
        let expected = -7.0 - 2.0_f64.ln() - 40.0_f64.ln();
        assert_abs_diff_eq!(markov_lower_bound(&single, sure(0.95)), expected, epsilon = 1e-12);
        let million = weights(&vec![-92.3; 1_000_000]);
        assert_abs_diff_eq!(markov_lower_bound(&million, sure(0.95)), -92.3, epsilon = 1e-5);
    }
}
