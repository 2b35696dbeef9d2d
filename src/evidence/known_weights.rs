//! Seeded log-weights whose evidence, bounds and moments are known in closed form, for the tests.

use rand::SeedableRng;
use rand_distr::{Distribution, Exp1, StandardNormal};
use rand_pcg::Pcg64Mcg;

use super::log_weights::LogWeights;
pub(super) use crate::known_gaussian::{KnownProposal, LOG_EVIDENCE, NARROW, PRIOR, WIDE};
use crate::known_gaussian::{NOISE_SD, OBSERVATION, OFFSET, WEIGHT, log_normal};

/// Log-weights of the Gaussian model whose values these are.
pub(super) fn gaussian(proposal: KnownProposal, draws: usize, seed: u64) -> LogWeights {
    normals(draws, seed, |normal| {
        let z = proposal.mean + proposal.variance.sqrt() * normal;
        log_normal(z, 0.0, 1.0) + log_normal(OBSERVATION, WEIGHT * z + OFFSET, NOISE_SD * NOISE_SD)
            - log_normal(z, proposal.mean, proposal.variance)
    })
}

/// ℓ ~ N(−δ²/2, δ²): weights of mean 1 and variance exp(δ²) − 1.
pub(super) fn lognormal(delta: f64, draws: usize, seed: u64) -> LogWeights {
    normals(draws, seed, |normal| delta * normal - 0.5 * delta * delta)
}

/// Logs of weights ~ Exp(1).
pub(super) fn exponential(draws: usize, seed: u64) -> LogWeights {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut draw = || -> f64 { Exp1.sample(&mut rng) };
    LogWeights::new((0..draws).map(|_| draw().ln()).collect()).unwrap()
}

fn normals(draws: usize, seed: u64, log_weight: impl Fn(f64) -> f64) -> LogWeights {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let weights = (0..draws).map(|_| log_weight(StandardNormal.sample(&mut rng))).collect();
    LogWeights::new(weights).unwrap()
}
