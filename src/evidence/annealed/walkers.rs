//! Chains that move from one end of a path to the other: the common part of all annealed runs.

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::chains::Chains;
use super::error::AnnealedError;
use super::kernel::{Acceptance, AnnealingProgress, Kernel, TemperatureStage};
use super::path::GeometricPath;
use crate::evidence::LogWeights;

/// Chains, their kernel, and the log-weights that they accumulate.
#[derive(Clone, Debug)]
pub(super) struct Walkers<K> {
    pub chains: Chains,
    pub rng: Pcg64Mcg,
    /// In nats, one per chain.
    pub log_weights: Vec<f64>,
    /// Moves accepted so far, over all temperatures.
    pub acceptance: Acceptance,
    kernel: K,
    /// The inverse temperatures in the order of the run, increasing or decreasing; at least two.
    betas: Vec<f64>,
    /// Index in `betas` of the chains' temperature.
    done: usize,
}

impl<K: Kernel> Walkers<K> {
    /// Starts from draws from q.
    pub(super) fn from_initial(
        path: &GeometricPath<'_>,
        betas: Vec<f64>,
        kernel: K,
        count: usize,
        seed: u64,
    ) -> Result<Self, AnnealedError> {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let chains = path.draw(count, &mut rng)?;
        Self::new(betas, kernel, rng, chains)
    }

    /// Starts from given positions [count, D].
    pub(super) fn at(
        path: &GeometricPath<'_>,
        betas: Vec<f64>,
        kernel: K,
        positions: Vec<f64>,
        seed: u64,
    ) -> Result<Self, AnnealedError> {
        Self::new(betas, kernel, Pcg64Mcg::seed_from_u64(seed), path.chains_at(positions)?)
    }

    fn new(
        betas: Vec<f64>,
        kernel: K,
        rng: Pcg64Mcg,
        chains: Chains,
    ) -> Result<Self, AnnealedError> {
        if let Some(chain) = chains.first_without_density() {
            return Err(AnnealedError::Start { chain });
        }
        let (log_weights, acceptance) = (vec![0.0; chains.count()], Acceptance::default());
        Ok(Self { chains, rng, log_weights, acceptance, kernel, betas, done: 0 })
    }

    /// Weights all chains for the next temperature and moves them there once; `None` at the end.
    ///
    /// After an error everything is unchanged.
    pub(super) fn advance(
        &mut self,
        path: &GeometricPath<'_>,
    ) -> Result<Option<TemperatureStage>, AnnealedError> {
        if self.progress().is_finished() {
            return Ok(None);
        }
        let log_weights = self.next_log_weights();
        let stage = self.move_on(path)?;
        self.log_weights = log_weights;
        Ok(Some(stage))
    }

    /// The log-weights at the next temperature, for chains that are still at this one: each grows by (β' − β)(log
    /// p(x, z) − log q(z)), whose sign depends on the direction.
    ///
    /// Must not be called at the end.
    pub(super) fn next_log_weights(&self) -> Vec<f64> {
        let step = self.betas[self.done + 1] - self.betas[self.done];
        let both = self.log_weights.iter().zip(self.chains.log_ratios());
        both.map(|(log_weight, log_ratio)| log_weight + step * log_ratio).collect()
    }

    /// Moves every chain once at the next temperature; not at the last, where a move would change no weight.
    ///
    /// Must not be called at the end.
    pub(super) fn move_on(
        &mut self,
        path: &GeometricPath<'_>,
    ) -> Result<TemperatureStage, AnnealedError> {
        let beta = self.betas[self.done + 1];
        let acceptance =
            if self.is_last_step() { Acceptance::default() } else { self.transition(path, beta)? };
        self.done += 1;
        Ok(TemperatureStage { beta, acceptance })
    }

    /// Whether the next temperature is the last.
    pub(super) fn is_last_step(&self) -> bool {
        self.done + 1 == self.progress().of
    }

    /// The log-weights, once the last temperature is reached.
    pub(super) fn finish(self) -> Result<LogWeights, AnnealedError> {
        self.progress().check_finished()?;
        Ok(LogWeights::new(self.log_weights)?)
    }

    /// How many of the T temperatures are done.
    pub(super) fn progress(&self) -> AnnealingProgress {
        AnnealingProgress { done: self.done, of: self.betas.len() - 1 }
    }

    /// The inverse temperature at which the chains are.
    pub(super) fn beta(&self) -> f64 {
        self.betas[self.done]
    }

    fn transition(
        &mut self,
        path: &GeometricPath<'_>,
        beta: f64,
    ) -> Result<Acceptance, AnnealedError> {
        let (expected, found) = (self.chains.dimension(), path.dimension());
        if expected != found {
            return Err(AnnealedError::Dimension { expected, found });
        }
        let now = self.kernel.transition(path, beta, &mut self.chains, &mut self.rng)?;
        self.acceptance = self.acceptance.and(now);
        Ok(now)
    }
}
