//! The geometric path π_β ∝ q(z)^{1−β} p(x, z)^β from a proposal to the joint (Neal 2001, Annealed
//! importance sampling).

use rand::Rng;

use super::chains::Chains;
use super::error::AnnealedError;
use crate::density::{DensityError, DifferentiableDensity, Proposal};

/// The initial density of a path: it can be drawn from and its logarithm has a gradient.
pub trait InitialDensity: Proposal + DifferentiableDensity {}

impl<Q: Proposal + DifferentiableDensity + ?Sized> InitialDensity for Q {}

/// The densities between q(z) at β = 0 and p(x, z) at β = 1.
///
/// log π_β(z) = (1 − β) log q(z) + β log p(x, z), up to a constant that is not needed.
#[derive(Clone, Copy)]
pub struct GeometricPath<'a> {
    initial: &'a dyn InitialDensity,
    joint: &'a dyn DifferentiableDensity,
}

impl<'a> GeometricPath<'a> {
    /// The path from the normalised `initial` to the `joint` density p(x, z) at one x.
    ///
    /// # Errors
    /// [`AnnealedError`] if they are not over the same coordinates, or over none.
    pub fn new(
        initial: &'a dyn InitialDensity,
        joint: &'a dyn DifferentiableDensity,
    ) -> Result<Self, AnnealedError> {
        let (expected, found) = (initial.dimension(), joint.dimension());
        if expected != found {
            return Err(AnnealedError::Dimension { expected, found });
        }
        if expected == 0 {
            return Err(AnnealedError::NoCoordinates);
        }
        Ok(Self { initial, joint })
    }

    /// D, the number of coordinates of z; at least 1.
    pub fn dimension(&self) -> usize {
        self.initial.dimension()
    }

    /// log π_β of every row of `latents` [count, D], unnormalised, in nats.
    ///
    /// # Errors
    /// [`DensityError`] if a network could not be run.
    pub fn log_densities(&self, beta: f64, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let initial = self.initial.log_densities(latents)?;
        let joint = self.joint.log_densities(latents)?;
        Ok(initial.into_iter().zip(joint).map(|(q, p)| between(beta, q, p)).collect())
    }

    /// Chains at draws from q.
    pub(super) fn draw(&self, count: usize, rng: &mut dyn Rng) -> Result<Chains, DensityError> {
        self.chains_at(self.initial.draw(count, rng))
    }

    /// Chains at `positions` [count, D], with both ends of the path and their gradients evaluated.
    pub fn chains_at(&self, positions: Vec<f64>) -> Result<Chains, DensityError> {
        let initial = self.initial.log_densities_and_gradients(&positions)?;
        let joint = self.joint.log_densities_and_gradients(&positions)?;
        Ok(Chains::new(self.dimension(), positions, initial, joint))
    }
}

/// (1 − β) at_zero + β at_one, where an end of weight zero is ignored: 0 · (−∞) is 0 here.
pub(super) fn between(beta: f64, at_zero: f64, at_one: f64) -> f64 {
    if beta == 0.0 {
        at_zero
    } else if beta == 1.0 {
        at_one
    } else {
        (1.0 - beta) * at_zero + beta * at_one
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::super::known_densities::{Gaussian, TwoModes, wide};
    use super::*;
    use crate::known_gaussian::{self, POSTERIOR_MEAN, POSTERIOR_VARIANCE};

    const ZERO: f64 = f64::NEG_INFINITY;

    #[test]
    fn the_ends_are_the_two_densities_even_where_the_other_is_zero() {
        assert_eq!(between(0.0, -2.0, ZERO), -2.0);
        assert_eq!(between(1.0, ZERO, -3.0), -3.0);
        assert_eq!(between(0.25, -2.0, -6.0), -3.0);
        assert_eq!(between(0.25, -2.0, ZERO), ZERO);
        assert_eq!(between(0.5, ZERO, ZERO), ZERO);
    }

    #[test]
    fn between_two_gaussians_lies_a_gaussian() {
        // N(.5, .4) and N(μ, τ²) at β = 1/2: precision and precision × mean are averaged. Log-density
        // differences, so that the constant does not matter.
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let (mean, variance) = (POSTERIOR_MEAN, POSTERIOR_VARIANCE);
        let precision = 0.5 / 0.4 + 0.5 / variance;
        let middle = (0.5 * 0.5 / 0.4 + 0.5 * mean / variance) / precision;
        let found = path.log_densities(0.5, &[-1.5, 0.25]).unwrap();
        let log_kernel = |z: f64| -0.5 * precision * (z - middle) * (z - middle);
        assert_abs_diff_eq!(
            found[1] - found[0],
            log_kernel(0.25) - log_kernel(-1.5),
            epsilon = 1e-12
        );
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_log_density() {
        // Central differences of step 1e-5: error of order 1e-10 from the third derivative and
        // 1e-16/1e-5 from rounding.
        let (q, joint) = (Gaussian::diagonal(&[0.3], &[1.7]), TwoModes { centre: 2.0, sd: 0.6 });
        let path = GeometricPath::new(&q, &joint).unwrap();
        for beta in [0.0, 0.3, 1.0] {
            for z in [-2.5, -0.1, 0.4, 3.0] {
                let mut slope = [0.0];
                path.chains_at(vec![z]).unwrap().gradients(beta, &mut slope);
                let ends = path.log_densities(beta, &[z - 1e-5, z + 1e-5]).unwrap();
                assert_abs_diff_eq!(slope[0], (ends[1] - ends[0]) / 2e-5, epsilon = 1e-8);
            }
        }
    }

    #[test]
    fn ends_over_different_coordinates_are_refused() {
        let (q, joint) = (Gaussian::diagonal(&[0.0; 2], &[1.0; 2]), known_gaussian::model());
        let error = GeometricPath::new(&q, &joint).err();
        assert!(matches!(error, Some(AnnealedError::Dimension { expected: 2, found: 1 })));
        let nothing = Gaussian::diagonal(&[], &[]);
        let error = GeometricPath::new(&nothing, &nothing).err();
        assert!(matches!(error, Some(AnnealedError::NoCoordinates)));
    }
}
