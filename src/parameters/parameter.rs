//! One thing that can be set: it is a slider or a list on the page and a word in the address.

use crate::state::keys::HandleKey;
use crate::state::number::{self, typed::Numbers};
use crate::state::{Pace, Range, Text};

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// The name in the address and of the control.
    pub name: &'static str,
    /// The symbol beside the slider.
    pub symbol: &'static str,
    /// The label of the control.
    pub label: Text,
    /// The kind of its values.
    pub kind: ParameterKind,
    /// The default value; for a choice the index in the list.
    pub default: f64,
}

/// The kind of a parameter's values.
#[derive(Clone, Copy, Debug)]
pub enum ParameterKind {
    /// A real number on a linear slider.
    Real(Range),
    /// A positive real number on a logarithmic slider.
    Ratio {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// A whole number on a linear slider.
    Whole {
        /// Smallest value.
        min: u32,
        /// Largest value.
        max: u32,
    },
    /// A whole number on a slider of powers of two.
    Power {
        /// Smallest value, a power of two.
        min: u32,
        /// Largest value, a power of two.
        max: u32,
    },
    /// One entry of a list; its value is its index.
    Choice(&'static [Choice]),
    /// The seed of every random number on the page.
    Seed,
}

impl ParameterKind {
    /// A positive real number between two others.
    pub const fn ratio([min, max]: [f64; 2]) -> Self {
        Self::Ratio { min, max }
    }

    /// A whole number between two others.
    pub const fn whole([min, max]: [u32; 2]) -> Self {
        Self::Whole { min, max }
    }

    /// A power of two between two others.
    pub const fn power([min, max]: [u32; 2]) -> Self {
        Self::Power { min, max }
    }
}

/// One entry of a list.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The name in the address.
    pub name: &'static str,
    /// The label in the list.
    pub label: Text,
}

/// Largest seed; six digits fit a number field.
pub const LARGEST_SEED: u32 = 999_999;
/// Steps of a logarithmic slider.
const RATIO_STEPS: f64 = 200.0;

impl Parameter {
    /// The smallest and the largest value.
    pub fn bounds(&self) -> [f64; 2] {
        match self.kind {
            ParameterKind::Real(range) => [range.min, range.max],
            ParameterKind::Ratio { min, max } => [min, max],
            ParameterKind::Whole { min, max } | ParameterKind::Power { min, max } => {
                [f64::from(min), f64::from(max)]
            }
            ParameterKind::Choice(choices) => [0.0, choices.len().saturating_sub(1) as f64],
            ParameterKind::Seed => [0.0, f64::from(LARGEST_SEED)],
        }
    }

    /// The nearest value in the range; NaN becomes the default.
    pub fn clamp(&self, value: f64) -> f64 {
        if value.is_nan() {
            return self.default;
        }
        let [min, max] = self.bounds();
        let inside = value.clamp(min, max);
        match self.kind {
            ParameterKind::Real(_) | ParameterKind::Ratio { .. } => inside,
            _ => inside.round(),
        }
    }

    /// The slider's position for a value, its range and its step: `[position, min, max, step]`.
    pub fn slider(&self, value: f64) -> [f64; 4] {
        let [min, max] = self.bounds();
        match self.kind {
            ParameterKind::Real(range) => [value, min, max, range.fine],
            ParameterKind::Ratio { .. } => {
                let share = (value / min).ln() / (max / min).ln();
                [(share * RATIO_STEPS).round(), 0.0, RATIO_STEPS, 1.0]
            }
            ParameterKind::Power { .. } => [value.log2().round(), min.log2(), max.log2(), 1.0],
            _ => [value, min, max, 1.0],
        }
    }

    /// The value at a position of the slider.
    pub fn value_at(&self, position: f64) -> f64 {
        let [min, max] = self.bounds();
        self.clamp(match self.kind {
            ParameterKind::Ratio { .. } => rounded(min * (max / min).powf(position / RATIO_STEPS)),
            // The positions are whole; exp2 would add a table to the page.
            ParameterKind::Power { .. } => 2.0_f64.powi(position.round() as i32),
            _ => position,
        })
    }

    /// The value after one key press on a handle.
    pub fn moved(&self, value: f64, pace: Pace, sign: i32) -> f64 {
        match self.kind {
            ParameterKind::Real(range) => range.moved(value, pace, sign),
            _ => {
                let [position, _, _, step] = self.slider(value);
                let count = match pace {
                    Pace::Fine | Pace::Normal => 1.0,
                    Pace::Coarse => 10.0,
                };
                self.value_at(position + count * step * f64::from(sign))
            }
        }
    }

    /// The value after a key press on a handle; `slope` is the change of the value along the handle's axis.
    pub fn after_key(&self, value: f64, key: HandleKey, slope: f64) -> f64 {
        let is_reversed = slope < 0.0;
        match key {
            HandleKey::Move { pace, sign, .. } => {
                self.moved(value, pace, if is_reversed { -sign } else { sign })
            }
            HandleKey::Extreme { is_high } => self.bounds()[usize::from(is_high != is_reversed)],
            HandleKey::Remove => value,
        }
    }

