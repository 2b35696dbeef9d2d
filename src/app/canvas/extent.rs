//! The size of a canvas in CSS pixels and in device pixels, always set together.

use leptos::prelude::*;
use web_sys::{HtmlCanvasElement, HtmlElement};

use super::PixelRatio;

/// How large a canvas is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// Width and height in CSS pixels.
    pub size: [f64; 2],
    /// Device pixels per CSS pixel.
    pub ratio: f64,
}

impl Extent {
    /// A canvas of this size on the present screen; the screen's pixel ratio is tracked.
    pub fn on_screen(size: [f64; 2]) -> Self {
        Self { size, ratio: expect_context::<PixelRatio>().get() }
    }

    /// Width and height in device pixels.
    pub fn pixels(&self) -> [u32; 2] {
        self.size.map(|length| (length * self.ratio).round() as u32)
    }

    /// Sets the size of a canvas in CSS and in device pixels; returns `false` if it has no area.
    pub fn apply(&self, canvas: &HtmlCanvasElement) -> bool {
        let [width, height] = self.pixels();
        if width == 0 || height == 0 {
            return false;
        }
        let style = HtmlElement::style(canvas);
        for (name, length) in ["width", "height"].into_iter().zip(self.size) {
            // It fails only for an unknown property name.
            let _ = style.set_property(name, &format!("{length}px"));
        }
        // Assigning width or height clears the canvas and also allocates it anew, so it is done only for a new size.
        if [canvas.width(), canvas.height()] != [width, height] {
            canvas.set_width(width);
            canvas.set_height(height);
        }
        true
    }
}
