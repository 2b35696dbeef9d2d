//! Lines, ticks and numbers along the edges of a picture: the one look of every axis.

use std::fmt::Write;

use super::labels::Labels;
use super::{Axis, Direction};
use crate::state::Language;

/// Between a number at the left and the picture, in font sizes.
pub(super) const NUMBER_GAP: f64 = 0.5;
/// From the picture to the baseline of what is written below it, in font sizes.
const BASELINE: f64 = 1.3;
/// Length of a tick, in pixels.
const TICK: f64 = 5.0;

/// What stands at a number of an axis that goes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marking {
    /// A line across the picture.
    Grid,
    /// A tick beside it: a map covers what is behind it.
    Ticks,
}

/// The edges of a picture along which its axes run.
pub(super) struct Ruler {
    /// Left, top, right and bottom edge, in pixels.
    pub(super) inside: [f64; 4],
    /// Where numbers may stand, and their size.
    pub(super) labels: Labels,
}

impl Ruler {
    /// The axis at the left. Nothing is written at or above `ceiling`, in pixels from the top.
    pub(super) fn up(
        &self,
        axis: &Axis,
        marking: Marking,
        ceiling: f64,
        language: Language,
        out: &mut String,
    ) {
        let [left, top, right, bottom] = self.inside;
        let (height, line) = (bottom - top, self.labels.line);
        for (value, text) in axis.numbers(Direction::Up, height / line, language) {
            let y = bottom - axis.share(value) * height;
            // Writing into a String cannot fail.
            let _ = match marking {
                Marking::Grid => {
                    write!(out, "<path class=\"grid\" d=\"M{left:.1} {y:.1}H{right:.1}\"/>")
                }
                Marking::Ticks => {
                    write!(out, "<path class=\"tick\" d=\"M{left:.1} {y:.1}h-{TICK}\"/>")
                }
            };
            if y > ceiling {
                self.labels.before(&text, left - NUMBER_GAP * line, y, out);
            }
        }
    }

    /// The axis at the bottom.
    pub(super) fn across(&self, axis: &Axis, language: Language, out: &mut String) {
        let [left, _, right, _] = self.inside;
        let width = right - left;
        for (value, text) in axis.numbers(Direction::Across, width / self.labels.line, language) {
            self.below(left + axis.share(value) * width, &text, out);
        }
    }

    /// A tick at the bottom, `x` pixels from the left, with what is written below it.
    pub(super) fn below(&self, x: f64, text: &str, out: &mut String) {
        let bottom = self.inside[3];
        let _ = write!(out, "<path class=\"tick\" d=\"M{x:.1} {bottom:.1}v{TICK}\"/>");
        self.labels.centred(text, x, bottom + BASELINE * self.labels.line, out);
    }

    /// The line along the bottom, and for a map along the left too.
    pub(super) fn frame(&self, has_left: bool, out: &mut String) {
        let [left, top, right, bottom] = self.inside;
        let start = if has_left { format!("{top:.1}V") } else { String::new() };
        let _ =
            write!(out, "<path class=\"frame\" d=\"M{left:.1} {start}{bottom:.1}H{right:.1}\"/>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruler() -> Ruler {
        let labels = Labels { across: [0.0, 240.0], down: [0.0, 140.0], line: 10.0 };
        Ruler { inside: [40.0, 20.0, 240.0, 120.0], labels }
    }

    #[test]
    fn lines_and_numbers_stand_at_their_values() {
        let axis = Axis::linear("", [0.0, 1.0]);
        let mut out = String::new();
        ruler().up(&axis, Marking::Grid, f64::NEG_INFINITY, Language::En, &mut out);
        // A half of 100 pixels above the bottom; half a font size from the edge; half a capital below the middle.
        let middle = "<path class=\"grid\" d=\"M40.0 70.0H240.0\"/>\
                      <text x=\"35.0\" y=\"73.8\" text-anchor=\"end\">0.5</text>";
        assert!(out.contains(middle), "{out}");
        let mut out = String::new();
        ruler().across(&axis, Language::Pt, &mut out);
        let middle = "<path class=\"tick\" d=\"M140.0 120.0v5\"/>\
                      <text x=\"140.0\" y=\"133.0\" text-anchor=\"middle\">0,5</text>";
        assert!(out.contains(middle), "{out}");
    }

    #[test]
    fn a_number_at_the_ceiling_keeps_its_tick_alone() {
        let axis = Axis::linear("", [0.0, 1.0]);
        let mut out = String::new();
        ruler().up(&axis, Marking::Ticks, 20.0, Language::En, &mut out);
        assert!(out.contains("<path class=\"tick\" d=\"M40.0 20.0h-5\"/>"), "{out}");
        assert!(out.contains(">0.5<") && !out.contains(">1.0<"), "{out}");
    }

    #[test]
    fn a_map_has_a_line_along_both_axes() {
        let frame = |has_left| {
            let mut out = String::new();
            ruler().frame(has_left, &mut out);
            out
        };
        assert!(frame(true).contains("d=\"M40.0 20.0V120.0H240.0\""));
        assert!(frame(false).contains("d=\"M40.0 120.0H240.0\""));
    }
}
