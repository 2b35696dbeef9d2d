//! Sequential Monte Carlo along the path: annealing with resampling (Del Moral, Doucet & Jasra 2006,
//! Sequential Monte Carlo samplers).

use std::num::NonZeroUsize;

use rand::RngExt;

use super::error::AnnealedError;
use super::hmc::Hmc;
use super::kernel::{Acceptance, AnnealingProgress, Kernel, TemperatureStage};
use super::path::GeometricPath;
use super::resample::systematic;
use super::schedule::Schedule;
use super::walkers::Walkers;
use crate::evidence::{LogWeights, effective_sample_size, log_mean_exp};

/// Populations, chains, and the threshold of resampling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SmcPlan {
    /// Number of independent populations; each gives one weight.
    pub populations: NonZeroUsize,
    /// N, the chains in each population.
    pub chains: NonZeroUsize,
    /// A population is resampled when its effective sample size is below this share of N. Usually
    /// 1/2; 0 is never, which is AIS.
    pub threshold: f64,
}

impl SmcPlan {
    /// Resampling at ESS < N/2.
    pub fn new(populations: NonZeroUsize, chains: NonZeroUsize) -> Self {
        Self { populations, chains, threshold: 0.5 }
    }
}

/// An SMC run in progress: all populations are at one temperature; [`Self::advance`] moves them to the next.
///
/// # Formula
/// At each temperature the chains of a population are weighted by exp((β_{t+1} − β_t)(log p(x, z_t) − log q(z_t)));
/// the log of the population's mean weight, under its previous weights, is added to its log Ẑ; below the threshold N
/// chains are resampled in proportion to their weights, which are then equal; every chain moves once.
///
/// # Bias
/// Ẑ of each population is unbiased for p(x), whenever resampling happens, as long as nothing else is adapted. So the
/// mean of log Ẑ is biased **down**. Chains of one population are not independent: only the spread of the populations
/// shows the error.
#[derive(Clone, Debug)]
pub struct SmcRun<K = Hmc> {
    plan: SmcPlan,
    /// Their log-weights since the last resampling.
    walkers: Walkers<K>,
    /// log Ẑ of each population up to its last resampling, in nats.
    log_resampled: Vec<f64>,
}

/// The result of one temperature.
#[derive(Clone, Debug, PartialEq)]
pub struct SmcStage {
    /// The inverse temperature at which the chains now are, 0 < β ≤ 1.
    pub beta: f64,
    /// Moves at this temperature; none at the last one.
    pub acceptance: Acceptance,
    /// The log of each population's mean weight at this stage, in nats: the increment of its log Ẑ.
    pub log_means: Vec<f64>,
    /// For every population, whether it was resampled.
    pub resampled: Vec<bool>,
}

impl<K: Kernel> SmcRun<K> {
    /// Draws the chains' starting points from q; the same seed gives the same run.
    ///
    /// # Errors
    /// [`AnnealedError`] if a density could not be evaluated, or is NaN or +∞ at a starting point, or
    /// if the threshold is not in [0, 1].
    pub fn new(
        path: &GeometricPath<'_>,
        schedule: Schedule,
        kernel: K,
        plan: SmcPlan,
        seed: u64,
    ) -> Result<Self, AnnealedError> {
        if !(0.0..=1.0).contains(&plan.threshold) {
            return Err(AnnealedError::Threshold(plan.threshold));
        }
        let populations = plan.populations.get();
        let count = populations.saturating_mul(plan.chains.get());
        let walkers = Walkers::from_initial(path, schedule.upwards(), kernel, count, seed)?;
        Ok(Self { plan, walkers, log_resampled: vec![0.0; populations] })
    }

    /// Weights all chains for the next temperature, resamples populations below the threshold, and moves the chains
    /// there once; `None` at the end.
    ///
    /// # Errors
    /// [`AnnealedError`] if a density could not be evaluated or `path` has another dimension. The run cannot be
    /// continued after an error.
    pub fn advance(&mut self, path: &GeometricPath<'_>) -> Result<Option<SmcStage>, AnnealedError> {
        if self.progress().is_finished() {
            return Ok(None);
        }
        let before = self.log_evidence();
        self.walkers.log_weights = self.walkers.next_log_weights();
        let log_means = before.iter().zip(self.log_evidence()).map(added).collect();
        let resampled = if self.walkers.is_last_step() {
            vec![false; self.log_resampled.len()]
        } else {
            self.resample()?
        };
        let TemperatureStage { beta, acceptance } = self.walkers.move_on(path)?;
        Ok(Some(SmcStage { beta, acceptance, log_means, resampled }))
    }

