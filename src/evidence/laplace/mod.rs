//! Laplace's approximation of log p(x): the joint as a Gaussian about its mode (Laplace 1774; as an
//! estimate of the evidence, Tierney & Kadane 1986; MacKay 2003, Information theory, inference and
//! learning algorithms, ch. 27).

use std::f64::consts::TAU;

use thiserror::Error;

use crate::density::{DensityError, DifferentiableDensity};
use crate::linear_algebra::{Cholesky, dot};

mod climb;
#[cfg(test)]
mod tests;

use climb::{MAX_STEPS, climb};

/// Step of the differences at the mode, in standard deviations of the approximation.
const MODE_DIFFERENCE: f64 = 0.01;
/// Largest difference between two second derivatives at the mode, by one and by two such steps, in
/// units of the derivative itself. A smooth log-joint has about 1e-4, a kink about 1/2.
const SMOOTH: f64 = 0.02;
/// Newton steps at the mode; each squares the distance.
const POLISH: usize = 4;

/// The result of Laplace's approximation.
#[derive(Debug, Clone, PartialEq)]
pub struct LaplaceEstimate {
    /// The estimate of log p(x), in nats.
    pub log_evidence: f64,
    /// The mode z*.
    pub mode: Vec<f64>,
    /// log p(x, z*), in nats.
    pub log_joint: f64,
    /// log det(−H), H the Hessian of log p(x, z) at the mode.
    pub log_determinant: f64,
}

