//! Replicates of every estimator.
//!
//! Each replicate draws as many weights as the largest K and evaluates every estimator on all of its disjoint batches
//! of 1, 2, 4, … weights.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;

use super::orders::PROBES;
use super::setting::Setting;
use crate::evidence::{
    Alpha, CuboOrder, KHat, LogWeights, SumoLaw, cubo, delta, importance, jackknife_1, jackknife_2,
    k_hat, renyi, sumo,
};
use crate::lab::moments::moments;

/// The estimators that are evaluated at every K; one of them at the chosen order α.
pub(super) const ESTIMATORS: [fn(&LogWeights, Alpha) -> Option<f64>; 6] = [
    |weights, _| Some(importance(weights).log_evidence),
    |weights, _| delta(weights),
    |weights, _| jackknife_1(weights),
    |weights, _| jackknife_2(weights),
    |weights, _| Some(cubo(weights, CuboOrder::TWO)),
    |weights, order| Some(renyi(weights, order)),
];
pub(super) const IWAE: usize = 0;
pub(super) const DELTA: usize = 1;
pub(super) const JACKKNIFE_1: usize = 2;
pub(super) const JACKKNIFE_2: usize = 3;
pub(super) const CUBO: usize = 4;
pub(super) const RENYI: usize = 5;

/// The largest number of draws for k̂.
const MOST_POOLED: usize = 8192;
/// A slice ends after replicates with so many draws, about a millisecond.
const SLICE: usize = 1024;
/// SUMO has a random stream of its own.
const SUMO_STREAM: u64 = 1 << 32;
/// One SUMO estimate is made for so many draws of a replicate: it needs 6 on average.
const DRAWS_PER_SUMO: usize = 8;
/// Largest number of SUMO's terms; 1000 have probability 1e-44.
const SUMO_CAP: usize = 1000;

/// Mean and spread of measured values, in nats relative to log p(x).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Mean {
    count: usize,
    mean: f64,
    squares: f64,
    /// Whether a batch had no estimate: a mean of the others would be biased.
    is_missing: bool,
}

impl Mean {
    fn push(&mut self, value: Option<f64>) {
        let Some(value) = value.filter(|value| value.is_finite()) else {
            self.is_missing = true;
            return;
        };
        // Welford 1962.
        self.count += 1;
        let step = value - self.mean;
        self.mean += step / self.count as f64;
        self.squares += step * (value - self.mean);
    }

    /// The number of estimates.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The mean, if every batch had an estimate.
    pub(super) fn value(&self) -> Option<f64> {
        (self.count > 0 && !self.is_missing).then_some(self.mean)
    }

    /// The standard deviation of one estimate.
    pub(super) fn sd(&self) -> Option<f64> {
        let spread = (self.squares / (self.count as f64 - 1.0)).sqrt();
        (self.count > 1 && !self.is_missing).then_some(spread)
    }

    /// The standard error of the mean.
    pub(super) fn stderr(&self) -> Option<f64> {
        Some(self.sd()? / (self.count as f64).sqrt())
    }
}

/// The statistics of some replicates.
#[derive(Clone, Debug)]
pub(super) struct ReplicateStatistics {
    pub replicates: usize,
    /// For each estimator, for each rung.
    pub means: [Vec<Mean>; ESTIMATORS.len()],
    /// The Rényi estimate from the largest K, for each of [`PROBES`].
    pub probes: [Mean; PROBES.len()],
    pub sumo: Mean,
    pub k_hat: Option<KHat>,
}

/// The replicates of one run, with the statistics at each of its moments.
pub(super) struct Experiment {
    setting: Setting,
    moments: Vec<usize>,
    noise: Pcg64Mcg,
    sumo_noise: Pcg64Mcg,
    law: SumoLaw,
    now: ReplicateStatistics,
    /// The first draws of all, for k̂.
    pooled: Vec<f64>,
    seen: Vec<ReplicateStatistics>,
}

