//! A 28×28 image in shades of grey, before it is binarized into an x of the model.

use super::{PIXELS, SIDE};

/// Ink per pixel, row by row, each in [0, 1]: 0 is paper, 1 is full ink.
#[derive(Clone, Debug, PartialEq)]
pub struct GreyImage(Box<[f32; PIXELS]>);

impl GreyImage {
    /// An empty sheet.
    pub fn blank() -> Self {
        Self(Box::new([0.0; PIXELS]))
    }

    /// Builds the image from a function of (row, column); what leaves [0, 1] is clamped, NaN is paper.
    pub fn from_fn(mut ink: impl FnMut(usize, usize) -> f32) -> Self {
        let mut pixels = Box::new([0.0; PIXELS]);
        for (index, pixel) in pixels.iter_mut().enumerate() {
            let value = ink(index / SIDE, index % SIDE);
            *pixel = if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) };
        }
        Self(pixels)
    }

    /// The pixels, row by row.
    pub fn pixels(&self) -> &[f32; PIXELS] {
        &self.0
    }
}
