//! The IDX files of MNIST: images and labels, plain or gzip, checked to the last byte.

use std::io::{ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;
use thiserror::Error;

use super::{GreyImage, GreyRaster, SIDE};

/// The largest IDX file, after unpacking, that is read.
pub const MAX_IDX_BYTES: u64 = 64 << 20;
/// The most rows or columns an image in an IDX file may have.
pub const MAX_IDX_SIDE: u32 = 512;
/// How a gzip file begins.
pub(super) const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// The only type of element that is read: unsigned bytes.
const UNSIGNED_BYTE: u8 = 0x08;

/// What an IDX file of unsigned bytes holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Idx {
    /// Three dimensions: images.
    Images(IdxImages),
    /// One dimension: labels, never empty, any byte as it is.
    Labels(Vec<u8>),
}

/// At least one image, all of one size, with the labels if they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxImages {
    rows: usize,
    columns: usize,
    /// `count * rows * columns` bytes, image by image, row by row: 0 is paper, 255 is full ink.
    pixels: Vec<u8>,
    /// As many as there are images.
    labels: Option<Vec<u8>>,
}

/// Why bytes are not an IDX file that can be shown. "Unpacked" counts are after gzip.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum IdxError {
    /// The gzip stream ends in the middle.
    #[error("the gzip file is cut off")]
    GzipTruncated,
    /// The gzip stream contradicts itself.
    #[error("the gzip file is damaged")]
    GzipCorrupt,
    /// More bytes than are read, found or announced by the header.
    #[error("larger than {allowed} bytes once unpacked")]
    TooLarge {
        /// [`MAX_IDX_BYTES`].
        allowed: u64,
    },
    /// Not the two zero bytes that every IDX file begins with.
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
        /// How many more bytes the part being read needs.
        missing: u64,
    },
    /// The file goes on after its last element.
    #[error("{extra} bytes too many at the end")]
    Trailing {
        /// How many.
        extra: u64,
    },
}

/// Labels that do not belong to the images.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{labels} labels for {images} images: the two files do not belong together")]
pub struct LabelCountError {
    /// Images that are there.
    pub images: usize,
    /// Labels that were given.
    pub labels: usize,
}

/// Reads an IDX file of images or labels, unpacking it first if it is gzip.
///
/// # Errors
/// See [`IdxError`]; nothing larger than [`MAX_IDX_BYTES`] is ever unpacked.
pub fn parse_idx(bytes: &[u8]) -> Result<Idx, IdxError> {
    parse_within(bytes, MAX_IDX_BYTES)
}

fn parse_within(bytes: &[u8], allowed: u64) -> Result<Idx, IdxError> {
    if bytes.starts_with(&GZIP_MAGIC) {
        return parse_plain(&unpacked(bytes, allowed)?, allowed);
    }
    if bytes.len() as u64 > allowed {
        return Err(IdxError::TooLarge { allowed });
    }
    parse_plain(bytes, allowed)
}

fn unpacked(bytes: &[u8], allowed: u64) -> Result<Vec<u8>, IdxError> {
    let mut plain = Vec::new();
    // One byte more than is allowed, to notice that there is more.
    match MultiGzDecoder::new(bytes).take(allowed + 1).read_to_end(&mut plain) {
        Ok(_) if plain.len() as u64 > allowed => Err(IdxError::TooLarge { allowed }),
        Ok(_) => Ok(plain),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(IdxError::GzipTruncated),
        Err(_) => Err(IdxError::GzipCorrupt),
    }
}

fn parse_plain(bytes: &[u8], allowed: u64) -> Result<Idx, IdxError> {
    let ([zero_0, zero_1, element, dimensions], rest) = split_first_four(bytes)?;
    if [zero_0, zero_1] != [0, 0] {
        return Err(IdxError::Magic { found: [zero_0, zero_1] });
    }
    if element != UNSIGNED_BYTE {
        return Err(IdxError::ElementType { found: element });
    }
    match dimensions {
        1 => {
            let (count, rest) = split_size(rest)?;
            Ok(Idx::Labels(elements(rest, u64::from(count), allowed)?))
        }
        3 => {
            let (count, rest) = split_size(rest)?;
            let (rows, rest) = split_size(rest)?;
            let (columns, rest) = split_size(rest)?;
            let side = 1..=MAX_IDX_SIDE;
            if !side.contains(&rows) || !side.contains(&columns) {
                return Err(IdxError::ImageSize { rows, columns });
            }
            // At most 2³² · 2⁹ · 2⁹: no overflow.
            let size = u64::from(count) * u64::from(rows) * u64::from(columns);
            let pixels = elements(rest, size, allowed)?;
            // At most 512 each: the casts are exact.
            let (rows, columns) = (rows as usize, columns as usize);
            Ok(Idx::Images(IdxImages { rows, columns, pixels, labels: None }))
        }
        found => Err(IdxError::Dimensions { found }),
    }
}

/// The first four bytes and the rest.
fn split_first_four(bytes: &[u8]) -> Result<([u8; 4], &[u8]), IdxError> {
    match bytes.split_first_chunk::<4>() {
        Some((first, rest)) => Ok((*first, rest)),
        None => Err(IdxError::Truncated { missing: 4 - bytes.len() as u64 }),
    }
}

/// A size of the header, most significant byte first, and the rest.
fn split_size(bytes: &[u8]) -> Result<(u32, &[u8]), IdxError> {
    let (size, rest) = split_first_four(bytes)?;
    Ok((u32::from_be_bytes(size), rest))
}

/// `bytes`, if they are exactly as many as announced.
fn elements(bytes: &[u8], announced: u64, allowed: u64) -> Result<Vec<u8>, IdxError> {
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
        Ok(bytes.to_vec())
    }
}

impl IdxImages {
    /// How many images there are, at least one.
    pub fn count(&self) -> usize {
        self.pixels.len() / (self.rows * self.columns)
    }

    /// Rows of each image as stored.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns of each image as stored.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Image `index`, counted from 0; one that is not 28×28 is scaled to fit, keeping its
    /// proportions. `None` beyond the last.
    pub fn image(&self, index: usize) -> Option<GreyImage> {
        let stored = self.pixels.chunks_exact(self.rows * self.columns).nth(index)?;
        let ink = |byte: u8| f32::from(byte) / 255.0;
        if (self.rows, self.columns) == (SIDE, SIDE) {
            return Some(GreyImage::from_fn(|row, column| ink(stored[row * SIDE + column])));
        }
        let ink = stored.iter().copied().map(ink).collect();
        GreyRaster::new(self.columns, self.rows, ink).ok().map(|sheet| sheet.reduced())
    }

    /// The label of image `index`, if labels were given and there is such an image.
    pub fn label(&self, index: usize) -> Option<u8> {
        self.labels.as_ref()?.get(index).copied()
    }

    /// Whether labels were given.
    pub fn has_labels(&self) -> bool {
        self.labels.is_some()
    }

    /// Pairs the images with `labels`, in order, replacing those there were.
    ///
    /// # Errors
    /// Not as many labels as images; the images stay as they were.
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