    /// Resamples every population below the threshold; returns which.
    fn resample(&mut self) -> Result<Vec<bool>, AnnealedError> {
        let size = self.plan.chains.get();
        let Walkers { chains, rng, log_weights, .. } = &mut self.walkers;
        let mut ancestors: Vec<usize> = (0..log_weights.len()).collect();
        let mut resampled = Vec::with_capacity(self.log_resampled.len());
        for (population, log_weights) in log_weights.chunks_exact_mut(size).enumerate() {
            // A population of weight zero has no effective sample size, and is not resampled.
            let ess = effective_sample_size(&LogWeights::new(log_weights.to_vec())?);
            let is_due = ess.is_some_and(|ess| ess < self.plan.threshold * size as f64);
            resampled.push(is_due);
            if !is_due {
                continue;
            }
            let first = population * size;
            let chosen = systematic(log_weights, rng.random());
            for (ancestor, chosen) in ancestors[first..first + size].iter_mut().zip(chosen) {
                *ancestor = first + chosen;
            }
            self.log_resampled[population] += log_mean_exp(log_weights);
            log_weights.fill(0.0);
        }
        if resampled.contains(&true) {
            chains.select(&ancestors);
        }
        Ok(resampled)
    }

    /// Advances to the end and returns the populations' log Ẑ.
    ///
    /// # Errors
    /// As [`Self::advance`] and [`Self::finish`].
    pub fn complete(mut self, path: &GeometricPath<'_>) -> Result<LogWeights, AnnealedError> {
        while self.advance(path)?.is_some() {}
        self.finish()
    }

    /// log Ẑ of every population, independent of each other, so that all estimators of log-weights
    /// apply.
    ///
    /// # Errors
    /// [`AnnealedError::Unfinished`] before the last temperature; [`AnnealedError::Weights`] if q was
    /// zero at its own draw.
    pub fn finish(self) -> Result<LogWeights, AnnealedError> {
        self.progress().check_finished()?;
        Ok(LogWeights::new(self.log_evidence())?)
    }

    /// How many of the T temperatures are done.
    pub fn progress(&self) -> AnnealingProgress {
        self.walkers.progress()
    }

    /// The inverse temperature at which the chains are: 0 at the start, 1 at the end.
    pub fn beta(&self) -> f64 {
        self.walkers.beta()
    }

    /// log Ẑ of every population so far, in nats.
    pub fn log_evidence(&self) -> Vec<f64> {
        let populations = self.log_weights().chunks_exact(self.plan.chains.get());
        let both = populations.zip(&self.log_resampled);
        both.map(|(weights, resampled)| resampled + log_mean_exp(weights)).collect()
    }

    /// The chains' positions, [populations, chains, D].
    pub fn positions(&self) -> &[f64] {
        self.walkers.chains.positions()
    }

    /// The log-weights since the last resampling, [populations, chains], in nats.
    pub fn log_weights(&self) -> &[f64] {
        &self.walkers.log_weights
    }

    /// Moves accepted so far, over all temperatures.
    pub fn acceptance(&self) -> Acceptance {
        self.walkers.acceptance
    }
}

