//! The range of a control, and the step sizes of its keys.

/// A closed interval with the three step sizes of the keyboard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// The step of an arrow key.
    pub step: f64,
    /// The step of an arrow key with Shift.
    pub fine: f64,
    /// The step of PageUp and PageDown.
    pub coarse: f64,
}

/// Which of a [`Range`]'s step sizes a key press uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Shift and an arrow.
    Fine,
    /// An arrow.
    Normal,
    /// PageUp or PageDown.
    Coarse,
}

impl Range {
    /// The nearest value in the range; NaN becomes the value nearest to zero.
    pub fn clamp(&self, value: f64) -> f64 {
        let value = if value.is_nan() { 0.0 } else { value };
        value.clamp(self.min, self.max)
    }

    /// Whether `value` is in the range; NaN is not.
    pub fn contains(&self, value: f64) -> bool {
        (self.min..=self.max).contains(&value)
    }

    /// The smallest extension of this range that contains `value`, within `limits`; its ends are whole units above
    /// one, so that a slider's scale does not change with every move.
    pub fn reaching(&self, value: f64, limits: &Self) -> Self {
        let outward =
            |value: f64| if value.abs() > 1.0 { value.abs().ceil().copysign(value) } else { value };
        Self {
            min: if value < self.min { outward(value).max(limits.min) } else { self.min },
            max: if value > self.max { outward(value).min(limits.max) } else { self.max },
            ..*self
        }
    }

    /// The value after a key press: `steps` is −1 or 1, or larger for held keys.
    ///
    /// The result is rounded to 1e-9, so that binary rounding errors of steps of 0.05 do not add up.
    pub fn moved(&self, value: f64, pace: Pace, steps: i32) -> f64 {
        const GRID: f64 = 1e9;
        let size = match pace {
            Pace::Fine => self.fine,
            Pace::Normal => self.step,
            Pace::Coarse => self.coarse,
        };
        self.clamp(((value + size * f64::from(steps)) * GRID).round() / GRID)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Range = Range { min: -1.0, max: 1.0, step: 0.05, fine: 0.01, coarse: 0.5 };

    #[test]
    fn clamps_everything_a_float_can_be() {
        assert_eq!(UNIT.clamp(0.25), 0.25);
        assert_eq!(UNIT.clamp(f64::INFINITY), 1.0);
        assert_eq!(UNIT.clamp(f64::NEG_INFINITY), -1.0);
        assert_eq!(UNIT.clamp(f64::NAN), 0.0);
        assert!(UNIT.contains(1.0) && !UNIT.contains(1.0 + f64::EPSILON));
        assert!(!UNIT.contains(f64::NAN));
    }

    #[test]
    fn a_range_reaches_to_what_is_beyond_it_and_stays_within_the_limits() {
        let limits = Range { min: -20.0, max: 20.0, ..UNIT };
        for (value, expected) in [
            (0.5, [-1.0, 1.0]),
            (8.1, [-1.0, 9.0]),
            (-8.1, [-9.0, 1.0]),
            (19.9, [-1.0, 20.0]),
            (99.0, [-1.0, 20.0]),
            (f64::NAN, [-1.0, 1.0]),
        ] {
            let found = UNIT.reaching(value, &limits);
            assert_eq!([found.min, found.max], expected, "{value}");
        }
        let narrow =
            Range { min: 0.02, max: 3.0, ..UNIT }.reaching(0.003, &Range { min: 1e-4, ..limits });
        assert_eq!(narrow.min, 0.003);
    }

    #[test]
    fn ten_steps_land_on_round_numbers_and_stop_at_the_ends() {
        let up = (0..10).fold(0.0, |value, _| UNIT.moved(value, Pace::Normal, 1));
        assert_eq!(up, 0.5);
        assert_eq!(UNIT.moved(0.1, Pace::Fine, -1), 0.09);
        assert_eq!(UNIT.moved(0.8, Pace::Coarse, 1), 1.0);
        assert_eq!(UNIT.moved(-0.8, Pace::Coarse, -1), -1.0);
    }
}
