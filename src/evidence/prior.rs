//! Prior Monte Carlo: the likelihood averaged over draws from the prior, the estimate that needs no
//! q at all (Newton & Raftery 1994, Approximate Bayesian inference with the weighted likelihood
//! bootstrap, where it is the first estimator of the evidence).

use super::importance::{ImportanceEstimate, importance};
use super::log_weights::LogWeights;

/// Estimates log p(x), in nats, from log p(x|z_i) with z_i drawn from the prior.
///
/// # Formula
/// LSE(log p(x|z_i)) − log N: importance sampling with q = p(z), where the log-weight is the
/// log-likelihood. The variance of the mean weight relative to p(x)² is
/// (∫ p(z|x)²/p(z) dz − 1)/N, and the weights are bounded by max p(x|z).
///
/// # Bias
/// The estimate of p(x) is unbiased; its log is biased **down** (Jensen), for a narrow posterior by
/// far: nearly all draws miss it.
///
/// # Errors
/// None: see [`importance`] for what remains `None`.
pub fn prior(log_likelihoods: &LogWeights) -> ImportanceEstimate {
    importance(log_likelihoods)
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_pcg::Pcg64Mcg;

    use super::super::known_weights::{LOG_EVIDENCE, PRIOR};
    use super::*;
    use crate::known_gaussian::{NOISE_SD, OBSERVATION, OFFSET, WEIGHT, log_normal};

    const ZERO: f64 = f64::NEG_INFINITY;

    fn of(log_likelihoods: Vec<f64>) -> ImportanceEstimate {
        prior(&LogWeights::new(log_likelihoods).unwrap())
    }

    #[test]
    fn gaussian_oracle() {
        // 5 exact standard errors: false-alarm rate 6e-7.
        let mut rng = Pcg64Mcg::seed_from_u64(21);
        let mut log_likelihood = || {
            let z: f64 = StandardNormal.sample(&mut rng);
            log_normal(OBSERVATION, WEIGHT * z + OFFSET, NOISE_SD * NOISE_SD)
        };
        let estimate = of((0..1 << 18).map(|_| log_likelihood()).collect());
        let exact = (PRIOR.chi_squared / f64::from(1 << 18)).sqrt();
        assert_abs_diff_eq!(estimate.log_evidence, LOG_EVIDENCE, epsilon = 5.0 * exact);
        assert_abs_diff_eq!(estimate.log_stderr.unwrap() / exact, 1.0, epsilon = 0.02);
    }

    #[test]
    fn extremes() {
        assert_eq!((of(vec![-5.0]).log_evidence, of(vec![-5.0]).log_stderr), (-5.0, None));
        assert_eq!(of(vec![ZERO; 9]).log_evidence, ZERO);
        assert_abs_diff_eq!(of(vec![ZERO, -5.0]).log_evidence, -5.0 - 2.0_f64.ln());
        assert_abs_diff_eq!(of(vec![-170.0; 1_000_000]).log_evidence, -170.0, epsilon = 1e-12);
    }
}
