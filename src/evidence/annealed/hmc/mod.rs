//! Hamiltonian Monte Carlo: leapfrog trajectories with a Metropolis–Hastings correction (Duane et al.
//! 1987, Hybrid Monte Carlo; Neal 2011, MCMC using Hamiltonian dynamics).

use std::num::NonZeroUsize;

use rand::{Rng, RngExt};

use super::chains::Chains;
use super::kernel::{Acceptance, Kernel};
use super::path::GeometricPath;
use super::step_sizes::StepSizes;
use crate::density::{DensityError, standard_normals};

/// Every trajectory's step size is ε times an independent uniform factor within 1 ± this.
///
/// With one fixed length, trajectories in a Gaussian could forever end where they began, or at the mirror image (Neal
/// 2011, section 3.2). The factor does not depend on the chains, so that π_β is still left invariant.
pub const JITTER: f64 = 0.2;

/// HMC with unit masses and step sizes fixed beforehand.
///
/// Nothing is adapted during a run, since that would bias it; step sizes come from [`TuningRun`](super::TuningRun),
/// which has a seed of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Hmc {
    step_sizes: StepSizes,
    leapfrog_steps: NonZeroUsize,
}

impl Hmc {
    /// Trajectories of `leapfrog_steps` steps, each of which evaluates both densities once.
    pub fn new(step_sizes: StepSizes, leapfrog_steps: NonZeroUsize) -> Self {
        Self { step_sizes, leapfrog_steps }
    }

    /// ε for every β.
    pub fn step_sizes(&self) -> &StepSizes {
        &self.step_sizes
    }

    /// Steps in a trajectory.
    pub fn leapfrog_steps(&self) -> NonZeroUsize {
        self.leapfrog_steps
    }
}

impl Kernel for Hmc {
    fn transition(
        &self,
        path: &GeometricPath<'_>,
        beta: f64,
        chains: &mut Chains,
        rng: &mut dyn Rng,
    ) -> Result<Acceptance, DensityError> {
        let trajectories = Trajectories::new(
            path,
            beta,
            chains,
            self.step_sizes.at(beta),
            self.leapfrog_steps,
            rng,
        )?;
        Ok(trajectories.accept_into(chains, rng))
    }
}

/// The end of one trajectory per chain, and the change of the Hamiltonian along it.
pub(super) struct Trajectories {
    ends: Chains,
    /// H before − H after, in nats: the log of the acceptance ratio. NaN rejects the end.
    log_ratios: Vec<f64>,
}

impl Trajectories {
    /// Draws momenta and step sizes and follows the trajectories.
    pub(super) fn new(
        path: &GeometricPath<'_>,
        beta: f64,
        chains: &Chains,
        step_size: f64,
        leapfrog_steps: NonZeroUsize,
        rng: &mut dyn Rng,
    ) -> Result<Self, DensityError> {
        let (count, dimension) = (chains.count(), chains.dimension());
        let momenta = standard_normals(count * dimension, rng);
        let mut jittered = || step_size * (1.0 + JITTER * (2.0 * rng.random::<f64>() - 1.0));
        let step_sizes: Vec<f64> = (0..count).map(|_| jittered()).collect();

        let mut end_momenta = momenta.clone();
        let ends = leapfrog(path, beta, chains, &mut end_momenta, &step_sizes, leapfrog_steps)?;
        let rows = momenta.chunks_exact(dimension).zip(end_momenta.chunks_exact(dimension));
        let change = |(chain, (before, after))| {
            let (log_before, log_after) =
                (chains.log_density(beta, chain), ends.log_density(beta, chain));
            log_ratio(log_before - kinetic(before), log_after - kinetic(after))
        };
        let log_ratios = rows.enumerate().map(change).collect();
        Ok(Self { ends, log_ratios })
    }

