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
/// With one fixed length, trajectories in a Gaussian could end where they began, or at its mirror
/// image, for ever (Neal 2011, section 3.2). The factor knows nothing of the chains: π_β is still left
/// invariant.
pub const JITTER: f64 = 0.2;

/// HMC with unit masses and step sizes fixed beforehand.
///
/// Nothing is adapted during a run, since that would bias it; step sizes come from
/// [`TuningRun`](super::TuningRun), which has a seed of its own.
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

/// Where one trajectory per chain ends, and how the Hamiltonian has changed on the way.
pub(super) struct Trajectories {
    ends: Chains,
    /// H before − H after, in nats: the log of the acceptance ratio. NaN means refused.
    log_ratios: Vec<f64>,
}

impl Trajectories {
    /// Draws momenta and step sizes and follows the trajectories.
    pub fn new(
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
    pub fn acceptance_probability(&self, beta: f64, chains: &Chains) -> Option<f64> {
        let probability = |r: f64| if r.is_nan() { 0.0 } else { r.exp().min(1.0) };
        let inside = |chain: &usize| chains.log_density(beta, *chain) > f64::NEG_INFINITY;
        let inside: Vec<f64> =
            (0..chains.count()).filter(inside).map(|i| probability(self.log_ratios[i])).collect();
        (!inside.is_empty()).then(|| inside.iter().sum::<f64>() / inside.len() as f64)
    }

    /// Accepts or refuses each end. Refused chains stay where they are.
    pub fn accept_into(&self, chains: &mut Chains, rng: &mut dyn Rng) -> Acceptance {
        let mut accepted = 0;
        for (chain, &log_ratio) in self.log_ratios.iter().enumerate() {
            // One uniform per chain whatever the ratio, so that no chain's luck moves another's.
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

/// H before − H after from −H of both; NaN, which refuses, where the end is no proper density.
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
/// A chain that leaves the finite numbers is put back to its start with a momentum of NaN, which
/// nothing later can undo: networks are never given NaN, and the end is refused.
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
mod tests {
    use approx::assert_abs_diff_eq;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::super::known_densities::{Gaussian, Perfect, Restricted, TwoModes, wide};
    use super::super::run_parts::hmc;
    use super::*;
    use crate::density::{DifferentiableDensity, LogDensity, Proposal};
    use crate::family::BivariateGaussian;
    use crate::known_gaussian;

    /// The mean of `f` over draws of variance `variance` of f is within 5 deviations of `expected`.
    fn assert_mean(values: impl Iterator<Item = f64>, expected: f64, variance: f64) {
        let values: Vec<f64> = values.collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        assert_abs_diff_eq!(mean, expected, epsilon = 5.0 * (variance / count).sqrt());
    }

    #[test]
    fn a_trajectory_backwards_ends_at_its_start() {
        // 10-D, 20 steps near the stable limit; and two modes, where the force is not linear.
        let mut rng = Pcg64Mcg::seed_from_u64(1);
        let sd: Vec<f64> = (0..10).map(|d| 0.5 + 0.1 * f64::from(d)).collect();
        let (q, joint) =
            (Gaussian::diagonal(&[0.0; 10], &[1.0; 10]), Gaussian::diagonal(&[1.0; 10], &sd));
        let line = (Gaussian::diagonal(&[0.0], &[2.0]), TwoModes { centre: 1.5, sd: 0.5 });
        let paths = [
            GeometricPath::new(&q, &joint).unwrap(),
            GeometricPath::new(&line.0, &line.1).unwrap(),
        ];
        for path in paths {
            for beta in [0.1, 0.5, 1.0] {
                let start = path.draw(16, &mut rng).unwrap();
                let sizes: Vec<f64> = (1..=16).map(|i| 0.03 * f64::from(i)).collect();
                let steps = NonZeroUsize::new(20).unwrap();
                let before = standard_normals(16 * path.dimension(), &mut rng);
                let mut momenta = before.clone();
                let end = leapfrog(&path, beta, &start, &mut momenta, &sizes, steps).unwrap();
                let travelled = (end.positions()[0] - start.positions()[0]).abs();
                assert!(travelled > 1e-3, "{travelled}");
                momenta.iter_mut().for_each(|p| *p = -*p);
                let back = leapfrog(&path, beta, &end, &mut momenta, &sizes, steps).unwrap();
                for (found, expected) in back.positions().iter().zip(start.positions()) {
                    assert_abs_diff_eq!(found, expected, epsilon = 1e-12);
                }
                for (found, expected) in momenta.iter().zip(before) {
                    assert_abs_diff_eq!(-found, expected, epsilon = 1e-12);
                }
            }
        }
    }

    #[test]
    fn one_leapfrog_step_by_hand() {
        // log π = −z²/2, z = 1, p = 0.5, ε = 0.2: p½ = 0.4, z' = 1.08, p' = 0.4 − 0.108.
        let q = Gaussian::diagonal(&[0.0], &[1.0]);
        let path = GeometricPath::new(&q, &q).unwrap();
        let start = path.chains_at(vec![1.0]).unwrap();
        let mut momenta = [0.5];
        let end = leapfrog(&path, 0.5, &start, &mut momenta, &[0.2], NonZeroUsize::MIN).unwrap();
        assert_abs_diff_eq!(end.positions()[0], 1.08, epsilon = 1e-15);
        assert_abs_diff_eq!(momenta[0], 0.292, epsilon = 1e-15);
    }

    #[test]
    fn the_energy_error_is_of_second_order() {
        // Halving ε at the same length quarters the error: ratio 4 + O(ε²).
        let line = (Gaussian::diagonal(&[0.0], &[2.0]), TwoModes { centre: 1.5, sd: 0.5 });
        let path = GeometricPath::new(&line.0, &line.1).unwrap();
        let start = path.chains_at(vec![1.1]).unwrap();
        let error = |size: f64, steps: usize| {
            let mut momenta = [0.7];
            let steps = NonZeroUsize::new(steps).unwrap();
            let end = leapfrog(&path, 0.6, &start, &mut momenta, &[size], steps).unwrap();
            let before = start.log_density(0.6, 0) - kinetic(&[0.7]);
            end.log_density(0.6, 0) - kinetic(&momenta) - before
        };
        let ratio = error(0.02, 20) / error(0.01, 40);
        assert!((ratio - 4.0).abs() < 0.1, "{ratio}");
    }

    #[test]
    fn a_gaussian_between_is_left_invariant() {
        // 2¹⁶ chains from exact draws of π_β, 3 transitions accepted about two times in three: first,
        // second and fourth moment. 9 checks of 5 deviations: false-alarm rate 6e-6.
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let perfect = Perfect { mean: 0.5, variance: 0.4 };
        for beta in [0.0, 0.4, 1.0] {
            let mut rng = Pcg64Mcg::seed_from_u64(2);
            let (mean, variance) = perfect.moments(beta);
            let mut chains = path.chains_at(vec![0.0; 1 << 16]).unwrap();
            perfect.transition(&path, beta, &mut chains, &mut rng).unwrap();
            let started = chains.positions().to_vec();
            let kernel = hmc(1.6 * variance.sqrt(), 3);
            for _ in 0..3 {
                let rate = kernel.transition(&path, beta, &mut chains, &mut rng).unwrap();
                assert!((0.3..0.95).contains(&rate.rate().unwrap()), "{rate:?}");
            }
            assert_ne!(chains.positions(), started);
            let scaled = || chains.positions().iter().map(|z| (z - mean) / variance.sqrt());
            assert_mean(scaled(), 0.0, 1.0);
            assert_mean(scaled().map(|u| u * u), 1.0, 2.0);
            assert_mean(scaled().map(|u| u.powi(4)), 3.0, 96.0);
        }
    }

    #[test]
    fn two_modes_are_left_invariant() {
        // Var z² and E z⁴ from the moments of N(c, s²): E z² = c² + s², Var z² = 2s⁴ + 4c²s²,
        // E z⁴ = c⁴ + 6c²s² + 3s⁴; Var z⁴ < E z⁸ < (c + 6s)⁸ is too much, so z⁴ is left out and
        // cos(πz/c), bounded by 1, put in: E = −e^{−π²s²/2c²}. 3 checks: false-alarm rate 2e-6.
        let target = TwoModes { centre: 1.2, sd: 0.5 };
        let path = GeometricPath::new(&target, &target).unwrap();
        let mut rng = Pcg64Mcg::seed_from_u64(3);
        let mut chains = path.draw(1 << 16, &mut rng).unwrap();
        let kernel = hmc(0.7, 4);
        for _ in 0..4 {
            let rate = kernel.transition(&path, 1.0, &mut chains, &mut rng).unwrap();
            assert!((0.5..0.95).contains(&rate.rate().unwrap()), "{rate:?}");
        }
        let (c2, s2) = (1.44, 0.25);
        let z = || chains.positions().iter().copied();
        assert_mean(z(), 0.0, c2 + s2);
        assert_mean(z().map(|z| z * z), c2 + s2, 2.0 * s2 * s2 + 4.0 * c2 * s2);
        let pi = std::f64::consts::PI;
        let expected = -(-pi * pi * s2 / (2.0 * c2)).exp();
        assert_mean(z().map(|z| (pi * z / 1.2).cos()), expected, 1.0);
    }

    #[test]
    fn from_anywhere_to_a_correlated_gaussian() {
        // 4096 chains from far away, 60 transitions: means, variances and correlation as they must be.
        // Autocorrelation across chains there is none. 5 checks: false-alarm rate 3e-6.
        let target = BivariateGaussian::new([1.0, -2.0], [0.5, 1.5], 0.7).unwrap();
        let q = Gaussian::diagonal(&[0.0; 2], &[1.0; 2]);
        let path = GeometricPath::new(&q, &target).unwrap();
        let mut rng = Pcg64Mcg::seed_from_u64(4);
        let mut chains = path.chains_at([6.0, 6.0].repeat(4096)).unwrap();
        let kernel = hmc(0.3, 10);
        for _ in 0..60 {
            kernel.transition(&path, 1.0, &mut chains, &mut rng).unwrap();
        }
        let (rows, _) = chains.positions().as_chunks::<2>();
        let scaled = || rows.iter().map(|[a, b]| ((a - 1.0) / 0.5, (b + 2.0) / 1.5));
        assert_mean(scaled().map(|(a, _)| a), 0.0, 1.0);
        assert_mean(scaled().map(|(_, b)| b), 0.0, 1.0);
        assert_mean(scaled().map(|(a, _)| a * a), 1.0, 2.0);
        assert_mean(scaled().map(|(_, b)| b * b), 1.0, 2.0);
        assert_mean(scaled().map(|(a, b)| a * b), 0.7, 1.0 + 0.49);
    }

    #[test]
    fn a_wall_is_never_crossed_and_the_half_normal_left_invariant() {
        // Half-normal |N(0, 1)|: E = √(2/π), Var = 1 − 2/π; E z² = 1, Var z² = 2. Beyond the wall the
        // gradient is NaN. 2 checks: false-alarm rate 1e-6.
        let target = Restricted(|z| z > 0.0);
        let q = Gaussian::diagonal(&[0.0], &[1.0]);
        let path = GeometricPath::new(&q, &target).unwrap();
        let mut rng = Pcg64Mcg::seed_from_u64(5);
        let half: Vec<f64> = q.draw(1 << 15, &mut rng).iter().map(|z| z.abs()).collect();
        let mut chains = path.chains_at(half).unwrap();
        let kernel = hmc(0.5, 3);
        for _ in 0..5 {
            kernel.transition(&path, 1.0, &mut chains, &mut rng).unwrap();
        }
        assert!(chains.positions().iter().all(|z| *z > 0.0));
        assert_eq!(chains.first_without_density(), None);
        let share = 2.0 / std::f64::consts::PI;
        assert_mean(chains.positions().iter().copied(), share.sqrt(), 1.0 - share);
        assert_mean(chains.positions().iter().map(|z| z * z), 1.0, 2.0);
    }

    /// Refuses to be asked anything that is not finite.
    struct Strict(Gaussian);

    impl LogDensity for Strict {
        fn dimension(&self) -> usize {
            1
        }

        fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
            assert!(latents.iter().all(|z| z.is_finite()), "{latents:?}");
            self.0.log_densities(latents)
        }
    }

    impl DifferentiableDensity for Strict {
        fn log_densities_and_gradients(
            &self,
            latents: &[f64],
        ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
            assert!(latents.iter().all(|z| z.is_finite()), "{latents:?}");
            self.0.log_densities_and_gradients(latents)
        }
    }

    #[test]
    fn what_flies_off_to_infinity_is_refused_and_never_evaluated_there() {
        let q = Gaussian::diagonal(&[0.0], &[1.0]);
        let strict = Strict(q.clone());
        let path = GeometricPath::new(&q, &strict).unwrap();
        let mut rng = Pcg64Mcg::seed_from_u64(6);
        let mut chains = path.draw(8, &mut rng).unwrap();
        let started = chains.clone();
        for step_size in [1e3, 1e100, 1e308] {
            let kernel = hmc(step_size, 50);
            let acceptance = kernel.transition(&path, 0.5, &mut chains, &mut rng).unwrap();
            assert_eq!(acceptance, Acceptance { accepted: 0, proposed: 8 });
            assert_eq!(chains, started);
        }
    }

    #[test]
    fn ratios_never_accept_what_is_no_density() {
        let zero = f64::NEG_INFINITY;
        assert_eq!(log_ratio(-3.0, -2.0), 1.0);
        assert_eq!(log_ratio(zero, -2.0), f64::INFINITY);
        for after in [zero, f64::INFINITY, f64::NAN] {
            assert!(log_ratio(-3.0, after).is_nan() && log_ratio(zero, after).is_nan());
        }
    }
}
