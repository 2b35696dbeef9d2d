//! The axes of the bench's latent plane.

use std::fmt::Write;

use super::labels::Labels;
use super::{Axis, text_width};
use crate::state::{Language, PlaneView, number};

/// The widest number that any view of the plane shows.
const WIDEST: &str = "−8.88";
/// Between a number and the plane, in font sizes.
const GAP: f64 = 0.5;
/// Height of the row of numbers below, in font sizes.
const ROW: f64 = 1.75;
/// Wanted distance between numbers, in pixels.
const DISTANCE: f64 = 80.0;

/// Space for the numbers, at the left and at the bottom: the same for every view, so that zooming moves
/// nothing else.
pub fn plane_margins(line: f64) -> [f64; 2] {
    [((text_width(WIDEST) + GAP) * line).ceil(), (ROW * line).ceil()]
}

/// The axes of a plane whose top right corner is that of the sheet.
pub fn plane_axes(view: &PlaneView, line: f64, language: Language) -> String {
    let mut out = String::with_capacity(1024);
    let ([left, bottom], [width, height]) = (plane_margins(line), view.size);
    let labels = Labels { across: [0.0, left + width], down: [0.0, height + bottom], line };
    let [first, second] = view.ranges().map(|range| Axis::linear("", range));
    // Writing into a String cannot fail.
    let _ = write!(
        out,
        "<g class=\"axes\"><path class=\"frame\" d=\"M{left} 0V{height:.1}H{:.1}\"/>",
        left + width
    );
    let (ticks, decimals) = first.ticks(width / DISTANCE);
    for tick in ticks {
        let x = left + first.share(tick) * width;
        let _ = write!(out, "<path class=\"tick\" d=\"M{x:.1} {height:.1}v5\"/>");
        labels.centred(
            &number::decimal(tick, decimals, language),
            x,
            height + 1.3 * line,
            &mut out,
        );
    }
    let (ticks, decimals) = second.ticks(height / DISTANCE);
    for tick in ticks {
        let y = (1.0 - second.share(tick)) * height;
        let _ = write!(out, "<path class=\"tick\" d=\"M{left} {y:.1}h-5\"/>");
        let text = number::decimal(tick, decimals, language);
        labels.before(&text, left - GAP * line, y, &mut out);
    }
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
                prop_assert!(text_width(text) * line <= left - GAP * line + 0.1, "{text}");
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
