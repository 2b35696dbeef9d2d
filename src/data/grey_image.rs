//! A 28×28 image in shades of grey, before it is binarized into an x of the model.

use super::{PIXELS, SIDE};

/// Ink per pixel, row by row, each in [0, 1]: 0 is paper, 1 is full ink.
#[derive(Clone, Debug, PartialEq)]
pub struct GreyImage(Box<[f32; PIXELS]>);

impl GreyImage {
    /// An image without ink.
    pub fn blank() -> Self {
        Self(Box::new([0.0; PIXELS]))
    }

    /// Builds the image from a function of (row, column); values are clamped to [0, 1], NaN is paper.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_run_along_the_rows() {
        let image = GreyImage::from_fn(|row, column| (row * SIDE + column) as f32 / PIXELS as f32);
        for (index, pixel) in image.pixels().iter().enumerate() {
            assert_eq!(*pixel, index as f32 / PIXELS as f32);
        }
    }

    #[test]
    fn what_is_no_share_of_ink_is_made_one() {
        let wild = [-1.0, 2.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.25, -0.0];
        let image = GreyImage::from_fn(|row, column| wild[(row * SIDE + column) % wild.len()]);
        let expected = [0.0, 1.0, 0.0, 1.0, 0.0, 0.25, 0.0];
        for (index, pixel) in image.pixels().iter().enumerate() {
            assert_eq!(*pixel, expected[index % wild.len()]);
        }
    }

    #[test]
    fn a_blank_sheet_has_no_ink() {
        assert_eq!(GreyImage::blank(), GreyImage::from_fn(|_, _| 0.0));
    }
}
