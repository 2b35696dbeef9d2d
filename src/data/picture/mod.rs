//! Turns a picture of one digit, of any size and on paper of any colour, into a 28×28 image.

use std::io::Cursor;

use image::{DynamicImage, GenericImageView, ImageDecoder, ImageError, ImageFormat, ImageReader};
use image::{Limits, error::LimitErrorKind};
use thiserror::Error;

use super::kind::{JPEG_MAGIC, PNG_MAGIC};
use super::{GreyImage, GreyRaster, PictureFormat, SIDE};

/// The largest picture file that is read.
pub const MAX_PICTURE_BYTES: u64 = 32 << 20;
/// The most pixels a picture may have along a side.
pub const MAX_PICTURE_SIDE: u32 = 8192;
/// The most memory a picture may need once decoded.
pub const MAX_PICTURE_MEMORY: u64 = 128 << 20;

/// A larger picture is first reduced to this side by averaging.
pub const WORKING_SIDE: usize = 1024;
/// With less contrast than this between the paper and the darkest ink the picture is empty.
const LEAST_CONTRAST: f32 = 0.1;

/// Why a file is not a picture of a digit.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PictureError {
    /// Neither PNG nor JPEG.
    #[error("not a picture: only PNG and JPEG are read")]
    Format,
    /// A format that the browser cannot decode.
    #[error("a {} picture that the browser cannot decode", .0.name())]
    Undecodable(PictureFormat),
    /// More bytes than are read.
    #[error("a file of {found} bytes, at most {max} are read", max = MAX_PICTURE_BYTES)]
    FileTooLarge {
        /// Bytes found.
        found: u64,
    },
    /// A side is too long.
    #[error("{width}×{height} pixels, each side must be at most {max}", max = MAX_PICTURE_SIDE)]
    Size {
        /// Columns found.
        width: u32,
        /// Rows found.
        height: u32,
    },
    /// Too much memory to decode.
    #[error("the picture needs more than {max} bytes of memory", max = MAX_PICTURE_MEMORY)]
    Memory,
    /// Incomplete, corrupt, or a variant that is not supported.
    #[error("the picture is damaged or cut off ({detail})")]
    Corrupt {
        /// The decoder's message, in English.
        detail: String,
    },
    /// No ink differs from the paper.
    #[error("the picture is empty: nothing stands out from the paper")]
    NoInk,
}

/// Decodes a PNG or, natively, a JPEG file. The page decodes here only small PNG files, whose pixels are then exactly
/// those of the file; all others are decoded by the browser.
///
/// # Errors
/// See [`PictureError`]; size and memory are checked before anything is decoded.
pub fn read_picture(bytes: &[u8]) -> Result<GreyImage, PictureError> {
    let picture = decoded(bytes)?;
    // At most 8192 each: the casts are exact.
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let pixel = |column: usize, row: usize| picture.get_pixel(column as u32, row as u32).0;
    grey(&PaperImage::from_pixels(width, height, pixel))
}

/// A decoded picture: red, green, blue and opacity of every pixel, row by row.
///
/// # Errors
/// See [`PictureError`].
pub fn picture_of_pixels(width: u32, pixels: &[u8]) -> Result<GreyImage, PictureError> {
    let width = width as usize;
    let (pixels, _) = pixels.as_chunks::<4>();
    let height = pixels.len().checked_div(width).unwrap_or(0);
    if height == 0 {
        return Err(PictureError::NoInk);
    }
    grey(&PaperImage::from_pixels(width, height, |column, row| pixels[row * width + column]))
}

/// Checks that a picture of this size is decoded.
///
/// # Errors
/// [`PictureError::Size`].
pub fn check_picture_size([width, height]: [u32; 2]) -> Result<(), PictureError> {
    if width > MAX_PICTURE_SIDE || height > MAX_PICTURE_SIDE {
        return Err(PictureError::Size { width, height });
    }
    Ok(())
}

/// The digit in a picture.
///
/// Transparency is paper. The border decides whether the ink is dark or light: a mostly light border is light paper.
/// A picture of exactly 28×28 pixels is used as it is; for any other, the paper's shade becomes 0, the strongest ink
/// 1, and the ink is cropped, fitted and centred as [`GreyRaster::centred`] does.
fn grey(paper_image: &PaperImage) -> Result<GreyImage, PictureError> {
    let ink = paper_image.ink();
    let least_and_most = ink.iter().fold((1.0_f32, 0.0_f32), |(l, m), &i| (l.min(i), m.max(i)));
    if least_and_most.1 - least_and_most.0 < LEAST_CONTRAST {
        return Err(PictureError::NoInk);
    }
    if (paper_image.width, paper_image.height) == (SIDE, SIDE) {
        return Ok(GreyImage::from_fn(|row, column| ink[row * SIDE + column]));
    }
    let paper = median(paper_image.border().map(|index| ink[index]).collect());
    let contrast = least_and_most.1 - paper;
    if contrast < LEAST_CONTRAST {
        return Err(PictureError::NoInk);
    }
    let ink = ink.iter().map(|ink| (ink - paper) / contrast).collect();
    GreyRaster::new(paper_image.width, paper_image.height, ink)
        .ok()
        .and_then(|raster| raster.centred())
        .ok_or(PictureError::NoInk)
}

