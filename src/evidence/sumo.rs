//! SUMO, an estimate of log p(x) without bias by randomised truncation (Luo, Beatson, Norouzi, Zhu,
//! Duvenaud, Adams & Chen 2020, SUMO: unbiased estimation of log marginal probability for latent
//! variable models).

use std::num::NonZeroUsize;

use rand::{Rng, RngExt};
use thiserror::Error;

use super::log_weights::LogWeights;

/// From here on the paper's tail decays geometrically, for a finite expected cost.
const TAIL_START: usize = 80;

/// By which factor it decays with each further term.
const TAIL_DECAY: f64 = 0.9;

/// No cap is larger: 1000 terms have probability 1e-44, and P(𝒦 ≥ k) must not underflow to zero.
const LONGEST: NonZeroUsize = NonZeroUsize::MIN.saturating_add(999);

/// The law of the number of terms 𝒦: P(𝒦 ≥ k) = 1/k below 80, 0.9^(k−80)/80 from there on, and 0
/// beyond a cap.
///
/// The cap bounds the cost of one estimate and its variance, which without it is infinite: the
/// squared differences of L_k fall like 1/k² and the tail faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SumoLaw {
    cap: NonZeroUsize,
}

/// Why there is no SUMO estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SumoError {
    /// The number of draws is not one that the law gives.
    #[error("{draws} draws were given; between 2 and {most} are possible under this law")]
    Draws {
        /// How many there were.
        draws: usize,
        /// The cap, plus one.
        most: usize,
    },
    /// L_1 is −∞ though a later weight is positive, so that a difference is infinite.
    #[error("the first weight is zero; SUMO needs weights that are almost surely positive")]
    FirstWeightZero,
}

impl SumoLaw {
    /// The law of the paper, never more than `cap` terms and never more than 1000, which without a
    /// cap have probability 1e-44.
    pub fn capped(cap: NonZeroUsize) -> Self {
        Self { cap: cap.min(LONGEST) }
    }

    /// The most terms there can be.
    pub fn cap(&self) -> NonZeroUsize {
        self.cap
    }

    /// P(𝒦 ≥ k), 1 for k = 0 and 1.
    pub fn survival(&self, k: usize) -> f64 {
        if k > self.cap.get() {
            0.0
        } else if k < TAIL_START {
            1.0 / k.max(1) as f64
        } else {
            TAIL_DECAY.powf((k - TAIL_START) as f64) / TAIL_START as f64
        }
    }

    /// E(𝒦 + 1), the expected number of draws of one estimate; with the paper's tail about 6.
    pub fn expected_draws(&self) -> f64 {
        1.0 + (1..=self.cap.get()).map(|k| self.survival(k)).sum::<f64>()
    }

    /// Draws 𝒦, the number of terms; the estimate then needs 𝒦 + 1 draws from q.
    pub fn draw_terms(&self, rng: &mut dyn Rng) -> NonZeroUsize {
        // 𝒦 is the largest k with P(𝒦 ≥ k) > u for u uniform on [0, 1).
        let u: f64 = rng.random();
        let next = |k: &NonZeroUsize| k.checked_add(1).filter(|next| self.survival(next.get()) > u);
        std::iter::successors(Some(NonZeroUsize::MIN), next).last().unwrap_or(NonZeroUsize::MIN)
    }
}

