//! The axes of the bench's latent plane.

use super::labels::Labels;
use super::ruler::{Marking, NUMBER_GAP, Ruler};
use super::{Axis, text_width};
use crate::state::{Language, PlaneView};

/// The widest number that any view of the plane shows.
const WIDEST: &str = "−8.88";
/// Height of the row of numbers below, in font sizes.
const ROW: f64 = 1.75;

/// Space for the numbers, at the left and at the bottom: the same for every view, so that zooming moves
/// nothing else.
pub fn plane_margins(line: f64) -> [f64; 2] {
    [((text_width(WIDEST) + NUMBER_GAP) * line).ceil(), (ROW * line).ceil()]
}

/// The axes of a plane whose top right corner is that of the sheet.
pub fn plane_axes(view: &PlaneView, line: f64, language: Language) -> String {
    let mut out = String::with_capacity(1024);
    let ([left, bottom], [width, height]) = (plane_margins(line), view.size);
    let labels = Labels { across: [0.0, left + width], down: [0.0, height + bottom], line };
    let ruler = Ruler { inside: [left, 0.0, left + width, height], labels };
    let axis = |range| Axis::plane("", range).of_view();
    let [first, second] = view.ranges().map(axis);
    out.push_str("<g class=\"axes\">");
    ruler.up(&second, Marking::Ticks, f64::NEG_INFINITY, language, &mut out);
    ruler.across(&first, language, &mut out);
    ruler.frame(true, &mut out);
    out.push_str("</g>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_number_of_every_view_has_room(
            z1 in -4.0..4.0_f64, z2 in -4.0..4.0_f64, factor in 0.01..100.0_f64,
            width in 200.0..1500.0_f64, height in 200.0..1500.0_f64, line in 12.0..40.0_f64,
        ) {
            let view = PlaneView { centre: [z1, z2], scale: 100.0, size: [width, height] };
            let view = view.zoomed(factor, [0.0; 2]);
            let drawn = plane_axes(&view, line, Language::En);
            let left = plane_margins(line)[0];
            let mut count = 0;
            for text in drawn.split("text-anchor=\"end\">").skip(1) {
                let text = text.split('<').next().unwrap();
                prop_assert!(text_width(text) * line <= left - NUMBER_GAP * line + 0.1, "{text}");
                count += 1;
            }
            prop_assert!(count >= 1, "{drawn}");
        }
    }

    #[test]
    fn a_number_stands_at_its_place() {
        let view = PlaneView { centre: [0.0; 2], scale: 100.0, size: [600.0, 400.0] };
        let drawn = plane_axes(&view, 14.0, Language::Pt);
        let left = plane_margins(14.0)[0];
        assert!(
            drawn.contains(&format!(
                "<text x=\"{:.1}\" y=\"418.2\" text-anchor=\"middle\">−2<",
                left + 100.0
            )),
            "{drawn}"
        );
    }
}
