//! Drawing on canvases: pixels as images, colours from the style sheet, plotters on a canvas.

mod extent;
mod palette;
mod pixels;
mod ratio;
mod surface;

pub use extent::Extent;
pub use palette::{Palette, color};
pub use pixels::{draw_heatmap, draw_image};
pub use ratio::PixelRatio;
pub use surface::Surface;
