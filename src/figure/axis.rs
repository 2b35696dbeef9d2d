//! The one description of an axis: its range and what fixes it, its scale, and the round numbers on it.

use serde::{Deserialize, Serialize};

use crate::state::{Language, number, text};

/// One direction of a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// What is measured, with its unit.
    pub label: String,
    /// From where to where: the lower end comes first.
    pub range: [f64; 2],
    /// Equal steps or equal ratios.
    pub scale: Scale,
    /// What fixes the range.
    pub policy: ScalePolicy,
}

/// What fixes the range of an axis, which tells when it may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScalePolicy {
    /// A constant: the range is the same in every state.
    Fixed,
    /// The setting: the range stays while a computation goes on or is played, and may move with a parameter.
    OfSetting,
    /// The values that are shown: the range may move with every one of them.
    OfValues,
    /// The scene: the range stays from one preset, link or step of a lesson to the next, or until the visitor fits it.
    OfScene,
    /// The visitor, who zooms and pans.
    OfView,
}

/// The side of a picture along which an axis runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the right.
    Across,
    /// Upwards.
    Up,
}

/// Font sizes from one number to the next: numbers are wider than they are high.
const ACROSS: f64 = 4.6;
const UP: f64 = 3.0;

/// How values are spread over an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scale {
    /// Equal steps.
    Linear,
    /// Equal ratios; the range is positive.
    Log,
    /// Equal steps without numbers: places on a map.
    Places,
    /// Equal steps; on both axes of a picture a unit has the same length.
    Plane,
    /// Equal steps around zero, equal ratios far from it, on either side.
    SignedLog,
}

/// Where a signed logarithmic axis goes over from steps to ratios.
const BEND: f64 = 10.0;

impl ScalePolicy {
    /// In words, for the description of a figure.
    pub fn say(self, language: Language) -> &'static str {
        let text = match self {
            Self::Fixed => text!("always the same"),
            Self::OfSetting => text!("fixed by the setting"),
            Self::OfValues => text!("following the values"),
            Self::OfScene => text!("held for this scene"),
            Self::OfView => text!("as you zoom"),
        };
        text.say(language)
    }
}

impl Axis {
    /// An axis with equal steps.
    pub fn linear(label: impl Into<String>, range: [f64; 2]) -> Self {
        Self::new(label.into(), widened(range), Scale::Linear)
    }

    /// An axis with equal ratios; a range that is not positive is moved to where it is.
    pub fn log(label: impl Into<String>, [low, high]: [f64; 2]) -> Self {
        let high = if high > 0.0 && high.is_finite() { high } else { 1.0 };
        let low = if low > 0.0 && low < high { low } else { high * 1e-3 };
        Self::new(label.into(), [low, high], Scale::Log)
    }

    /// An axis of a map, on which nothing is written but its label.
    pub fn places(label: impl Into<String>, range: [f64; 2]) -> Self {
        Self::new(label.into(), widened(range), Scale::Places)
    }

    /// One of the two axes of a plane.
    pub fn plane(label: impl Into<String>, range: [f64; 2]) -> Self {
        Self::new(label.into(), widened(range), Scale::Plane)
    }

    /// An axis on which a hundred and a hundred thousand are both seen, whatever their signs.
    pub fn signed_log(label: impl Into<String>, range: [f64; 2]) -> Self {
        Self::new(label.into(), widened(range), Scale::SignedLog)
    }

    /// An axis whose range follows the values that are shown, unless another policy is named.
    const fn new(label: String, range: [f64; 2], scale: Scale) -> Self {
        Self { label, range, scale, policy: ScalePolicy::OfValues }
    }

    /// The same axis, whose range is a constant.
    pub fn fixed(self) -> Self {
        Self { policy: ScalePolicy::Fixed, ..self }
    }

    /// The same axis, whose range is fixed by the setting.
    pub fn of_setting(self) -> Self {
        Self { policy: ScalePolicy::OfSetting, ..self }
    }

