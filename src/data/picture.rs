//! A PNG or JPEG of one digit, however large and on whatever paper, as a 28×28 image.

use std::io::Cursor;

use image::{DynamicImage, GenericImageView, ImageDecoder, ImageError, ImageFormat, ImageReader};
use image::{Limits, Rgba, error::LimitErrorKind};
use thiserror::Error;

use super::{GreyImage, GreyRaster, SIDE};

/// The largest picture file that is read.
pub const MAX_PICTURE_BYTES: u64 = 32 << 20;
/// The most pixels a picture may have along a side.
pub const MAX_PICTURE_SIDE: u32 = 8192;
/// The most memory a picture may need once decoded.
pub const MAX_PICTURE_MEMORY: u64 = 128 << 20;
/// How a PNG file begins.
pub(super) const PNG_MAGIC: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// How a JPEG file begins.
pub(super) const JPEG_MAGIC: [u8; 3] = [0xff, 0xd8, 0xff];

/// A larger picture is averaged down to this side before anything else looks at it.
const WORKING_SIDE: usize = 1024;
/// Less difference than this between the paper and the darkest ink is an empty sheet.
const LEAST_CONTRAST: f32 = 0.1;

/// Why a file is not a picture of a digit.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PictureError {
    /// Neither PNG nor JPEG.
    #[error("not a picture: only PNG and JPEG are read")]
    Format,
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
    /// Cut off, contradictory, or a variety that is not read.
    #[error("the picture is damaged or cut off ({detail})")]
    Corrupt {
        /// What the decoder says, in English.
        detail: String,
    },
    /// Nothing stands out from the paper.
    #[error("the picture is empty: nothing stands out from the paper")]
    NoInk,
}

