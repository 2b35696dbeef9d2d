//! The axis of the thermometer: nats from log p(x) with their grid lines, and the names of its columns.

use std::fmt::Write;

use super::labels::Labels;
use super::{Axis, text_width};
use crate::state::{Language, Loupe, NatsScale, number};

/// Between a number and the picture, in font sizes.
const GAP: f64 = 0.6;
/// Wanted distance between grid lines, in pixels.
const DISTANCE: f64 = 48.0;
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

    /// Height of the part above that row, to which the scale belongs.
    pub fn height(&self) -> f64 {
        self.size[1] - Self::bottom(self.line)
    }

    /// Space for the numbers at the left: enough for every loupe, so that the picture stays where it is.
    pub fn left(&self) -> f64 {
        let numbers = Loupe::ALL.into_iter().flat_map(|loupe| {
            let scale = NatsScale { magnification: loupe.factor(), ..self.scale };
            Self { scale, ..*self }.numbers()
        });
        let widest = numbers.map(|(_, text)| text_width(&text)).fold(0.0, f64::max);
        ((widest + GAP) * self.line).ceil()
    }

    /// The numbers with their values.
    fn numbers(&self) -> Vec<(f64, String)> {
        let (ticks, decimals) = self.axis().ticks(self.height() / DISTANCE);
        let write = |tick| (tick, number::grouped(tick, decimals, self.language));
        ticks.into_iter().map(write).collect()
    }

    fn axis(&self) -> Axis {
        let [top, bottom] = self.scale.range();
        Axis::linear("", [bottom, top])
    }

    /// The axis with names centred below it.
    pub fn svg(&self, names: impl Iterator<Item = (f64, String)>) -> String {
        let mut out = String::with_capacity(1024);
        let (height, left, [width, _]) = (self.height(), self.left(), self.size);
        if height < 1.0 {
            return out;
        }
        let labels = Labels { across: [0.0, width], down: [0.0, height], line: self.line };
        let axis = self.axis();
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

    fn axis(magnification: f64, line: f64, language: Language) -> NatsAxis {
        let scale = NatsScale { log_evidence: -151.9532, magnification };
        NatsAxis { scale, size: [416.0, 363.0], line, language }
    }

    fn numbers(drawn: &str) -> Vec<&str> {
        let texts = drawn.split("text-anchor=\"end\">").skip(1);
        texts.map(|text| text.split('<').next().unwrap()).collect()
    }

    #[test]
    fn numbers_have_room_under_every_loupe() {
        for loupe in Loupe::ALL {
            for line in [14.0, 20.0, 40.0] {
                let axis = axis(loupe.factor(), line, Language::En);
                let drawn = axis.svg(std::iter::once((410.0, "1024".to_owned())));
                assert!(numbers(&drawn).len() >= 2, "{drawn}");
                for text in numbers(&drawn) {
                    let room = axis.left() - 0.3 * line;
                    assert!(text_width(text) * line <= room, "{text} at {line}");
                }
                assert!(!drawn.contains("x=\"410.0\""), "1024 is cut at the right: {drawn}");
            }
        }
    }

    #[test]
    fn zero_is_the_line_of_the_evidence() {
        let none = || std::iter::empty();
        let plain = axis(1.0, 14.0, Language::En).svg(none());
        assert_eq!(numbers(&plain), ["−12", "−10", "−8", "−6", "−4", "−2", "0", "2"]);
        let near = axis(10.0, 14.0, Language::Pt).svg(none());
        assert_eq!(numbers(&near), ["−1,2", "−1,0", "−0,8", "−0,6", "−0,4", "−0,2", "0,0", "0,2"]);
    }

    #[test]
    fn the_picture_stays_where_it_is_under_the_loupe() {
        let left = |magnification| axis(magnification, 14.0, Language::En).left();
        assert_eq!(left(1.0), left(100.0));
        assert_eq!(left(1.0), left(31.6));
    }
}
