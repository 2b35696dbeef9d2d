//! The Pareto k̂ of the weights' tail (Vehtari, Simpson, Gelman, Yao & Gabry 2024, Pareto smoothed
//! importance sampling; fit by Zhang & Stephens 2009).

use std::num::NonZeroUsize;

use super::log_weights::LogWeights;
use crate::log_sum_exp::log_mean_exp;

/// Fewest tail weights from which a shape is estimated.
const SMALLEST_TAIL: usize = 5;

/// From here on log(1 + eᵘ) is u to the last digit.
const LINEAR: f64 = 40.0;

/// Strength of the prior that draws k̂ to 1/2, in tail weights.
const PRIOR_WEIGHTS: f64 = 10.0;

/// The estimated shape of the weights' upper tail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KHat {
    /// k̂, a pure number: the weights have about 1/k̂ finite moments.
    pub value: f64,
    /// Number of draws S.
    pub draws: NonZeroUsize,
    /// Number of largest weights to which the tail was fitted; at least 5.
    pub tail: usize,
}

/// The reliability of an estimate from the same weights, according to k̂.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reliability {
    /// k̂ is below the threshold: the estimate's standard error is reliable.
    Good,
    /// k̂ is at or above the threshold and below 1: many more draws are needed than it seems.
    Warn,
    /// k̂ ≥ 1: the weights behave as if their mean were infinite; the estimate is meaningless.
    NoMean,
}

impl KHat {
    /// The largest k̂ that is good enough for S draws: min(1 − 1/log₁₀ S, 0.7), a pure number.
    ///
    /// Negative for S < 10 and −∞ for S = 1.
    pub fn threshold(draws: NonZeroUsize) -> f64 {
        (1.0 - 1.0 / (draws.get() as f64).log10()).min(0.7)
    }

    /// The reliability for this number of draws.
    pub fn reliability(&self) -> Reliability {
        if self.value >= 1.0 {
            Reliability::NoMean
        } else if self.value >= Self::threshold(self.draws) {
            Reliability::Warn
        } else {
            Reliability::Good
        }
    }
}

/// Estimates the shape of the generalised Pareto distribution of the largest weights.
///
/// # Formula
/// The tail is what exceeds the (M + 1)-th largest weight, M = ⌈min(S/5, 3√S)⌉; of the excesses
/// k̂_fit is Zhang and Stephens' estimate, and k̂ = (M k̂_fit + 5)/(M + 10). Weights equal to the
/// (M + 1)-th are not in the tail, so with ties M is smaller. The fit is made of the logs of the
/// excesses, so that weights may be any number of nats apart.
///
/// # Bias
/// Towards 1/2, by the prior, when M is small. A mode that was never drawn does not change k̂.
///
/// # Errors
/// `None` if fewer than 5 weights are in the tail (always for S ≤ 20; also when all but a few
/// weights are zero, which the effective sample size shows), or if the tail is flat, its log-weights
/// being equal up to rounding.
pub fn k_hat(log_weights: &LogWeights) -> Option<KHat> {
    fitted_tail(log_weights).map(|tail| tail.k_hat)
}

/// The generalised Pareto distribution fitted to the largest weights, and where they begin.
pub(super) struct FittedTail {
    pub k_hat: KHat,
    /// log of the scale σ of the excesses, in nats above the largest weight.
    pub log_scale: f64,
    /// Weights above this one are in the tail, in nats.
    pub cutoff: f64,
    /// The largest log-weight, in nats.
    pub largest: f64,
}

