//! The jackknife of the importance-weighted bound (Nowozin 2018, Debiasing evidence approximations:
//! on importance-weighted autoencoders and jackknife variational inference).

use super::log_weights::LogWeights;
use crate::log_sum_exp::{log_mean_exp, log_sum_exp, max};

/// Up to this many draws JVI-2 takes the logs of all pairs, beyond it the series.
const ALL_PAIRS: usize = 48;

/// A relative deviation y = x/(K − 2) above which a draw's pairs are taken one by one.
const HEAVY: f64 = 1.0 / 16.0;

/// Terms of the series of log(1 − y_i − y_j), |y_i + y_j| ≤ 1/8: the rest is below 8⁻³² per pair.
const TERMS: usize = 32;

/// JVI-1: estimates log p(x), in nats.
///
/// # Formula
/// K L_K − (K−1) L̄_{K−1}, L̄_{K−1} the mean of the log-means that leave one draw out. Computed as
/// L_K − (K−1) mean_i log(w̄₋ᵢ/w̄), where w̄₋ᵢ/w̄ = 1 − x_i/(K−1) with x_i = w_i/w̄ − 1, so that no
/// digit is lost to the factors K; the largest weight is left out by summing the others. O(K).
///
/// # Bias
/// O(K⁻²) where the weights have enough moments, of either sign: no bound. With few or heavy-tailed
/// weights it overshoots.
///
/// # Errors
/// `None` for fewer than two draws, and if a single weight is positive: without it the log-mean is
/// −∞ and the jackknife +∞. All weights zero give −∞.
pub fn jackknife_1(log_weights: &LogWeights) -> Option<f64> {
    let count = log_weights.len().get();
    if count < 2 {
        return None;
    }
    let Some(weights) = Relative::new(log_weights.as_slice(), 1) else {
        return Some(f64::NEG_INFINITY);
    };
    finite(weights.log_mean - (count as f64 - 1.0) * weights.mean_log_without_one())
}

