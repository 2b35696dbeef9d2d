//! Any estimator at several K, averaged over disjoint batches of one pool: the ladder of
//! [`iwae`](super::iwae) for estimators that are not log-means.

use std::num::NonZeroUsize;

use super::iwae::Rung;
use super::log_weights::LogWeights;

/// The mean of an estimator for each K in `ks`, in their order, from one pool of draws.
///
/// # Formula
/// The pool of N draws is cut, in order, into ⌊N/K⌋ disjoint batches of K, a remainder is left out;
/// the rung holds the mean and the percentiles of the estimates from each.
///
/// # Bias
/// That of the estimator at K draws.
///
/// # Errors
/// A K larger than the pool, or one at which a batch has no estimate, gives no rung: a mean over the other batches
/// would be biased towards some weights.
pub fn ladder_of(
    estimate: impl Fn(&LogWeights) -> Option<f64>,
    pool: &LogWeights,
    ks: &[NonZeroUsize],
) -> Vec<Rung> {
    let possible = ks.iter().filter(|k| **k <= pool.len());
    possible
        .filter_map(|&k| {
            let batches = pool.as_slice().chunks_exact(k.get());
            // Batches of valid log-weights are valid.
            let each = batches.map(|batch| estimate(&LogWeights::new(batch.to_vec()).ok()?));
            let mut replicates = each.collect::<Option<Vec<f64>>>()?;
            Some(Rung::of(k, &mut replicates))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::iwae::{LADDER_STEPS, ladder};
    use super::super::{effective_sample_size, known_weights};
    use super::*;
    use crate::log_sum_exp::log_mean_exp;

    #[test]
    fn of_the_log_mean_it_is_the_ladder() {
        let pool = known_weights::lognormal(1.0, 3000, 24);
        let log_mean = |weights: &LogWeights| Some(log_mean_exp(weights.as_slice()));
        let (found, expected) =
            (ladder_of(log_mean, &pool, &LADDER_STEPS), ladder(&pool, &LADDER_STEPS));
        assert_eq!(found.len(), LADDER_STEPS.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!((found.k, found.replicates), (expected.k, expected.replicates));
            assert!((found.mean - expected.mean).abs() < 1e-12);
            assert!((found.low - expected.low).abs() < 1e-12);
            assert!((found.high - expected.high).abs() < 1e-12);
        }
    }

    #[test]
    fn a_batch_without_an_estimate_leaves_no_rung() {
        let mut values = vec![0.0; 8];
        (values[6], values[7]) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        let pool = LogWeights::new(values).unwrap();
        let ks = [1, 2, 4, 8, 16].map(|k| NonZeroUsize::new(k).unwrap());
        let found = ladder_of(effective_sample_size, &pool, &ks);
        let ks: Vec<usize> = found.iter().map(|rung| rung.k.get()).collect();
        assert_eq!(ks, [4, 8]);
    }
}