    /// The same axis, whose range the visitor chooses.
    pub fn of_view(self) -> Self {
        Self { policy: ScalePolicy::OfView, ..self }
    }

    /// The share of the axis at which a value lies: 0 at its beginning, 1 at its end.
    pub fn share(&self, value: f64) -> f64 {
        let [low, high] = self.range;
        match self.scale {
            Scale::Linear | Scale::Places | Scale::Plane => (value - low) / (high - low),
            Scale::Log => (value / low).ln() / (high / low).ln(),
            Scale::SignedLog => {
                let [low, value, high] = [low, value, high].map(|v| (v / BEND).asinh());
                (value - low) / (high - low)
            }
        }
    }

    /// The value at a share of the axis.
    pub fn value(&self, share: f64) -> f64 {
        let [low, high] = self.range;
        match self.scale {
            Scale::Linear | Scale::Places | Scale::Plane => low + share * (high - low),
            Scale::Log => low * (high / low).powf(share),
            Scale::SignedLog => {
                let [low, high] = [low, high].map(|v| (v / BEND).asinh());
                (low + share * (high - low)).sinh() * BEND
            }
        }
    }

    /// The numbers beside an axis of `length` font sizes: round values with how they are written.
    pub fn numbers(
        &self,
        direction: Direction,
        length: f64,
        language: Language,
    ) -> Vec<(f64, String)> {
        let distance = match direction {
            // Both axes of a plane have the same steps where they can.
            Direction::Up if self.scale != Scale::Plane => UP,
            Direction::Up | Direction::Across => ACROSS,
        };
        let (ticks, decimals) = self.ticks(length / distance);
        ticks.into_iter().map(|tick| (tick, self.written(tick, decimals, language))).collect()
    }

    /// A value on the axis as it is written beside it.
    fn written(&self, value: f64, decimals: usize, language: Language) -> String {
        match self.scale {
            Scale::Linear | Scale::Places | Scale::Plane | Scale::SignedLog => {
                number::grouped(value, decimals, language)
            }
            Scale::Log if !(1e-3..1e5).contains(&value) => number::small(value, language),
            Scale::Log => {
                let decimals = (-value.log10().floor()).clamp(0.0, 6.0) as usize;
                number::grouped(value, decimals, language)
            }
        }
    }

    /// Round values inside the range, not more than `most` or few more, and the decimals that tell them
    /// apart.
    fn ticks(&self, most: f64) -> (Vec<f64>, usize) {
        let most = most.floor().max(1.0);
        match self.scale {
            Scale::Linear | Scale::Plane => linear_ticks(self.range, most),
            Scale::SignedLog => (signed_log_ticks(self.range, most), 0),
            Scale::Log => (log_ticks(self.range, most), 0),
            Scale::Places => (Vec::new(), 0),
        }
    }
}

/// Nothing is drawn beyond this.
const FURTHEST: f64 = 1e300;
/// A shorter range has no steps that f64 could tell apart.
const NEAREST: f64 = 1e-290;

/// A range that has a length: a single value gets room around it.
fn widened([low, high]: [f64; 2]) -> [f64; 2] {
    if !low.is_finite() || !high.is_finite() {
        return [0.0, 1.0];
    }
    // The length of a range must be a number, too.
    let [low, high] = [low, high].map(|end| end.clamp(-FURTHEST, FURTHEST));
    // Half a unit is nothing beside a large value.
    let room = f64::max(0.5, 1e-6 * low.abs());
    if high - low > NEAREST { [low, high] } else { [low - room, low + room] }
}

/// Multiples of 1, 2 or 5 times a power of ten: as few as asked for, but two where that can be.
fn linear_ticks([low, high]: [f64; 2], most: f64) -> (Vec<f64>, usize) {
    let least = (high - low) / most;
    let power = least.log10().floor() as i32;
    let round = [(10.0, power), (5.0, power), (2.0, power), (1.0, power), (5.0, power - 1)];
    let wide_enough = round.iter().rposition(|(m, p)| m * 10_f64.powi(*p) >= least).unwrap_or(0);
    let mut found = (Vec::new(), 0);
    for &(multiple, power) in &round[wide_enough..] {
        found = multiples(multiple, power, [low, high]);
        if found.0.len() >= 2 {
            break;
        }
    }
    found
}