/// JVI-2: estimates log p(x), in nats.
///
/// # Formula
/// (K²/2) L_K − (K−1)² L̄_{K−1} + ((K−2)²/2) L̄_{K−2}, L̄_{K−2} the mean over all pairs left out; with
/// x_i as in [`jackknife_1`], L_K − (K−1)² mean_i log(1 − x_i/(K−1)) +
/// ((K−2)²/2) mean_{i<j} log(1 − (x_i + x_j)/(K−2)). Up to 48 draws all pairs are taken. Beyond, the
/// sum over pairs is that of the series of log(1 − y_i − y_j), each power of which follows from sums
/// of powers of single y, while pairs with one of the at most 17 draws that hold a sixteenth of all
/// are taken one by one: O(50 K). Rounding is amplified by K: 1e-12 at K = 1000, 1e-9 at 10⁶.
///
/// # Bias
/// O(K⁻³) where the weights have enough moments, of either sign: no bound. Its variance is larger
/// than that of [`jackknife_1`].
///
/// # Errors
/// `None` for fewer than three draws, and if fewer than three weights are positive though not all
/// are zero. All weights zero give −∞.
pub fn jackknife_2(log_weights: &LogWeights) -> Option<f64> {
    let draws = log_weights.len().get();
    if draws < 3 {
        return None;
    }
    let Some(weights) = Relative::new(log_weights.as_slice(), 2) else {
        return Some(f64::NEG_INFINITY);
    };
    let count = draws as f64;
    let pairs = 0.5 * count * (count - 1.0);
    let sum = if draws <= ALL_PAIRS { weights.all_pairs() } else { weights.pairs_by_series() };
    let one = (count - 1.0).powi(2) * weights.mean_log_without_one();
    let two = 0.5 * (count - 2.0).powi(2) * (sum / pairs);
    finite(weights.log_mean - one + two)
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// Weights relative to their mean, the largest first, with what is left when these are left out.
struct Relative {
    /// log w̄, in nats.
    log_mean: f64,
    /// x_i = w_i/w̄ − 1; the largest first, the second largest next.
    excesses: Vec<f64>,
    /// log(w̄₋₁/w̄) without the largest weight, from the others' own sum.
    log_without_first: f64,
    /// log(w̄₋₁₂/w̄) without the two largest, and log(w̄₋₁ⱼ/w̄) for every further j: exact also where
    /// the first weight has nearly everything. Empty unless two are to be left out.
    log_without_first_and: Vec<f64>,
}

impl Relative {
    /// `None` if every weight is zero. At least `left_out` + 1 weights are needed.
    fn new(log_weights: &[f64], left_out: usize) -> Option<Self> {
        let level = max(log_weights);
        if level == f64::NEG_INFINITY {
            return None;
        }
        // From here on relative to the largest, so that a level of −10⁵ costs no digit.
        let mut sorted: Vec<f64> = log_weights.iter().map(|l| l - level).collect();
        for place in 0..left_out.min(sorted.len()) {
            let largest = max(&sorted[place..]);
            if let Some(at) = sorted[place..].iter().position(|l| *l == largest) {
                sorted.swap(place, place + at);
            }
        }
        let count = sorted.len();
        let mean = sorted.iter().map(|l| l.exp()).sum::<f64>() / count as f64;
        let log_mean = mean.ln();
        let excesses = sorted.iter().map(|l| l.exp() / mean - 1.0).collect();
        let others = &sorted[1..];
        let log_without_first = log_mean_exp(others) - log_mean;
        let log_without_first_and = if left_out < 2 {
            Vec::new()
        } else {
            // Scaled by the second largest, which stays among the rest for every j but itself.
            let second = others[0];
            let rest: f64 = others.iter().map(|l| scaled(*l, second)).sum();
            let shift = second - log_mean - ((count - 2) as f64).ln();
            let without_both = log_sum_exp(&others[1..]) - log_mean - ((count - 2) as f64).ln();
            let further = others[1..].iter().map(|l| (rest - scaled(*l, second)).ln() + shift);
            std::iter::once(without_both).chain(further).collect()
        };
        Some(Self {
            log_mean: level + log_mean,
            excesses,
            log_without_first,
            log_without_first_and,
        })
    }

    /// mean_i log(w̄₋ᵢ/w̄).
    fn mean_log_without_one(&self) -> f64 {
        let others = self.excesses.len() as f64 - 1.0;
        let logs: f64 = self.excesses[1..].iter().map(|x| (-x / others).ln_1p()).sum();
        (self.log_without_first + logs) / (others + 1.0)
    }

    /// Σ_{i<j} log(w̄₋ᵢⱼ/w̄), one pair after the other.
    fn all_pairs(&self) -> f64 {
        let others = self.excesses.len() as f64 - 2.0;
        let with_first: f64 = self.log_without_first_and.iter().sum();
        let rest = &self.excesses[1..];
        let pairs = rest
            .iter()
            .enumerate()
            .flat_map(|(i, x)| rest[i + 1..].iter().map(move |y| (-(x + y) / others).ln_1p()));
        with_first + pairs.sum::<f64>()
    }

    /// The same sum, by powers of the light weights' excesses.
    fn pairs_by_series(&self) -> f64 {
        let others = self.excesses.len() as f64 - 2.0;
        let with_first: f64 = self.log_without_first_and.iter().sum();
        let (heavy, light): (Vec<f64>, Vec<f64>) =
            self.excesses[1..].iter().map(|x| x / others).partition(|y| *y > HEAVY);
        let mut sum = with_first;
        for (i, x) in heavy.iter().enumerate() {
            let partners = heavy[i + 1..].iter().chain(&light);
            sum += partners.map(|y| (-(x + y)).ln_1p()).sum::<f64>();
        }
        sum + light_pairs(&light)
    }
}

/// Σ_{i<j} log(1 − y_i − y_j) = −Σ_n (1/n) Σ_{i<j} (y_i + y_j)ⁿ, and
/// 2 Σ_{i<j} (y_i + y_j)ⁿ = Σ_m binom(n, m) P_m P_{n−m} − 2ⁿ P_n with P_m = Σ_i y_iᵐ.
fn light_pairs(light: &[f64]) -> f64 {
    let mut powers = [0.0; TERMS + 1];
    for y in light {
        let mut power = 1.0;
        for sum in &mut powers {
            *sum += power;
            power *= y;
        }
    }
    let mut binomials = vec![1.0];
    let mut sum = 0.0;
    for n in 1..=TERMS {
        let middle = binomials.windows(2).map(|pair| pair[0] + pair[1]);
        binomials = std::iter::once(1.0).chain(middle).chain(std::iter::once(1.0)).collect();
        let products = powers[..=n].iter().zip(powers[..=n].iter().rev()).zip(&binomials);
        let ordered: f64 = products.map(|((p, q), binomial)| binomial * p * q).sum();
        sum -= 0.5 * (ordered - 2.0_f64.powi(n as i32) * powers[n]) / n as f64;
    }
    sum
}

/// exp(log_weight − level), and 1 where both are −∞, of no consequence then.
fn scaled(log_weight: f64, level: f64) -> f64 {
    if log_weight == level { 1.0 } else { (log_weight - level).exp() }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::super::known_weights::{self, LOG_EVIDENCE, WIDE};
    use super::super::replicates::ladder_of;
    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn weights(log_weights: &[f64]) -> LogWeights {
        LogWeights::new(log_weights.to_vec()).unwrap()
    }

    /// JVI-m by its definition: Σ_j c_j L̄_{K−j} over all subsets, c_j = (−1)^j (K−j)^m/((m−j)! j!).
    fn by_subsets(log_weights: &[f64], order: usize) -> f64 {
        let count = log_weights.len();
        let factorial = |n: usize| (1..=n).product::<usize>() as f64;
        let mean_over_subsets = |size: usize| {
            let subsets = (0..1_usize << count).filter(|set| set.count_ones() as usize == size);
            let log_means = subsets.map(|set| {
                let members = (0..count).filter(|i| set >> i & 1 == 1);
                log_mean_exp(&members.map(|i| log_weights[i]).collect::<Vec<_>>())
            });
            let log_means: Vec<f64> = log_means.collect();
            log_means.iter().sum::<f64>() / log_means.len() as f64
        };
        (0..=order)
            .map(|j| {
                let sign = if j % 2 == 0 { 1.0 } else { -1.0 };
                let power = ((count - j) as f64).powi(order as i32);
                sign * power / (factorial(order - j) * factorial(j)) * mean_over_subsets(count - j)
            })
            .sum()
    }

    #[test]
    fn weights_one_and_three() {
        // 2 log 2 − (log 1 + log 3)/2.
        let expected = 2.0 * 2.0_f64.ln() - 0.5 * 3.0_f64.ln();
        let found = jackknife_1(&weights(&[0.0, 3.0_f64.ln()])).unwrap();
        assert_abs_diff_eq!(found, expected, epsilon = 1e-15);
    }

    #[test]
    fn weights_one_two_and_three() {
        // (9/2) log 2 − (4/3)(log 5/2 + log 2 + log 3/2) + (1/6) log 6.
        let expected = 4.5 * 2.0_f64.ln() - 4.0 / 3.0 * 7.5_f64.ln() + 6.0_f64.ln() / 6.0;
        let found = jackknife_2(&weights(&[1.0_f64, 2.0, 3.0].map(f64::ln))).unwrap();
        assert_abs_diff_eq!(found, expected, epsilon = 1e-14);
    }

    #[test]
    fn exponential_weights_in_closed_form() {
        // L_k = ψ(k) − ln k in the definition, by mpmath; JVI-1 from K = 2 overshoots. 5 of the
        // rung's own errors: false-alarm rate below 1e-6 each.
        let pool = known_weights::exponential(1 << 20, 25);
        let ks = [2, 4, 8, 16].map(|k| k.try_into().unwrap());
        let exact = [
            0.036_489_973_978_576_56,
            0.006_777_089_956_566_784,
            0.001_480_187_904_115_970_5,
            0.000_346_789_024_116_223_03,
        ];
        for (rung, exact) in ladder_of(jackknife_1, &pool, &ks).iter().zip(exact) {
            assert_abs_diff_eq!(rung.mean, exact, epsilon = 5.0 * rung.stderr.unwrap());
        }
        let exact = [0.000_312_349_699_105_459_1, 0.000_010_430_377_650_799_448];
        for (rung, exact) in ladder_of(jackknife_2, &pool, &ks[1..3]).iter().zip(exact) {
            assert_abs_diff_eq!(rung.mean, exact, epsilon = 5.0 * rung.stderr.unwrap());
        }
    }

    #[test]
    fn the_gaussian_oracle_loses_its_bias() {
        // Exact from E L_K − log p at 8 and 7 would need 7; what is tested is that the mean over
        // 65536 replicates of K = 16 lies within 5 errors and 1e-3 of log p(x), from which L_16 is
        // 9.0e-3 away. False-alarm rate 6e-7 each.
        let pool = known_weights::gaussian(WIDE, 1 << 20, 26);
        for jackknife in [jackknife_1, jackknife_2] {
            let rung = ladder_of(jackknife, &pool, &[16.try_into().unwrap()])[0];
            let epsilon = 1e-3 + 5.0 * rung.stderr.unwrap();
            assert!(epsilon < 5e-3);
            assert_abs_diff_eq!(rung.mean, LOG_EVIDENCE, epsilon = epsilon);
        }
    }

    #[test]
    fn when_one_weight_dominates() {
        // Weights e^δ, 1, 1, 1 with δ = 60: without the first the mean is 1, without another
        // (e^δ + 2)/3, where e^−60 is below rounding.
        let found = jackknife_1(&weights(&[60.0, 0.0, 0.0, 0.0])).unwrap();
        let expected = 4.0 * (60.0 - 4.0_f64.ln()) - 0.75 * 3.0 * (60.0 - 3.0_f64.ln());
        assert_abs_diff_eq!(found, expected, epsilon = 1e-11);
        // Two that dominate, one of them by itself: against the definition.
        for log_weights in [[700.0, 350.0, 0.0, -3.0, 1.0], [50.0, 50.0, 0.0, -3.0, 1.0]] {
            let (one, two) = (by_subsets(&log_weights, 1), by_subsets(&log_weights, 2));
            assert_abs_diff_eq!(jackknife_1(&weights(&log_weights)).unwrap(), one, epsilon = 1e-10);
            assert_abs_diff_eq!(jackknife_2(&weights(&log_weights)).unwrap(), two, epsilon = 1e-10);
        }
    }

    #[test]
    fn extremes() {
        for (least, jackknife) in [(2, jackknife_1 as fn(&LogWeights) -> _), (3, jackknife_2)] {
            for count in 1..5 {
                let equal = jackknife(&weights(&vec![-1e5; count]));
                assert_eq!(equal, (count >= least).then_some(-1e5));
                let nothing = jackknife(&weights(&vec![ZERO; count]));
                assert_eq!(nothing, (count >= least).then_some(ZERO));
                let mut single = vec![ZERO; count];
                single[count - 1] = -7.0;
                assert_eq!(jackknife(&weights(&single)), None);
            }
            let million = jackknife(&weights(&vec![-92.3; 1_000_000])).unwrap();
            assert_abs_diff_eq!(million, -92.3, epsilon = 1e-9);
        }
        // Two positive weights: enough for the one, too few for the other.
        let two = weights(&[-7.0, ZERO, -7.0, ZERO]);
        let expected = by_subsets(&[-7.0, ZERO, -7.0, ZERO], 1);
        assert_abs_diff_eq!(jackknife_1(&two).unwrap(), expected, epsilon = 1e-13);
        assert_eq!(jackknife_2(&two), None);
    }

    #[test]
    fn a_million_draws() {
        // The correction is χ²/2K to first order, 1.4e-7; what remains is rounding, K times that of
        // a sum, and the estimate of χ², whose deviation is 0.2 %: 7 of them, false-alarm rate
        // below 1e-10.
        let pool = known_weights::gaussian(WIDE, 1_000_000, 27);
        let log_mean = log_mean_exp(pool.as_slice());
        let (one, two) = (jackknife_1(&pool).unwrap(), jackknife_2(&pool).unwrap());
        assert_abs_diff_eq!(one - log_mean, 1.389e-7, epsilon = 2e-9);
        assert_abs_diff_eq!(two - log_mean, 1.389e-7, epsilon = 4e-9);
    }

    proptest! {
        #[test]
        fn equal_to_the_definition(log_weights in prop::collection::vec(
            prop_oneof![4 => -4.0..4.0_f64, 1 => -300.0..300.0_f64], 3..9)
        ) {
            let scale = log_weights.iter().fold(1.0_f64, |most, l| most.max(l.abs()));
            let pool = weights(&log_weights);
            let (one, two) = (jackknife_1(&pool).unwrap(), jackknife_2(&pool).unwrap());
            prop_assert!((one - by_subsets(&log_weights, 1)).abs() < 1e-12 * scale);
            prop_assert!((two - by_subsets(&log_weights, 2)).abs() < 1e-11 * scale);
        }

        #[test]
        fn the_series_is_the_sum_over_all_pairs(
            log_weights in prop::collection::vec(
                prop_oneof![9 => -3.0..3.0_f64, 1 => 0.0..12.0_f64, 1 => Just(ZERO)], 49..200)
        ) {
            let relative = Relative::new(&log_weights, 2).unwrap();
            let (fast, plain) = (relative.pairs_by_series(), relative.all_pairs());
            prop_assert!((fast - plain).abs() < 1e-10, "{} {}", fast, plain);
        }
    }
}
