//! The list of gradient estimators, which pages show.

use serde::{Deserialize, Serialize};

use super::baselines::Baselines;
use super::dreg::dreg;
use super::iwae_gradient::iwae_gradient;
use super::parameters::GaussianGradient;
use super::pool::{Batch, EstimateError};
use super::reparameterised::reparameterised;
use super::rloo::rloo;
use super::score::{Baseline, score};
use super::sticking_the_landing::sticking_the_landing;

/// Which estimator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MethodKind {
    /// [`score`] without a baseline.
    Score,
    /// [`score`] less E log w.
    ScoreMeanBaseline,
    /// [`score`] less the constants of least variance.
    ScoreBestBaseline,
    /// [`rloo`].
    Rloo,
    /// [`reparameterised`].
    Reparameterised,
    /// [`sticking_the_landing`].
    StickingTheLanding,
    /// [`iwae_gradient`].
    Iwae,
    /// [`dreg`].
    DReG,
}

/// The bound whose gradient an estimator estimates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EstimatedBound {
    /// The ELBO, for every K.
    Elbo,
    /// L_K, for the K of the batch.
    ImportanceWeighted,
}

/// A gradient estimator and its properties.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// Which one.
    pub kind: MethodKind,
    /// Its name in English.
    pub name: &'static str,
    /// Where it comes from.
    pub paper: &'static str,
    /// The bound whose gradient it estimates.
    pub objective: EstimatedBound,
    /// The least K that it works with.
    pub least_draws: usize,
    /// One unbiased estimate from one batch. The baselines must not come from the same draws.
    pub estimate: fn(&Batch<'_>, &Baselines) -> Result<GaussianGradient, EstimateError>,
}

impl PartialEq for Method {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl MethodKind {
    /// The entry in [`METHODS`].
    pub fn method(self) -> &'static Method {
        // Every kind is in the list, in the order of the enum; a test holds it to that.
        &METHODS[self as usize]
    }
}

/// Every estimator, in the order in which they were invented to mend each other.
pub const METHODS: [Method; 8] = [
    Method {
        kind: MethodKind::Score,
        name: "Score function (REINFORCE)",
        paper: "Williams 1992; Ranganath, Gerrish & Blei 2014",
        objective: EstimatedBound::Elbo,
        least_draws: 1,
        estimate: |batch, _| score(batch, Baseline::None),
    },
    Method {
        kind: MethodKind::ScoreMeanBaseline,
        name: "Score, baseline E log w",
        paper: "Mnih & Gregor 2014",
        objective: EstimatedBound::Elbo,
        least_draws: 1,
        estimate: |batch, baselines| score(batch, Baseline::Constant(baselines.mean_log_weight)),
    },
    Method {
        kind: MethodKind::ScoreBestBaseline,
        name: "Score, best constant baseline",
        paper: "Greensmith, Bartlett & Baxter 2004",
        objective: EstimatedBound::Elbo,
        least_draws: 1,
        estimate: |batch, baselines| score(batch, Baseline::Each(&baselines.best)),
    },
    Method {
        kind: MethodKind::Rloo,
        name: "RLOO (leave-one-out baseline)",
        paper: "Kool, van Hoof & Welling 2019",
        objective: EstimatedBound::Elbo,
        least_draws: 2,
        estimate: |batch, _| rloo(batch),
    },
    Method {
        kind: MethodKind::Reparameterised,
        name: "Pathwise (reparameterised)",
        paper: "Kingma & Welling 2014; Rezende, Mohamed & Wierstra 2014",
        objective: EstimatedBound::Elbo,
        least_draws: 1,
        estimate: |batch, _| reparameterised(batch),
    },
    Method {
        kind: MethodKind::StickingTheLanding,
        name: "Sticking the landing",
        paper: "Roeder, Wu & Duvenaud 2017",
        objective: EstimatedBound::Elbo,
        least_draws: 1,
        estimate: |batch, _| sticking_the_landing(batch),
    },
    Method {
        kind: MethodKind::Iwae,
        name: "IWAE",
        paper: "Burda, Grosse & Salakhutdinov 2016",
        objective: EstimatedBound::ImportanceWeighted,
        least_draws: 1,
        estimate: |batch, _| iwae_gradient(batch),
    },
    Method {
        kind: MethodKind::DReG,
        name: "DReG",
        paper: "Tucker, Lawson, Gu & Maddison 2019",
        objective: EstimatedBound::ImportanceWeighted,
        least_draws: 1,
        estimate: |batch, _| dreg(batch),
    },
];

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::super::known_joints::{ScalarLinearGaussian, oracles};
    use super::super::moments::{Moments, replicates};
    use super::super::noise::normals;
    use super::super::pool::DrawPool;
    use super::super::theory::exact_moments;
    use super::super::weight_transform::WeightTransform;
    use super::*;

    #[test]
    fn every_kind_finds_its_own_entry() {
        for (index, method) in METHODS.iter().enumerate() {
            assert_eq!(method.kind as usize, index);
            assert_eq!(method.kind.method().name, method.name);
        }
    }

    #[test]
    fn every_mean_and_variance_is_that_of_theory() {
        // 30 000 replicates of every method at three q, K = 1 and 4, in m and ln σ, means and
        // variances: 180 comparisons within 5 standard errors, 6e-7 each if they were normal: 1e-4
        // in all. Variances of squares of eighth powers are not quite; the seed is fixed.
        let joint = ScalarLinearGaussian::default();
        for q in oracles() {
            let weight = joint.posterior().log_weight(&q).unwrap();
            let transform = WeightTransform::new(&weight).unwrap();
            for draws in [1, 4] {
                let draws = NonZeroUsize::new(draws).unwrap();
                let noise = normals(11, 30_000 * draws.get());
                let pool = DrawPool::new(&joint, &q, noise).unwrap();
                for method in METHODS.iter().filter(|method| method.least_draws <= draws.get()) {
                    let cloud = replicates(method, &pool, draws, &weight.baselines()).unwrap();
                    let theory =
                        exact_moments(method.kind, &weight, draws, Some(&transform)).unwrap();
                    let in_mean: Vec<f64> = cloud.iter().map(|found| found.mean[0]).collect();
                    let in_log_sd: Vec<f64> = cloud.iter().map(|found| found.log_sd[0]).collect();
                    for (values, theory) in [(in_mean, theory.mean), (in_log_sd, theory.log_sd)] {
                        let found = Moments::of(&values).unwrap();
                        let off = (found.mean - theory.mean) / found.mean_stderr;
                        assert!(off.abs() < 5.0, "{} K={draws} {q:?}: mean {off}", method.name);
                        let off = (found.variance - theory.variance) / found.variance_stderr;
                        assert!(off.abs() < 5.0, "{} K={draws} {q:?}: var {off}", method.name);
                    }
                }
            }
        }
    }
}
