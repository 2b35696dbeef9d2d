//! The evidence upper bound EUBO (Ji & Shen 2019, Stochastic variational inference via upper bound;
//! as a partner of the ELBO, Grosse, Ghahramani & Adams 2015).

use std::num::NonZeroUsize;

use super::log_weights::LogWeights;
use super::sample_mean::SampleMean;
use crate::log_sum_exp::max;

/// An estimate of the EUBO.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EuboEstimate {
    /// Number of draws K.
    pub draws: NonZeroUsize,
    /// The mean log-weight under the posterior, in nats.
    pub eubo: f64,
    /// Its standard error, in nats; `None` if there is one draw only or the mean is −∞.
    pub stderr: Option<f64>,
}

/// Estimates EUBO = E_{p(z|x)} ℓ = log p(x) + KL(p(z|x) ‖ q), in nats, from ℓ at draws z_i from the
/// **posterior**, not from q.
///
/// # Formula
/// (1/K) Σ ℓ_i with standard error √(s²/K).
///
/// # Bias
/// None for the EUBO, an upper bound: as an estimate of log p(x) it is biased **up**, for every K.
/// The draws must be exact; those of a Markov chain that has not arrived bias it either way.
///
/// # Errors
/// None: a single draw leaves the standard error `None`. Where q has no density at a posterior draw
/// ℓ is +∞ and so is the EUBO, which [`LogWeights`] refuses.
pub fn eubo(posterior_log_weights: &LogWeights) -> EuboEstimate {
    let SampleMean { mean, stderr } = SampleMean::of(posterior_log_weights.as_slice());
    EuboEstimate { draws: posterior_log_weights.len(), eubo: mean, stderr }
}

/// Estimates the EUBO, in nats, from draws from q, weighed to stand for the posterior.
///
/// # Formula
/// Σ w̃_i ℓ_i, w̃ = softmax ℓ. A weight of zero adds nothing. It is never below the log of the mean
/// weight of the same draws, which is why it looks like a bound even where it is none.
///
/// # Bias
/// For the EUBO it is biased, **down** as a rule: one draw gives the ELBO, and what q misses is
/// missed here. As an estimate of log p(x) it may be below or above; consistent for the EUBO only
/// where E_q w ℓ is finite.
///
/// # Errors
/// None: all weights zero give −∞.
pub fn eubo_self_normalised(log_weights: &LogWeights) -> f64 {
    tempered_mean(log_weights.as_slice(), 1.0)
}

