//! What a file opened or dropped is, told from its content, never from its name.

use thiserror::Error;

use super::GreyImage;
use super::idx::{GZIP_MAGIC, Idx, IdxError, IdxImages, parse_idx};
use super::picture::{PNG_MAGIC, PictureError, is_jpeg, read_picture};

/// The longest header the safetensors format allows, in bytes.
const MAX_SAFETENSORS_HEADER: u64 = 100_000_000;

/// What a file held.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened {
    /// An IDX file of images.
    Images(IdxImages),
    /// An IDX file of labels.
    Labels(Vec<u8>),
    /// A PNG or JPEG of one digit.
    Picture(GreyImage),
    /// It looks like safetensors: whether it holds weights of the model is not checked here.
    Weights,
}

/// Why a file could not be opened.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OpenError {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// None of the kinds that can be opened.
    #[error(
        "unknown kind of file: MNIST IDX (images or labels, also .gz), PNG, JPEG and safetensors \
         can be opened"
    )]
    Unknown,
    /// It is an IDX or gzip file, but not a good one.
    #[error(transparent)]
    Idx(#[from] IdxError),
    /// It is a picture, but not a good one.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

/// Tells by its first bytes what a file is, and reads it.
///
/// # Errors
/// [`OpenError::Unknown`] if it is of no kind that can be opened, else what is wrong with it.
pub fn open(bytes: &[u8]) -> Result<Opened, OpenError> {
    if bytes.is_empty() {
        Err(OpenError::Empty)
    } else if bytes.starts_with(&PNG_MAGIC) || is_jpeg(bytes) {
        Ok(Opened::Picture(read_picture(bytes)?))
    } else if bytes.starts_with(&GZIP_MAGIC) || is_idx(bytes) {
        opened_idx(bytes)
    } else if is_safetensors(bytes) {
        Ok(Opened::Weights)
    } else if bytes.starts_with(&[0, 0]) {
        // Another IDX file than those that can be shown: say why.
        opened_idx(bytes)
    } else {
        Err(OpenError::Unknown)
    }
}

fn opened_idx(bytes: &[u8]) -> Result<Opened, OpenError> {
    Ok(match parse_idx(bytes)? {
        Idx::Images(images) => Opened::Images(images),
        Idx::Labels(labels) => Opened::Labels(labels),
    })
}

/// The first bytes of MNIST's files. As a length of a safetensors header they would be beyond 17
/// MB, which no model of this program has.
fn is_idx(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0, 0, 8, 1]) || bytes.starts_with(&[0, 0, 8, 3])
}

/// The length of a header, lowest byte first, and a header that is a JSON object.
fn is_safetensors(bytes: &[u8]) -> bool {
    let Some((length, rest)) = bytes.split_first_chunk::<8>() else { return false };
    let allowed = 2..=MAX_SAFETENSORS_HEADER;
    allowed.contains(&u64::from_le_bytes(*length)) && rest.first() == Some(&b'{')
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use proptest::prelude::*;

    use super::*;

    fn images() -> Vec<u8> {
        let mut file = vec![0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3];
        file.extend([1, 2, 3, 4, 5, 6]);
        file
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn picture(format: image::ImageFormat) -> Vec<u8> {
        let bar =
            image::GrayImage::from_fn(30, 40, |x, _| image::Luma([255 * u8::from(x / 8 != 1)]));
        let mut file = Cursor::new(Vec::new());
        bar.write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    #[test]
    fn every_kind_is_told_from_its_content() {
        for file in [images(), gzip(&images())] {
            assert!(matches!(open(&file), Ok(Opened::Images(images)) if images.count() == 2));
        }
        let labels = [0, 0, 8, 1, 0, 0, 0, 2, 3, 9];
        for file in [labels.to_vec(), gzip(&labels)] {
            assert_eq!(open(&file), Ok(Opened::Labels(vec![3, 9])));
        }
        for format in [image::ImageFormat::Png, image::ImageFormat::Jpeg] {
            assert!(matches!(open(&picture(format)), Ok(Opened::Picture(_))));
        }
    }

    #[test]
    fn weights_are_recognised_by_their_header() {
        // A header of 65536 bytes begins with two zero bytes, as IDX does.
        for length in [2_u64, 360, 65_536, 8 << 16] {
            let mut file = length.to_le_bytes().to_vec();
            file.extend(b"{\"encoder.0.weight\":");
            assert_eq!(open(&file), Ok(Opened::Weights), "{length}");
        }
        for length in [0_u64, 1, MAX_SAFETENSORS_HEADER + 1, u64::MAX] {
            let mut file = length.to_le_bytes().to_vec();
            file.extend(b"{}");
            assert!(open(&file).is_err(), "{length}");
        }
    }

    #[test]
    fn the_reason_is_passed_on() {
        assert_eq!(open(&[]), Err(OpenError::Empty));
        let floats = [0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0];
        let element = IdxError::ElementType { found: 0x0d };
        assert_eq!(open(&floats), Err(OpenError::Idx(element)));
        let cut = &images()[..20];
        assert_eq!(open(cut), Err(OpenError::Idx(IdxError::Truncated { missing: 2 })));
        assert_eq!(open(&gzip(cut)), Err(OpenError::Idx(IdxError::Truncated { missing: 2 })));
        let letter = gzip(b"Dear sir");
        assert_eq!(open(&letter), Err(OpenError::Idx(IdxError::Magic { found: *b"De" })));
        let cut = &picture(image::ImageFormat::Png)[..40];
        let found = open(cut);
        assert!(
            matches!(found, Err(OpenError::Picture(PictureError::Corrupt { .. }))),
            "{found:?}"
        );
    }

    #[test]
    fn other_files_are_told_what_can_be_opened() {
        for file in
            [&b"GIF89a......"[..], b"%PDF-1.7", b"PK\x03\x04", b"hello, world", b"{", b"\x80"]
        {
            assert_eq!(open(file), Err(OpenError::Unknown));
        }
        let text = OpenError::Unknown.to_string();
        for kind in ["IDX", ".gz", "PNG", "JPEG", "safetensors"] {
            assert!(text.contains(kind), "{text}");
        }
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = open(&bytes);
        }
    }
}
