//! Many small digits in one raster: probabilities of ink as the pixels of a PNG file.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

use crate::data::{PIXELS, SIDE};

/// A PNG file with digits side by side, from the top left, `columns` in a row; white is ink. `None` if there is no
/// digit, or one does not have 784 numbers. No lines are drawn between the digits: where the raster is scaled, some
/// of them would vanish.
pub(super) fn mosaic<'a>(
    digits: impl ExactSizeIterator<Item = &'a [f32]>,
    columns: usize,
) -> Option<Vec<u8>> {
    let rows = digits.len().div_ceil(columns.max(1));
    let [width, height] = [columns, rows].map(|count| count * SIDE);
    let mut pixels = vec![0_u8; width * height];
    for (index, digit) in digits.enumerate() {
        if digit.len() != PIXELS {
            return None;
        }
        let (left, top) = (index % columns * SIDE, index / columns * SIDE);
        for (y, row) in digit.chunks_exact(SIDE).enumerate() {
            for (x, ink) in row.iter().enumerate() {
                // The cast saturates, and NaN becomes 0.
                pixels[(top + y) * width + left + x] = (255.0 * ink).round() as u8;
            }
        }
    }
    let mut file = Vec::new();
    PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Sub)
        .write_image(&pixels, width as u32, height as u32, ExtendedColorType::L8)
        .ok()?;
    Some(file)
}
