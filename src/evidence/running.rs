//! Importance sampling with any number of draws: the estimate of `importance`, updated as draws arrive (centred moments
//! merged as in Chan, Golub & LeVeque 1983).

use std::num::NonZeroUsize;

use super::importance::ImportanceEstimate;
use super::log_weights::{LogWeightsError, check};
use crate::log_sum_exp::max;

/// The accumulated sums of all weights so far; their size does not grow.
///
/// Weights are scaled by the largest one, u_i = exp(ℓ_i − max ℓ), and the second moment is kept
/// about the mean, so that weights which are almost equal, as at q = p(z|x), lose no digits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunningImportance {
    count: usize,
    /// max ℓ, in nats; −∞ as long as every weight is zero.
    log_max: f64,
    /// Σ u_i; at least 1 once a weight is positive.
    sum: f64,
    /// Σ (u_i − ū)².
    squares: f64,
}

impl RunningImportance {
    /// No draws yet.
    pub fn new() -> Self {
        Self { count: 0, log_max: f64::NEG_INFINITY, sum: 0.0, squares: 0.0 }
    }

    /// Takes further log-weights, in nats. The empty slice changes nothing.
    ///
    /// # Errors
    /// [`LogWeightsError`] if one is NaN or +∞; then none of the slice is taken.
    pub fn push_slice(&mut self, log_weights: &[f64]) -> Result<(), LogWeightsError> {
        check(log_weights)?;
        let log_max = max(log_weights);
        let scaled = || log_weights.iter().map(|l| scale(*l, log_max));
        let (sum, squares) = if log_max == f64::NEG_INFINITY {
            (0.0, 0.0)
        } else {
            let sum: f64 = scaled().sum();
            let mean = sum / log_weights.len() as f64;
            (sum, scaled().map(|u| (u - mean).powi(2)).sum())
        };
        self.merge(&Self { count: log_weights.len(), log_max, sum, squares });
        Ok(())
    }

    /// Adds the weights of another accumulator.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        let log_max = self.log_max.max(other.log_max);
        let (left, right) = (self.rescaled(log_max), other.rescaled(log_max));
        let (n_left, n_right) = (left.count as f64, right.count as f64);
        let step = right.sum / n_right - left.sum / n_left;
        let between = step * step * n_left * (n_right / (n_left + n_right));
        *self = Self {
            count: left.count + right.count,
            log_max,
            sum: left.sum + right.sum,
            squares: left.squares + right.squares + between,
        };
    }

    /// How many draws so far.
    pub fn draws(&self) -> usize {
        self.count
    }

    /// log p(x) from all draws so far, in nats, with the formula, bias and unknowns of
    /// [`importance`](super::importance()); `None` before the first draw.
    pub fn estimate(&self) -> Option<ImportanceEstimate> {
        let draws = NonZeroUsize::new(self.count)?;
        let count = self.count as f64;
        let log_stderr = (self.count > 1 && self.sum > 0.0)
            .then(|| (self.squares * count / (count - 1.0)).sqrt() / self.sum);
        let log_evidence = self.log_max + (self.sum / count).ln();
        Some(ImportanceEstimate { draws, log_evidence, log_stderr })
    }

    /// Effective number of draws, as [`effective_sample_size`](super::effective_sample_size);
    /// `None` as long as every weight is zero.
    pub fn effective_sample_size(&self) -> Option<f64> {
        let count = self.count as f64;
        (self.sum > 0.0).then(|| count / (1.0 + count * self.squares / (self.sum * self.sum)))
    }

    /// The largest weight's share of the total, as [`max_share`](super::max_share()); `None` as
    /// long as every weight is zero.
    pub fn max_share(&self) -> Option<f64> {
        (self.sum > 0.0).then(|| 1.0 / self.sum)
    }

    /// The same moments with weights scaled by another maximum, no less than this one's.
    fn rescaled(&self, log_max: f64) -> Self {
        let factor = scale(self.log_max, log_max);
        let (sum, squares) = (self.sum * factor, self.squares * factor * factor);
        Self { log_max, sum, squares, ..*self }
    }
}

impl Default for RunningImportance {
    fn default() -> Self {
        Self::new()
    }
}

/// exp(log_weight − log_max), and 1 where both are the same infinity.
fn scale(log_weight: f64, log_max: f64) -> f64 {
    if log_weight == log_max { 1.0 } else { (log_weight - log_max).exp() }
}

#[cfg(test)]
mod tests {
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use proptest::prelude::*;

    use super::super::known_weights;
    use super::super::{LogWeights, effective_sample_size, importance, max_share};
    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn after(slices: &[&[f64]]) -> RunningImportance {
        let mut running = RunningImportance::new();
        for slice in slices {
            running.push_slice(slice).unwrap();
        }
        running
    }

