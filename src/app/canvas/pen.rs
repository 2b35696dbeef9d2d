//! Lines and areas on a canvas, in the colours of the theme.

use web_sys::CanvasRenderingContext2d;

use super::Rgb;

/// Half the width of an arrow, and its height, in CSS pixels.
const ARROW: f64 = 5.0;

/// A canvas to draw on; lengths are in CSS pixels.
#[derive(Clone, Copy)]
pub struct Pen<'a> {
    pub context: &'a CanvasRenderingContext2d,
}

impl Pen<'_> {
    /// The colour of areas, with its opacity.
    pub fn fill(&self, color: Rgb, alpha: f64) {
        let Rgb(red, green, blue) = color;
        self.context.set_fill_style_str(&format!("rgb({red} {green} {blue} / {alpha})"));
    }

    /// The colour of lines, with its opacity, and their width.
    pub fn stroke(&self, color: Rgb, alpha: f64, width: f64) {
        let Rgb(red, green, blue) = color;
        self.context.set_stroke_style_str(&format!("rgb({red} {green} {blue} / {alpha})"));
        self.context.set_line_width(width);
    }

    /// Dashes of this length; none for 0.
    pub fn dashed(&self, length: f64) {
        let dashes = js_sys::Array::new();
        if length > 0.0 {
            dashes.push(&length.into());
            dashes.push(&3.0.into());
        }
        // Two positive numbers are a valid pattern.
        let _ = self.context.set_line_dash(&dashes);
    }

    /// A line from point to point.
    pub fn line(&self, from: [f64; 2], to: [f64; 2]) {
        self.trace([from, to].into_iter());
        self.context.stroke();
    }

    /// A path through points, neither stroked nor filled.
    pub fn trace(&self, points: impl Iterator<Item = [f64; 2]>) {
        self.context.begin_path();
        for [x, y] in points {
            self.context.line_to(x, y);
        }
    }

    /// An arrow whose tip is at `y`, for a mark that lies beyond the picture: down below it, or up.
    pub fn arrow(&self, x: f64, y: f64, is_down: bool) {
        let base = if is_down { y - ARROW } else { y + ARROW };
        self.trace([[x - ARROW, base], [x + ARROW, base], [x, y]].into_iter());
        self.context.fill();
    }
}