/// Σ w_i^β ℓ_i/Σ w_i^β, the mean of ℓ under π_β ∝ q w^β, in nats.
///
/// At β = 0 a weight of zero counts like any other and the mean is −∞; at β > 0 it adds nothing.
pub(super) fn tempered_mean(log_weights: &[f64], beta: f64) -> f64 {
    if beta == 0.0 {
        return SampleMean::of(log_weights).mean;
    }
    let max = max(log_weights);
    if max == f64::NEG_INFINITY {
        return max;
    }
    let (mut total, mut below) = (0.0, 0.0);
    for log_weight in log_weights {
        let offset = log_weight - max;
        let weight = (beta * offset).exp();
        // 0·∞ would be NaN; the limit of w log w is 0.
        if weight > 0.0 {
            total += weight;
            below += weight * offset;
        }
    }
    max + below / total
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_pcg::Pcg64Mcg;

    use super::super::known_weights::{self, WIDE};
    use super::super::{elbo, log_mean_exp};
    use super::*;
    use crate::known_gaussian::{POSTERIOR_MEAN, POSTERIOR_VARIANCE, log_normal};

    const ZERO: f64 = f64::NEG_INFINITY;

    fn of(log_weights: &[f64]) -> f64 {
        eubo_self_normalised(&LogWeights::new(log_weights.to_vec()).unwrap())
    }

    #[test]
    fn weights_one_and_three() {
        let pool = LogWeights::new(vec![0.0, 3.0_f64.ln()]).unwrap();
        let weighted = eubo_self_normalised(&pool);
        assert_abs_diff_eq!(weighted, 0.75 * 3.0_f64.ln(), epsilon = 1e-15);
        let plain = eubo(&pool);
        assert_abs_diff_eq!(plain.eubo, 0.5 * 3.0_f64.ln(), epsilon = 1e-15);
        assert_abs_diff_eq!(plain.stderr.unwrap(), 0.5 * 3.0_f64.ln(), epsilon = 1e-15);
    }

    #[test]
    fn posterior_draws_of_the_gaussian_oracle() {
        // z ~ N(μ, τ²), the posterior; q = wide. EUBO in closed form, the variance of ℓ under the
        // posterior 0.20701 by mpmath: 5 standard errors, false-alarm rate 6e-7.
        let (mean, variance) = (POSTERIOR_MEAN, POSTERIOR_VARIANCE);
        let mut rng = Pcg64Mcg::seed_from_u64(44);
        let mut log_weight = || {
            let normal: f64 = StandardNormal.sample(&mut rng);
            let z = mean + variance.sqrt() * normal;
            known_weights::LOG_EVIDENCE + log_normal(z, mean, variance)
                - log_normal(z, WIDE.mean, WIDE.variance)
        };
        let draws = 1 << 18;
        let pool = LogWeights::new((0..draws).map(|_| log_weight()).collect()).unwrap();
        let found = eubo(&pool);
        let exact = (0.207_010_262_715_354_64 / f64::from(draws)).sqrt();
        assert_abs_diff_eq!(found.eubo, WIDE.eubo, epsilon = 5.0 * exact);
        assert_abs_diff_eq!(found.stderr.unwrap() / exact, 1.0, epsilon = 0.02);
    }

    #[test]
    fn weighted_draws_of_the_gaussian_oracle() {
        // Asymptotic variance E r² (ℓ − EUBO)² = 0.12836 by mpmath; 5 deviations, rate 6e-7.
        let found = eubo_self_normalised(&known_weights::gaussian(WIDE, 1 << 18, 45));
        let epsilon = 5.0 * (0.128_361_886_084_035_8 / f64::from(1 << 18)).sqrt();
        assert_abs_diff_eq!(found, WIDE.eubo, epsilon = epsilon);
    }

    #[test]
    fn tempered_means_of_the_gaussian_oracle() {
        // E_{π_β} ℓ and asymptotic variances E r^{2β}(ℓ − f)²/(E r^β)² ≤ 0.4245 by mpmath; 5 deviations,
        // false-alarm rate 6e-7 each.
        let pool = known_weights::gaussian(WIDE, 1 << 18, 46);
        let exact = [
            (0.25, -1.933_268_351_365_142_8),
            (0.5, -1.812_583_844_139_562_8),
            (0.75, -1.729_562_794_446_53),
        ];
        let epsilon = 5.0 * (0.4245 / f64::from(1 << 18)).sqrt();
        for (beta, exact) in exact {
            assert_abs_diff_eq!(tempered_mean(pool.as_slice(), beta), exact, epsilon = epsilon);
        }
    }

    #[test]
    fn between_the_log_mean_and_the_largest() {
        for seed in 0..100 {
            let pool = known_weights::lognormal(2.0, 20, 6000 + seed);
            let found = eubo_self_normalised(&pool);
            assert!(elbo(&pool).elbo <= log_mean_exp(pool.as_slice()));
            assert!(log_mean_exp(pool.as_slice()) <= found && found <= max(pool.as_slice()));
        }
    }

    #[test]
    fn extremes() {
        assert_eq!(of(&[-1e5]), -1e5);
        assert_eq!(of(&[ZERO; 7]), ZERO);
        assert_eq!(of(&[ZERO, -7.0, ZERO]), -7.0);
        assert_eq!(of(&vec![-92.3; 1_000_000]), -92.3);
        assert_eq!(of(&[-1e308, 1e308]), 1e308);
        let one = eubo(&LogWeights::new(vec![-1e5]).unwrap());
        assert_eq!((one.draws.get(), one.eubo, one.stderr), (1, -1e5, None));
    }
}
