//! Parses the IDX files of MNIST: images and labels, plain or gzip, checked to the last byte.

use std::sync::Arc;

use thiserror::Error;

use super::gzip::GzipError;
use super::{GreyImage, GreyRaster, PIXELS, SIDE};

/// The largest number of images that is read: more than any set of MNIST or EMNIST letters has.
pub const MAX_IDX_IMAGES: u32 = 200_000;
/// The largest IDX file, after unpacking, that is read: so many images of 28×28, and a header.
pub const MAX_IDX_BYTES: u64 = MAX_IDX_IMAGES as u64 * PIXELS as u64 + 16;
/// The most rows or columns an image in an IDX file may have.
pub const MAX_IDX_SIDE: u32 = 512;
/// The only type of element that is read: unsigned bytes.
const UNSIGNED_BYTE: u8 = 0x08;

/// The content of an IDX file of unsigned bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Idx {
    /// Three dimensions: images.
    Images(IdxImages),
    /// One dimension: labels, never empty, any byte as it is.
    Labels(Vec<u8>),
}

/// At least one image, all of one size, with labels if they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxImages {
    rows: usize,
    columns: usize,
    /// `count * rows * columns` bytes, image by image, row by row: 0 is paper, 255 is full ink.
    pixels: Arc<Vec<u8>>,
    /// Whether each image is stored column by column, as EMNIST's are.
    is_transposed: bool,
    /// One label per image.
    labels: Option<Vec<u8>>,
}

/// Why bytes are not an IDX file that can be shown. "Unpacked" counts are after gzip.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum IdxError {
    /// The gzip stream is incomplete.
    #[error("the gzip file is cut off")]
    GzipTruncated,
    /// The gzip stream is corrupt.
    #[error("the gzip file is damaged")]
    GzipCorrupt,
    /// More images than are read.
    #[error("{found} images, at most {max} are read", max = MAX_IDX_IMAGES)]
    TooMany {
        /// The number in the header.
        found: u32,
    },
    /// More bytes than are read, found or announced by the header.
    #[error("larger than {allowed} bytes once unpacked")]
    TooLarge {
        /// [`MAX_IDX_BYTES`].
        allowed: u64,
    },
    /// It does not begin with the two zero bytes of an IDX file.
    #[error("begins with {found:02x?}, an IDX file begins with [00, 00]")]
    Magic {
        /// The first two bytes.
        found: [u8; 2],
    },
    /// Elements that are not unsigned bytes.
    #[error("elements of type {found:#04x}, only unsigned bytes (0x08) are read")]
    ElementType {
        /// The third byte.
        found: u8,
    },
    /// Neither images nor labels.
    #[error("{found} dimensions, only 1 (labels) and 3 (images) are read")]
    Dimensions {
        /// The fourth byte.
        found: u8,
    },
    /// No image or no label at all.
    #[error("the file holds nothing: its count is 0")]
    Empty,
    /// Images without extent or beyond [`MAX_IDX_SIDE`].
    #[error("images of {rows}×{columns} pixels, each side must be 1 to {max}", max = MAX_IDX_SIDE)]
    ImageSize {
        /// Rows found.
        rows: u32,
        /// Columns found.
        columns: u32,
    },
    /// The file ends too early.
    #[error("the file is cut off: {missing} bytes are missing")]
    Truncated {
        /// Bytes that are missing for the present part.
        missing: u64,
    },
    /// The file continues after its last element.
    #[error("{extra} bytes too many at the end")]
    Trailing {
        /// The number of further bytes.
        extra: u64,
    },
}

impl From<GzipError> for IdxError {
    fn from(error: GzipError) -> Self {
        match error {
            GzipError::Truncated => Self::GzipTruncated,
            GzipError::Corrupt => Self::GzipCorrupt,
            GzipError::TooLarge { allowed } => Self::TooLarge { allowed },
        }
    }
}

/// The number of labels does not match the number of images.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{labels} labels for {images} images: the two files do not belong together")]
pub struct LabelCountError {
    /// Number of images.
    pub images: usize,
    /// Number of labels.
    pub labels: usize,
}

/// Parses an uncompressed IDX file.
pub(super) fn parse_unpacked(bytes: Vec<u8>) -> Result<Idx, IdxError> {
    parse_plain(bytes, MAX_IDX_BYTES)
}

