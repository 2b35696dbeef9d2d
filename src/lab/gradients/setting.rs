//! The values of the controls as what they mean.

use std::num::NonZeroUsize;

use super::description::{
    DRAWS, MEAN, METHOD, PARAMETERS, RATE, REPLICATES, SEED, SHIFT, SHIFTS, VARIANCE, VERSUS, VIEW,
};
use crate::gradient::{METHODS, MethodKind};

/// What a person sets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setting {
    /// The method that the numbers are about.
    pub method: MethodKind,
    /// The one beside it.
    pub versus: MethodKind,
    /// Whether the climbs are shown by their gap at every step, and not as paths over (m, v).
    pub shows_gaps: bool,
    /// Nats added to log p(x, z) at every z.
    pub log_constant: f64,
    /// m.
    pub mean: f64,
    /// v > 0.
    pub variance: f64,
    /// K.
    pub draws: NonZeroUsize,
    /// Estimates by each method.
    pub replicates: usize,
    /// Length of a step of the climb per nat of slope.
    pub rate: f64,
    /// Seed of the noise.
    pub seed: u32,
}

impl Setting {
    /// Reads the values in the order of the parameters; what is missing or impossible is clamped.
    pub fn read(values: &[f64]) -> Self {
        let at = |place: usize| {
            let parameter = &PARAMETERS[place];
            parameter.clamp(values.get(place).copied().unwrap_or(parameter.default))
        };
        // Clamped to the places of its list.
        let method = |place: usize| METHODS[at(place) as usize].kind;
        Self {
            method: method(METHOD),
            versus: method(VERSUS),
            shows_gaps: at(VIEW) == 1.0,
            log_constant: SHIFTS[at(SHIFT) as usize],
            mean: at(MEAN),
            variance: at(VARIANCE),
            draws: NonZeroUsize::new(at(DRAWS) as usize).unwrap_or(NonZeroUsize::MIN),
            replicates: at(REPLICATES) as usize,
            rate: at(RATE),
            seed: at(SEED) as u32,
        }
    }

    /// The two methods, once if they are the same.
    pub fn chosen(&self) -> Vec<MethodKind> {
        if self.method == self.versus { vec![self.method] } else { vec![self.method, self.versus] }
    }
}
