//! Drawing on canvases: pixels as images, colours from the style sheet, plotters on a canvas.

mod palette;
mod pixels;
mod surface;

pub use palette::{Palette, color};
pub use pixels::{draw_heatmap, draw_image};
pub use surface::Surface;
