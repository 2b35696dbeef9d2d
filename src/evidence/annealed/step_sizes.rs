//! Leapfrog step sizes as a function of β, fixed before a run.

use thiserror::Error;

/// Step sizes over [0, 1]: geometric interpolation between knots, constant beyond them.
///
/// A function of β and not a list per temperature, so that runs with few and with many temperatures use the same
/// kernels.
#[derive(Clone, Debug, PartialEq)]
pub struct StepSizes {
    /// (β, ln ε) with β strictly increasing; at least one.
    knots: Vec<(f64, f64)>,
}

/// Why numbers are not step sizes.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum StepSizesError {
    /// There was no knot.
    #[error("no step size was given; at least one is needed")]
    Empty,
    /// A step size that is not positive and finite.
    #[error("a step size must be positive and finite, found {0}")]
    Size(f64),
    /// An inverse temperature outside [0, 1] or not larger than the previous one.
    #[error("inverse temperatures must rise within [0, 1], found {0}")]
    Beta(f64),
}

impl StepSizes {
    /// Takes (β, ε), ε in units of z.
    ///
    /// # Errors
    /// [`StepSizesError`] names the number that is out of its domain.
    pub fn new(knots: &[(f64, f64)]) -> Result<Self, StepSizesError> {
        if knots.is_empty() {
            return Err(StepSizesError::Empty);
        }
        let mut before = f64::NEG_INFINITY;
        for &(beta, size) in knots {
            if !(0.0..=1.0).contains(&beta) || beta <= before {
                return Err(StepSizesError::Beta(beta));
            }
            if !(size > 0.0 && size.is_finite()) {
                return Err(StepSizesError::Size(size));
            }
            before = beta;
        }
        Ok(Self { knots: knots.iter().map(|&(beta, size)| (beta, size.ln())).collect() })
    }

    /// The same ε for every β.
    ///
    /// # Errors
    /// [`StepSizesError::Size`] unless it is positive and finite.
    pub fn constant(size: f64) -> Result<Self, StepSizesError> {
        Self::new(&[(0.0, size)])
    }

    /// ε at β, in units of z; positive and finite.
    pub fn at(&self, beta: f64) -> f64 {
        let above = self.knots.partition_point(|knot| knot.0 <= beta);
        // There is at least one knot, so that one of the two neighbours exists.
        let low = self.knots[above.saturating_sub(1)];
        let high = self.knots[above.min(self.knots.len() - 1)];
        if above == 0 || high.0 == low.0 {
            return low.1.exp();
        }
        let share = (beta - low.0) / (high.0 - low.0);
        (low.1 + share * (high.1 - low.1)).exp()
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    use super::*;

    #[test]
    fn knots_are_met_and_the_way_between_is_geometric() {
        let sizes = StepSizes::new(&[(0.25, 4.0), (0.75, 1.0)]).unwrap();
        for (beta, size) in [(0.0, 4.0), (0.25, 4.0), (0.5, 2.0), (0.75, 1.0), (1.0, 1.0)] {
            assert_relative_eq!(sizes.at(beta), size, max_relative = 1e-15);
        }
        let one = StepSizes::constant(0.3).unwrap();
        for beta in [0.0, 0.7, 1.0] {
            assert_relative_eq!(one.at(beta), 0.3, max_relative = 1e-15);
        }
    }

    #[test]
    fn each_bad_number_is_named() {
        assert_eq!(StepSizes::new(&[]), Err(StepSizesError::Empty));
        for bad in [0.0, -1.0, f64::INFINITY] {
            assert_eq!(StepSizes::constant(bad), Err(StepSizesError::Size(bad)));
        }
        assert!(matches!(StepSizes::constant(f64::NAN), Err(StepSizesError::Size(_))));
        for bad in [-0.1, 0.5, 1.1] {
            let error = StepSizes::new(&[(0.5, 1.0), (bad, 1.0)]);
            assert_eq!(error, Err(StepSizesError::Beta(bad)));
        }
        assert!(matches!(StepSizes::new(&[(f64::NAN, 1.0)]), Err(StepSizesError::Beta(_))));
    }
}