/// after − before; −∞ where `after` is −∞, even if `before` is as well.
fn added((&before, after): (&f64, f64)) -> f64 {
    if after == f64::NEG_INFINITY { after } else { after - before }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::super::ais::AnnealedRun;
    use super::super::known_densities::{Gaussian, Restricted, wide};
    use super::super::run_parts::{count, hmc, uniform};
    use super::*;
    use crate::evidence::{elbo, importance};
    use crate::known_gaussian::{self, LOG_EVIDENCE};

    fn plan(populations: usize, chains: usize, threshold: f64) -> SmcPlan {
        SmcPlan { populations: count(populations), chains: count(chains), threshold }
    }

    #[test]
    fn without_resampling_it_is_annealed_importance_sampling() {
        // Same seed, same random numbers: every digit. And 3 × 20 chains are the 60 in a row.
        let (q, joint) = (Gaussian::diagonal(&[0.0], &[1.0]), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let ais = AnnealedRun::new(&path, uniform(9), hmc(0.6, 3), count(60), 1).unwrap();
        let ais = ais.complete(&path).unwrap();
        let smc = |plan| {
            SmcRun::new(&path, uniform(9), hmc(0.6, 3), plan, 1).unwrap().complete(&path).unwrap()
        };
        assert_eq!(smc(plan(1, 60, 0.0)).as_slice(), [importance(&ais).log_evidence]);
        let thirds: Vec<f64> = ais.as_slice().chunks(20).map(log_mean_exp).collect();
        assert_eq!(smc(plan(3, 20, 0.0)).as_slice(), thirds);
        assert_eq!(smc(plan(60, 1, 0.5)).as_slice(), ais.as_slice());
        // And with it, it is not.
        assert_ne!(smc(plan(1, 60, 0.9)).as_slice(), [importance(&ais).log_evidence]);
    }

    #[test]
    fn one_step_is_importance_sampling() {
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let ais = AnnealedRun::new(&path, uniform(1), hmc(0.6, 3), count(60), 2).unwrap();
        let smc = SmcRun::new(&path, uniform(1), hmc(0.6, 3), plan(1, 60, 1.0), 2).unwrap();
        let expected = importance(&ais.complete(&path).unwrap()).log_evidence;
        assert_eq!(smc.complete(&path).unwrap().as_slice(), [expected]);
    }

    #[test]
    fn unbiased_however_often_it_resamples() {
        // From the prior, 2.4 nats away: populations of 8, many of them resampled. 5 standard errors
        // of 2000 populations: false-alarm rate below 1e-5 each. The mean of the logs is below.
        let (q, joint) = (Gaussian::diagonal(&[0.0], &[1.0]), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        for threshold in [0.8, 1.0] {
            let mut run =
                SmcRun::new(&path, uniform(6), hmc(0.6, 3), plan(2000, 8, threshold), 3).unwrap();
            let mut resamplings = 0;
            while let Some(stage) = run.advance(&path).unwrap() {
                resamplings += stage.resampled.iter().filter(|r| **r).count();
            }
            assert!(resamplings > 500, "{resamplings}");
            let weights = run.finish().unwrap();
            let estimate = importance(&weights);
            let stderr = estimate.log_stderr.unwrap();
            assert!(stderr < 0.02, "{estimate:?}");
            let expected = LOG_EVIDENCE;
            assert_abs_diff_eq!(estimate.log_evidence, expected, epsilon = 5.0 * stderr);
            let lower = elbo(&weights);
            assert!(lower.elbo < expected + 5.0 * lower.stderr.unwrap());
        }
    }

    #[test]
    fn stage_means_add_up_to_the_evidence() {
        let (q, joint) = (Gaussian::diagonal(&[0.0], &[1.0]), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let mut run = SmcRun::new(&path, uniform(6), hmc(0.6, 3), plan(3, 16, 0.7), 4).unwrap();
        let mut sums = [0.0; 3];
        while let Some(stage) = run.advance(&path).unwrap() {
            for (sum, log_mean) in sums.iter_mut().zip(stage.log_means) {
                *sum += log_mean;
            }
        }
        for (sum, total) in sums.iter().zip(run.finish().unwrap().as_slice()) {
            assert_abs_diff_eq!(sum, total, epsilon = 1e-12);
        }
    }

    #[test]
    fn resampling_stays_within_a_population() {
        // Three populations of two: one chain without weight in each of the first two, none in the last.
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let mut run = SmcRun::new(&path, uniform(2), hmc(0.5, 3), plan(3, 2, 1.0), 5).unwrap();
        let zero = f64::NEG_INFINITY;
        run.walkers.log_weights = vec![-3.0, zero, zero, -5.0, -7.0, -7.0];
        let before = run.positions().to_vec();
        assert_eq!(run.resample().unwrap(), [true, true, false]);
        let expected = [0, 0, 3, 3, 4, 5].map(|chain| before[chain]);
        assert_eq!(run.positions(), expected);
        assert_eq!(run.log_weights(), [0.0, 0.0, 0.0, 0.0, -7.0, -7.0]);
        let half = std::f64::consts::LN_2;
        for (found, expected) in run.log_evidence().iter().zip([-3.0 - half, -5.0 - half, -7.0]) {
            assert_abs_diff_eq!(*found, expected, epsilon = 1e-14);
        }
    }

    #[test]
    fn zero_weights_die_out_and_never_make_nan() {
        // The positive half of a normal, evidence 1/2. Small populations sometimes start without any
        // weight: 2⁻⁴ of them, −∞ each, and still unbiased.
        let (q, joint) = (Gaussian::diagonal(&[0.0], &[1.0]), Restricted(|z| z > 0.0));
        let path = GeometricPath::new(&q, &joint).unwrap();
        let mut run = SmcRun::new(&path, uniform(4), hmc(0.5, 3), plan(1024, 4, 0.8), 6).unwrap();
        while let Some(stage) = run.advance(&path).unwrap() {
            assert!(stage.log_means.iter().all(|l| !l.is_nan()));
        }
        let weights = run.finish().unwrap();
        let zeros = weights.as_slice().iter().filter(|l| **l == f64::NEG_INFINITY).count();
        // 64 ± 7.7: 5 deviations.
        assert!((25..=103).contains(&zeros), "{zeros}");
        let estimate = importance(&weights);
        let stderr = estimate.log_stderr.unwrap();
        assert_abs_diff_eq!(estimate.log_evidence, 0.5_f64.ln(), epsilon = 5.0 * stderr);
    }

    #[test]
    fn a_bad_threshold_and_an_early_end_are_errors() {
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        for bad in [-0.1, 1.1, f64::NAN] {
            let error = SmcRun::new(&path, uniform(2), hmc(0.5, 3), plan(1, 4, bad), 7).err();
            assert!(matches!(error, Some(AnnealedError::Threshold(_))));
        }
        let new = || SmcRun::new(&path, uniform(2), hmc(0.5, 3), plan(1, 4, 0.5), 7).unwrap();
        assert!(matches!(new().finish(), Err(AnnealedError::Unfinished { done: 0, of: 2 })));
        assert_eq!(new().complete(&path).unwrap(), new().complete(&path).unwrap());
    }
}
