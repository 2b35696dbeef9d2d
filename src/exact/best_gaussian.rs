//! The best q in the Gaussian family: the maximum of the exact ELBO over mean and covariance.

use super::quadrature::{NodeSet, for_each_node};
use super::{LogLikelihoodField, exact_elbo};
use crate::family::{BivariateGaussian, log_prior};

/// The best Gaussian found, with its exact ELBO.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestGaussian {
    /// The maximiser.
    pub q: BivariateGaussian,
    /// Its exact ELBO in nats.
    pub elbo: f64,
}

const MAX_ITERATIONS: usize = 200;
/// A step that gains less than this many nats ends the ascent.
const TOLERANCE: f64 = 1e-11;
/// Starting points taken from the posterior's own modes, beside those of the caller.
const MODES: usize = 3;

/// Climbs the exact ELBO from each of `starts` and from the highest modes of the posterior.
///
/// The step is the natural gradient of the Gaussian family, which is Newton's step in the mean and
/// replaces the precision by minus the expected Hessian (Opper & Archambeau 2009; Khan & Rue 2023).
/// Gradient and Hessian come from E_q[(z−μ) f] and E_q[((z−μ)(z−μ)ᵀ − Σ) f] by Stein's lemma, so that
/// nothing is differentiated. `admits` tells which q are allowed; steps leaving it are shortened.
///
/// Returns `None` only if there is no admissible start.
pub fn best_gaussian(
    field: &LogLikelihoodField,
    starts: &[BivariateGaussian],
    admits: impl Fn(&BivariateGaussian) -> bool,
) -> Option<BestGaussian> {
    modes(field)
        .into_iter()
        .filter_map(|mode| BivariateGaussian::new(mode, [0.15; 2], 0.0).ok())
        .chain(starts.iter().copied())
        .filter(|start| admits(start))
        .map(|start| climb(field, start, &admits))
        .max_by(|a, b| a.elbo.total_cmp(&b.elbo))
}

fn climb(
    field: &LogLikelihoodField,
    start: BivariateGaussian,
    admits: &impl Fn(&BivariateGaussian) -> bool,
) -> BestGaussian {
    let mut best = BestGaussian { q: start, elbo: exact_elbo(&start, field) };
    for _ in 0..MAX_ITERATIONS {
        let direction = NaturalGradient::new(&best.q, field);
        let step = std::iter::successors(Some(1.0), |step| Some(step * 0.5))
            .take(30)
            .filter_map(|step| direction.step(&best.q, step))
            .filter(|q| admits(q))
            .map(|q| BestGaussian { q, elbo: exact_elbo(&q, field) })
            .find(|next| next.elbo > best.elbo);
        let Some(next) = step else { break };
        let gain = next.elbo - best.elbo;
        best = next;
        if gain < TOLERANCE {
            break;
        }
    }
    best
}

/// Expected gradient and Hessian of log p(x,z) under q.
struct NaturalGradient {
    gradient: [f64; 2],
    hessian: [f64; 3],
}

impl NaturalGradient {
    fn new(q: &BivariateGaussian, field: &LogLikelihoodField) -> Self {
        let [m1, m2] = q.mean();
        let (mut mean, mut first, mut second) = (0.0, [0.0; 2], [0.0; 3]);
        // Subtracting a typical value keeps the sums from cancelling.
        let typical = field.at(q.mean()) + log_prior(q.mean());
        for_each_node(q, field, NodeSet::Whole, |z, weight, log_likelihood| {
            let f = weight * (log_likelihood + log_prior(z) - typical);
            let (d1, d2) = (z[0] - m1, z[1] - m2);
            mean += f;
            first[0] += f * d1;
            first[1] += f * d2;
            second[0] += f * d1 * d1;
            second[1] += f * d1 * d2;
            second[2] += f * d2 * d2;
        });
        let covariance = q.covariance();
        let precision = q.precision();
        for (moment, covariance) in second.iter_mut().zip(covariance) {
            *moment -= covariance * mean;
        }
        Self { gradient: times(precision, first), hessian: sandwich(precision, second) }
    }

    /// q after a step of length `rate` ∈ (0, 1], or `None` where the precision is not positive definite.
    fn step(&self, q: &BivariateGaussian, rate: f64) -> Option<BivariateGaussian> {
        let old = q.precision();
        let [a, b, c] =
            [0, 1, 2].map(|entry| (1.0 - rate) * old[entry] - rate * self.hessian[entry]);
        let determinant = a * c - b * b;
        if !(a > 0.0 && determinant > 0.0) {
            return None;
        }
        let covariance = [c / determinant, -b / determinant, a / determinant];
        let move_by = times(covariance, self.gradient);
        let mean = [q.mean()[0] + rate * move_by[0], q.mean()[1] + rate * move_by[1]];
        BivariateGaussian::from_covariance(mean, covariance).ok()
    }
}

/// Symmetric matrix [a, b, c] = [[a, b], [b, c]] times a vector.
fn times([a, b, c]: [f64; 3], [x, y]: [f64; 2]) -> [f64; 2] {
    [a * x + b * y, b * x + c * y]
}

/// P M P for symmetric P and M.
fn sandwich(p: [f64; 3], [a, b, c]: [f64; 3]) -> [f64; 3] {
    let left = times(p, [a, b]);
    let right = times(p, [b, c]);
    let first = times(p, [left[0], right[0]]);
    let second = times(p, [left[1], right[1]]);
    [first[0], first[1], second[1]]
}

/// The highest local maxima of the posterior on the inner lattice.
fn modes(field: &LogLikelihoodField) -> Vec<[f64; 2]> {
    let lattice = field.inner.lattice();
    let side = lattice.side();
    let log_joint = |row: usize, column: usize| {
        let z = [lattice.coordinate(row), lattice.coordinate(column)];
        field.inner.values()[row * side + column] + log_prior(z)
    };
    let mut peaks = Vec::new();
    for row in 1..side - 1 {
        for column in 1..side - 1 {
            let height = log_joint(row, column);
            let is_peak = (row - 1..=row + 1).all(|near_row| {
                (column - 1..=column + 1).all(|near| log_joint(near_row, near) <= height)
            });
            if is_peak {
                peaks.push((height, [lattice.coordinate(row), lattice.coordinate(column)]));
            }
        }
    }
    peaks.sort_by(|a, b| b.0.total_cmp(&a.0));
    peaks.into_iter().take(MODES).map(|(_, peak)| peak).collect()
}