/// The multiples of m · 10^p inside a range, and the decimals they need.
fn multiples(multiple: f64, power: i32, [low, high]: [f64; 2]) -> (Vec<f64>, usize) {
    // Dividing by a power of ten instead of multiplying by its inverse keeps 0.3 what it is.
    let (up, down) = (10_f64.powi(power.max(0)), 10_f64.powi((-power).max(0)));
    let value = |count: f64| count * multiple * up / down;
    let slack = 1e-9 * (high - low);
    let (first, last) =
        (((low - slack) / value(1.0)).ceil(), ((high + slack) / value(1.0)).floor());
    let count = (last - first + 1.0).max(0.0) as usize;
    let power = if multiple >= 10.0 { power + 1 } else { power };
    ((0..count).map(|i| value(first + i as f64)).collect(), (-power).clamp(0, 12) as usize)
}

/// Powers of ten, or of two where fewer than three of ten fit in.
fn log_ticks([low, high]: [f64; 2], most: f64) -> Vec<f64> {
    let base: f64 = if (high / low).log10() >= 2.5 { 10.0 } else { 2.0 };
    let (first, last) =
        ((low.log(base) - 1e-9).ceil() as i32, (high.log(base) + 1e-9).floor() as i32);
    let every = (f64::from(last - first + 1) / most).ceil().max(1.0) as usize;
    (first..=last).step_by(every).map(|power| base.powi(power)).collect()
}