/// The fit behind [`k_hat`], `None` where that is.
pub(super) fn fitted_tail(log_weights: &LogWeights) -> Option<FittedTail> {
    let draws = log_weights.len();
    let longest = longest_tail(draws.get());
    if longest < SMALLEST_TAIL {
        return None;
    }
    let mut sorted = log_weights.as_slice().to_vec();
    // longest < S: it is at most ⌈S/5⌉ and S ≥ 21.
    let start = sorted.len() - longest;
    let (_, &mut cutoff, tail) = sorted.select_nth_unstable_by(start - 1, f64::total_cmp);
    tail.sort_unstable_by(f64::total_cmp);

    let largest = tail[longest - 1];
    let above = tail.partition_point(|l| *l <= cutoff);
    let tail = &mut tail[above..];
    if tail.len() < SMALLEST_TAIL {
        return None;
    }
    let rounding = 16.0 * f64::EPSILON * largest.abs().max(1.0);
    if largest - tail[0] <= rounding {
        return None;
    }
    for weight in tail.iter_mut() {
        // log(w − w_c) in nats above the largest weight.
        *weight = (*weight - largest) + (-(cutoff - *weight).exp_m1()).ln();
    }
    let count = tail.len() as f64;
    let (shape, log_scale) = fitted_shape_and_log_scale(tail);
    let value = (count * shape + 0.5 * PRIOR_WEIGHTS) / (count + PRIOR_WEIGHTS);
    let k_hat = KHat { value, draws, tail: tail.len() };
    Some(FittedTail { k_hat, log_scale, cutoff, largest })
}

/// M = ⌈min(S/5, 3√S)⌉.
fn longest_tail(draws: usize) -> usize {
    let draws = draws as f64;
    (draws / 5.0).min(3.0 * draws.sqrt()).ceil() as usize
}

/// Zhang and Stephens' estimate of the shape k and of the log of the scale σ, from the logs of
/// positive excesses in ascending order, at least five and not all equal.
///
/// With θ = −k/σ the profile log-likelihood is n (log(−θ/k(θ)) − k(θ) − 1), where
/// k(θ) = mean log(1 − θx). The estimate is k at the mean of θ over m points, each weighted by its
/// profile likelihood, and σ = −k/θ there. Here θ stands in units of 1/q, q being the quartile of the
/// excesses: t = θq, and θx = t exp(log x − log q).
fn fitted_shape_and_log_scale(log_excesses: &[f64]) -> (f64, f64) {
    let count = log_excesses.len() as f64;
    let log_quartile = log_excesses[(count / 4.0 + 0.5) as usize - 1];
    let logs: Vec<f64> = log_excesses.iter().map(|log_x| log_x - log_quartile).collect();
    let points = 30.0 + count.sqrt().floor();
    let inverse_largest = (-logs[logs.len() - 1]).exp();
    let candidate =
        |point: usize| inverse_largest + (1.0 - (points / (point as f64 + 0.5)).sqrt()) / 3.0;
    let shape = |t: f64| logs.iter().map(|log_x| log_one_minus(t, *log_x)).sum::<f64>() / count;
    let profile = |t: f64| {
        let k = shape(t);
        // At θ = 0 the distribution is exponential and the quotient has the limit 1/mean.
        let log_rate = if k == 0.0 { -log_mean_exp(&logs) } else { (-t / k).ln() };
        count * (log_rate - k - 1.0)
    };

    // The average of t, its weights scaled by the largest so far.
    let (mut log_max, mut total, mut weighted) = (f64::NEG_INFINITY, 0.0, 0.0);
    for point in 0..points as usize {
        let t = candidate(point);
        let log_likelihood = profile(t);
        if log_likelihood > log_max {
            let factor = (log_max - log_likelihood).exp();
            (log_max, total, weighted) = (log_likelihood, total * factor, weighted * factor);
        }
        let weight = (log_likelihood - log_max).exp();
        total += weight;
        weighted += weight * t;
    }
    let t = weighted / total;
    let k = shape(t);
    let log_scale = if k == 0.0 { log_mean_exp(&logs) } else { (-k / t).ln() };
    (k, log_quartile + log_scale)
}