/// Estimates log p(x), in nats, from 𝒦 + 1 draws, 𝒦 from [`SumoLaw::draw_terms`].
///
/// # Formula
/// L_1 + Σ_{k=1}^𝒦 (L_{k+1} − L_k)/P(𝒦 ≥ k), L_k the log-mean of the first k weights.
///
/// # Bias
/// None for E L_{cap+1}, since each difference is in the sum with probability P(𝒦 ≥ k). As an
/// estimate of log p(x) it is biased **down** by what L_{cap+1} lacks, about χ²/(2 cap), and without
/// a cap not at all. The cost is variance: of order χ² log(cap) below 80 terms, larger beyond.
///
/// # Errors
/// [`SumoError`] if 𝒦 is not possible under the law or the first weight alone is zero. All weights
/// zero give −∞.
pub fn sumo(log_weights: &LogWeights, law: &SumoLaw) -> Result<f64, SumoError> {
    let draws = log_weights.len().get();
    if draws < 2 || draws - 1 > law.cap.get() {
        return Err(SumoError::Draws { draws, most: law.cap.get().saturating_add(1) });
    }
    let (first, others) = (log_weights.as_slice()[0], &log_weights.as_slice()[1..]);
    if first == f64::NEG_INFINITY {
        let is_zero = others.iter().all(|l| *l == f64::NEG_INFINITY);
        return if is_zero { Ok(first) } else { Err(SumoError::FirstWeightZero) };
    }
    // Log-means are relative to the first weight: a level of −10⁵ costs no digit.
    let (mut log_mean, mut sum) = (0.0, 0.0);
    for (index, &log_weight) in others.iter().enumerate() {
        let k = index + 1;
        let step = log_mean_step(log_weight - first - log_mean, k as f64);
        log_mean += step;
        sum += step / law.survival(k);
    }
    Ok(first + sum)
}

