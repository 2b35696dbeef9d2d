//! Laplace's approximation of log p(x): the joint as a Gaussian about its mode (Laplace 1774; as an
//! estimate of the evidence, Tierney & Kadane 1986; MacKay 2003, Information theory, inference and
//! learning algorithms, ch. 27).

use std::f64::consts::TAU;

use thiserror::Error;

use crate::density::{DensityError, DifferentiableDensity};
use crate::linear_algebra::{Cholesky, dot};

/// Steps of the ascent before it is given up.
const MAX_STEPS: usize = 200;
/// Step of the differences while climbing, in units of z.
const CLIMB_DIFFERENCE: f64 = 1e-3;
/// The climb ends when a Newton step would gain less than half of this many nats.
const CLIMB_TOLERANCE: f64 = 1e-8;
/// Relative rounding of a log-joint in f32, with room for a sum.
const VALUE_ROUNDING: f64 = 1e-6;
/// Step of the differences at the mode, in standard deviations of the approximation.
const MODE_DIFFERENCE: f64 = 0.01;
/// Largest difference between two second derivatives at the mode, by one and by two such steps, in
/// units of the derivative itself. A smooth log-joint has about 1e-4, a kink about 1/2.
const SMOOTH: f64 = 0.02;
/// Newton steps at the mode; each squares the distance.
const POLISH: usize = 4;

/// What Laplace's approximation gives.
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
    /// There was no end to the ascent.
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
/// several modes it sees one. A kink within two hundredths of a standard deviation is an error, kinks
/// further away are not noticed, though they make the approximation as meaningless.
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

