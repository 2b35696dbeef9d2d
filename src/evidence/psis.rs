//! Pareto smoothed importance sampling: the largest weights are replaced by quantiles of the
//! distribution fitted to them (Vehtari, Simpson, Gelman, Yao & Gabry 2024, Pareto smoothed
//! importance sampling).

use super::log_weights::LogWeights;
use super::pareto::{KHat, fitted_tail};

/// From here on log(eᵘ − 1) is u to the last digit.
const LINEAR: f64 = 40.0;

/// An estimate of log p(x) from smoothed weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PsisEstimate {
    /// log of the mean smoothed weight, in nats.
    pub log_evidence: f64,
    /// Kish's effective sample size of the smoothed weights, between 1 and S.
    pub effective_sample_size: f64,
    /// The fitted shape, with its verdict on this estimate.
    pub k_hat: KHat,
}

/// Estimates log p(x), in nats, with a diagnostic of its reliability.
///
/// # Formula
/// The M weights of the tail (see [`k_hat`](super::k_hat)) become the quantiles at (i − ½)/M of
/// cutoff + GPD(k̂, σ), none above the largest raw weight; the estimate is the log of the mean of
/// these and of the other weights as they are. As in the published code σ is that of the fit and k̂
/// the shrunk shape.
///
/// # Bias
/// Of either sign, not a bound: smoothing trades variance for bias, and the cap at the largest raw
/// weight biases **down** where the tail is heavy. Like the log of the mean weight it misses what q
/// misses.
///
/// # Errors
/// `None` where there is no k̂: fewer than 21 draws, fewer than 5 weights in the tail, a flat tail.
/// All weights zero and a single positive weight are among these.
pub fn psis(log_weights: &LogWeights) -> Option<PsisEstimate> {
    let tail = fitted_tail(log_weights)?;
    // In units of the largest weight.
    let cutoff = (tail.cutoff - tail.largest).exp();
    let shape = tail.k_hat.value;
    let (mut sum, mut squares) = (0.0, 0.0);
    let mut add = |weight: f64| {
        sum += weight;
        squares += weight * weight;
    };
    for log_weight in log_weights.as_slice().iter().filter(|l| **l <= tail.cutoff) {
        add((log_weight - tail.largest).exp());
    }
    for rank in 0..tail.k_hat.tail {
        let log_survival = (-(rank as f64 + 0.5) / tail.k_hat.tail as f64).ln_1p();
        // Capped at the largest weight; for an absurd shape only its log is within range.
        add((cutoff + (tail.log_scale + log_excess(shape, log_survival)).exp()).min(1.0));
    }
    let draws = tail.k_hat.draws.get() as f64;
    Some(PsisEstimate {
        log_evidence: tail.largest + (sum / draws).ln(),
        effective_sample_size: sum * sum / squares,
        k_hat: tail.k_hat,
    })
}

