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
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};
    use proptest::prelude::*;

    use super::*;

    fn images_file(count: u32, rows: u32, columns: u32, pixels: &[u8]) -> Vec<u8> {
        let mut file = vec![0, 0, 8, 3];
        for size in [count, rows, columns] {
            file.extend(size.to_be_bytes());
        }
        file.extend(pixels);
        file
    }

    fn labels_file(labels: &[u8]) -> Vec<u8> {
        let mut file = vec![0, 0, 8, 1];
        file.extend((labels.len() as u32).to_be_bytes());
        file.extend(labels);
        file
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn two_images() -> Vec<u8> {
        let pixels: Vec<u8> = (0..2 * 784).map(|index| (index % 251) as u8).collect();
        images_file(2, 28, 28, &pixels)
    }

    fn images(bytes: &[u8]) -> IdxImages {
        match parse_idx(bytes) {
            Ok(Idx::Images(images)) => images,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn images_come_back_pixel_for_pixel_plain_and_gzip() {
        for file in [two_images(), gzip(&two_images())] {
            let images = images(&file);
            assert_eq!((images.count(), images.rows(), images.columns()), (2, 28, 28));
            let second = images.image(1).unwrap();
            for (index, &ink) in second.pixels().iter().enumerate() {
                assert_eq!((ink * 255.0).round() as usize, (784 + index) % 251);
            }
            assert_eq!(images.image(2), None);
        }
    }

    #[test]
    fn labels_come_back_as_they_are() {
        let labels = [7, 2, 1, 0, 255];
        for file in [labels_file(&labels), gzip(&labels_file(&labels))] {
            assert_eq!(parse_idx(&file), Ok(Idx::Labels(labels.to_vec())));
        }
    }

    #[test]
    fn labels_pair_with_as_many_images() {
        let mut images = images(&two_images());
        assert_eq!((images.has_labels(), images.label(0)), (false, None));
        let error = images.attach_labels(vec![1, 2, 3]).unwrap_err();
        assert_eq!(error, LabelCountError { images: 2, labels: 3 });
        assert!(error.to_string().contains("3 labels for 2 images"));
        assert!(!images.has_labels());
        images.attach_labels(vec![4, 200]).unwrap();
        assert_eq!([images.label(0), images.label(1), images.label(2)], [Some(4), Some(200), None]);
        assert!(images.attach_labels(vec![]).is_err());
        assert_eq!(images.label(1), Some(200));
    }

    #[test]
    fn other_sizes_are_scaled_into_the_frame() {
        // Four quarters, one of them inked: it stays a quarter.
        let images_of_two = images(&images_file(1, 2, 2, &[255, 0, 0, 0]));
        let image = images_of_two.image(0).unwrap();
        for (index, &ink) in image.pixels().iter().enumerate() {
            let inside = index / 28 < 14 && index % 28 < 14;
            assert!((ink - f32::from(u8::from(inside))).abs() < 1e-6, "pixel {index}: {ink}");
        }
        // 56×56 in stripes one pixel wide: every pixel is the mean of two black and two white.
        let stripes: Vec<u8> = (0..56 * 56).map(|index| 255 * (index % 2) as u8).collect();
        let image = images(&images_file(1, 56, 56, &stripes)).image(0).unwrap();
        assert!(image.pixels().iter().all(|&ink| (ink - 0.5).abs() < 1e-6));
        // A tall one keeps its proportions: 28 rows, 7 columns in the middle.
        let image = images(&images_file(1, 40, 10, &[255; 400])).image(0).unwrap();
        let inked = image.pixels().iter().filter(|&&ink| ink > 0.5).count();
        assert_eq!(inked, 28 * 7);
        for (rows, columns) in [(1, 1), (512, 512), (1, 512), (512, 1)] {
            let pixels = vec![255; (rows * columns) as usize];
            let image = images(&images_file(1, rows, columns, &pixels)).image(0).unwrap();
            assert!(image.pixels().iter().any(|&ink| ink > 0.9), "{rows}×{columns}");
        }
    }

    #[test]
    fn every_truncation_says_how_much_is_missing() {
        let whole = images_file(2, 3, 5, &[9; 30]);
        for length in 0..whole.len() {
            let missing = match length {
                // The header is read in fours.
                0..16 => 4 - (length as u64 % 4),
                _ => (whole.len() - length) as u64,
            };
            let found = parse_idx(&whole[..length]);
            assert_eq!(found, Err(IdxError::Truncated { missing }), "{length} bytes");
        }
        let whole = labels_file(&[1, 2, 3]);
        for length in 8..whole.len() {
            let missing = (whole.len() - length) as u64;
            assert_eq!(parse_idx(&whole[..length]), Err(IdxError::Truncated { missing }));
        }
    }

    #[test]
    fn trailing_bytes_are_counted() {
        let mut file = two_images();
        file.extend([0; 3]);
        assert_eq!(parse_idx(&file), Err(IdxError::Trailing { extra: 3 }));
        assert_eq!(parse_idx(&gzip(&file)), Err(IdxError::Trailing { extra: 3 }));
    }

    #[test]
    fn wrong_headers_say_what_was_found() {
        let with = |index: usize, value: u8| {
            let mut file = two_images();
            file[index] = value;
            parse_idx(&file)
        };
        assert_eq!(with(0, 1), Err(IdxError::Magic { found: [1, 0] }));
        assert_eq!(with(1, 0x80), Err(IdxError::Magic { found: [0, 0x80] }));
        for found in (0..=255).filter(|&element| element != 8) {
            assert_eq!(with(2, found), Err(IdxError::ElementType { found }));
        }
        for found in (0..=255).filter(|dimensions| ![1, 3].contains(dimensions)) {
            assert_eq!(with(3, found), Err(IdxError::Dimensions { found }));
        }
    }

    #[test]
    fn every_flipped_bit_of_the_header_is_an_error() {
        let whole = two_images();
        for bit in 0..16 * 8 {
            let mut file = whole.clone();
            file[bit / 8] ^= 1 << (bit % 8);
            assert!(parse_idx(&file).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn impossible_sizes_are_refused() {
        let empty = Err(IdxError::Empty);
        assert_eq!(parse_idx(&images_file(0, 28, 28, &[])), empty);
        assert_eq!(parse_idx(&labels_file(&[])), empty);
        for (rows, columns) in [(0, 28), (28, 0), (513, 28), (28, 513), (u32::MAX, u32::MAX)] {
            let found = parse_idx(&images_file(1, rows, columns, &[]));
            assert_eq!(found, Err(IdxError::ImageSize { rows, columns }));
        }
        let too_large = Err(IdxError::TooLarge { allowed: MAX_IDX_BYTES });
        assert_eq!(parse_idx(&images_file(u32::MAX, 512, 512, &[])), too_large);
        assert_eq!(parse_within(&two_images(), 100), Err(IdxError::TooLarge { allowed: 100 }));
    }

    #[test]
    fn every_truncation_of_a_gzip_file_is_an_error() {
        let whole = gzip(&images_file(2, 3, 5, &[9; 30]));
        for length in 2..whole.len() {
            assert_eq!(parse_idx(&whole[..length]), Err(IdxError::GzipTruncated), "{length} bytes");
        }
    }

    #[test]
    fn damaged_gzip_is_refused() {
        let whole = gzip(&two_images());
        let mut wrong_checksum = whole.clone();
        let last = wrong_checksum.len() - 8;
        wrong_checksum[last] ^= 1;
        assert_eq!(parse_idx(&wrong_checksum), Err(IdxError::GzipCorrupt));
        let mut garbage = GZIP_MAGIC.to_vec();
        garbage.extend([0xff; 100]);
        assert_eq!(parse_idx(&garbage), Err(IdxError::GzipCorrupt));
        let mut trailing = whole;
        trailing.extend(b"not a second member");
        assert_eq!(parse_idx(&trailing), Err(IdxError::GzipCorrupt));
    }

    #[test]
    fn gzip_bombs_are_refused() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let block = vec![0; 1 << 20];
        for _ in 0..=MAX_IDX_BYTES >> 20 {
            encoder.write_all(&block).unwrap();
        }
        let bomb = encoder.finish().unwrap();
        assert!(bomb.len() < 1 << 20);
        assert_eq!(parse_idx(&bomb), Err(IdxError::TooLarge { allowed: MAX_IDX_BYTES }));
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(
            start in prop::sample::select(vec![
                vec![], vec![0, 0, 8, 3], vec![0, 0, 8, 1], vec![0x1f, 0x8b, 8, 0],
            ]),
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let mut file = start;
            file.extend(bytes);
            let _ = parse_idx(&file);
        }

        #[test]
        fn any_size_round_trips(
            count in 1_usize..4, rows in 1_usize..40, columns in 1_usize..40, seed in any::<u8>(),
        ) {
            let pixels: Vec<u8> = (0..count * rows * columns)
                .map(|index| (index as u8).wrapping_mul(31).wrapping_add(seed))
                .collect();
            let file = images_file(count as u32, rows as u32, columns as u32, &pixels);
            let images = images(&file);
            prop_assert_eq!(images.count(), count);
            prop_assert_eq!(&images.pixels, &pixels);
            prop_assert!((0..count).all(|index| images.image(index).is_some()));
            prop_assert!(images.image(count).is_none());
        }
    }
}
