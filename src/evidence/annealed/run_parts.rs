//! Short constructors of the parts of a run, for the tests.

use std::num::NonZeroUsize;

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::bdmc::ExactDraws;
use super::hmc::Hmc;
use super::known_densities::posterior_draws;
use super::schedule::{Schedule, Spacing};
use super::step_sizes::StepSizes;

pub(super) fn count(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).unwrap()
}

pub(super) fn uniform(steps: usize) -> Schedule {
    Schedule::spaced(Spacing::Uniform, count(steps))
}

pub(super) fn hmc(step_size: f64, leapfrog_steps: usize) -> Hmc {
    Hmc::new(StepSizes::constant(step_size).unwrap(), count(leapfrog_steps))
}

/// Independent draws from the posterior of [`crate::known_gaussian::model`].
pub(super) fn oracle_draws(chains: usize, seed: u64) -> ExactDraws {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    ExactDraws::Independent(posterior_draws(chains, &mut rng))
}