/// log of the excess, in units of the scale, that the distribution of this shape exceeds with a
/// probability of this log.
fn log_excess(shape: f64, log_survival: f64) -> f64 {
    if shape == 0.0 {
        return (-log_survival).ln();
    }
    let exponent = -shape * log_survival;
    if exponent > LINEAR { exponent - shape.ln() } else { (exponent.exp_m1() / shape).ln() }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::super::known_weights::{self, LOG_EVIDENCE, WIDE};
    use super::super::{elbo, log_mean_exp};
    use super::*;
    use crate::log_sum_exp::max;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn of(log_weights: Vec<f64>) -> Option<PsisEstimate> {
        psis(&LogWeights::new(log_weights).unwrap())
    }

    /// Logs of the (i − ½)/900 quantiles of GPD(k, 1).
    fn quantiles(k: f64) -> Vec<f64> {
        let quantile = |i: u32| {
            let p = (f64::from(i) + 0.5) / 900.0;
            ((-k * (-p).ln_1p()).exp_m1() / k).ln()
        };
        (0..900).rev().map(quantile).collect()
    }

    #[test]
    fn generalised_pareto_quantiles_against_the_published_code() {
        // S = 900, where the published versions agree on the tail's length; level −170.
        let exact = [
            (0.2, 0.238_230_781_814_661_84, 0.225_136_144_978_404_4, 341.650_403_627_458_5),
            (0.7, 0.668_698_589_546_288_2, 1.079_060_166_271_95, 64.257_226_671_837_91),
        ];
        for (k, k_hat, log_mean, ess) in exact {
            let found = of(quantiles(k)).unwrap();
            assert_abs_diff_eq!(found.k_hat.value, k_hat, epsilon = 1e-9);
            assert_abs_diff_eq!(found.log_evidence, log_mean, epsilon = 1e-11);
            assert_abs_diff_eq!(found.effective_sample_size, ess, epsilon = 1e-8);
            let low = of(quantiles(k).iter().map(|l| l - 170.0).collect()).unwrap();
            assert_abs_diff_eq!(low.log_evidence, log_mean - 170.0, epsilon = 1e-11);
        }
    }

    #[test]
    fn gaussian_oracle() {
        // Bounded weights: smoothing changes little. 5 standard errors of the raw mean, false-alarm
        // rate below 1e-6.
        let found = psis(&known_weights::gaussian(WIDE, 1 << 16, 51)).unwrap();
        let epsilon = 5.0 * (WIDE.chi_squared / f64::from(1 << 16)).sqrt();
        assert_abs_diff_eq!(found.log_evidence, LOG_EVIDENCE, epsilon = epsilon);
    }

    #[test]
    fn heavy_tails_scatter_less() {
        // Lognormal, δ = 2, K = 100: the point of smoothing. Squared errors about log p = 0 of both over
        // 10⁴ seeds, pair by pair: the gain is some 6.6 of its own standard errors, so that it is
        // none with a probability below 1e-6.
        let gain = |seed: u64| {
            let pool = known_weights::lognormal(2.0, 100, 8_000_000 + seed);
            let raw = log_mean_exp(pool.as_slice());
            raw.powi(2) - psis(&pool).unwrap().log_evidence.powi(2)
        };
        let gains = LogWeights::new((0..10_000).map(gain).collect()).unwrap();
        let mean = elbo(&gains);
        assert!(mean.elbo > 0.0, "{mean:?}");
    }

    #[test]
    fn extremes() {
        assert_eq!(of(vec![-1e5]), None);
        assert_eq!(of(vec![ZERO; 1000]), None);
        assert_eq!(of(vec![-92.3; 1_000_000]), None);
        let mut single = vec![ZERO; 1000];
        single[17] = -7.0;
        assert_eq!(of(single), None);
        // A tail that nothing but the cap holds: k̂ = 74 on weights over 3000 nats.
        let steep = of((0..1000).map(|i| -3.0 * f64::from(i)).collect()).unwrap();
        assert!(steep.log_evidence.is_finite() && steep.log_evidence <= 0.0);
        let million = psis(&known_weights::lognormal(0.5, 1_000_000, 52)).unwrap();
        // 5 standard errors √((e^¼ − 1)/10⁶): false-alarm rate 6e-7.
        assert_abs_diff_eq!(million.log_evidence, 0.0, epsilon = 5.0 * 5.33e-4);
    }

    proptest! {
        #[test]
        fn never_above_the_largest_weight(
            pool in prop::collection::vec(
                prop_oneof![6 => -9.0..9.0_f64, 1 => -1e5..0.0_f64, 1 => Just(ZERO)], 21..300),
        ) {
            let largest = max(&pool);
            let draws = pool.len() as f64;
            if let Some(found) = of(pool) {
                prop_assert!(found.log_evidence <= largest + 1e-12);
                prop_assert!(found.log_evidence >= largest - draws.ln() - 40.0);
                prop_assert!((1.0 - 1e-12..=draws).contains(&found.effective_sample_size));
            }
        }
    }
}