    /// The mean probability of acceptance of the chains that start where π_β is positive; `None` if
    /// none does.
    pub(super) fn acceptance_probability(&self, beta: f64, chains: &Chains) -> Option<f64> {
        let probability = |r: f64| if r.is_nan() { 0.0 } else { r.exp().min(1.0) };
        let inside = |chain: &usize| chains.log_density(beta, *chain) > f64::NEG_INFINITY;
        let inside: Vec<f64> =
            (0..chains.count()).filter(inside).map(|i| probability(self.log_ratios[i])).collect();
        (!inside.is_empty()).then(|| inside.iter().sum::<f64>() / inside.len() as f64)
    }

    /// Accepts or rejects each end. Rejected chains keep their positions.
    pub(super) fn accept_into(&self, chains: &mut Chains, rng: &mut dyn Rng) -> Acceptance {
        let mut accepted = 0;
        for (chain, &log_ratio) in self.log_ratios.iter().enumerate() {
            // One uniform number per chain whatever the ratio, so that the chains use independent random numbers.
            let log_uniform = rng.random::<f64>().ln();
            // False for NaN.
            if log_uniform < log_ratio {
                chains.copy_chain(chain, &self.ends);
                accepted += 1;
            }
        }
        Acceptance { accepted, proposed: self.log_ratios.len() }
    }
}

/// H before − H after from −H of both; NaN, which rejects, where a density at the end is NaN or +∞.
///
/// From a point without density (only the first of an annealed run) any proper end is accepted: the
/// ratio is +∞.
fn log_ratio(before: f64, after: f64) -> f64 {
    if after.is_finite() { after - before } else { f64::NAN }
}

/// ½ |momentum|².
fn kinetic(momentum: &[f64]) -> f64 {
    0.5 * momentum.iter().map(|p| p * p).sum::<f64>()
}

/// Follows every chain for `steps` leapfrog steps of its own size; leaves the end momenta in `momenta`.
///
/// A chain that leaves the finite numbers is put back to its start with a momentum of NaN, which stays NaN: networks
/// never get NaN as input, and the end is rejected.
fn leapfrog(
    path: &GeometricPath<'_>,
    beta: f64,
    start: &Chains,
    momenta: &mut [f64],
    step_sizes: &[f64],
    steps: NonZeroUsize,
) -> Result<Chains, DensityError> {
    let dimension = start.dimension();
    let mut gradients = vec![0.0; momenta.len()];
    start.gradients(beta, &mut gradients);
    kick(momenta, &gradients, step_sizes, 0.5, dimension);
    let mut positions = start.positions().to_vec();
    for step in 1..=steps.get() {
        drift(&mut positions, momenta, step_sizes, start);
        let chains = path.chains_at(positions)?;
        chains.gradients(beta, &mut gradients);
        if step == steps.get() {
            kick(momenta, &gradients, step_sizes, 0.5, dimension);
            return Ok(chains);
        }
        kick(momenta, &gradients, step_sizes, 1.0, dimension);
        positions = chains.into_positions();
    }
    // Not reached: there is at least one step, and the last one returns.
    Ok(start.clone())
}

/// momentum += share · ε · ∇ log π_β.
fn kick(momenta: &mut [f64], gradients: &[f64], sizes: &[f64], share: f64, dimension: usize) {
    let rows = momenta.chunks_exact_mut(dimension).zip(gradients.chunks_exact(dimension));
    for ((momentum, gradient), size) in rows.zip(sizes) {
        for (p, g) in momentum.iter_mut().zip(gradient) {
            *p += share * size * g;
        }
    }
}

/// position += ε · momentum, where that is finite.
fn drift(positions: &mut [f64], momenta: &mut [f64], sizes: &[f64], start: &Chains) {
    let dimension = start.dimension();
    let rows = positions.chunks_exact_mut(dimension).zip(momenta.chunks_exact_mut(dimension));
    let starts = start.positions().chunks_exact(dimension);
    for (((position, momentum), size), origin) in rows.zip(sizes).zip(starts) {
        for (z, p) in position.iter_mut().zip(momentum.iter()) {
            *z += size * p;
        }
        if position.iter().any(|z| !z.is_finite()) {
            position.copy_from_slice(origin);
            momentum.fill(f64::NAN);
        }
    }
}

#[cfg(test)]
mod tests;
