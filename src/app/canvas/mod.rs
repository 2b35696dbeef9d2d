//! Drawing on canvases: their size, pixels as images, colours from the style sheet.

mod chart_axis;
mod extent;
mod palette;
mod pen;
mod pixels;
mod ratio;
mod surface;

pub use chart_axis::ChartAxis;
pub use extent::Extent;
pub use palette::{Palette, Rgb, color};
pub use pen::Pen;
pub use pixels::{HeatMap, Nodes, draw_image, ink_sheet};
pub use ratio::PixelRatio;
pub use surface::cleared;
