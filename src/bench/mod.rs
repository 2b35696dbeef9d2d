//! What the bench shows for one x and one q, without a browser.

mod draws;
mod readings;
mod scene;

pub use draws::{DrawError, Draws, Noise, draw};
pub use readings::Readings;
pub use scene::{Scene, below_the_peak};
