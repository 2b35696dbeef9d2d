//! The kernels of this lab: tuned HMC, or in one dimension exact draws from every π_β.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use super::truth::tempered;
use crate::density::DensityError;
use crate::evidence::annealed::{Acceptance, Chains, GeometricPath, Hmc, Kernel};
use crate::exact::GaussianOracle;

/// A kernel for the path of this lab.
#[derive(Clone, Debug)]
pub(super) enum Mover {
    /// Leapfrog trajectories with step sizes tuned beforehand.
    Hmc(Hmc),
    /// Independent draws from π_β, which is Gaussian if both ends are: no kernel mixes faster.
    Perfect(GaussianOracle),
}

impl Kernel for Mover {
    fn transition(
        &self,
        path: &GeometricPath<'_>,
        beta: f64,
        chains: &mut Chains,
        rng: &mut dyn Rng,
    ) -> Result<Acceptance, DensityError> {
        match self {
            Self::Hmc(hmc) => hmc.transition(path, beta, chains, rng),
            Self::Perfect(oracle) => {
                let (mean, variance) = tempered(oracle, beta);
                let count = chains.count();
                let draw = |noise: f64| mean + variance.sqrt() * noise;
                let positions = (0..count).map(|_| draw(StandardNormal.sample(rng))).collect();
                *chains = path.chains_at(positions)?;
                Ok(Acceptance { accepted: count, proposed: count })
            }
        }
    }
}
