//! The numbers of the bench for one x and one q.

mod draws;
mod gap_field;
mod readings;
mod scene;

pub use draws::{DrawError, Draws, Noise, draw};
pub use gap_field::GapField;
pub use readings::Readings;
pub use scene::{Scene, below_the_peak};
