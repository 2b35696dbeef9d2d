//! A list of the estimators that are functions of log-weights alone.

use std::num::NonZeroUsize;

use super::cubo::{CuboOrder, cubo};
use super::delta::delta;
use super::elbo::elbo;
use super::eubo::eubo_self_normalised;
use super::importance::importance;
use super::jackknife::{jackknife_1, jackknife_2};
use super::log_weights::LogWeights;
use super::psis::psis;
use super::renyi::{Alpha, renyi};
use super::tvo::{BetaGrid, tvo};

/// On which side of log p(x) an estimator errs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bias {
    /// Below log p(x) in expectation, for every K: a lower bound.
    Down,
    /// Above log p(x) in the limit of many draws, but biased down at finite K: no bound as estimated.
    UpInTheLimit,
    /// Either sign, of higher order in 1/K than that of the log of the mean weight.
    Corrected,
}

/// One entry of [`ESTIMATORS`].
#[derive(Debug, Clone, Copy)]
pub struct Estimator {
    /// The name of its quantity, on pages and in addresses.
    pub name: &'static str,
    /// Its source.
    pub paper: &'static str,
    /// The sign of its bias as an estimate of log p(x).
    pub bias: Bias,
    /// The estimate in nats, from log-weights of draws from q; `None` where there is none, never NaN.
    pub estimate: fn(&LogWeights) -> Option<f64>,
}

/// Intervals of the uniform grid of the listed TVO.
pub const TVO_STEPS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9);

/// In the order in which they are shown: lower bounds, corrected estimates, upper bounds.
///
/// An entry is a function of K log-weights under q alone, so that all entries can be evaluated on the same draws.
/// Estimators that need other input are not listed: [`uniform`](super::uniform()) and [`prior`](super::prior()) draw
/// from another distribution, [`sumo`](super::sumo()) draws a random number of terms, [`eubo`](super::eubo()) draws
/// from the posterior (its self-normalised estimate is listed), [`laplace`](super::laplace()) maximises p(x, z)
/// without draws, and [`annealed`](super::annealed) runs Markov chains.
pub const ESTIMATORS: &[Estimator] = &[
    Estimator {
        name: "elbo",
        paper: "Jordan et al. 1999",
        bias: Bias::Down,
        estimate: |weights| Some(elbo(weights).elbo),
    },
    Estimator {
        name: "tvo-lower",
        paper: "Masrani et al. 2019",
        bias: Bias::Down,
        estimate: |weights| Some(tvo(weights, &BetaGrid::uniform(TVO_STEPS)).lower),
    },
    Estimator {
        name: "renyi",
        paper: "Li & Turner 2016",
        bias: Bias::Down,
        estimate: |weights| Some(renyi(weights, Alpha::HALF)),
    },
    Estimator {
        name: "importance",
        paper: "Burda et al. 2016",
        bias: Bias::Down,
        estimate: |weights| Some(importance(weights).log_evidence),
    },
    Estimator {
        name: "psis",
        paper: "Vehtari et al. 2024",
        bias: Bias::Corrected,
        estimate: |weights| Some(psis(weights)?.log_evidence),
    },
    Estimator { name: "delta", paper: "Nowozin 2018", bias: Bias::Corrected, estimate: delta },
    Estimator {
        name: "jackknife-1",
        paper: "Nowozin 2018",
        bias: Bias::Corrected,
        estimate: jackknife_1,
    },
    Estimator {
        name: "jackknife-2",
        paper: "Nowozin 2018",
        bias: Bias::Corrected,
        estimate: jackknife_2,
    },
    Estimator {
        name: "tvo-upper",
        paper: "Masrani et al. 2019",
        bias: Bias::UpInTheLimit,
        estimate: |weights| Some(tvo(weights, &BetaGrid::uniform(TVO_STEPS)).upper),
    },
    Estimator {
        name: "cubo",
        paper: "Dieng et al. 2017",
        bias: Bias::UpInTheLimit,
        estimate: |weights| Some(cubo(weights, CuboOrder::TWO)),
    },
    Estimator {
        name: "eubo",
        paper: "Ji & Shen 2019",
        bias: Bias::UpInTheLimit,
        estimate: |weights| Some(eubo_self_normalised(weights)),
    },
];

