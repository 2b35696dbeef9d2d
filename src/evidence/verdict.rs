//! The verdict on an estimate from the diagnostics of its weights: effective sample size and largest share first, then
//! the tail (Vehtari, Simpson, Gelman, Yao & Gabry 2024, Pareto smoothed importance sampling).

use std::num::NonZeroUsize;

use super::log_weights::LogWeights;
use super::pareto::{KHat, Reliability, k_hat};
use super::{effective_sample_size, max_share};

/// Above this share one draw outweighs all others together.
const MOST: f64 = 0.5;
/// Below this fraction of K the draws count for few.
const POOR: f64 = 0.1;
/// So many effective draws give a relative error of a tenth, however many draws they came from.
const ENOUGH: f64 = 100.0;
/// From this fraction of K on the weights are nearly equal: the variance of w/w̄ is below 1/9.
const EQUAL: f64 = 0.9;
/// From this fraction of K on the weights show no problem.
const FAIR: f64 = 2.0 / 3.0;
/// With fewer draws no k̂ is good enough: its limit min(1 − 1/log₁₀ K, 0.7) is not positive.
const FEWEST: usize = 11;
/// A fit to fewer weights depends more on its prior, which counts as ten of them.
const SHORT: usize = 10;

/// The diagnostics of a pool of weights, which do not use the exact value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pool {
    /// K, the number of draws.
    pub draws: NonZeroUsize,
    /// Kish's effective sample size; `None` if every weight is zero.
    pub effective: Option<f64>,
    /// The largest share of one draw; `None` if every weight is zero.
    pub max_share: Option<f64>,
    /// The shape of the tail, where there is one.
    pub k_hat: Option<KHat>,
}

/// The verdict on a pool's estimate, the first that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// There is one draw, or no weight but zero.
    Nothing,
    /// One draw has more than half of the weight.
    OneCarries,
    /// The effective draws are less than a tenth of K, and fewer than a hundred.
    FewCarry,
    /// Ten draws or fewer, none of which stands out.
    TooFew,
    /// k̂ is at or above its limit, and so is of weights that differ.
    HeavyTail,
    /// The effective draws are less than two thirds of K, and k̂ is no warning.
    Uneven,
    /// The effective draws are at least two thirds of K, and k̂ is no warning.
    Fine,
}

/// The verdict of the tail alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tail {
    /// The weights are nearly equal: the shape of their small differences is meaningless.
    NearlyEqual,
    /// There are too few weights in it for k̂ to say anything.
    Short,
    /// k̂ is below its limit.
    Good,
    /// k̂ is at or above its limit and below 1.
    Heavy,
    /// k̂ ≥ 1.
    NoMean,
}

impl Pool {
    /// The diagnostics of these weights.
    pub fn of(log_weights: &LogWeights) -> Self {
        Self {
            draws: log_weights.len(),
            effective: effective_sample_size(log_weights),
            max_share: max_share(log_weights),
            k_hat: k_hat(log_weights),
        }
    }

    /// ESS/K.
    fn fraction(&self) -> Option<f64> {
        Some(self.effective? / self.draws.get() as f64)
    }

    /// The verdict of the tail alone.
    pub fn tail(&self) -> Tail {
        if self.draws.get() > 1 && self.fraction().is_some_and(|fraction| fraction >= EQUAL) {
            return Tail::NearlyEqual;
        }
        match self.k_hat.filter(|k_hat| k_hat.tail >= SHORT) {
            None => Tail::Short,
            Some(k_hat) => match k_hat.reliability() {
                Reliability::NoMean => Tail::NoMean,
                Reliability::Warn => Tail::Heavy,
                Reliability::Good => Tail::Good,
            },
        }
    }

    /// The verdict of all diagnostics.
    pub fn verdict(&self) -> Verdict {
        let (Some(effective), Some(fraction), Some(share)) =
            (self.effective, self.fraction(), self.max_share)
        else {
            return Verdict::Nothing;
        };
        if self.draws.get() == 1 {
            Verdict::Nothing
        } else if share > MOST {
            Verdict::OneCarries
        } else if fraction < POOR && effective < ENOUGH {
            Verdict::FewCarry
        } else if self.draws.get() < FEWEST {
            Verdict::TooFew
        } else if matches!(self.tail(), Tail::Heavy | Tail::NoMean) {
            Verdict::HeavyTail
        } else if fraction < FAIR {
            Verdict::Uneven
        } else {
            Verdict::Fine
        }
    }
}