fn decoded(bytes: &[u8]) -> Result<DynamicImage, PictureError> {
    if bytes.len() as u64 > MAX_PICTURE_BYTES {
        return Err(PictureError::FileTooLarge { found: bytes.len() as u64 });
    }
    let format = if bytes.starts_with(&PNG_MAGIC) {
        ImageFormat::Png
    } else if bytes.starts_with(&JPEG_MAGIC) {
        ImageFormat::Jpeg
    } else {
        return Err(PictureError::Format);
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_PICTURE_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    check_picture_size(decoder.dimensions().into())?;
    if decoder.total_bytes() > MAX_PICTURE_MEMORY {
        return Err(PictureError::Memory);
    }
    // The orientation of the camera; upright if the file does not contain it.
    let orientation = decoder.orientation().map_err(refused)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn refused(error: ImageError) -> PictureError {
    match error {
        ImageError::Limits(limit) if limit.kind() == LimitErrorKind::InsufficientMemory => {
            PictureError::Memory
        }
        error => PictureError::Corrupt { detail: error.to_string() },
    }
}

/// A picture as reflected light: it can be put on black and on white paper.
struct PaperImage {
    width: usize,
    height: usize,
    /// Luminance times opacity per cell: the light of the picture on black paper, 0 to 1.
    light: Vec<f32>,
    /// Opacity per cell, 0 to 1.
    opacity: Vec<f32>,
}

impl PaperImage {
    /// The picture, averaged in square cells if it is larger than [`WORKING_SIDE`].
    fn from_pixels(columns: usize, rows: usize, pixel: impl Fn(usize, usize) -> [u8; 4]) -> Self {
        let cell = columns.max(rows).div_ceil(WORKING_SIDE).max(1);
        let (width, height) = (columns.div_ceil(cell), rows.div_ceil(cell));
        let mut light = vec![0.0; width * height];
        let mut opacity = vec![0.0; width * height];
        for row in 0..rows {
            for column in 0..columns {
                let [red, green, blue, alpha] = pixel(column, row);
                let alpha = f32::from(alpha) / 255.0;
                let luminance =
                    0.2126 * f32::from(red) + 0.7152 * f32::from(green) + 0.0722 * f32::from(blue);
                let index = (row / cell) * width + column / cell;
                light[index] += alpha * luminance / 255.0;
                opacity[index] += alpha;
            }
        }
        for row in 0..height {
            for column in 0..width {
                // The cells at the right and at the bottom may be incomplete.
                let across = cell.min(columns - column * cell);
                let down = cell.min(rows - row * cell);
                let pixels = (across * down) as f32;
                light[row * width + column] /= pixels;
                opacity[row * width + column] /= pixels;
            }
        }
        Self { width, height, light, opacity }
    }

    /// The ink per cell, as dark on light or light on dark.
    fn ink(&self) -> Vec<f32> {
        if self.ink_is_dark() {
            // Transparency is white: darkness is the light that the opaque part absorbs.
            self.opacity.iter().zip(&self.light).map(|(opacity, light)| opacity - light).collect()
        } else {
            self.light.clone()
        }
    }

    /// Whether the ink is dark: a mostly light border means so. A mostly transparent border decides nothing: then the
    /// picture is all ink, and its own shade decides.
    fn ink_is_dark(&self) -> bool {
        let sums = |indices: &mut dyn Iterator<Item = usize>| {
            indices.fold((0.0_f64, 0.0_f64, 0_usize), |(light, opacity, cells), index| {
                let light = light + f64::from(self.light[index]);
                (light, opacity + f64::from(self.opacity[index]), cells + 1)
            })
        };
        let (light, opacity, cells) = sums(&mut self.border());
        if opacity >= cells as f64 / 2.0 {
            return light > opacity / 2.0;
        }
        let (light, opacity, _) = sums(&mut (0..self.light.len()));
        light <= opacity / 2.0
    }

    /// The indices of the outermost cells.
    fn border(&self) -> impl Iterator<Item = usize> + '_ {
        let (right, bottom) = (self.width - 1, self.height - 1);
        (0..self.light.len()).filter(move |index| {
            let (row, column) = (index / self.width, index % self.width);
            row == 0 || row == bottom || column == 0 || column == right
        })
    }
}

/// The median; 0 for no values.
fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests;