/// The entry with this name.
pub fn estimator(name: &str) -> Option<&'static Estimator> {
    ESTIMATORS.iter().find(|estimator| estimator.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::super::known_weights::{self, LOG_EVIDENCE, WIDE};
    use super::super::replicates::ladder_of;
    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    fn each(log_weights: &[f64]) -> impl Iterator<Item = (&'static str, Option<f64>)> {
        let weights = LogWeights::new(log_weights.to_vec()).unwrap();
        ESTIMATORS.iter().map(move |one| (one.name, (one.estimate)(&weights)))
    }

    #[test]
    fn names_are_distinct_and_found() {
        let names: HashSet<&str> = ESTIMATORS.iter().map(|one| one.name).collect();
        assert_eq!(names.len(), ESTIMATORS.len());
        assert!(names.iter().all(|name| estimator(name).is_some_and(|one| one.name == *name)));
        assert!(estimator("cheese").is_none());
    }

    #[test]
    fn signs_of_the_bias_at_64_draws() {
        // Means over 16384 replicates of "wide". Down: below log p by more than 5 errors. Corrected:
        // nearer to log p than L_64 by half, 1.1e-3, within 5 errors; PSIS is at home in heavier
        // tails and left out. Up in the limit: above. False-alarm rate 6e-7 each.
        let pool = known_weights::gaussian(WIDE, 1 << 20, 53);
        for one in ESTIMATORS.iter().filter(|one| one.name != "psis") {
            let rung = ladder_of(one.estimate, &pool, &[64.try_into().unwrap()])[0];
            let (gap, error) = (rung.mean - LOG_EVIDENCE, 5.0 * rung.stderr.unwrap());
            match one.bias {
                // L_64 is 2.2e-3 low with an error of 5e-4: its sign alone is 4 errors.
                Bias::Down => assert!(gap < -3.0 * error / 5.0, "{}: {gap} {error}", one.name),
                Bias::Corrected => assert!(gap.abs() < 1.1e-3 + error, "{}: {gap}", one.name),
                Bias::UpInTheLimit => assert!(gap > error, "{}: {gap} {error}", one.name),
            }
        }
    }

    #[test]
    fn equal_weights_are_known_by_all() {
        for count in [1, 2, 3, 20, 21, 1000, 1_000_000] {
            for (name, found) in each(&vec![-92.25; count]) {
                let is_near = found.is_none_or(|found| (found + 92.25).abs() < 1e-9);
                assert!(is_near, "{name} at {count}: {found:?}");
                let may_lack = match name {
                    "psis" => true,
                    "delta" | "jackknife-1" => count < 2,
                    "jackknife-2" => count < 3,
                    _ => false,
                };
                assert!(found.is_some() || may_lack, "{name} at {count}");
            }
        }
    }

    #[test]
    fn weights_of_zero_give_minus_infinity_or_nothing() {
        for count in [1, 2, 3, 100, 1_000_000] {
            for (name, found) in each(&vec![ZERO; count]) {
                assert!(found.is_none_or(|found| found == ZERO), "{name} at {count}: {found:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn never_nan_never_plus_infinity_and_blind_to_the_level(
            pool in prop::collection::vec(
                prop_oneof![6 => -9.0..9.0_f64, 2 => -1e5..0.0_f64, 1 => Just(ZERO)], 1..120),
        ) {
            let lifted: Vec<f64> = pool.iter().map(|l| l + 1024.0).collect();
            for ((name, here), (_, there)) in each(&pool).zip(each(&lifted)) {
                prop_assert_eq!(here.is_some(), there.is_some(), "{}", name);
                if let (Some(here), Some(there)) = (here, there) {
                    prop_assert!(here < f64::INFINITY, "{}: {}", name, here);
                    // Rounding at 10⁵ is 1e-11, and JVI-2 multiplies it by K.
                    let is_near = here == there || (there - 1024.0 - here).abs() < 1e-6;
                    prop_assert!(is_near, "{}: {} {}", name, here, there);
                }
            }
        }
    }
}