impl Experiment {
    /// No replicate yet. The same seed gives the same noise for every q, so that estimates change continuously with
    /// q.
    pub(super) fn new(setting: &Setting) -> Self {
        let none = vec![Mean::default(); setting.rungs().count()];
        let now = ReplicateStatistics {
            replicates: 0,
            means: std::array::from_fn(|_| none.clone()),
            probes: Default::default(),
            sumo: Mean::default(),
            k_hat: None,
        };
        Self {
            setting: *setting,
            moments: moments(setting.replicates),
            noise: Pcg64Mcg::seed_from_u64(setting.seed),
            sumo_noise: Pcg64Mcg::seed_from_u64(setting.seed + SUMO_STREAM),
            law: SumoLaw::capped(std::num::NonZeroUsize::MIN.saturating_add(SUMO_CAP - 1)),
            seen: vec![now.clone()],
            now,
            pooled: Vec::new(),
        }
    }

    pub(super) fn steps(&self) -> usize {
        self.moments.len()
    }

    pub(super) fn progress(&self) -> f64 {
        self.now.replicates as f64 / self.setting.replicates as f64
    }

    /// The statistics at moment number `step`, or at the last moment so far.
    pub(super) fn seen(&self, step: usize) -> &ReplicateStatistics {
        &self.seen[step.min(self.seen.len() - 1)]
    }

    /// Expected number of draws of one SUMO estimate.
    pub(super) fn sumo_draws(&self) -> f64 {
        self.law.expected_draws()
    }

    /// Makes some replicates; false once all are made.
    pub(super) fn advance(&mut self) -> bool {
        let mut work = 0;
        while work < SLICE && self.now.replicates < self.setting.replicates {
            self.replicate();
            work += self.setting.largest;
            if self.moments.get(self.seen.len() - 1) == Some(&self.now.replicates) {
                let pooled = LogWeights::new(self.pooled.clone()).ok();
                self.now.k_hat = pooled.and_then(|weights| k_hat(&weights));
                self.seen.push(self.now.clone());
            }
        }
        self.now.replicates < self.setting.replicates
    }

    fn replicate(&mut self) {
        let order = self.setting.order();
        let draws = weights(&self.setting, self.setting.largest, &mut self.noise);
        let room = MOST_POOLED.saturating_sub(self.pooled.len()).min(draws.len());
        self.pooled.extend_from_slice(&draws[..room]);
        for (rung, k) in self.setting.rungs().enumerate() {
            for batch in draws.chunks_exact(k) {
                // Finite noise gives finite weights.
                let batch = LogWeights::new(batch.to_vec()).ok();
                for (estimate, means) in ESTIMATORS.iter().zip(&mut self.now.means) {
                    means[rung].push(batch.as_ref().and_then(|batch| estimate(batch, order)));
                }
            }
        }
        let all = LogWeights::new(draws).ok();
        for (probe, mean) in PROBES.into_iter().zip(&mut self.now.probes) {
            let order = Alpha::new(probe).ok();
            mean.push(all.as_ref().zip(order).map(|(all, order)| renyi(all, order)));
        }
        for _ in 0..self.setting.largest.div_ceil(DRAWS_PER_SUMO) {
            self.sumo();
        }
        self.now.replicates += 1;
    }

    fn sumo(&mut self) {
        let terms = self.law.draw_terms(&mut self.sumo_noise);
        let draws = weights(&self.setting, terms.get() + 1, &mut self.sumo_noise);
        let draws = LogWeights::new(draws).ok();
        self.now.sumo.push(draws.and_then(|draws| sumo(&draws, &self.law).ok()));
    }
}

/// log w/p(x) of so many draws from q.
fn weights(setting: &Setting, count: usize, noise: &mut Pcg64Mcg) -> Vec<f64> {
    (0..count).map(|_| setting.log_ratio(StandardNormal.sample(noise))).collect()
}