/// log(1 − t eˣ) for t eˣ < 1, whatever size eˣ has.
fn log_one_minus(t: f64, x: f64) -> f64 {
    let log_size = t.abs().ln() + x;
    if t < 0.0 && log_size > LINEAR { log_size } else { (-t.signum() * log_size.exp()).ln_1p() }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::super::known_weights;
    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn of(log_weights: Vec<f64>) -> Option<KHat> {
        k_hat(&LogWeights::new(log_weights).unwrap())
    }

    /// log-weight(p) at p = (i − ½)/S, i = 1 … S, in an order that is not sorted.
    fn quantiles(draws: usize, log_weight: impl Fn(f64) -> f64) -> Vec<f64> {
        let log_weight = |i: usize| log_weight((i as f64 + 0.5) / draws as f64);
        let (even, odd) = ((0..draws).step_by(2), (1..draws).step_by(2));
        even.chain(odd).map(log_weight).collect()
    }

    /// Log of the p-quantile of the generalised Pareto distribution of shape k and scale 1.
    fn log_pareto(k: f64) -> impl Fn(f64) -> f64 {
        move |p| ((-k * (-p).ln_1p()).exp_m1() / k).ln()
    }

    fn log_exponential(p: f64) -> f64 {
        (-(-p).ln_1p()).ln()
    }

    #[test]
    fn generalised_pareto_quantiles_against_the_published_code() {
        // Reference implementation of PSIS, where the published versions agree on M (S = 900).
        let k_hat = of(quantiles(900, log_pareto(0.2))).unwrap();
        assert_abs_diff_eq!(k_hat.value, 0.238_230_781_814_661_84, epsilon = 1e-9);
        assert_eq!((k_hat.tail, k_hat.reliability()), (90, Reliability::Good));
        let k_hat = of(quantiles(900, log_pareto(0.7))).unwrap();
        assert_abs_diff_eq!(k_hat.value, 0.668_698_589_546_288_2, epsilon = 1e-9);
        assert_eq!((k_hat.tail, k_hat.reliability()), (90, Reliability::Warn));
    }

    // The values of the next tests: a NumPy implementation of Zhang & Stephens in float64, written
    // apart from this one, with the tail rule of `k_hat`.

    #[test]
    fn heavy_and_light_tails() {
        let heavy = of(quantiles(1000, |p| -1.5 * (-p).ln_1p())).unwrap();
        assert_abs_diff_eq!(heavy.value, 1.365_035_898_702_984_7, epsilon = 1e-9);
        assert_eq!((heavy.tail, heavy.reliability()), (95, Reliability::NoMean));

        let exponential = of(quantiles(4096, log_exponential)).unwrap();
        assert_abs_diff_eq!(exponential.value, 0.033_067_548_303_121_87, epsilon = 1e-9);
        assert_eq!((exponential.tail, exponential.reliability()), (192, Reliability::Good));

        let uniform = of(quantiles(400, f64::ln)).unwrap();
        assert_abs_diff_eq!(uniform.value, -0.736_254_998_064_680_9, epsilon = 1e-9);
        assert_eq!(uniform.tail, 60);

        let bounded = (1..=512).map(|i| 4.0 * f64::from(i * i).sin() - 170.0).collect();
        let bounded = of(bounded).unwrap();
        assert_abs_diff_eq!(bounded.value, -1.393_340_510_934_628_9, epsilon = 1e-9);
        assert_eq!(bounded.tail, 68);
    }

    #[test]
    fn the_fewest_draws_that_have_a_tail() {
        let k_hat = of(quantiles(21, log_exponential)).unwrap();
        assert_abs_diff_eq!(k_hat.value, 0.375_126_154_519_272_8, epsilon = 1e-9);
        assert_eq!(k_hat.tail, 5);
        assert_eq!(of(quantiles(20, log_exponential)), None);
        assert_eq!(of(vec![-1e5]), None);
    }

    #[test]
    fn ties_with_the_cutoff_are_left_out() {
        let tied = quantiles(300, |p| (-4.0 * (-p).ln_1p()).floor() / 2.0);
        let k_hat = of(tied).unwrap();
        assert_abs_diff_eq!(k_hat.value, 1.467_401_863_701_176_3, epsilon = 1e-9);
        assert_eq!(k_hat.tail, 52);
    }

    #[test]
    fn weights_over_hundreds_of_nats() {
        let steep: Vec<f64> = (0..1000).map(|i| -3.0 * f64::from(i)).collect();
        let k_hat = of(steep).unwrap();
        assert_abs_diff_eq!(k_hat.value, 73.738_691_026_339_11, epsilon = 1e-8);
        assert_eq!((k_hat.tail, k_hat.reliability()), (95, Reliability::NoMean));

        // Further apart than any double: the same rule in 60 digits, by mpmath.
        for (step, expected) in [
            (8.0, 195.451_568_513_347_8),
            (50.0, 1_217.851_558_967_748_6),
            (2000.0, 48_686.422_987_542_22),
        ] {
            let steeper: Vec<f64> = (0..1000).map(|i| -step * f64::from(i)).collect();
            let k_hat = of(steeper).unwrap();
            assert_abs_diff_eq!(k_hat.value, expected, epsilon = 1e-9 * expected);
            assert_eq!(k_hat.tail, 95);
        }
    }

    #[test]
    fn zero_weights() {
        // 450 of 500 weights are zero, and the (M + 1)-th is one of them.
        let mostly = quantiles(500, |p| if p < 0.9 { ZERO } else { -2.0 * (-p).ln_1p() });
        let k_hat = of(mostly).unwrap();
        assert_abs_diff_eq!(k_hat.value, 1.253_053_966_721_254_8, epsilon = 1e-9);
        assert_eq!(k_hat.tail, 50);

        assert_eq!(of(vec![ZERO; 1000]), None);
        let mut single = vec![ZERO; 1000];
        single[17] = -1e5;
        assert_eq!(of(single), None);
    }

    #[test]
    fn a_flat_tail_has_no_shape() {
        assert_eq!(of(vec![-92.3; 1000]), None);
        // Equal up to the rounding of a sum near −170.
        let rounded = (0..1000).map(|i| -170.0 + f64::from(i % 7) * 2e-14).collect();
        assert_eq!(of(rounded), None);
        // 100 equal weights above all others.
        let step = (0..1000).map(|i| if i % 10 == 0 { 5.0 } else { -f64::from(i) }).collect();
        assert_eq!(of(step), None);
    }

    #[test]
    fn a_million_weights() {
        // Quantiles of the generalised Pareto distribution: k̂ tends to k. Its asymptotic deviation
        // for random weights is (1 + k)/√M = 0.031 at M = 3000; quantiles have far less.
        let k_hat = of(quantiles(1_000_000, log_pareto(0.7))).unwrap();
        assert_eq!(k_hat.tail, 3000);
        assert_abs_diff_eq!(k_hat.value, 0.7, epsilon = 0.031);
    }

    #[test]
    fn exponential_draws_have_a_light_tail() {
        // k = 0: the deviation of k̂ is 1/√M, M = 949 at S = 10⁵; 5 of them, and the prior's pull
        // of 0.005. False-alarm rate 6e-7.
        let k_hat = k_hat(&known_weights::exponential(100_000, 12)).unwrap();
        assert_eq!(k_hat.tail, 949);
        assert_abs_diff_eq!(k_hat.value, 0.0, epsilon = 5.0 / 949_f64.sqrt() + 0.006);
    }

    #[test]
    fn thresholds() {
        let threshold = |draws| KHat::threshold(NonZeroUsize::new(draws).unwrap());
        assert_eq!(threshold(1), f64::NEG_INFINITY);
        assert_eq!(threshold(10), 0.0);
        assert_abs_diff_eq!(threshold(100), 0.5, epsilon = 1e-15);
        assert_abs_diff_eq!(threshold(1000), 2.0 / 3.0, epsilon = 1e-15);
        assert_eq!(threshold(1_000_000), 0.7);
    }

    #[test]
    fn reliability_at_its_borders() {
        let says = |value| {
            let draws = NonZeroUsize::new(1_000_000).unwrap();
            KHat { value, draws, tail: 3000 }.reliability()
        };
        assert_eq!(says(-1.0), Reliability::Good);
        assert_eq!(says(0.699), Reliability::Good);
        assert_eq!(says(0.7), Reliability::Warn);
        assert_eq!(says(0.999), Reliability::Warn);
        assert_eq!(says(1.0), Reliability::NoMean);
    }

    proptest! {
        #[test]
        fn finite_and_blind_to_the_level(
            weights in prop::collection::vec(
                prop_oneof![6 => -9.0..9.0_f64, 1 => -1e5..0.0_f64, 1 => Just(ZERO)], 21..300),
        ) {
            let k_hat = of(weights.clone());
            prop_assert!(k_hat.is_none_or(|k_hat| k_hat.value.is_finite()));
            // A power of two, so that most differences stay exact.
            let lifted = of(weights.iter().map(|l| l + 256.0).collect());
            prop_assert_eq!(k_hat.map(|k_hat| k_hat.tail), lifted.map(|k_hat| k_hat.tail));
            if let (Some(here), Some(there)) = (k_hat, lifted) {
                prop_assert!((here.value - there.value).abs() <= 1e-6 * here.value.abs().max(1.0));
            }
        }
    }
}