/// Climbs to a maximum; returns it with the factor of a rough −H.
fn climb(
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
            // A rounded log-joint cannot show a gain as small as this one.
            None if slope < VALUE_ROUNDING * value.abs().max(1.0) => return Ok((z, factor)),
            None => return Err(LaplaceError::Kink),
        }
    }
    Err(LaplaceError::NoConvergence)
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

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;
    use crate::density::LogDensity;

    /// A function and its gradient.
    struct Function<F>(usize, F);

    impl<F: Fn(&[f64]) -> (f64, Vec<f64>)> LogDensity for Function<F> {
        fn dimension(&self) -> usize {
            self.0
        }

        fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
            Ok(latents.chunks_exact(self.0).map(|z| self.1(z).0).collect())
        }
    }

    impl<F: Fn(&[f64]) -> (f64, Vec<f64>)> DifferentiableDensity for Function<F> {
        fn log_densities_and_gradients(
            &self,
            latents: &[f64],
        ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
            let (values, gradients): (Vec<_>, Vec<_>) =
                latents.chunks_exact(self.0).map(&self.1).unzip();
            Ok((values, gradients.concat()))
        }
    }

    #[test]
    fn a_gaussian_joint_is_exact_wherever_it_is_begun() {
        // −½ (z−a)ᵀ P (z−a) − 170 with P = [[4, 1, 0], [1, 3, −1], [0, −1, 2]], det P = 18.
        let gaussian = Function(3, |z: &[f64]| {
            let d = [z[0] - 1.0, z[1] + 2.0, z[2] - 30.0];
            let pd = [4.0 * d[0] + d[1], d[0] + 3.0 * d[1] - d[2], 2.0 * d[2] - d[1]];
            (-0.5 * dot(&d, &pd) - 170.0, pd.iter().map(|slope| -slope).collect())
        });
        for start in [[0.0; 3], [1.0, -2.0, 30.0], [500.0, -300.0, 1e4]] {
            let found = laplace(&gaussian, &start).unwrap();
            let expected = -170.0 + 1.5 * TAU.ln() - 0.5 * 18.0_f64.ln();
            assert_abs_diff_eq!(found.log_evidence, expected, epsilon = 1e-9);
            assert_abs_diff_eq!(found.log_determinant, 18.0_f64.ln(), epsilon = 1e-9);
            assert_abs_diff_eq!(found.log_joint, -170.0, epsilon = 1e-12);
            for (found, expected) in found.mode.iter().zip([1.0, -2.0, 30.0]) {
                assert_abs_diff_eq!(*found, expected, epsilon = 1e-6);
            }
        }
    }

    #[test]
    fn of_the_gamma_function_it_is_stirlings_formula() {
        // ∫ exp(a z − e^z) dz = Γ(a); mode log a, −H = a.
        for a in [0.5_f64, 5.0, 200.0] {
            let gamma = Function(1, |z: &[f64]| (a * z[0] - z[0].exp(), vec![a - z[0].exp()]));
            for start in [-3.0, 0.0, 4.0] {
                let found = laplace(&gamma, &[start]).unwrap();
                let stirling = a * a.ln() - a + 0.5 * (TAU / a).ln();
                assert_abs_diff_eq!(found.log_evidence, stirling, epsilon = 1e-7);
                assert_abs_diff_eq!(found.mode[0], a.ln(), epsilon = 1e-7);
            }
        }
    }

    #[test]
    fn a_curved_valley_is_climbed() {
        // Minus Rosenbrock's function: mode (1, 1), −H = [[802, −400], [−400, 200]], determinant 400.
        let banana = Function(2, |z: &[f64]| {
            let (x, y) = (z[0], z[1]);
            let bend = y - x * x;
            let value = -100.0 * bend * bend - (1.0 - x).powi(2);
            (value, vec![400.0 * x * bend + 2.0 * (1.0 - x), -200.0 * bend])
        });
        let found = laplace(&banana, &[-1.2, 1.0]).unwrap();
        assert_abs_diff_eq!(found.log_evidence, TAU.ln() - 0.5 * 400.0_f64.ln(), epsilon = 1e-6);
        assert_abs_diff_eq!(found.mode[1], 1.0, epsilon = 1e-7);
    }

    #[test]
    fn a_gradient_in_single_precision_is_enough_for_two_digits() {
        let gaussian = Function(2, |z: &[f64]| {
            let d = [z[0] - 0.7, z[1] + 1.3];
            let slope = |d: f64, p: f64| f64::from((-p * d) as f32) + 1e-5 * (1e4 * d).sin();
            let value = -0.5 * (9.0 * d[0] * d[0] + 100.0 * d[1] * d[1]) - 100.0;
            (f64::from(value as f32), vec![slope(d[0], 9.0), slope(d[1], 100.0)])
        });
        let found = laplace(&gaussian, &[0.0, 0.0]).unwrap();
        let expected = -100.0 + TAU.ln() - 0.5 * 900.0_f64.ln();
        assert_abs_diff_eq!(found.log_evidence, expected, epsilon = 0.01);
    }

    #[test]
    fn what_is_no_maximum_is_said_to_be_none() {
        let saddle =
            Function(2, |z: &[f64]| (z[0] * z[0] - z[1] * z[1], vec![2.0 * z[0], -2.0 * z[1]]));
        assert!(matches!(laplace(&saddle, &[0.0, 1.0]), Err(LaplaceError::NotAMaximum)));
        let plateau = Function(1, |_: &[f64]| (-170.0, vec![0.0]));
        assert!(matches!(laplace(&plateau, &[3.0]), Err(LaplaceError::NotAMaximum)));
        let slope = Function(1, |z: &[f64]| (z[0], vec![1.0]));
        assert!(matches!(
            laplace(&slope, &[0.0]),
            Err(LaplaceError::NoConvergence | LaplaceError::NotAMaximum)
        ));
    }

    #[test]
    fn kinks_are_refused() {
        // Laplace's own density: −|z|, once reached from afar and once begun on the kink; then a kink
        // at the mode of something else smooth.
        let tent = Function(1, |z: &[f64]| {
            (-z[0].abs(), vec![if z[0] == 0.0 { 0.0 } else { -z[0].signum() }])
        });
        for start in [0.3, 0.0, -7.0] {
            assert!(matches!(laplace(&tent, &[start]), Err(LaplaceError::Kink)), "{start}");
        }
        let half = Function(1, |z: &[f64]| {
            let stiffness = if z[0] > 0.0 { 9.0 } else { 1.0 };
            let tilt = if z[0] > 0.005 { z[0] - 0.005 } else { 0.0 };
            let slope = if z[0] > 0.005 { -1.0 } else { 0.0 };
            (-0.5 * z[0] * z[0] * stiffness - tilt, vec![-stiffness * z[0] + slope])
        });
        assert!(matches!(laplace(&half, &[-1.0]), Err(LaplaceError::Kink)));
    }

    #[test]
    fn bad_starts_and_bad_densities() {
        let gaussian = Function(1, |z: &[f64]| (-0.5 * z[0] * z[0], vec![-z[0]]));
        assert!(matches!(
            laplace(&gaussian, &[0.0, 0.0]),
            Err(LaplaceError::Dimension { expected: 1, found: 2 })
        ));
        assert!(matches!(laplace(&gaussian, &[f64::NAN]), Err(LaplaceError::NotFinite)));
        let nothing = Function(1, |_: &[f64]| (f64::NEG_INFINITY, vec![0.0]));
        assert!(matches!(laplace(&nothing, &[0.0]), Err(LaplaceError::NotFinite)));
    }
}
