//! Tests of HMC: reversibility, order of the error, and stationary distributions.

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
    let paths =
        [GeometricPath::new(&q, &joint).unwrap(), GeometricPath::new(&line.0, &line.1).unwrap()];
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
fn step_sizes_are_jittered_evenly_about_what_was_asked_for() {
    // Where there is no force a step goes ε p: from the same seed, so the same p, its ε can be seen.
    // The mean of 2¹⁴ uniform factors is within 5 of its deviations, false-alarm rate 6e-7; the
    // extremes are within a thousandth of both ends but for e^−40.
    let q = Gaussian::diagonal(&[0.0], &[1e12]);
    let path = GeometricPath::new(&q, &q).unwrap();
    let (count, seed) = (1 << 14, 7);
    let start = path.chains_at(vec![0.0; count]).unwrap();
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let moved = Trajectories::new(&path, 0.5, &start, 0.3, NonZeroUsize::MIN, &mut rng).unwrap();
    let momenta = standard_normals(count, &mut Pcg64Mcg::seed_from_u64(seed));
    let steps = moved.ends.positions().iter().zip(momenta);
    let factors: Vec<f64> = steps.map(|(step, momentum)| step / momentum / 0.3).collect();
    let (least, most) = factors.iter().fold((f64::INFINITY, 0.0_f64), |(least, most), factor| {
        (least.min(*factor), most.max(*factor))
    });
    assert!((0.8 - 1e-9..0.801).contains(&least) && (1.199..1.2 + 1e-9).contains(&most));
    assert_mean(factors.into_iter(), 1.0, JITTER * JITTER / 3.0);
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

/// Panics if it is evaluated at a point that is not finite.
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
