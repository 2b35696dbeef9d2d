//! The importance-weighted bound L_K and its ladder in K (Burda, Grosse & Salakhutdinov 2016,
//! Importance weighted autoencoders).

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use super::log_weights::LogWeights;
use super::sample_mean::SampleMean;
use crate::log_sum_exp::{log_add_exp, log_sum_exp};

/// The values of K on the ladder.
pub const LADDER: [usize; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/// [`LADDER`] in the type that [`ladder`] takes.
pub const LADDER_STEPS: [NonZeroUsize; LADDER.len()] = {
    let mut steps = [NonZeroUsize::MIN; LADDER.len()];
    let mut step = 0;
    while step < steps.len() {
        if let Some(k) = NonZeroUsize::new(LADDER[step]) {
            steps[step] = k;
        }
        step += 1;
    }
    steps
};

/// The share of replicates below [`Rung::low`].
const LOW: f64 = 0.1;

/// The share of replicates below [`Rung::high`].
const HIGH: f64 = 0.9;

/// L_K, or another estimator at K draws, from independent replicates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rung {
    /// Draws in each replicate.
    pub k: NonZeroUsize,
    /// Number of replicates; at least 1.
    pub replicates: usize,
    /// Mean of the replicates, in nats; −∞ if one is −∞.
    pub mean: f64,
    /// Standard error of the mean, in nats; `None` if there is one replicate or the mean is −∞.
    pub stderr: Option<f64>,
    /// 10th percentile of the replicates, in nats: the spread of single replicates, which is not the error of the
    /// mean.
    pub low: f64,
    /// 90th percentile of the replicates, in nats.
    pub high: f64,
}

impl Rung {
    /// Sums up at least one replicate of K draws each; reorders them.
    pub(super) fn of(k: NonZeroUsize, replicates: &mut [f64]) -> Self {
        let SampleMean { mean, stderr } = SampleMean::of(replicates);
        let low = quantile(replicates, LOW);
        let high = quantile(replicates, HIGH);
        Self { k, replicates: replicates.len(), mean, stderr, low, high }
    }
}

/// Estimates L_K for each K in `ks`, in their order, from one pool of draws.
///
/// # Formula
/// L_K = E[log (1/K) Σ_{i≤K} exp ℓ_i]. The pool of N draws is cut, in order, into ⌊N/K⌋ disjoint
/// batches of K, a remainder is left out; each batch gives a replicate LSE(ℓ) − log K. The mean is
/// taken over the replicates' logs, so it does not depend on how x is batched. Percentiles
/// interpolate linearly between order statistics. Rungs share the pool, so they are correlated
/// with each other.
///
/// # Bias
/// None for L_K. As an estimate of log p(x) it is biased **down**, by
/// χ²/(2K) + O(K⁻²) nats where χ² = Var_q(w)/p(x)² is finite, more slowly where it is not;
/// L_1 is the ELBO and L_K never decreases in K.
///
/// # Errors
/// None: a K larger than the pool gives no rung.
pub fn ladder(pool: &LogWeights, ks: &[NonZeroUsize]) -> Vec<Rung> {
    let mut sums = BatchSums::new(pool);
    let mut replicates = Vec::with_capacity(pool.len().get());
    let possible = ks.iter().filter(|k| **k <= pool.len());
    possible
        .map(|&k| {
            let log_k = (k.get() as f64).ln();
            replicates.clear();
            replicates.extend(sums.of(k.get()).iter().map(|sum| sum - log_k));
            Rung::of(k, &mut replicates)
        })
        .collect()
}

/// log-sums of the pool's batches; those of a multiple of the last K are sums of those of the last.
struct BatchSums<'a> {
    pool: &'a [f64],
    k: usize,
    sums: Vec<f64>,
}

impl<'a> BatchSums<'a> {
    fn new(pool: &'a LogWeights) -> Self {
        let pool = pool.as_slice();
        Self { pool, k: 1, sums: pool.to_vec() }
    }

    /// log-sums, in nats, of the ⌊N/K⌋ batches of `k` ≥ 1 draws.
    fn of(&mut self, k: usize) -> &[f64] {
        if !k.is_multiple_of(self.k) {
            self.k = 1;
            self.sums.clear();
            self.sums.extend_from_slice(self.pool);
        }
        let group = k / self.k;
        if group > 1 {
            let batches = self.sums.len() / group;
            for batch in 0..batches {
                // The sum is written at or before the place from which it was read, so that no unread value is
                // overwritten.
                self.sums[batch] = match &self.sums[batch * group..(batch + 1) * group] {
                    &[first, second] => log_add_exp(first, second),
                    more => log_sum_exp(more),
                };
            }
            self.sums.truncate(batches);
            self.k = k;
        }
        &self.sums
    }
}

