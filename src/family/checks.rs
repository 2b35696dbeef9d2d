//! Checks that every family has to pass, for the tests: gradients, totals and draws.

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::density::{DifferentiableDensity, LogDensity, Proposal};

/// Central differences of the log-density at one point against its gradient.
///
/// With a step of ε^⅓ of each `scale` the difference is off by about ε^⅔ ≈ 4e-11, times the third
/// derivative (of order 1 in units of the scale, more in the tails) or the size of the log-density.
pub(super) fn assert_gradient(density: &dyn DifferentiableDensity, point: &[f64], scales: &[f64]) {
    let (values, gradient) = density.log_densities_and_gradients(point).unwrap();
    assert_eq!(values, density.log_densities(point).unwrap());
    for axis in 0..point.len() {
        let step = f64::EPSILON.cbrt() * scales[axis];
        let at = |offset: f64| {
            let mut moved = point.to_vec();
            moved[axis] += offset;
            // The point moves by what its coordinate can express, not by the step.
            (moved[axis], density.log_densities(&moved).unwrap()[0])
        };
        let ((high, above), (low, below)) = (at(step), at(-step));
        let found = gradient[axis] * scales[axis];
        let expected = (above - below) / (high - low) * scales[axis];
        let tolerance = 1e-7 * (1.0 + found.abs() + values[0].abs());
        assert!((found - expected).abs() < tolerance, "axis {axis}: {found} against {expected}");
    }
}

/// ∫ exp(log-density) over ℝ, by the double-exponential rule with z = centre + scale sinh(½π sinh u).
pub(super) fn total_1d(density: &dyn LogDensity, centre: f64, scale: f64) -> f64 {
    let step = 1.0 / 64.0;
    let half_pi = std::f64::consts::FRAC_PI_2;
    let terms = (-384..=384).map(|i| {
        let u = f64::from(i) * step;
        let z = centre + scale * (half_pi * u.sinh()).sinh();
        let slope = scale * half_pi * u.cosh() * (half_pi * u.sinh()).cosh();
        density.log_densities(&[z]).unwrap()[0].exp() * slope * step
    });
    terms.sum()
}

/// ∫ exp(log-density) over the square of half-width `reach` about 0, on a lattice of `step`.
///
/// For a Gaussian of standard deviation σ in its narrowest direction the error of the lattice is
/// 2 exp(−2π²σ²/step²): below 1e-8 where step ≤ σ.
pub(super) fn total_2d(density: &dyn LogDensity, reach: f64, step: f64) -> f64 {
    let count = (2.0 * reach / step) as usize;
    let value = |i: usize| -reach + step * i as f64;
    let points = (0..=count).flat_map(|i| (0..=count).flat_map(move |j| [value(i), value(j)]));
    let log_densities = density.log_densities(&points.collect::<Vec<f64>>()).unwrap();
    log_densities.iter().map(|log_density| log_density.exp()).sum::<f64>() * step * step
}

/// Means of `count` draws, and their covariances about the known `mean`, row by row.
pub(super) fn moments(
    q: &dyn Proposal,
    mean: &[f64],
    count: usize,
    seed: u64,
) -> (Vec<f64>, Vec<f64>) {
    let dimension = mean.len();
    let draws = draws(q, count, seed);
    let mut means = vec![0.0; dimension];
    let mut covariances = vec![0.0; dimension * dimension];
    for z in draws.chunks_exact(dimension) {
        for i in 0..dimension {
            means[i] += z[i] / count as f64;
            for j in 0..dimension {
                let product = (z[i] - mean[i]) * (z[j] - mean[j]);
                covariances[i * dimension + j] += product / count as f64;
            }
        }
    }
    (means, covariances)
}

/// Draws of a seed.
pub(super) fn draws(q: &dyn Proposal, count: usize, seed: u64) -> Vec<f64> {
    let draws = q.draw(count, &mut Pcg64Mcg::seed_from_u64(seed));
    assert_eq!(draws.len(), count * q.dimension());
    draws
}
