//! Log-weights ℓ_i = log p(x, z_i) − log q(z_i): the one input of every estimator.

use std::num::NonZeroUsize;

use thiserror::Error;

/// Log-weights in nats: at least one, none NaN, none +∞.
///
/// −∞ is allowed: it is the weight of a draw to which the model gives no probability.
#[derive(Debug, Clone, PartialEq)]
pub struct LogWeights(Vec<f64>);

/// Why a list of numbers is not a list of log-weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LogWeightsError {
    /// There was no weight at all.
    #[error("no log-weights were given; at least one is needed")]
    Empty,
    /// A weight was NaN.
    #[error("log-weight {index} is NaN; finite values and −∞ are allowed")]
    NotANumber {
        /// Position of the first such weight.
        index: usize,
    },
    /// A weight was +∞.
    #[error("log-weight {index} is +∞; finite values and −∞ are allowed")]
    PositiveInfinity {
        /// Position of the first such weight.
        index: usize,
    },
}

impl LogWeights {
    /// Takes log-weights in nats.
    ///
    /// # Errors
    /// [`LogWeightsError`] if there are none, or if one is NaN or +∞.
    pub fn new(log_weights: Vec<f64>) -> Result<Self, LogWeightsError> {
        if log_weights.is_empty() {
            return Err(LogWeightsError::Empty);
        }
        check(&log_weights)?;
        Ok(Self(log_weights))
    }

    /// The log-weights in nats, in the order in which they were drawn.
    pub fn as_slice(&self) -> &[f64] {
        &self.0
    }

    /// How many there are.
    pub fn len(&self) -> NonZeroUsize {
        // `new` refuses an empty list, so the fallback is never taken.
        NonZeroUsize::new(self.0.len()).unwrap_or(NonZeroUsize::MIN)
    }
}

/// Finds the first value that cannot be a log-weight.
pub(super) fn check(log_weights: &[f64]) -> Result<(), LogWeightsError> {
    match log_weights.iter().position(|l| l.is_nan() || *l == f64::INFINITY) {
        None => Ok(()),
        Some(index) if log_weights[index].is_nan() => Err(LogWeightsError::NotANumber { index }),
        Some(index) => Err(LogWeightsError::PositiveInfinity { index }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finite_values_and_minus_infinity_are_kept_in_order() {
        let values = vec![-170.5, f64::NEG_INFINITY, 0.0, 3.0];
        let weights = LogWeights::new(values.clone()).unwrap();
        assert_eq!(weights.as_slice(), values);
        assert_eq!(weights.len().get(), 4);
    }

    #[test]
    fn nothing_nan_and_plus_infinity_are_refused() {
        assert_eq!(LogWeights::new(vec![]), Err(LogWeightsError::Empty));
        assert_eq!(
            LogWeights::new(vec![0.0, f64::NAN, f64::INFINITY]),
            Err(LogWeightsError::NotANumber { index: 1 })
        );
        assert_eq!(
            LogWeights::new(vec![0.0, 1.0, f64::INFINITY]),
            Err(LogWeightsError::PositiveInfinity { index: 2 })
        );
    }

    #[test]
    fn the_message_says_which_and_what_is_allowed() {
        let message = LogWeightsError::NotANumber { index: 7 }.to_string();
        assert_eq!(message, "log-weight 7 is NaN; finite values and −∞ are allowed");
    }
}
