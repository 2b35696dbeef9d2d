//! A canvas with as many pixels as the screen has, for plotters and for the 2-D context.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters_canvas::CanvasBackend;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::Extent;
use crate::app::dom;

/// A cleared canvas whose backing store fits its size on the screen.
pub struct Surface {
    /// For shapes that plotters has no word for; one unit is one CSS pixel.
    pub context: CanvasRenderingContext2d,
    /// For plotters; one unit is one device pixel.
    pub area: DrawingArea<CanvasBackend, Shift>,
    /// Device pixels per CSS pixel.
    pub ratio: f64,
}

impl Surface {
    /// Fits the canvas to its extent and clears it; `None` if it cannot be drawn on yet.
    pub fn fit(canvas: &HtmlCanvasElement, extent: Extent) -> Option<Self> {
        if !extent.apply(canvas) {
            return None;
        }
        let [width, height] = extent.pixels().map(f64::from);
        let context = dom::context_2d(canvas)?;
        // The identity with a scale is always invertible.
        let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, width, height);
        let area = CanvasBackend::with_canvas_object(canvas.clone())?.into_drawing_area();
        Some(Self { context, area, ratio: extent.ratio })
    }

    /// A length in CSS pixels as whole device pixels.
    pub fn device(&self, length: f64) -> u32 {
        (length * self.ratio).round() as u32
    }

    /// Makes the context's unit a CSS pixel. plotters wants device pixels, so this comes after it.
    pub fn use_css_pixels(&self) {
        // As above.
        let _ = self.context.set_transform(self.ratio, 0.0, 0.0, self.ratio, 0.0, 0.0);
    }
}