/// Why there is no Laplace approximation.
#[derive(Debug, Error)]
pub enum LaplaceError {
    /// The log-joint could not be evaluated.
    #[error(transparent)]
    Density(#[from] DensityError),
    /// The start has not as many coordinates as the density.
    #[error("the start has {found} coordinates; the density has {expected}")]
    Dimension {
        /// Those of the density.
        expected: usize,
        /// Those of the start.
        found: usize,
    },
    /// The log-joint or its gradient is not finite at the start, or next to a point of the ascent.
    #[error("the log-joint or its gradient is not finite")]
    NotFinite,
    /// The ascent ended where the log-joint is not curved downwards in every direction.
    #[error("the ascent ended at a saddle or on a plateau, not at a maximum")]
    NotAMaximum,
    /// The gradient jumps at the mode, as at the kink of a ReLU: there is no Hessian.
    #[error("the log-joint has a kink at its mode")]
    Kink,
    /// The ascent did not converge.
    #[error("no maximum within {MAX_STEPS} steps")]
    NoConvergence,
}

/// Estimates log p(x), in nats, from the mode of `log_joint` that is uphill from `start`.
///
/// # Formula
/// log p(x, z*) + (D/2) log 2π − ½ log det(−H). The mode is found by Newton's method with backtracking,
/// shifted towards gradient ascent where the curvature is not downwards; H by differences of the
/// gradient of fourth order, in units of the approximation's own standard deviations.
///
/// # Bias
/// Of either sign, not a bound, and no number of draws lessens it. Exact for a Gaussian joint; of
/// several modes it uses one. A kink within two hundredths of a standard deviation is an error; kinks further away
/// are not detected, although they invalidate the approximation as well.
///
/// # Errors
/// [`LaplaceError`]. Rounding of an f32 gradient, some 1e-4 nats per unit, costs some 1e-2 nats.
pub fn laplace(
    log_joint: &dyn DifferentiableDensity,
    start: &[f64],
) -> Result<LaplaceEstimate, LaplaceError> {
    let dimension = log_joint.dimension();
    if start.len() != dimension {
        return Err(LaplaceError::Dimension { expected: dimension, found: start.len() });
    }
    let (mut mode, factor) = climb(log_joint, start)?;
    // Newton's method in the coordinates u of z = z* + L⁻ᵀ u, in which −H is nearly the identity.
    let mut gain = f64::INFINITY;
    for _ in 0..POLISH {
        let here = Standardised::new(log_joint, &mode, &factor)?;
        let mut step = here.factor.solve(&here.gradient);
        let next_gain = dot(&here.gradient, &step);
        if next_gain >= 0.25 * gain {
            break;
        }
        gain = next_gain;
        factor.solve_upper(&mut step);
        mode.iter_mut().zip(step).for_each(|(z, step)| *z += step);
    }
    let there = Standardised::new(log_joint, &mode, &factor)?;
    let log_determinant = factor.log_determinant() + there.factor.log_determinant();
    let log_evidence = there.log_joint + 0.5 * (dimension as f64 * TAU.ln() - log_determinant);
    Ok(LaplaceEstimate { log_evidence, mode, log_joint: there.log_joint, log_determinant })
}

/// The log-joint about a point, in coordinates u of z = point + L⁻ᵀ u.
struct Standardised {
    log_joint: f64,
    gradient: Vec<f64>,
    /// Of −H.
    factor: Cholesky,
}

impl Standardised {
    fn new(
        log_joint: &dyn DifferentiableDensity,
        point: &[f64],
        scale: &Cholesky,
    ) -> Result<Self, LaplaceError> {
        let dimension = point.len();
        let (value, mut gradient) = at(log_joint, point)?;
        let mut curvature = vec![0.0; dimension * dimension];
        let mut kink = 0.0_f64;
        for axis in 0..dimension {
            let mut direction = vec![0.0; dimension];
            direction[axis] = 1.0;
            scale.solve_upper(&mut direction);
            let slopes = |steps: f64| -> Result<Vec<f64>, LaplaceError> {
                let reach = steps * MODE_DIFFERENCE;
                let mut slopes = gradient_difference(log_joint, point, &direction, reach)?;
                scale.solve_lower(&mut slopes);
                Ok(slopes)
            };
            let (near, far) = (slopes(1.0)?, slopes(2.0)?);
            for (row, (near, far)) in near.into_iter().zip(far).enumerate() {
                kink = kink.max((near - far).abs() / (1.0 + near.abs()));
                curvature[row * dimension + axis] = -(4.0 * near - far) / 3.0;
            }
        }
        if kink > SMOOTH {
            return Err(LaplaceError::Kink);
        }
        let factor = Cholesky::new(dimension, &symmetric(&curvature, dimension))
            .map_err(|_| LaplaceError::NotAMaximum)?;
        scale.solve_lower(&mut gradient);
        Ok(Self { log_joint: value, gradient, factor })
    }
}

/// (∇f(z + step·d) − ∇f(z − step·d))/(2 step).
fn gradient_difference(
    log_joint: &dyn DifferentiableDensity,
    z: &[f64],
    direction: &[f64],
    step: f64,
) -> Result<Vec<f64>, LaplaceError> {
    let moved = |step: f64| z.iter().zip(direction).map(move |(z, d)| z + step * d);
    let both: Vec<f64> = moved(step).chain(moved(-step)).collect();
    let (_, gradients) = log_joint.log_densities_and_gradients(&both)?;
    let (above, below) = gradients.split_at(z.len());
    let differences = above.iter().zip(below).map(|(above, below)| (above - below) / (2.0 * step));
    finite(differences.collect())
}

/// The log-joint and its gradient at one point.
fn at(log_joint: &dyn DifferentiableDensity, z: &[f64]) -> Result<(f64, Vec<f64>), LaplaceError> {
    let (values, gradient) = log_joint.log_densities_and_gradients(z)?;
    let value = values.first().copied().filter(|value| value.is_finite());
    Ok((value.ok_or(LaplaceError::NotFinite)?, finite(gradient)?))
}

fn finite(values: Vec<f64>) -> Result<Vec<f64>, LaplaceError> {
    if values.iter().all(|value| value.is_finite()) {
        Ok(values)
    } else {
        Err(LaplaceError::NotFinite)
    }
}

/// The mean of a matrix and its transpose.
fn symmetric(matrix: &[f64], dimension: usize) -> Vec<f64> {
    let entry = |index| {
        let (row, column) = (index / dimension, index % dimension);
        0.5 * (matrix[row * dimension + column] + matrix[column * dimension + row])
    };
    (0..matrix.len()).map(entry).collect()
}
