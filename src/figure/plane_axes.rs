//! The axes of the bench's latent plane: ticks and numbers inside its frame, at the right and at the bottom.

use std::fmt::Write;

use super::{Axis, Direction, text_width};
use crate::state::{Language, PlaneView};

/// Length of a tick, in pixels.
const TICK: f64 = 5.0;
/// From the frame to a number, in font sizes.
const INSET: f64 = 0.85;
/// Height of a capital or a digit, in font sizes.
const CAPITAL: f64 = 0.75;

/// Ticks with their numbers, and the names of both coordinates. A number of z₁ has room for all of it between
/// `between`, in pixels from the left: what else stands at the bottom covers the rest.
pub fn plane_axes(view: &PlaneView, line: f64, between: [f64; 2], language: Language) -> String {
    let mut out = String::with_capacity(1024);
    let [width, height] = view.size;
    let [first, second] = view.ranges().map(|range| Axis::plane("", range).of_view());
    let inset = INSET * line;
    let baseline = height - inset;
    out.push_str("<g class=\"axes\">");
    // Writing into a String cannot fail.
    let _ = write!(
        out,
        "<text class=\"name\" x=\"{:.1}\" y=\"{baseline:.1}\">z₁</text>\
         <text class=\"name\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">z₂</text>",
        between[0] + inset,
        width - inset,
        inset + CAPITAL * line
    );
    let start = between[0] + 2.0 * inset + text_width("z₁") * line;
    for (value, text) in first.numbers(Direction::Across, width / line, language) {
        let x = first.share(value) * width;
        let half = 0.5 * text_width(&text) * line;
        if x - half >= start && x + half <= between[1] {
            let _ = write!(
                out,
                "<path class=\"tick\" d=\"M{x:.1} {height:.1}v-{TICK}\"/>\
                 <text x=\"{x:.1}\" y=\"{baseline:.1}\" text-anchor=\"middle\">{text}</text>"
            );
        }
    }
    // The name stands above them, the row of z₁ and its buttons below.
    let (highest, lowest) = (2.0 * inset + 1.5 * line, height - 4.0 * line);
    for (value, text) in second.numbers(Direction::Up, height / line, language) {
        let y = height - second.share(value) * height;
        if (highest..=lowest).contains(&y) {
            let _ = write!(
                out,
                "<path class=\"tick\" d=\"M{width:.1} {y:.1}h-{TICK}\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
                width - inset,
                y + 0.5 * CAPITAL * line
            );
        }
    }
    out.push_str("</g>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Left end, right end and text of what is written.
    fn texts(drawn: &str, line: f64) -> Vec<(f64, f64, String)> {
        let texts = drawn.split("<text").skip(1).map(|text| {
            let x: f64 =
                text.split("x=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
            let written = text.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned();
            let width = text_width(&written) * line;
            let start = match text.split("text-anchor=\"").nth(1).map(|rest| &rest[..3]) {
                Some("end") => x - width,
                Some("mid") => x - 0.5 * width,
                _ => x,
            };
            (start, start + width, written)
        });
        texts.collect()
    }

    proptest! {
        #[test]
        fn everything_written_is_inside_the_frame(
            z1 in -4.0..4.0_f64, z2 in -4.0..4.0_f64, factor in 0.01..100.0_f64,
            width in 200.0..1500.0_f64, height in 200.0..1500.0_f64, line in 12.0..40.0_f64,
        ) {
            let view = PlaneView { centre: [z1, z2], scale: 100.0, size: [width, height] };
            let view = view.zoomed(factor, [0.0; 2]);
            let between = [0.3 * width, width - 3.0 * line];
            let drawn = texts(&plane_axes(&view, line, between, Language::En), line);
            prop_assert!(drawn.len() >= 2, "{drawn:?}");
            for (left, right, text) in drawn {
                prop_assert!(left >= 0.0 && right <= width, "{text} from {left} to {right} of {width}");
            }
        }
    }

    #[test]
    fn a_number_stands_at_its_place() {
        let view = PlaneView { centre: [0.0; 2], scale: 100.0, size: [600.0, 400.0] };
        let drawn = plane_axes(&view, 10.0, [50.0, 600.0], Language::Pt);
        // z₁ = −2 is 200 pixels left of the middle; the baseline is 0.85 font sizes above the bottom.
        let across = "<path class=\"tick\" d=\"M100.0 400.0v-5\"/>\
                      <text x=\"100.0\" y=\"391.5\" text-anchor=\"middle\">−2,0<";
        assert!(drawn.contains(across), "{drawn}");
        // z₂ = 1 is 100 pixels above the middle.
        let up = "<path class=\"tick\" d=\"M600.0 100.0h-5\"/><text x=\"591.5\" y=\"103.8\" text-anchor=\"end\">1,0<";
        assert!(drawn.contains(up), "{drawn}");
    }

    #[test]
    fn numbers_keep_clear_of_what_else_stands_at_the_bottom() {
        let view = PlaneView { centre: [0.0; 2], scale: 100.0, size: [600.0, 400.0] };
        let drawn = plane_axes(&view, 10.0, [150.0, 450.0], Language::En);
        let across: Vec<_> =
            texts(&drawn, 10.0).into_iter().filter(|(left, ..)| *left < 500.0).collect();
        assert!(across.len() >= 3, "{drawn}");
        assert!(
            across.iter().all(|(left, right, _)| *left >= 150.0 && *right <= 450.0),
            "{across:?}"
        );
    }
}
