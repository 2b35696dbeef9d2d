//! The ascent to the mode: Newton's method with backtracking, shifted towards gradient ascent where the curvature is
//! not downwards.

use super::{LaplaceError, at, gradient_difference, symmetric};
use crate::density::DifferentiableDensity;
use crate::linear_algebra::{Cholesky, dot};

/// Largest number of steps of the ascent.
pub(super) const MAX_STEPS: usize = 200;
/// Step of the differences while climbing, in units of z.
const CLIMB_DIFFERENCE: f64 = 1e-3;
/// The climb ends when a Newton step would gain less than half of this many nats.
const CLIMB_TOLERANCE: f64 = 1e-8;
/// Relative rounding of a log-joint in f32, with room for a sum.
const VALUE_ROUNDING: f64 = 1e-6;

/// Climbs to a maximum; returns it with the factor of a rough −H.
pub(super) fn climb(
    log_joint: &dyn DifferentiableDensity,
    start: &[f64],
) -> Result<(Vec<f64>, Cholesky), LaplaceError> {
    let mut z = start.to_vec();
    for _ in 0..MAX_STEPS {
        let (value, gradient) = at(log_joint, &z)?;
        let curvature = rough_curvature(log_joint, &z)?;
        let (factor, is_shifted) = shifted_factor(&curvature, z.len())?;
        let direction = factor.solve(&gradient);
        let slope = dot(&gradient, &direction);
        if slope < CLIMB_TOLERANCE {
            return if is_shifted { Err(LaplaceError::NotAMaximum) } else { Ok((z, factor)) };
        }
        let mut steps = std::iter::successors(Some(1.0), |step| Some(step * 0.5)).take(40);
        let uphill = steps.find_map(|step| {
            let next: Vec<f64> = z.iter().zip(&direction).map(|(z, d)| z + step * d).collect();
            match log_joint.log_densities(&next) {
                Ok(found) if found.iter().any(|next| *next > value + 1e-4 * step * slope) => {
                    Some(Ok(next))
                }
                Ok(_) => None,
                Err(error) => Some(Err(error)),
            }
        });
        match uphill {
            Some(next) => z = next?,
            None if is_shifted => return Err(LaplaceError::NotAMaximum),
            // The rounding of the log-joint exceeds such a small gain.
            None if slope < VALUE_ROUNDING * value.abs().max(1.0) => return Ok((z, factor)),
            None => return Err(LaplaceError::Kink),
        }
    }
    Err(LaplaceError::NoConvergence)
}

/// −H by central differences of the gradient.
fn rough_curvature(
    log_joint: &dyn DifferentiableDensity,
    z: &[f64],
) -> Result<Vec<f64>, LaplaceError> {
    let dimension = z.len();
    let mut curvature = vec![0.0; dimension * dimension];
    for axis in 0..dimension {
        let mut unit = vec![0.0; dimension];
        unit[axis] = 1.0;
        let slopes = gradient_difference(log_joint, z, &unit, CLIMB_DIFFERENCE)?;
        for (row, slope) in slopes.into_iter().enumerate() {
            curvature[row * dimension + axis] = -slope;
        }
    }
    Ok(symmetric(&curvature, dimension))
}

/// The factor of a matrix, with multiples of the identity added until it is positive definite, and
/// whether that was needed.
fn shifted_factor(matrix: &[f64], dimension: usize) -> Result<(Cholesky, bool), LaplaceError> {
    if let Ok(factor) = Cholesky::new(dimension, matrix) {
        return Ok((factor, false));
    }
    let size = matrix.iter().fold(0.0_f64, |most, entry| most.max(entry.abs()));
    let mut shift = size.max(1.0) * 1e-3;
    // By Gershgorin's theorem a shift of D times the largest entry is enough.
    while shift.is_finite() {
        let mut shifted = matrix.to_vec();
        shifted.iter_mut().step_by(dimension + 1).for_each(|entry| *entry += shift);
        if let Ok(factor) = Cholesky::new(dimension, &shifted) {
            return Ok((factor, true));
        }
        shift *= 4.0;
    }
    Err(LaplaceError::NotFinite)
}