/// L_{k+1} − L_k = log((k + e^d)/(k + 1)) for a further log-weight d above L_k; exactly 0 for d = 0.
fn log_mean_step(d: f64, k: f64) -> f64 {
    if d > 0.0 {
        d + (k * (-d).exp_m1() / (k + 1.0)).ln_1p()
    } else {
        (d.exp_m1() / (k + 1.0)).ln_1p()
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::super::known_weights::{self, LOG_EVIDENCE, WIDE};
    use super::super::sample_mean::SampleMean;
    use super::*;
    use crate::log_sum_exp::log_mean_exp;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn law(cap: usize) -> SumoLaw {
        SumoLaw::capped(NonZeroUsize::new(cap).unwrap())
    }

    /// SUMO estimates, each from its own part of the pool. The last part, for which the pool was too short, is left
    /// out; over R estimates that is a bias of order 1/R, for it is the long ones that do not fit.
    fn replicates(pool: &LogWeights, law: &SumoLaw, rng: &mut dyn Rng) -> Vec<f64> {
        let mut estimates = Vec::new();
        let mut rest = pool.as_slice();
        while let Some((part, further)) = rest.split_at_checked(law.draw_terms(rng).get() + 1) {
            estimates.push(sumo(&LogWeights::new(part.to_vec()).unwrap(), law).unwrap());
            rest = further;
        }
        estimates
    }

    fn of(log_weights: &[f64], cap: usize) -> Result<f64, SumoError> {
        sumo(&LogWeights::new(log_weights.to_vec()).unwrap(), &law(cap))
    }

    #[test]
    fn weights_one_three_and_eight() {
        // L = log 1, log 2, log 4: log 2 / 1 + log 2 / (1/2).
        let found = of(&[1.0_f64, 3.0, 8.0].map(f64::ln), 10).unwrap();
        assert_abs_diff_eq!(found, 3.0 * 2.0_f64.ln(), epsilon = 1e-15);
    }

    #[test]
    fn over_all_lengths_it_is_the_last_log_mean_whatever_the_weights() {
        // Σ_n P(𝒦 = n) SUMO_n telescopes to L_{cap+1} exactly: what to be unbiased means.
        for cap in [1, 2, 7, 79, 80, 81, 120] {
            let pool = known_weights::lognormal(2.0, cap + 1, 30 + cap as u64);
            let law = law(cap);
            let expected: f64 = (1..=cap)
                .map(|n| {
                    let probability = law.survival(n) - law.survival(n + 1);
                    probability * of(&pool.as_slice()[..=n], cap).unwrap()
                })
                .sum();
            assert_abs_diff_eq!(expected, log_mean_exp(pool.as_slice()), epsilon = 1e-11);
        }
    }

    #[test]
    fn drawn_terms_follow_the_law() {
        // P(𝒦 ≥ k) from 2·10⁵ draws, 5 binomial deviations each: false-alarm rate below 1e-5 in all.
        let law = law(100);
        let mut rng = Pcg64Mcg::seed_from_u64(31);
        let terms: Vec<usize> = (0..200_000).map(|_| law.draw_terms(&mut rng).get()).collect();
        for k in [1, 2, 3, 10, 79, 80, 81, 90, 100, 101] {
            let share = terms.iter().filter(|n| **n >= k).count() as f64 / 2e5;
            let p = law.survival(k);
            assert_abs_diff_eq!(share, p, epsilon = 5.0 * (p * (1.0 - p) / 2e5).sqrt());
        }
    }

    #[test]
    fn the_law_of_the_paper() {
        let law = law(10_000);
        assert_eq!([1, 2, 79].map(|k| law.survival(k)), [1.0, 0.5, 1.0 / 79.0]);
        assert_eq!(law.survival(80), 1.0 / 80.0);
        assert_abs_diff_eq!(law.survival(82), 0.81 / 80.0, epsilon = 1e-15);
        assert_eq!(law.cap().get(), 1000);
        assert!(law.survival(1000) > 0.0);
        assert_eq!(law.survival(1001), 0.0);
        // H_79 + 10/80 terms, and one draw more.
        let harmonic: f64 = (1..80).map(|k| 1.0 / f64::from(k)).sum();
        assert_abs_diff_eq!(law.expected_draws(), 1.0 + harmonic + 0.125, epsilon = 1e-12);
    }

    #[test]
    fn the_mean_is_log_p() {
        // cap 63: the mean is E L_64 = log p − 2.19e-3. About 2·10⁵ estimates; 5 of their standard
        // errors, false-alarm rate 6e-7, and 1e-4 for the part left out.
        let pool = known_weights::gaussian(WIDE, 1 << 20, 32);
        let mut rng = Pcg64Mcg::seed_from_u64(33);
        let estimates = replicates(&pool, &law(63), &mut rng);
        assert!(estimates.len() > 150_000);
        let found = SampleMean::of(&estimates);
        let (stderr, exact) = (found.stderr.unwrap(), LOG_EVIDENCE - 0.002_189_272_1);
        assert!(stderr < 0.01);
        assert_abs_diff_eq!(found.mean, exact, epsilon = 5.0 * stderr + 1e-4);
        // The test would notice a product in place of the quotient, or no weighting at all: the ELBO
        // is 0.28 away.
        assert!(5.0 * stderr + 1e-4 < 0.05);
    }

    #[test]
    fn extremes() {
        assert_eq!(of(&[-5.0], 10), Err(SumoError::Draws { draws: 1, most: 11 }));
        assert_eq!(of(&[-5.0; 12], 10), Err(SumoError::Draws { draws: 12, most: 11 }));
        assert_eq!(of(&[ZERO; 11], 10), Ok(ZERO));
        assert_eq!(of(&[ZERO, -5.0], 10), Err(SumoError::FirstWeightZero));
        assert_eq!(of(&[-1e5; 11], 10), Ok(-1e5));
        // One weight and zeros after it: L = −5 − log k, each step over its probability.
        let expected = -5.0 - 2.0_f64.ln() - 2.0 * 1.5_f64.ln();
        assert_abs_diff_eq!(of(&[-5.0, ZERO, ZERO], 10).unwrap(), expected, epsilon = 1e-14);
        assert_eq!(of(&[-92.3; 1001], 1_000_000), Ok(-92.3));
        assert_abs_diff_eq!(
            of(&[-800.0, 800.0], 10).unwrap(),
            800.0 - 2.0_f64.ln(),
            epsilon = 1e-12
        );
        let million = of(&vec![0.0; 1_000_000], 1_000_000);
        assert_eq!(million, Err(SumoError::Draws { draws: 1_000_000, most: 1001 }));
    }
}
