//! Drawing on canvases: their size, pixels as images, colours from the style sheet.

mod extent;
mod palette;
mod pixels;
mod ratio;
mod surface;

pub use extent::Extent;
pub use palette::{Palette, Rgb, color};
pub use pixels::{Nodes, draw_heatmap, draw_image};
pub use ratio::PixelRatio;
pub use surface::cleared;