impl Verdict {
    /// Whether the estimate is not to be trusted.
    pub fn is_doubt(self) -> bool {
        matches!(self, Self::OneCarries | Self::FewCarry | Self::HeavyTail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(log_weights: Vec<f64>) -> Pool {
        Pool::of(&LogWeights::new(log_weights).unwrap())
    }

    fn count(draws: usize) -> NonZeroUsize {
        NonZeroUsize::new(draws).unwrap()
    }

    /// A pool with these diagnostics; a tail of so many weights has k̂.
    fn pool(draws: usize, effective: f64, max_share: f64, k_hat: Option<(f64, usize)>) -> Pool {
        let draws = count(draws);
        let k_hat = k_hat.map(|(value, tail)| KHat { value, draws, tail });
        Pool { draws, effective: Some(effective), max_share: Some(max_share), k_hat }
    }

    #[test]
    fn a_table_of_pools() {
        // The limits of k̂: 1 − 1/log₁₀ 64 = 0.446, of 1000 draws 0.667, of 65,536 0.7.
        for (found, tail, verdict) in [
            // ESS 62 of 64 and a k̂ of differences that do not matter.
            (pool(64, 62.0, 0.025, Some((0.62, 13))), Tail::NearlyEqual, Verdict::Fine),
            (pool(64, 62.0, 0.025, Some((1.4, 13))), Tail::NearlyEqual, Verdict::Fine),
            (pool(64, 44.0, 0.07, Some((0.3, 13))), Tail::Good, Verdict::Fine),
            (pool(64, 42.0, 0.07, Some((0.3, 13))), Tail::Good, Verdict::Uneven),
            (pool(64, 21.0, 0.12, Some((0.3, 13))), Tail::Good, Verdict::Uneven),
            (pool(64, 21.0, 0.12, Some((0.45, 13))), Tail::Heavy, Verdict::HeavyTail),
            (pool(64, 21.0, 0.12, Some((0.44, 13))), Tail::Good, Verdict::Uneven),
            (pool(64, 21.0, 0.12, Some((1.0, 13))), Tail::NoMean, Verdict::HeavyTail),
            (pool(64, 6.0, 0.3, Some((0.3, 13))), Tail::Good, Verdict::FewCarry),
            (pool(64, 3.0, 0.51, Some((1.3, 13))), Tail::NoMean, Verdict::OneCarries),
            // The heaviest tail is not reported before the shares are.
            (pool(64, 6.0, 0.3, Some((60.0, 13))), Tail::NoMean, Verdict::FewCarry),
            // A short tail is ignored.
            (pool(30, 21.0, 0.1, Some((0.9, 6))), Tail::Short, Verdict::Fine),
            (pool(30, 12.0, 0.2, Some((0.9, 6))), Tail::Short, Verdict::Uneven),
            (pool(16, 11.5, 0.2, None), Tail::Short, Verdict::Fine),
            // Few draws give a verdict nevertheless.
            (pool(8, 7.9, 0.13, None), Tail::NearlyEqual, Verdict::TooFew),
            (pool(8, 1.3, 0.86, None), Tail::Short, Verdict::OneCarries),
            (pool(1, 1.0, 1.0, None), Tail::Short, Verdict::Nothing),
            // 1000 effective draws of 65,536 are not few.
            (pool(65_536, 1000.0, 0.01, Some((0.5, 768))), Tail::Good, Verdict::Uneven),
            (pool(65_536, 1000.0, 0.01, Some((0.7, 768))), Tail::Heavy, Verdict::HeavyTail),
            (pool(65_536, 60.0, 0.1, Some((0.7, 768))), Tail::Heavy, Verdict::FewCarry),
        ] {
            assert_eq!((found.tail(), found.verdict()), (tail, verdict), "{found:?}");
        }
    }

    #[test]
    fn pools_of_weights() {
        let zero = f64::NEG_INFINITY;
        assert_eq!(of(vec![-90.0; 1000]).verdict(), Verdict::Fine);
        assert_eq!(of(vec![-90.0; 1000]).tail(), Tail::NearlyEqual);
        assert_eq!(of(vec![-90.0]).verdict(), Verdict::Nothing);
        assert_eq!(of(vec![zero; 30]).verdict(), Verdict::Nothing);
        // 1, 2, 4, …: the last is as much as all others and one more.
        let doubling: Vec<f64> = (0..40).map(|i| f64::from(i) * std::f64::consts::LN_2).collect();
        assert_eq!(of(doubling).verdict(), Verdict::OneCarries);
        // Two of 64 share everything.
        let mut two = vec![zero; 64];
        two[3] = -5.0;
        two[40] = -5.0;
        assert_eq!(of(two).verdict(), Verdict::FewCarry);
        // Quantiles of Pareto's distribution of shape 0.8, of which 1000 effective draws are left.
        let pareto = (0..20_000).map(|i| -0.8 * (-(f64::from(i) + 0.5) / 20_000.0).ln_1p());
        let pareto = of(pareto.collect());
        assert!(pareto.effective.unwrap() > 100.0, "{pareto:?}");
        assert_eq!((pareto.tail(), pareto.verdict()), (Tail::Heavy, Verdict::HeavyTail));
        // Log-weights of a spread of 0.1 nats: the shape of their tail does not matter.
        let narrow = (1..=64).map(|i: i32| 0.1 * f64::from(i * i).sin() - 170.0).collect();
        let narrow = of(narrow);
        assert!(narrow.effective.unwrap() > 63.0);
        assert_eq!(narrow.verdict(), Verdict::Fine);
    }
}