/// The `share` quantile of at least one value, linear between order statistics (type 7 of Hyndman
/// & Fan 1996). Reorders the values.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    let position = share * (values.len() - 1) as f64;
    let below = position.floor();
    let (_, &mut low, above) = values.select_nth_unstable_by(below as usize, f64::total_cmp);
    let next = above.iter().copied().fold(f64::INFINITY, f64::min);
    let rest = position - below;
    // Between −∞ and a finite value lies −∞; past the last value there is nothing to go towards.
    if rest == 0.0 || low == f64::NEG_INFINITY { low } else { low + rest * (next - low) }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::super::known_weights::{self, LOG_EVIDENCE, NARROW, PRIOR, WIDE};
    use super::super::{elbo, log_mean_exp};
    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    /// (K, E L_K, Var L_K) for weights ~ Exp(1): ψ(K) − ln K and ψ₁(K), by mpmath.
    const EXPONENTIAL: [(usize, f64, f64); 6] = [
        (1, -0.577_215_664_901_532_9, 1.644_934_066_848_226_6),
        (2, -0.270_362_845_461_478_15, 0.644_934_066_848_226_6),
        (4, -0.130_176_692_688_090_3, 0.283_822_955_737_115_25),
        (8, -0.063_800_063_724_225_97, 0.133_137_014_694_031_44),
        (16, -0.031_575_393_912_320_67, 0.064_493_783_403_239_36),
        (64, -0.007_832_844_555_435_87, 0.015_747_706_064_338_93),
    ];

    fn of(log_weights: &[f64], ks: &[usize]) -> Vec<Rung> {
        let ks: Vec<NonZeroUsize> = ks.iter().map(|&k| NonZeroUsize::new(k).unwrap()).collect();
        ladder(&LogWeights::new(log_weights.to_vec()).unwrap(), &ks)
    }

    #[test]
    fn the_steps_are_the_ladder() {
        assert_eq!(LADDER_STEPS.map(NonZeroUsize::get), LADDER);
    }

    #[test]
    fn five_draws_by_hand() {
        // Weights 1, 3, 5, 7, 9; pairs (1, 3), (5, 7), the 9 left out.
        let pool = [1.0_f64, 3.0, 5.0, 7.0, 9.0].map(f64::ln);
        let rungs = of(&pool, &[1, 2, 4, 5, 6]);
        let replicates: Vec<usize> = rungs.iter().map(|rung| rung.replicates).collect();
        assert_eq!(replicates, [5, 2, 1, 1]);
        assert_abs_diff_eq!(rungs[0].mean, 945_f64.ln() / 5.0, epsilon = 1e-15);
        let (two, six) = (2.0_f64.ln(), 6.0_f64.ln());
        assert_abs_diff_eq!(rungs[1].mean, (two + six) / 2.0, epsilon = 1e-15);
        assert_abs_diff_eq!(rungs[1].stderr.unwrap(), (six - two) / 2.0, epsilon = 1e-15);
        assert_abs_diff_eq!(rungs[1].low, 0.9 * two + 0.1 * six, epsilon = 1e-15);
        assert_abs_diff_eq!(rungs[1].high, 0.1 * two + 0.9 * six, epsilon = 1e-15);
        assert_abs_diff_eq!(rungs[2].mean, 4.0_f64.ln(), epsilon = 1e-15);
        assert_abs_diff_eq!(rungs[3].mean, 5.0_f64.ln(), epsilon = 1e-15);
        assert_eq!(rungs[3].stderr, None);
        assert_eq!((rungs[3].low, rungs[3].high), (rungs[3].mean, rungs[3].mean));
    }

    #[test]
    fn percentiles_of_a_hundred_and_one() {
        // Type 7 on 0, 1, …, 100, in an order of no use: exactly 10 and 90.
        let pool: Vec<f64> = (0..101).map(|i| f64::from((i * 37) % 101)).collect();
        let rungs = of(&pool, &[1]);
        assert_eq!((rungs[0].low, rungs[0].high), (10.0, 90.0));
    }

    #[test]
    fn a_pool_of_one_has_one_rung() {
        let rungs = ladder(&LogWeights::new(vec![-1e5]).unwrap(), &LADDER_STEPS);
        assert_eq!(rungs.len(), 1);
        assert_eq!((rungs[0].mean, rungs[0].stderr), (-1e5, None));
    }

    #[test]
    fn weights_of_zero_give_minus_infinity_and_never_nan() {
        let mut pool = vec![ZERO; 64];
        for rung in of(&pool, &LADDER) {
            assert_eq!((rung.mean, rung.low, rung.high), (ZERO, ZERO, ZERO));
            assert_eq!(rung.stderr, None);
        }
        pool[63] = -1e5;
        for rung in of(&pool, &LADDER) {
            let alone = rung.replicates == 1;
            assert_eq!(rung.mean == ZERO, !alone);
            assert!(!rung.low.is_nan() && !rung.high.is_nan());
        }
    }

    #[test]
    fn exponential_weights() {
        // 2²⁰ draws. Mean within 5 exact standard errors, false-alarm rate 6e-7 each. Variance: a
        // log-gamma variable has excess kurtosis at most 2.4, so the relative deviation of s² over
        // R replicates is at most √(4.4/R); 6 of them, rate below 1e-8 each.
        let pool = known_weights::exponential(1 << 20, 7);
        let ks = EXPONENTIAL.map(|(k, _, _)| NonZeroUsize::new(k).unwrap());
        for (rung, (k, mean, variance)) in ladder(&pool, &ks).iter().zip(EXPONENTIAL) {
            assert_eq!(rung.k.get(), k);
            let replicates = rung.replicates as f64;
            assert_abs_diff_eq!(rung.mean, mean, epsilon = 5.0 * (variance / replicates).sqrt());
            let ratio = rung.stderr.unwrap().powi(2) * replicates / variance;
            assert_abs_diff_eq!(ratio, 1.0, epsilon = 6.0 * (4.4 / replicates).sqrt());
        }
    }

    #[test]
    fn percentiles_of_gumbel_replicates() {
        // K = 1, weights ~ Exp(1): the 10th and 90th percentile are ln(−ln 0.9) and ln(−ln 0.1).
        // The sample's deviation is √(0.09/N)/f with density f = e^ℓ e^{−e^ℓ} ≥ 0.0948 at the
        // lower and 0.2303 at the upper: 5 of the larger, false-alarm rate 6e-7.
        let rungs = ladder(&known_weights::exponential(1 << 18, 8), &[NonZeroUsize::MIN]);
        let epsilon = 5.0 * (0.09 / f64::from(1 << 18)).sqrt() / 0.0948;
        assert_abs_diff_eq!(rungs[0].low, (-0.9_f64.ln()).ln(), epsilon = epsilon);
        assert_abs_diff_eq!(rungs[0].high, (-0.1_f64.ln()).ln(), epsilon = epsilon);
    }

    #[test]
    fn gaussian_oracle() {
        // 2²⁰ draws, exact gaps by quadrature; the rung's own standard error, from at least 1024
        // replicates whose logs have all moments. 5 of them: false-alarm rate below 1e-5 each.
        for (proposal, seed) in [(WIDE, 9), (NARROW, 10), (PRIOR, 11)] {
            let pool = known_weights::gaussian(proposal, 1 << 20, seed);
            let ks = proposal.iwae_gaps.map(|(k, _)| NonZeroUsize::new(k).unwrap());
            for (rung, (k, gap)) in ladder(&pool, &ks).iter().zip(proposal.iwae_gaps) {
                assert_eq!(rung.k.get(), k);
                let epsilon = 5.0 * rung.stderr.unwrap();
                assert_abs_diff_eq!(rung.mean, LOG_EVIDENCE + gap, epsilon = epsilon);
            }
        }
    }

    proptest! {
        #[test]
        fn every_order_of_ks_gives_the_batches_of_the_pool(
            pool in prop::collection::vec(
                prop_oneof![8 => -20.0..20.0_f64, 1 => Just(-1e5), 1 => Just(ZERO)], 1..200),
            ks in prop::collection::vec(1..40_usize, 1..8),
        ) {
            let rungs = of(&pool, &ks);
            let possible: Vec<usize> = ks.into_iter().filter(|k| *k <= pool.len()).collect();
            prop_assert_eq!(rungs.len(), possible.len());
            for (rung, k) in rungs.iter().zip(possible) {
                prop_assert_eq!(rung.k.get(), k);
                let batches: Vec<f64> = pool.chunks_exact(k).map(log_mean_exp).collect();
                prop_assert_eq!(rung.replicates, batches.len());
                let mean = batches.iter().sum::<f64>() / batches.len() as f64;
                prop_assert!(rung.mean == mean || (rung.mean - mean).abs() <= 1e-9);
                prop_assert!(rung.low <= rung.high);
            }
        }

        #[test]
        fn the_first_rung_is_the_elbo(pool in prop::collection::vec(-20.0..20.0_f64, 1..50)) {
            let pool = LogWeights::new(pool).unwrap();
            let (rung, elbo) = (ladder(&pool, &LADDER_STEPS)[0], elbo(&pool));
            prop_assert_eq!((rung.mean, rung.stderr), (elbo.elbo, elbo.stderr));
        }

        #[test]
        fn doubling_never_lowers_the_mean_of_a_full_pool(
            pool in prop::collection::vec(-20.0..20.0_f64, 64)
        ) {
            // Jensen, pair by pair: exact for every pool, not only on average.
            let rungs = of(&pool, &[1, 2, 4, 8, 16, 32, 64]);
            prop_assert!(rungs.windows(2).all(|pair| pair[0].mean <= pair[1].mean + 1e-12));
        }
    }
}
