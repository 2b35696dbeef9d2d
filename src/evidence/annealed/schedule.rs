//! The inverse temperatures 0 = β₀ < β₁ < … < β_T = 1 at which a path is visited (the sigmoidal
//! spacing: Grosse, Ghahramani & Adams 2015, Sandwiching the marginal likelihood using bidirectional
//! Monte Carlo).

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The steepness δ of the sigmoidal spacing in Grosse et al.
const STEEPNESS: f64 = 4.0;

/// Inverse temperatures, strictly increasing from exactly 0 to exactly 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule(Vec<f64>);

/// The spacing of the inverse temperatures between 0 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Spacing {
    /// β_t = t/T.
    Uniform,
    /// Denser at both ends, where the densities of a long path change fastest.
    #[default]
    Sigmoidal,
}

/// Why a list of numbers is not a schedule.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum ScheduleError {
    /// The first is not 0, or the last is not 1, or there are fewer than two.
    #[error("inverse temperatures must start at 0 and end at 1")]
    Ends,
    /// One is not larger than the previous one, or is NaN.
    #[error("inverse temperature {index} is not larger than the one before it")]
    NotIncreasing {
        /// Position of the first such value.
        index: usize,
    },
}

impl Schedule {
    /// Takes inverse temperatures.
    ///
    /// # Errors
    /// [`ScheduleError`] unless they rise strictly from 0 to 1.
    pub fn new(betas: Vec<f64>) -> Result<Self, ScheduleError> {
        if betas.len() < 2 || betas[0] != 0.0 || betas[betas.len() - 1] != 1.0 {
            return Err(ScheduleError::Ends);
        }
        // Written so that NaN is refused as well.
        let rises = |pair: &[f64]| pair[0] < pair[1];
        match betas.windows(2).position(|pair| !rises(pair)) {
            None => Ok(Self(betas)),
            Some(before) => Err(ScheduleError::NotIncreasing { index: before + 1 }),
        }
    }

    /// T steps in the given spacing.
    ///
    /// # Formula
    /// Uniform: β_t = t/T. Sigmoidal: β_t = (σ_t − σ₀)/(σ_T − σ₀), σ_t = 1/(1 + e^{−δ(2t/T − 1)}),
    /// δ = 4.
    pub fn spaced(spacing: Spacing, steps: NonZeroUsize) -> Self {
        let steps = steps.get();
        let share = |t: usize| t as f64 / steps as f64;
        let sigmoid = |t: usize| 1.0 / (1.0 + (-STEEPNESS * (2.0 * share(t) - 1.0)).exp());
        let (first, last) = (sigmoid(0), sigmoid(steps));
        let beta = |t| match spacing {
            Spacing::Uniform => share(t),
            Spacing::Sigmoidal => (sigmoid(t) - first) / (last - first),
        };
        Self((0..=steps).map(beta).collect())
    }

    /// All inverse temperatures, T + 1 of them.
    pub fn betas(&self) -> &[f64] {
        &self.0
    }

    /// T, the number of steps between them; at least 1.
    pub fn steps(&self) -> usize {
        self.0.len() - 1
    }

    /// The inverse temperatures in the order from q to the joint.
    pub(super) fn upwards(self) -> Vec<f64> {
        self.0
    }

    /// The inverse temperatures in the order from the joint to q.
    pub(super) fn downwards(mut self) -> Vec<f64> {
        self.0.reverse();
        self.0
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn four_sigmoidal_steps_by_mpmath() {
        let schedule = Schedule::spaced(Spacing::Sigmoidal, NonZeroUsize::new(4).unwrap());
        let known = [0.0, 0.104_993_585_403_506_5, 0.5, 0.895_006_414_596_493_5, 1.0];
        assert_eq!(schedule.betas().len(), known.len());
        for (found, known) in schedule.betas().iter().zip(known) {
            assert_abs_diff_eq!(*found, known, epsilon = 1e-15);
        }
    }

    #[test]
    fn one_step_goes_from_nothing_to_all() {
        for spacing in [Spacing::Uniform, Spacing::Sigmoidal] {
            let schedule = Schedule::spaced(spacing, NonZeroUsize::MIN);
            assert_eq!(schedule.betas(), [0.0, 1.0]);
        }
    }

    #[test]
    fn each_bad_list_is_named() {
        let new = |betas: &[f64]| Schedule::new(betas.to_vec());
        assert_eq!(new(&[0.0, 0.5, 1.0]).unwrap().steps(), 2);
        for bad in [&[][..], &[0.0], &[1.0], &[0.1, 1.0], &[0.0, 0.9], &[f64::NAN, 1.0]] {
            assert_eq!(new(bad), Err(ScheduleError::Ends), "{bad:?}");
        }
        let at_two = Err(ScheduleError::NotIncreasing { index: 2 });
        assert_eq!(new(&[0.0, 0.5, 0.5, 1.0]), at_two);
        assert_eq!(new(&[0.0, 0.5, f64::NAN, 1.0]), at_two);
    }

    proptest! {
        #[test]
        fn both_spacings_are_schedules_and_symmetric(steps in 1..5000_usize, sigmoidal: bool) {
            let spacing = if sigmoidal { Spacing::Sigmoidal } else { Spacing::Uniform };
            let schedule = Schedule::spaced(spacing, NonZeroUsize::new(steps).unwrap());
            let betas = schedule.betas();
            prop_assert_eq!(Schedule::new(betas.to_vec()), Ok(schedule.clone()));
            prop_assert_eq!(schedule.steps(), steps);
            for (up, down) in betas.iter().zip(betas.iter().rev()) {
                prop_assert!((up + down - 1.0).abs() < 1e-14);
            }
        }
    }
}
