//! The axis of the thermometer: numbers in nats and their grid lines, and the names of its columns.

use std::fmt::Write;

use super::labels::Labels;
use super::{Axis, text_width};
use crate::state::{Language, NatsScale, number};

/// Between a number and the picture, in font sizes.
const GAP: f64 = 0.6;
/// Wanted distance between grid lines, in pixels.
const DISTANCE: f64 = 56.0;
/// Decimals of the finest scale.
const FINEST: usize = 3;
/// Height of the row of names below, in font sizes.
const ROW: f64 = 1.85;

/// What the axis of a thermometer looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NatsAxis {
    /// Which nats are shown.
    pub scale: NatsScale,
    /// Width and height of the whole picture.
    pub size: [f64; 2],
    /// The font's size.
    pub line: f64,
    /// How numbers are written.
    pub language: Language,
}

impl NatsAxis {
    /// Height of the row of names at the bottom.
    pub fn bottom(line: f64) -> f64 {
        (ROW * line).round()
    }

    /// Space for the numbers at the left. It is enough for the finest scale around log p(x), so that it
    /// stays while the scale follows the gap.
    pub fn left(&self) -> f64 {
        let finest = number::grouped(self.scale.log_evidence, FINEST, self.language);
        let numbers = self.numbers().into_iter().map(|(_, text)| text).chain([finest]);
        let widest = numbers.map(|text| text_width(&text)).fold(0.0, f64::max);
        ((widest + GAP) * self.line).ceil()
    }

    /// The numbers with their values.
    fn numbers(&self) -> Vec<(f64, String)> {
        let (axis, height) = self.axis();
        let (ticks, decimals) = axis.ticks(height / DISTANCE);
        let write = |tick| (tick, number::grouped(tick, decimals, self.language));
        ticks.into_iter().map(write).collect()
    }

    fn axis(&self) -> (Axis, f64) {
        let [top, bottom] = self.scale.range();
        (Axis::linear("", [bottom, top]), self.size[1] - Self::bottom(self.line))
    }

    /// The axis with names centred below it.
    pub fn svg(&self, names: impl Iterator<Item = (f64, String)>) -> String {
        let mut out = String::with_capacity(1024);
        let ((axis, height), left, [width, _]) = (self.axis(), self.left(), self.size);
        if height < 1.0 {
            return out;
        }
        let labels = Labels { across: [0.0, width], down: [0.0, height], line: self.line };
        out.push_str("<g class=\"axes\">");
        for (value, text) in self.numbers() {
            let y = (1.0 - axis.share(value)) * height;
            // Writing into a String cannot fail.
            let _ = write!(out, "<path class=\"grid\" d=\"M{left} {y:.1}H{width:.1}\"/>");
            labels.before(&text, left - 0.5 * GAP * self.line, y, &mut out);
        }
        for (x, name) in names {
            labels.centred(&name, x, height + 1.3 * self.line, &mut out);
        }
        out.push_str("</g>");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_room_from_a_hair_to_a_chasm() {
        for (log_evidence, gap) in
            [(-151.9532, 1e-3), (-151.9532, 3.0), (-548.36, 5e4), (-1e5, 1e7)]
        {
            for line in [14.0, 20.0, 40.0] {
                let scale = NatsScale::new(log_evidence, gap, None);
                let axis = NatsAxis { scale, size: [416.0, 363.0], line, language: Language::En };
                let drawn = axis.svg(std::iter::once((410.0, "1024".to_owned())));
                let numbers: Vec<_> = drawn.split("text-anchor=\"end\">").skip(1).collect();
                assert!(numbers.len() >= 2, "{drawn}");
                for text in numbers {
                    let text = text.split('<').next().unwrap();
                    assert!(
                        text_width(text) * line <= axis.left() - 0.3 * line,
                        "{text} at {line}"
                    );
                }
                assert!(!drawn.contains("x=\"410.0\""), "1024 is cut at the right: {drawn}");
            }
        }
    }

    #[test]
    fn the_room_stays_while_the_gap_closes() {
        let left = |gap| {
            let scale = NatsScale::new(-151.9532, gap, None);
            NatsAxis { scale, size: [416.0, 363.0], line: 14.0, language: Language::En }.left()
        };
        assert_eq!(left(1e-3), left(3.0));
        assert_eq!(left(1e-3), left(500.0));
    }
}
