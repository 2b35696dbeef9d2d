//! The axis of the thermometer: nats from log p(x) with their grid lines, and the names of its columns.

use super::labels::Labels;
use super::ruler::{Marking, NUMBER_GAP, Ruler};
use super::{Axis, Direction, text_width};
use crate::state::{Language, Loupe, NatsScale};

/// Left of the widest number, in font sizes.
const LEFT_EDGE: f64 = 0.1;
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
        let lines = self.height() / self.line;
        let numbers = Loupe::ALL.into_iter().flat_map(|loupe| {
            let scale = NatsScale { magnification: loupe.factor(), ..self.scale };
            Self::axis_of(&scale).numbers(Direction::Up, lines, self.language)
        });
        let widest = numbers.map(|(_, text)| text_width(&text)).fold(0.0, f64::max);
        ((widest + NUMBER_GAP + LEFT_EDGE) * self.line).ceil()
    }

    /// A scale as an axis, in nats from log p(x).
    pub fn axis_of(scale: &NatsScale) -> Axis {
        let [top, bottom] = scale.range();
        Axis::linear("", [bottom, top]).of_view()
    }

    /// The axis with names centred below it.
    pub fn svg(&self, names: impl Iterator<Item = (f64, String)>) -> String {
        let mut out = String::with_capacity(1024);
        let (height, [width, _]) = (self.height(), self.size);
        if height < 1.0 {
            return out;
        }
        let labels = Labels { across: [0.0, width], down: [0.0, height], line: self.line };
        let ruler = Ruler { inside: [self.left(), 0.0, width, height], labels };
        out.push_str("<g class=\"axes\">");
        ruler.up(
            &Self::axis_of(&self.scale),
            Marking::Grid,
            f64::NEG_INFINITY,
            self.language,
            &mut out,
        );
        for (x, name) in names {
            ruler.below(x, &name, &mut out);
        }
        ruler.frame(false, &mut out);
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