fn parse_plain(bytes: Vec<u8>, allowed: u64) -> Result<Idx, IdxError> {
    let ([zero_0, zero_1, element, dimensions], rest) = split_first_four(&bytes)?;
    if [zero_0, zero_1] != [0, 0] {
        return Err(IdxError::Magic { found: [zero_0, zero_1] });
    }
    if element != UNSIGNED_BYTE {
        return Err(IdxError::ElementType { found: element });
    }
    match dimensions {
        1 => {
            let (count, rest) = split_size(rest)?;
            check(rest, u64::from(count), allowed)?;
            Ok(Idx::Labels(without_header(bytes, 8)))
        }
        3 => {
            let (count, rest) = split_size(rest)?;
            let (rows, rest) = split_size(rest)?;
            let (columns, rest) = split_size(rest)?;
            let side = 1..=MAX_IDX_SIDE;
            if !side.contains(&rows) || !side.contains(&columns) {
                return Err(IdxError::ImageSize { rows, columns });
            }
            if count > MAX_IDX_IMAGES {
                return Err(IdxError::TooMany { found: count });
            }
            // At most 2¹⁸ · 2⁹ · 2⁹: no overflow.
            let size = u64::from(count) * u64::from(rows) * u64::from(columns);
            check(rest, size, allowed)?;
            let pixels = Arc::new(without_header(bytes, 16));
            // At most 512 each: the casts are exact.
            let (rows, columns) = (rows as usize, columns as usize);
            Ok(Idx::Images(IdxImages { rows, columns, pixels, is_transposed: false, labels: None }))
        }
        found => Err(IdxError::Dimensions { found }),
    }
}

/// The bytes after the header, in the same allocation.
fn without_header(mut bytes: Vec<u8>, header: usize) -> Vec<u8> {
    bytes.drain(..header);
    bytes
}

/// The first four bytes and the remaining ones.
fn split_first_four(bytes: &[u8]) -> Result<([u8; 4], &[u8]), IdxError> {
    match bytes.split_first_chunk::<4>() {
        Some((first, rest)) => Ok((*first, rest)),
        None => Err(IdxError::Truncated { missing: 4 - bytes.len() as u64 }),
    }
}

/// A big-endian size from the header, and the remaining bytes.
fn split_size(bytes: &[u8]) -> Result<(u32, &[u8]), IdxError> {
    let (size, rest) = split_first_four(bytes)?;
    Ok((u32::from_be_bytes(size), rest))
}

/// Whether `bytes` are exactly as many as announced.
fn check(bytes: &[u8], announced: u64, allowed: u64) -> Result<(), IdxError> {
    let found = bytes.len() as u64;
    if announced == 0 {
        Err(IdxError::Empty)
    } else if announced > allowed {
        Err(IdxError::TooLarge { allowed })
    } else if found < announced {
        Err(IdxError::Truncated { missing: announced - found })
    } else if found > announced {
        Err(IdxError::Trailing { extra: found - announced })
    } else {
        Ok(())
    }
}

impl IdxImages {
    /// The number of images, at least one.
    pub fn count(&self) -> usize {
        self.pixels.len() / (self.rows * self.columns)
    }

    /// Rows of each image as it is shown.
    pub fn rows(&self) -> usize {
        if self.is_transposed { self.columns } else { self.rows }
    }

    /// Columns of each image as it is shown.
    pub fn columns(&self) -> usize {
        if self.is_transposed { self.rows } else { self.columns }
    }

    /// Whether rows and columns are exchanged.
    pub fn is_transposed(&self) -> bool {
        self.is_transposed
    }

    /// The same images with rows and columns exchanged: EMNIST's letters are then upright.
    #[must_use]
    pub fn transposed(&self) -> Self {
        Self { is_transposed: !self.is_transposed, ..self.clone() }
    }

    /// Image `index`, counted from 0; an image that is not 28×28 is scaled to fit, keeping its proportions. `None`
    /// beyond the last.
    pub fn image(&self, index: usize) -> Option<GreyImage> {
        let stored = self.pixels.chunks_exact(self.rows * self.columns).nth(index)?;
        let (rows, columns) = (self.rows(), self.columns());
        let ink = |row: usize, column: usize| {
            let (row, column) = if self.is_transposed { (column, row) } else { (row, column) };
            f32::from(stored[row * self.columns + column]) / 255.0
        };
        if (rows, columns) == (SIDE, SIDE) {
            return Some(GreyImage::from_fn(ink));
        }
        let ink = (0..rows * columns).map(|at| ink(at / columns, at % columns)).collect();
        GreyRaster::new(columns, rows, ink).ok().map(|raster| raster.reduced())
    }

    /// The label of image `index`, if labels were given and there is such an image.
    pub fn label(&self, index: usize) -> Option<u8> {
        self.labels.as_ref()?.get(index).copied()
    }

    /// Whether labels were given.
    pub fn has_labels(&self) -> bool {
        self.labels.is_some()
    }

    /// Pairs the images with `labels`, in order, and replaces earlier labels.
    ///
    /// # Errors
    /// The number of labels differs from that of the images; the images are unchanged.
    pub fn attach_labels(&mut self, labels: Vec<u8>) -> Result<(), LabelCountError> {
        if labels.len() != self.count() {
            return Err(LabelCountError { images: self.count(), labels: labels.len() });
        }
        self.labels = Some(labels);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