    #[test]
    fn weights_one_and_three_one_by_one() {
        let running = after(&[&[0.0], &[3.0_f64.ln()]]);
        let estimate = running.estimate().unwrap();
        assert_abs_diff_eq!(estimate.log_evidence, 2.0_f64.ln(), epsilon = 1e-15);
        assert_abs_diff_eq!(estimate.log_stderr.unwrap(), 0.5, epsilon = 1e-15);
        assert_abs_diff_eq!(running.effective_sample_size().unwrap(), 1.6, epsilon = 1e-15);
        assert_abs_diff_eq!(running.max_share().unwrap(), 0.75, epsilon = 1e-15);
    }

    #[test]
    fn before_the_first_draw_there_is_no_estimate() {
        let running = RunningImportance::default();
        assert_eq!(running.estimate(), None);
        assert_eq!(running.effective_sample_size(), None);
        assert_eq!(running.max_share(), None);
        assert_eq!(after(&[&[]]), running);
    }

    #[test]
    fn zero_weights_count_as_draws() {
        let running = after(&[&[ZERO, ZERO], &[ZERO]]);
        let estimate = running.estimate().unwrap();
        assert_eq!((estimate.log_evidence, estimate.log_stderr), (ZERO, None));
        assert_eq!(estimate.draws.get(), 3);
        assert_eq!(running.max_share(), None);

        let running = after(&[&[ZERO, ZERO, ZERO], &[-1e5]]);
        let estimate = running.estimate().unwrap();
        assert_abs_diff_eq!(estimate.log_evidence, -1e5 - 4.0_f64.ln(), epsilon = 1e-10);
        assert_abs_diff_eq!(estimate.log_stderr.unwrap(), 1.0, epsilon = 1e-14);
        assert_eq!(running.max_share(), Some(1.0));
    }

    #[test]
    fn equal_weights_have_no_variance_however_many() {
        let slice = vec![-1.838_840_140_668_227; 1000];
        let mut running = RunningImportance::new();
        for _ in 0..1000 {
            running.push_slice(&slice).unwrap();
        }
        let estimate = running.estimate().unwrap();
        assert_eq!(estimate.log_evidence, -1.838_840_140_668_227);
        assert_eq!(estimate.log_stderr, Some(0.0));
        assert_eq!(running.effective_sample_size(), Some(1e6));
    }

    #[test]
    fn a_bad_slice_is_refused_whole() {
        let mut running = after(&[&[0.0]]);
        let before = running;
        let refused = running.push_slice(&[1.0, f64::NAN]);
        assert_eq!(refused, Err(LogWeightsError::NotANumber { index: 1 }));
        let refused = running.push_slice(&[f64::INFINITY]);
        assert_eq!(refused, Err(LogWeightsError::PositiveInfinity { index: 0 }));
        assert_eq!(running, before);
    }

    #[test]
    fn a_million_draws_in_chunks_are_a_million_draws() {
        let weights = known_weights::lognormal(2.0, 1_000_000, 5);
        let chunks: Vec<&[f64]> = weights.as_slice().chunks(4096).collect();
        let running = after(&chunks);
        let (streamed, whole) = (running.estimate().unwrap(), importance(&weights));
        assert_abs_diff_eq!(streamed.log_evidence, whole.log_evidence, epsilon = 1e-12);
        let (streamed, whole) = (streamed.log_stderr.unwrap(), whole.log_stderr.unwrap());
        assert_relative_eq!(streamed, whole, max_relative = 1e-11);
    }

    proptest! {
        #[test]
        fn any_splitting_gives_the_estimate_of_the_whole(
            weights in prop::collection::vec(
                prop_oneof![6 => -5.0..5.0_f64, 1 => -1e3..0.0_f64, 1 => Just(ZERO)], 1..120),
            cuts in prop::collection::vec(0..120_usize, 3),
            level in prop_oneof![Just(0.0), Just(-1e4)],
        ) {
            let weights: Vec<f64> = weights.iter().map(|l| l + level).collect();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % weights.len()).collect();
            cuts.sort_unstable();
            let mut running = after(&[&weights[..cuts[0]], &weights[cuts[0]..cuts[1]]]);
            running.merge(&after(&[&weights[cuts[1]..cuts[2]], &weights[cuts[2]..]]));

            let whole = LogWeights::new(weights).unwrap();
            let (streamed, direct) = (running.estimate().unwrap(), importance(&whole));
            prop_assert_eq!(streamed.draws, direct.draws);
            prop_assert!(same(Some(streamed.log_evidence), Some(direct.log_evidence)));
            prop_assert!(same(streamed.log_stderr, direct.log_stderr));
            prop_assert!(same(running.effective_sample_size(), effective_sample_size(&whole)));
            prop_assert!(same(running.max_share(), max_share(&whole)));
        }
    }

    fn same(left: Option<f64>, right: Option<f64>) -> bool {
        match (left, right) {
            (Some(left), Some(right)) => {
                left == right || (left - right).abs() <= 1e-10 * left.abs().max(1.0)
            }
            (left, right) => left == right,
        }
    }
}