/// Reads a PNG or JPEG file.
///
/// Transparency is paper. Whether the ink is dark or light is told from the border: a mostly light
/// border is light paper. A picture of exactly 28×28 pixels is taken as it is; of any other, the
/// paper's shade becomes 0, the strongest ink 1, and the ink is cropped, fitted and centred as
/// [`GreyRaster::centred`] does.
///
/// # Errors
/// See [`PictureError`]; size and memory are checked before anything is decoded.
pub fn read_picture(bytes: &[u8]) -> Result<GreyImage, PictureError> {
    let sheet = Sheet::from_picture(&decoded(bytes)?);
    let ink = sheet.ink();
    let least_and_most = ink.iter().fold((1.0_f32, 0.0_f32), |(l, m), &i| (l.min(i), m.max(i)));
    if least_and_most.1 - least_and_most.0 < LEAST_CONTRAST {
        return Err(PictureError::NoInk);
    }
    if (sheet.width, sheet.height) == (SIDE, SIDE) {
        return Ok(GreyImage::from_fn(|row, column| ink[row * SIDE + column]));
    }
    let paper = median(sheet.border().map(|index| ink[index]).collect());
    let contrast = least_and_most.1 - paper;
    if contrast < LEAST_CONTRAST {
        return Err(PictureError::NoInk);
    }
    let ink = ink.iter().map(|ink| (ink - paper) / contrast).collect();
    GreyRaster::new(sheet.width, sheet.height, ink)
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
    let (width, height) = decoder.dimensions();
    if width > MAX_PICTURE_SIDE || height > MAX_PICTURE_SIDE {
        return Err(PictureError::Size { width, height });
    }
    if decoder.total_bytes() > MAX_PICTURE_MEMORY {
        return Err(PictureError::Memory);
    }
    // How the camera was held; a picture that does not say was held upright.
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

/// A picture as light that a sheet would throw back over black and over white paper.
struct Sheet {
    width: usize,
    height: usize,
    /// Luminance times opacity per cell: how light the picture is over black paper, 0 to 1.
    light: Vec<f32>,
    /// Opacity per cell, 0 to 1.
    opacity: Vec<f32>,
}

impl Sheet {
    /// The picture, averaged in square cells if it is larger than [`WORKING_SIDE`].
    fn from_picture(picture: &DynamicImage) -> Self {
        // At most 8192 each: the casts are exact.
        let (columns, rows) = (picture.width() as usize, picture.height() as usize);
        let cell = columns.max(rows).div_ceil(WORKING_SIDE).max(1);
        let (width, height) = (columns.div_ceil(cell), rows.div_ceil(cell));
        let mut light = vec![0.0; width * height];
        let mut opacity = vec![0.0; width * height];
        for row in 0..rows {
            for column in 0..columns {
                let Rgba([red, green, blue, alpha]) = picture.get_pixel(column as u32, row as u32);
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
                // The cells at the right and at the bottom may hang over.
                let across = cell.min(columns - column * cell);
                let down = cell.min(rows - row * cell);
                let pixels = (across * down) as f32;
                light[row * width + column] /= pixels;
                opacity[row * width + column] /= pixels;
            }
        }
        Self { width, height, light, opacity }
    }

    /// The ink per cell, once it is decided whether it is dark on light or light on dark.
    fn ink(&self) -> Vec<f32> {
        if self.ink_is_dark() {
            // Transparent is white: darkness is what the opaque part does not throw back.
            self.opacity.iter().zip(&self.light).map(|(opacity, light)| opacity - light).collect()
        } else {
            self.light.clone()
        }
    }

    /// A mostly light border means dark ink. A mostly transparent border says nothing: then the
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

/// The middle value; 0 for none.
fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use image::{ImageBuffer, Luma, LumaA, Rgb};
    use proptest::prelude::*;

    use super::*;

    fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        picture.into().write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
        encoded(picture, ImageFormat::Png)
    }

    /// An L, 100 rows high and 60 columns wide with arms 20 thick, somewhere on a sheet of 200×150.
    fn is_ink(x: u32, y: u32) -> bool {
        let (x, y) = (i64::from(x) - 70, i64::from(y) - 30);
        (0..60).contains(&x) && (0..100).contains(&y) && (x < 20 || y >= 80)
    }

    fn grey(ink: u8, paper: u8) -> ImageBuffer<Luma<u8>, Vec<u8>> {
        ImageBuffer::from_fn(200, 150, |x, y| Luma([if is_ink(x, y) { ink } else { paper }]))
    }

    /// The L of [`is_ink`] by the recipe: 20×12 with arms 4 thick. Its centre of mass, from its
    /// upper left corner: rows (80·10 + 32·18)/112 = 12.29, columns (80·2 + 32·8)/112 = 3.71.
    fn expected() -> GreyImage {
        let (top, left) = (2, 11); // 14.5 − 12.29 = 2.21, 14.5 − 3.71 = 10.79
        GreyImage::from_fn(|row, column| {
            let (Some(row), Some(column)) = (row.checked_sub(top), column.checked_sub(left)) else {
                return 0.0;
            };
            f32::from(u8::from(row < 20 && column < 12 && (column < 4 || row >= 16)))
        })
    }

    fn assert_close(found: &GreyImage, expected: &GreyImage, tolerance: f32) {
        for (index, (a, b)) in found.pixels().iter().zip(expected.pixels()).enumerate() {
            assert!((a - b).abs() <= tolerance, "pixel {index}: {a} instead of {b}");
        }
    }

    #[test]
    fn any_ink_on_any_paper_is_the_same_digit() {
        for (ink, paper) in [(0, 255), (255, 0), (40, 200), (200, 40), (90, 160)] {
            assert_close(&read_picture(&png(grey(ink, paper))).unwrap(), &expected(), 1e-5);
        }
    }

    #[test]
    fn colour_and_depth_do_not_matter() {
        let blue = ImageBuffer::from_fn(200, 150, |x, y| {
            if is_ink(x, y) { Rgb([10_u8, 20, 120]) } else { Rgb([250, 250, 240]) }
        });
        assert_close(&read_picture(&png(blue)).unwrap(), &expected(), 1e-5);
        let deep = ImageBuffer::from_fn(200, 150, |x, y| {
            Luma([if is_ink(x, y) { 0_u16 } else { 65_535 }])
        });
        assert_close(&read_picture(&png(deep)).unwrap(), &expected(), 1e-5);
    }

    #[test]
    fn transparency_is_paper() {
        for shade in [0_u8, 255] {
            let clear = ImageBuffer::from_fn(200, 150, |x, y| {
                // What is transparent has a colour too, and it must not show.
                if is_ink(x, y) { LumaA([shade, 255]) } else { LumaA([128, 0]) }
            });
            assert_close(&read_picture(&png(clear)).unwrap(), &expected(), 1e-5);
        }
    }

    #[test]
    fn a_jpeg_is_nearly_the_same() {
        let file = encoded(grey(0, 255), ImageFormat::Jpeg);
        let image = read_picture(&file).unwrap();
        let binary = |image: &GreyImage| crate::data::Binarization::default().apply(image);
        assert_eq!(binary(&image), binary(&expected()));
    }

    #[test]
    fn a_large_picture_is_the_same_digit() {
        let large = ImageBuffer::from_fn(3000, 2250, |x, y| {
            Luma([if is_ink(x / 15, y / 15) { 0_u8 } else { 255 }])
        });
        let image = read_picture(&png(large)).unwrap();
        assert_close(&image, &expected(), 0.35);
        let off: f32 =
            image.pixels().iter().zip(expected().pixels()).map(|(a, b)| (a - b).abs()).sum();
        assert!(off < 6.0, "{off}");
    }

    #[test]
    fn a_picture_of_28_by_28_is_taken_as_it_is() {
        let value = |x: u32, y: u32| if (3..9).contains(&x) && y == 5 { 60 + x as u8 } else { 0 };
        for inverted in [false, true] {
            let picture = ImageBuffer::from_fn(28, 28, |x, y| {
                Luma([if inverted { 255 - value(x, y) } else { value(x, y) }])
            });
            let image = read_picture(&png(picture)).unwrap();
            let expected = GreyImage::from_fn(|row, column| {
                f32::from(value(column as u32, row as u32)) / 255.0
            });
            assert_close(&image, &expected, 1e-5);
        }
    }

    #[test]
    fn an_empty_sheet_is_an_error() {
        for side in [1, 28, 200] {
            for shade in [0_u8, 100, 255] {
                let sheet = ImageBuffer::from_pixel(side, side, Luma([shade]));
                assert_eq!(read_picture(&png(sheet)), Err(PictureError::NoInk), "{side}, {shade}");
            }
        }
        let clear = ImageBuffer::from_pixel(90, 90, LumaA([0_u8, 0]));
        assert_eq!(read_picture(&png(clear)), Err(PictureError::NoInk));
    }

    #[test]
    fn too_large_is_refused_before_decoding() {
        let wide = png(ImageBuffer::from_pixel(8193, 1, Luma([0_u8])));
        assert_eq!(read_picture(&wide), Err(PictureError::Size { width: 8193, height: 1 }));
        // The header of a small file, rewritten to announce 8192×8192 in 16-bit RGBA: 512 MiB.
        let mut bomb = png(ImageBuffer::from_pixel(8, 8, image::Rgba([0_u16; 4])));
        bomb[16..20].copy_from_slice(&8192_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&8192_u32.to_be_bytes());
        let checksum = crc32(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(read_picture(&bomb), Err(PictureError::Memory));
        let long = vec![0; MAX_PICTURE_BYTES as usize + 1];
        let found = MAX_PICTURE_BYTES + 1;
        assert_eq!(read_picture(&long), Err(PictureError::FileTooLarge { found }));
    }

    /// The checksum of a PNG chunk.
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
        })
    }

    #[test]
    fn a_truncated_png_is_an_error() {
        let whole = png(grey(0, 255));
        // The last twelve bytes say only that the file ends.
        for length in (8..whole.len() - 12).step_by(10) {
            let found = read_picture(&whole[..length]);
            assert!(matches!(found, Err(PictureError::Corrupt { .. })), "{length}: {found:?}");
        }
        assert_eq!(read_picture(&whole[..7]), Err(PictureError::Format));
        assert_eq!(read_picture(b"GIF89a"), Err(PictureError::Format));
        assert_eq!(read_picture(&[]), Err(PictureError::Format));
    }

    #[test]
    fn a_truncated_jpeg_never_panics() {
        let whole = encoded(grey(0, 255), ImageFormat::Jpeg);
        for length in (3..whole.len()).step_by(10) {
            let _ = read_picture(&whole[..length]);
        }
        let header = read_picture(&whole[..20]);
        assert!(matches!(header, Err(PictureError::Corrupt { .. })), "{header:?}");
    }

    proptest! {
        #[test]
        fn damaged_pictures_never_panic(
            format in prop::sample::select(vec![ImageFormat::Png, ImageFormat::Jpeg]),
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        ) {
            let small = ImageBuffer::from_fn(17, 13, |x, y| Luma([(x * y) as u8]));
            let mut file = encoded(small, format);
            for (place, value) in damage {
                let place = place.index(file.len());
                file[place] = value;
            }
            let _ = read_picture(&file);
        }

        #[test]
        fn random_bytes_never_panic(
            start in prop::sample::select(vec![vec![], PNG_MAGIC.to_vec(), JPEG_MAGIC.to_vec()]),
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let mut file = start;
            file.extend(bytes);
            prop_assert!(read_picture(&file).is_err());
        }
    }
}
