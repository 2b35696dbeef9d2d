//! Opens a file: determines its kind from its content, and parses it.

use thiserror::Error;

use super::foreign::Foreign;
use super::idx::{Idx, IdxError, IdxImages, parse_unpacked};
use super::kind::{FileKind, PictureFormat, kind};
use super::picture::PictureError;

/// The content of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened {
    /// An IDX file of images.
    Images(IdxImages),
    /// An IDX file of labels.
    Labels(Vec<u8>),
    /// A picture, not decoded yet.
    Picture(PictureFormat, Vec<u8>),
    /// Probably safetensors: whether it contains weights of the model is not checked here.
    Weights(Vec<u8>),
}

/// Why a file could not be opened.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OpenError {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// An unknown kind.
    #[error(
        "unknown kind of file: MNIST IDX (images or labels, also .gz), pictures and safetensors can be \
         opened"
    )]
    Unknown,
    /// A known kind that cannot be opened.
    #[error("a file of the kind {}, which cannot be opened", .0.name())]
    Foreign(Foreign),
    /// An IDX or gzip file that is invalid.
    #[error(transparent)]
    Idx(#[from] IdxError),
    /// A picture that is invalid.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

/// Determines the kind of an uncompressed file by its first bytes, and parses it.
///
/// # Errors
/// [`OpenError::Unknown`] or [`OpenError::Foreign`] if the kind cannot be opened, otherwise the reason why the file
/// is invalid.
pub fn open(bytes: Vec<u8>) -> Result<Opened, OpenError> {
    if bytes.is_empty() {
        return Err(OpenError::Empty);
    }
    match kind(&bytes) {
        Some(FileKind::Idx) => Ok(match parse_unpacked(bytes)? {
            Idx::Images(images) => Opened::Images(images),
            Idx::Labels(labels) => Opened::Labels(labels),
        }),
        Some(FileKind::Picture(format)) => Ok(Opened::Picture(format, bytes)),
        Some(FileKind::Weights) => Ok(Opened::Weights(bytes)),
        Some(FileKind::Foreign(foreign)) => Err(OpenError::Foreign(foreign)),
        // A file that was compressed twice is not decompressed again.
        Some(FileKind::Gzip) | None => Err(OpenError::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn images() -> Vec<u8> {
        let mut file = vec![0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3];
        file.extend([1, 2, 3, 4, 5, 6]);
        file
    }

    #[test]
    fn the_kind_of_a_file_follows_from_its_content() {
        assert!(matches!(open(images()), Ok(Opened::Images(images)) if images.count() == 2));
        let labels = vec![0, 0, 8, 1, 0, 0, 0, 2, 3, 26];
        assert_eq!(open(labels), Ok(Opened::Labels(vec![3, 26])));
    }

    #[test]
    fn weights_are_recognised_by_their_header() {
        // A safetensors header of 65536 bytes begins with two zero bytes, as IDX does; one of 256 × 65536 bytes
        // begins like an icon.
        for length in [2_u64, 360, 65_536, 8 << 16, 1 << 24] {
            let mut file = length.to_le_bytes().to_vec();
            file.extend(b"{\"encoder.0.weight\":");
            assert_eq!(open(file.clone()), Ok(Opened::Weights(file)), "{length}");
        }
        for length in [0_u64, 1, 100_000_001, u64::MAX] {
            let mut file = length.to_le_bytes().to_vec();
            file.extend(b"{}");
            assert!(open(file).is_err(), "{length}");
        }
    }

    #[test]
    fn pictures_of_every_format_are_named() {
        use PictureFormat::*;
        let svg = "\u{feff}<?xml version=\"1.0\"?>\n<!-- drawn -->\n<svg xmlns=\"\"></svg>";
        let files: [(PictureFormat, &[u8]); 17] = [
            (Png, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
            (Jpeg, b"\xff\xd8\xff\xe0\0\x10JFIF"),
            (Gif, b"GIF89a\x01\0\x01\0"),
            (Webp, b"RIFF\x24\0\0\0WEBPVP8 "),
            (Bmp, b"BM\x9a\x0e\0\0\0\0\0\0"),
            (Ico, b"\0\0\x01\0\x01\0\x10\x10\0\0"),
            (Svg, b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
            (Svg, svg.as_bytes()),
            (Heic, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
            (Heic, b"\0\0\0\x24ftypmif1\0\0\0\0mif1heic"),
            (Avif, b"\0\0\0\x20ftypavif\0\0\0\0"),
            (Tiff, b"II*\0\x08\0\0\0"),
            (Tiff, b"MM\0*\0\0\0\x08"),
            (JpegXl, b"\xff\x0a\xfa\x1f"),
            (JpegXl, b"\0\0\0\x0cJXL \r\n\x87\n"),
            (Jpeg2000, b"\0\0\0\x0cjP  \r\n\x87\n"),
            (Ico, b"\0\0\x01\0\x02\0"),
        ];
        for (format, file) in files {
            let opened = open(file.to_vec());
            assert_eq!(opened, Ok(Opened::Picture(format, file.to_vec())), "{}", format.name());
        }
    }

    #[test]
    fn the_reason_is_passed_on() {
        assert_eq!(open(Vec::new()), Err(OpenError::Empty));
        // Floating point: a valid IDX file that cannot be shown.
        let floats = vec![0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0];
        let element = IdxError::ElementType { found: 0x0d };
        assert_eq!(open(floats), Err(OpenError::Idx(element)));
        let cut = images()[..20].to_vec();
        assert_eq!(open(cut), Err(OpenError::Idx(IdxError::Truncated { missing: 2 })));
        // Two zero bytes alone are no IDX file.
        assert_eq!(open(vec![0, 0, 0, 0x18, 9, 9, 9, 9]), Err(OpenError::Unknown));
        assert_eq!(open(vec![0xde, 0xff]), Err(OpenError::Unknown));
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(
            start in prop::sample::select(vec![
                &b""[..], b"PK\x03\x04", b"\0\0", b"BM", b"<", b"a,b\n1,", b"\0\0\0\x18ftyp",
            ]),
            bytes in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let _ = open([start, &bytes].concat());
        }
    }
}
