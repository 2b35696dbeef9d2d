//! The axis of the thermometer: nats below log p(x) with their grid lines.

use std::fmt::Write;

use super::labels::Labels;
use super::ruler::{Marking, NUMBER_GAP, Ruler};
use super::{Axis, Direction, text_width};
use crate::state::{Language, Loupe, NatsScale, say, text};

/// Left of the widest number, in font sizes.
const LEFT_EDGE: f64 = 0.1;
/// Height of the row of words below, in font sizes.
const ROW: f64 = 1.85;
/// From the picture to the baseline of these words, in font sizes.
const BASELINE: f64 = 1.35;

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
    /// Height of the row of words at the bottom.
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
            Self::below(scale.depth()).numbers(Direction::Up, lines, self.language)
        });
        let widest = numbers.map(|(_, text)| text_width(&text)).fold(0.0, f64::max);
        ((widest + NUMBER_GAP + LEFT_EDGE) * self.line).ceil()
    }

    /// So many nats below log p(x) as an axis.
    pub fn below(depth: f64) -> Axis {
        Axis::linear("", [-depth, 0.0]).of_view()
    }

    /// The axis, with the words that say what it counts below the bars: `bars` are the left sides of the bar that
    /// stays and of the one that the loupe enlarges.
    pub fn svg(&self, bars: [f64; 2], loupe: Loupe) -> String {
        let mut out = String::with_capacity(1024);
        let (height, [width, _]) = (self.height(), self.size);
        if height < 1.0 {
            return out;
        }
        let labels = Labels { across: [0.0, width], down: [0.0, height], line: self.line };
        let zero = NatsScale::zero() * height;
        let ruler = Ruler { inside: [self.left(), zero, width, height], labels };
        out.push_str("<g class=\"axes\">");
        let axis = Self::below(self.scale.depth());
        ruler.up(&axis, Marking::Grid, f64::NEG_INFINITY, self.language, &mut out);
        let [whole, enlarged] = bars;
        let counted = text!("nats below log p(x)").say(self.language);
        let words = match loupe {
            Loupe::X1 => vec![(whole, counted.to_owned())],
            _ => {
                let factor = loupe.name();
                let enlarged_words = say!(self.language, "×{factor}, {counted}", factor, counted);
                vec![(whole, "×1".to_owned()), (enlarged, enlarged_words)]
            }
        };
        for (x, text) in words {
            // Words without room to the right begin farther left.
            let x = x.min(width - text_width(&text) * self.line).max(0.0);
            // Writing into a String cannot fail.
            let _ = write!(
                out,
                "<text x=\"{x:.1}\" y=\"{:.1}\">{text}</text>",
                height + BASELINE * self.line
            );
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
                let drawn = axis.svg([50.0, 90.0], loupe);
                assert!(numbers(&drawn).len() >= 2, "{drawn}");
                for text in numbers(&drawn) {
                    let room = axis.left() - 0.3 * line;
                    assert!(text_width(text) * line <= room, "{text} at {line}");
                }
            }
        }
    }

    #[test]
    fn zero_is_the_line_of_the_evidence() {
        let plain = axis(1.0, 14.0, Language::En).svg([50.0, 50.0], Loupe::X1);
        assert_eq!(numbers(&plain), ["−12", "−10", "−8", "−6", "−4", "−2", "0"]);
        // 337 pixels above the row of words: a thirteenth of them above zero.
        assert!(plain.contains("y=\"31.2\" text-anchor=\"end\">0<"), "{plain}");
        assert!(plain.contains(">nats below log p(x)<"), "{plain}");
        let near = axis(10.0, 14.0, Language::Pt).svg([50.0, 90.0], Loupe::X10);
        assert_eq!(numbers(&near), ["−1,2", "−1,0", "−0,8", "−0,6", "−0,4", "−0,2", "0,0"]);
        assert!(near.contains("<text x=\"50.0\"") && near.contains(">×1<"), "{near}");
        assert!(near.contains("<text x=\"90.0\"") && near.contains(">×10, nats abaixo"), "{near}");
    }

    #[test]
    fn words_without_room_begin_farther_left() {
        let narrow = NatsAxis { size: [288.0, 320.0], ..axis(1.0, 20.0, Language::Pt) };
        let drawn = narrow.svg([78.0, 78.0], Loupe::X1);
        let words = drawn.rsplit("<text x=\"").next().unwrap();
        let x: f64 = words.split('"').next().unwrap().parse().unwrap();
        let text = words.split('>').nth(1).unwrap().split('<').next().unwrap();
        assert!(x >= 0.0 && x + text_width(text) * 20.0 <= 288.1, "{text} at {x}");
        assert!(x < 78.0, "it had no room at {x}");
    }

    #[test]
    fn the_picture_stays_where_it_is_under_the_loupe() {
        let left = |magnification| axis(magnification, 14.0, Language::En).left();
        assert_eq!(left(1.0), left(100.0));
        assert_eq!(left(1.0), left(31.6));
    }
}
