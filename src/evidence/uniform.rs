//! Uniform Monte Carlo: the joint p(x, z), averaged over points drawn uniformly from a finite set, times its size
//! (Owen 2013, Monte Carlo theory, methods and examples, ch. 2).

use super::importance::{ImportanceEstimate, importance};
use super::log_weights::LogWeights;

/// log |Z|: the size of the set that is sampled, as a number of states, in nats.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct LogSize(f64);

impl LogSize {
    /// The 2ⁿ states of n binary units.
    pub fn of_binary_units(units: usize) -> Self {
        Self(units as f64 * std::f64::consts::LN_2)
    }

    /// log |Z|, in nats.
    pub fn nats(self) -> f64 {
        self.0
    }
}

/// Estimates log p(x), in nats, from log p(x, z_i) with z_i uniform over Z.
///
/// # Formula
/// LSE(log p(x, z_i)) + log |Z| − log N. This is importance sampling with q = 1/|Z|; the variance
/// of the mean weight relative to p(x)² is (|Z| Σ_z p(z|x)² − 1)/N. From all |Z| log-joints it is
/// (|Z|/ESS − 1)/N.
///
/// # Bias
/// The estimate of p(x) is unbiased, its log biased **down** (Jensen).
///
/// # Errors
/// None: see [`importance`] for what remains `None`.
pub fn uniform(log_joints: &LogWeights, size: LogSize) -> ImportanceEstimate {
    let estimate = importance(log_joints);
    ImportanceEstimate { log_evidence: estimate.log_evidence + size.nats(), ..estimate }
}

#[cfg(test)]
mod tests {
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64Mcg;

    use super::super::ess::effective_sample_size;
    use super::*;
    use crate::log_sum_exp::log_sum_exp;

    const ZERO: f64 = f64::NEG_INFINITY;

    /// log p(x, z) of n independent binary units with posterior π each and log p(x) = −10.
    fn log_joint(state: u32, units: u32, probability: f64) -> f64 {
        let ones = f64::from(state.count_ones());
        -10.0 + ones * probability.ln() + (f64::from(units) - ones) * (1.0 - probability).ln()
    }

    #[test]
    fn every_state_once_is_the_evidence() {
        let all = (0..1 << 12).map(|state| log_joint(state, 12, 0.9)).collect();
        let estimate = uniform(&LogWeights::new(all).unwrap(), LogSize::of_binary_units(12));
        assert_abs_diff_eq!(estimate.log_evidence, -10.0, epsilon = 1e-12);
    }

    #[test]
    fn the_relative_variance_of_a_factorised_posterior() {
        // |Z| Σ post² = (2(π² + (1−π)²))ⁿ, by the product over units.
        for probability in [0.5, 0.9, 0.99] {
            let all = (0..1 << 12).map(|state| log_joint(state, 12, probability)).collect();
            let ess = effective_sample_size(&LogWeights::new(all).unwrap()).unwrap();
            let per_unit = 2.0 * (probability * probability + (1.0 - probability).powi(2));
            assert_relative_eq!(4096.0 / ess, per_unit.powi(12), max_relative = 1e-11);
        }
    }

    #[test]
    fn random_states_come_as_near_as_the_variance_says() {
        // n = 4, π = 0.7: relative variance 1.16⁴ − 1 = 0.811; 5 deviations at N = 10⁵, false-alarm
        // rate 6e-7. The stated error within 3 %: the weights' kurtosis is below 10, so the relative
        // deviation of s is below √(9/10⁵)/2 = 0.5 %.
        let mut rng = Pcg64Mcg::seed_from_u64(20);
        let draws = (0..100_000).map(|_| log_joint(rng.random_range(0..16), 4, 0.7)).collect();
        let estimate = uniform(&LogWeights::new(draws).unwrap(), LogSize::of_binary_units(4));
        let exact = ((1.16_f64.powi(4) - 1.0) / 1e5).sqrt();
        assert_abs_diff_eq!(estimate.log_evidence, -10.0, epsilon = 5.0 * exact);
        assert_abs_diff_eq!(estimate.log_stderr.unwrap() / exact, 1.0, epsilon = 0.03);
    }

    #[test]
    fn the_size_of_three_units() {
        assert_abs_diff_eq!(LogSize::of_binary_units(3).nats(), 8.0_f64.ln(), epsilon = 1e-15);
    }

    #[test]
    fn extremes() {
        let size = LogSize::of_binary_units(10);
        let of = |joints: Vec<f64>| uniform(&LogWeights::new(joints).unwrap(), size);
        let one = of(vec![-5.0]);
        assert_eq!((one.log_evidence, one.log_stderr), (-5.0 + size.nats(), None));
        assert_eq!((of(vec![ZERO; 9]).log_evidence, of(vec![ZERO; 9]).log_stderr), (ZERO, None));
        let single = of(vec![ZERO, -5.0]);
        assert_abs_diff_eq!(single.log_evidence, -5.0 + 512.0_f64.ln(), epsilon = 1e-13);
        let million = vec![-92.3; 1_000_000];
        let level = log_sum_exp(&[-92.3]) + size.nats();
        assert_abs_diff_eq!(of(million).log_evidence, level, epsilon = 1e-12);
    }
}