    /// The kind of numbers that its field accepts.
    pub fn numbers(&self) -> Numbers {
        match self.kind {
            ParameterKind::Real(_) | ParameterKind::Ratio { .. } => Numbers::Real,
            _ => Numbers::Whole,
        }
    }

    /// The value as text in an address.
    pub fn text(&self, value: f64) -> String {
        match self.kind {
            ParameterKind::Choice(choices) => choices
                .get(value as usize)
                .map_or_else(String::new, |choice| choice.name.to_owned()),
            _ => value.to_string(),
        }
    }

    /// The value of a text in an address, before clamping; `None` if it is unreadable.
    pub fn read(&self, text: &str) -> Option<f64> {
        match self.kind {
            ParameterKind::Choice(choices) => {
                choices.iter().position(|choice| choice.name == text).map(|place| place as f64)
            }
            _ => number::parse(text),
        }
    }
}

/// Rounds to three significant digits, so that the slider shows readable values.
fn rounded(value: f64) -> f64 {
    let unit = 10_f64.powf(value.abs().log10().floor() - 2.0);
    let rounded = (value / unit).round() * unit;
    // The product has a binary rounding error; the shortest decimal with few digits has not.
    number::parse(&format!("{rounded:.9}")).unwrap_or(rounded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parameter(kind: ParameterKind, default: f64) -> Parameter {
        Parameter { name: "p", symbol: "p", label: Text::same("p"), kind, default }
    }

    const LIST: &[Choice] = &[
        Choice { name: "one", label: Text::same("one") },
        Choice { name: "two", label: Text::same("two") },
    ];

    fn each() -> [Parameter; 6] {
        let range = Range { min: -2.0, max: 3.0, step: 0.1, fine: 0.01, coarse: 1.0 };
        [
            parameter(ParameterKind::Real(range), 0.5),
            parameter(ParameterKind::Ratio { min: 1e-3, max: 10.0 }, 0.1),
            parameter(ParameterKind::Whole { min: 1, max: 20 }, 5.0),
            parameter(ParameterKind::Power { min: 1, max: 1024 }, 64.0),
            parameter(ParameterKind::Choice(LIST), 1.0),
            parameter(ParameterKind::Seed, 7.0),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_set_is_inside_and_survives_the_address(value in proptest::num::f64::ANY) {
            for parameter in each() {
                let inside = parameter.clamp(value);
                let [min, max] = parameter.bounds();
                prop_assert!((min..=max).contains(&inside));
                prop_assert_eq!(parameter.read(&parameter.text(inside)), Some(inside));
            }
        }

        #[test]
        fn the_slider_finds_its_value_again(share in 0.0..=1.0_f64) {
            for parameter in each() {
                let [_, min, max, step] = parameter.slider(parameter.default);
                let position = min + ((share * (max - min)) / step).round() * step;
                let value = parameter.value_at(position);
                let [again, ..] = parameter.slider(value);
                prop_assert!((again - position).abs() < 1e-6 + 0.5 * step, "{:?} {}", parameter.kind, value);
            }
        }
    }

    #[test]
    fn what_is_no_value_is_none() {
        for parameter in each() {
            for text in ["", "NaN", "inf", "three"] {
                assert_eq!(parameter.read(text), None, "{text} for {:?}", parameter.kind);
            }
        }
    }

    #[test]
    fn keys_move_by_steps_and_stop_at_the_ends() {
        let [real, ratio, whole, power, ..] = each();
        assert_eq!(real.moved(0.5, Pace::Normal, 1), 0.6);
        assert_eq!(power.moved(64.0, Pace::Normal, 1), 128.0);
        assert_eq!(power.moved(1024.0, Pace::Normal, 1), 1024.0);
        assert_eq!(whole.moved(5.0, Pace::Coarse, -1), 1.0);
        assert!(ratio.moved(0.1, Pace::Normal, 1) > 0.1);
    }

    #[test]
    fn keys_on_a_handle_go_the_way_that_it_moves() {
        let [real, ..] = each();
        let right = HandleKey::Move { axis: 0, pace: Pace::Normal, sign: 1 };
        let end = HandleKey::Extreme { is_high: true };
        assert_eq!((real.after_key(0.5, right, 2.0), real.after_key(0.5, end, 2.0)), (0.6, 3.0));
        assert_eq!((real.after_key(0.5, right, -1.0), real.after_key(0.5, end, -1.0)), (0.4, -2.0));
        assert_eq!(real.after_key(0.5, HandleKey::Remove, 1.0), 0.5);
    }

    #[test]
    fn fields_for_whole_numbers_are_those_of_whole_parameters() {
        use Numbers::{Real, Whole};
        let fields = each().map(|parameter| parameter.numbers());
        assert_eq!(fields, [Real, Real, Whole, Whole, Whole, Whole]);
    }
}
