//! Chains with what moves them: the part that every annealed run has.

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::chains::Chains;
use super::error::AnnealedError;
use super::kernel::{Acceptance, Kernel};
use super::path::GeometricPath;

/// Chains, a kernel, a stream of random numbers and a count of accepted moves.
#[derive(Clone, Debug)]
pub(super) struct Walkers<K> {
    pub kernel: K,
    pub rng: Pcg64Mcg,
    pub chains: Chains,
    pub acceptance: Acceptance,
}

impl<K: Kernel> Walkers<K> {
    /// Starts from draws from q.
    pub fn from_initial(
        path: &GeometricPath<'_>,
        kernel: K,
        count: usize,
        seed: u64,
    ) -> Result<Self, AnnealedError> {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let chains = path.draw(count, &mut rng)?;
        Self::new(kernel, rng, chains)
    }

    /// Starts from given positions [count, D].
    pub fn at(
        path: &GeometricPath<'_>,
        kernel: K,
        positions: Vec<f64>,
        seed: u64,
    ) -> Result<Self, AnnealedError> {
        Self::new(kernel, Pcg64Mcg::seed_from_u64(seed), path.chains_at(positions)?)
    }

    fn new(kernel: K, rng: Pcg64Mcg, chains: Chains) -> Result<Self, AnnealedError> {
        match chains.first_without_density() {
            None => Ok(Self { kernel, rng, chains, acceptance: Acceptance::default() }),
            Some(chain) => Err(AnnealedError::Start { chain }),
        }
    }

    /// Moves every chain once at `beta`.
    pub fn transition(
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