/// Zero and powers of ten of either sign, as many of them as there is room for.
fn signed_log_ticks([low, high]: [f64; 2], most: f64) -> Vec<f64> {
    let first = BEND.log10() as i32;
    let last = low.abs().max(high.abs()).log10().floor() as i32;
    let inside = |value: &f64| low <= *value && *value <= high;
    let with_step = |every: usize| -> Vec<f64> {
        let powers = || (first..=last).rev().step_by(every).map(|power| 10_f64.powi(power));
        let below = powers().map(|value| -value);
        let above: Vec<f64> = powers().collect();
        below.chain([0.0]).chain(above.into_iter().rev()).filter(inside).collect()
    };
    let steps = 1..=usize::try_from(last - first).unwrap_or(0) + 1;
    let few = |ticks: &Vec<f64>| ticks.len() as f64 <= most;
    steps.map(with_step).find(few).unwrap_or_else(|| with_step(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round_and_few() {
        let axis = Axis::linear("", [-2.13, -1.79]);
        assert_eq!(axis.ticks(4.6), (vec![-2.1, -2.0, -1.9, -1.8], 1));
        let (ticks, decimals) = Axis::linear("", [0.0, 1000.0]).ticks(3.0);
        assert_eq!((ticks, decimals), (vec![0.0, 500.0, 1000.0], 0));
        // One label tells no scale.
        assert_eq!(Axis::linear("", [0.2, 0.9]).ticks(1.0).0, [0.2, 0.4, 0.6, 0.8]);
        assert_eq!(Axis::log("", [1.0, 1024.0]).ticks(4.6).0, [1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(Axis::log("", [1.0, 16.0]).ticks(6.0).0, [1.0, 2.0, 4.0, 8.0, 16.0]);
    }

    #[test]
    fn numbers_are_as_far_apart_as_their_direction_asks_for() {
        let axis = Axis::linear("", [-2000.0, 2000.0]);
        let numbers = |direction| -> Vec<String> {
            let numbers = axis.numbers(direction, 15.0, Language::Pt);
            numbers.into_iter().map(|(_, text)| text).collect()
        };
        // Five of them upwards, three to the right.
        assert_eq!(numbers(Direction::Up), ["−2.000", "−1.000", "0", "1.000", "2.000"]);
        assert_eq!(numbers(Direction::Across), ["−2.000", "0", "2.000"]);
        // A unit of a plane is equally long both ways, and so are the steps.
        let plane = Axis::plane("", [-2000.0, 2000.0]);
        let [up, across] = [Direction::Up, Direction::Across]
            .map(|direction| plane.numbers(direction, 15.0, Language::En));
        assert_eq!((up.len(), up), (3, across));
    }

    #[test]
    fn a_logarithmic_axis_writes_as_many_decimals_as_its_numbers_need() {
        let axis = Axis::log("", [1e-4, 1e6]);
        let numbers = axis.numbers(Direction::Across, 60.0, Language::En);
        let texts: Vec<_> = numbers.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "1·10⁻⁴",
                "0.001",
                "0.01",
                "0.1",
                "1",
                "10",
                "100",
                "1,000",
                "10,000",
                "1·10⁵",
                "1·10⁶"
            ]
        );
    }

    #[test]
    fn a_range_follows_what_is_shown_unless_it_is_said_what_fixes_it() {
        let axis = Axis::linear("z", [0.0, 1.0]);
        assert_eq!(axis.policy, ScalePolicy::OfValues);
        let fixed = axis.clone().fixed();
        assert_eq!((fixed.policy, fixed.range), (ScalePolicy::Fixed, axis.range));
    }

    #[test]
    fn a_signed_logarithm_tells_hundreds_from_tens_of_thousands() {
        let axis = Axis::signed_log("", [-5e4, 5e4]);
        assert_eq!(axis.share(0.0), 0.5);
        // Half of asinh(54.8)/asinh(5000) below the middle.
        assert!((axis.share(-548.0) - (0.5 - 0.5 * 4.696920 / 9.210340)).abs() < 1e-6);
        assert_eq!(axis.ticks(9.0).0, [-1e4, -1e3, -100.0, -10.0, 0.0, 10.0, 100.0, 1e3, 1e4]);
        assert_eq!(axis.ticks(5.0).0, [-1e4, -100.0, 0.0, 100.0, 1e4]);
        assert_eq!(Axis::signed_log("", [-600.0, 3.0]).ticks(9.0).0, [-100.0, -10.0, 0.0]);
    }

    #[test]
    fn a_map_has_places_and_no_numbers() {
        let axis = Axis::places("", [0.0, 3.0]);
        assert_eq!((axis.share(1.5), axis.value(0.5)), (0.5, 1.5));
        assert!(axis.ticks(500.0).0.is_empty());
    }

    #[test]
    fn a_range_without_length_gets_one() {
        assert_eq!(Axis::linear("", [3.0, 3.0]).range, [2.5, 3.5]);
        assert_eq!(Axis::linear("", [f64::NAN, 3.0]).range, [0.0, 1.0]);
        assert_eq!(Axis::log("", [0.0, 10.0]).range, [0.01, 10.0]);
        assert_eq!(Axis::log("", [f64::NAN, f64::INFINITY]).range, [1e-3, 1.0]);
    }

    proptest! {
        #[test]
        fn value_takes_back_share(low in -1e3..1e3_f64, length in 1e-6..1e3_f64, share in 0.0..1.0_f64) {
            let axes = [
                Axis::linear("", [low, low + length]),
                Axis::log("", [length, 3.0 * length]),
                Axis::signed_log("", [low, low + length]),
            ];
            for axis in axes {
                prop_assert!((axis.share(axis.value(share)) - share).abs() < 1e-6);
            }
        }

        #[test]
        fn ticks_lie_inside_and_leave_room(low in -1e6..1e6_f64, length in 1e-9..1e6_f64, most in 0.1..40.0_f64) {
            let axis = Axis::linear("", [low, low + length]);
            let (ticks, _) = axis.ticks(most);
            prop_assert!(ticks.len() as f64 <= 2.0 * most.max(1.0) + 5.0);
            for tick in ticks {
                prop_assert!((-1e-6..=1.0 + 1e-6).contains(&axis.share(tick)), "{}", tick);
            }
        }
    }
}
