//! The kind of a file, determined from its first bytes and never from its name.

use super::foreign::Foreign;
use super::gzip::GZIP_MAGIC;

/// The first bytes of a PNG file.
pub(super) const PNG_MAGIC: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// The first bytes of a JPEG file.
pub(super) const JPEG_MAGIC: [u8; 3] = [0xff, 0xd8, 0xff];
/// The longest header the safetensors format allows, in bytes.
const MAX_SAFETENSORS_HEADER: u64 = 100_000_000;
/// The codes of IDX's types of elements: bytes, two sizes of whole numbers, two of floating point.
const IDX_ELEMENTS: [u8; 6] = [0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e];
/// Number of bytes of a text that are examined.
const TEXT_LOOKED_AT: usize = 1 << 14;

/// A kind of file that users open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// IDX, of any element type and dimension.
    Idx,
    /// A gzip file.
    Gzip,
    /// Probably safetensors: whether it contains weights of the model is not checked here.
    Weights,
    /// A picture.
    Picture(PictureFormat),
    /// A known kind that cannot be opened.
    Foreign(Foreign),
}

/// A format of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// Also decoded by this crate.
    Png,
    /// From cameras.
    Jpeg,
    /// Only the first frame is used.
    Gif,
    /// From the web.
    Webp,
    /// From Windows.
    Bmp,
    /// An icon of Windows.
    Ico,
    /// A vector graphic.
    Svg,
    /// From iPhones.
    Heic,
    /// From the web.
    Avif,
    /// From scanners.
    Tiff,
    /// JPEG XL.
    JpegXl,
    /// JPEG 2000.
    Jpeg2000,
}

impl PictureFormat {
    /// The common name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::Webp => "WebP",
            Self::Bmp => "BMP",
            Self::Ico => "ICO",
            Self::Svg => "SVG",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::Tiff => "TIFF",
            Self::JpegXl => "JPEG XL",
            Self::Jpeg2000 => "JPEG 2000",
        }
    }

    /// The media type, by which a browser selects its decoder.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Ico => "image/x-icon",
            Self::Svg => "image/svg+xml",
            Self::Heic => "image/heic",
            Self::Avif => "image/avif",
            Self::Tiff => "image/tiff",
            Self::JpegXl => "image/jxl",
            Self::Jpeg2000 => "image/jp2",
        }
    }
}

/// The kind of a file that begins with `bytes`; `None` if it is unknown.
pub(super) fn kind(bytes: &[u8]) -> Option<FileKind> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(&GZIP_MAGIC) {
        return Some(FileKind::Gzip);
    }
    if is_idx(bytes) {
        return Some(FileKind::Idx);
    }
    // A header of 65536 bytes begins with two zero bytes, as other kinds do.
    if is_safetensors(bytes) {
        return Some(FileKind::Weights);
    }
    if let Some(format) = picture_format(bytes) {
        return Some(FileKind::Picture(format));
    }
    if let Some(foreign) = Foreign::of(bytes) {
        return Some(FileKind::Foreign(foreign));
    }
    match bytes {
        [0, 0, element, ..] if IDX_ELEMENTS.contains(element) => Some(FileKind::Idx),
        _ => None,
    }
}

/// Whether the file begins like MNIST's. As the length of a safetensors header these bytes would denote more than 17
/// MB, which no model of this program has.
fn is_idx(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0, 0, 8, 1]) || bytes.starts_with(&[0, 0, 8, 3])
}

/// Whether the file begins with the length of a header, lowest byte first, and a header that is a JSON object.
fn is_safetensors(bytes: &[u8]) -> bool {
    let Some((length, rest)) = bytes.split_first_chunk::<8>() else { return false };
    let allowed = 2..=MAX_SAFETENSORS_HEADER;
    allowed.contains(&u64::from_le_bytes(*length)) && rest.first() == Some(&b'{')
}

fn picture_format(bytes: &[u8]) -> Option<PictureFormat> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let at = |place: usize, magic: &[u8]| bytes.get(place..).is_some_and(|b| b.starts_with(magic));
    if starts(&PNG_MAGIC) {
        Some(PictureFormat::Png)
    } else if starts(&JPEG_MAGIC) {
        Some(PictureFormat::Jpeg)
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        Some(PictureFormat::Gif)
    } else if starts(b"RIFF") && at(8, b"WEBP") {
        Some(PictureFormat::Webp)
    } else if starts(&[0, 0, 1, 0]) && bytes.get(4..6).is_some_and(|count| count != [0, 0]) {
        Some(PictureFormat::Ico)
    } else if starts(b"II*\0") || starts(b"MM\0*") {
        Some(PictureFormat::Tiff)
    } else if starts(&[0xff, 0x0a]) || starts(b"\0\0\0\x0cJXL ") {
        Some(PictureFormat::JpegXl)
    } else if starts(b"\0\0\0\x0cjP  ") {
        Some(PictureFormat::Jpeg2000)
    } else if let Some(brand) = brand(bytes) {
        match &brand {
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
                Some(PictureFormat::Heic)
            }
            b"avif" | b"avis" => Some(PictureFormat::Avif),
            _ => None,
        }
    } else if let Some(text) = beginning_of_text(bytes) {
        is_svg(text).then_some(PictureFormat::Svg)
    } else {
        starts(b"BM").then_some(PictureFormat::Bmp)
    }
}

/// The main brand of a file in an MPEG-4 container.
pub(super) fn brand(bytes: &[u8]) -> Option<[u8; 4]> {
    let is_it = bytes.get(4..8)? == b"ftyp";
    bytes.get(8..12)?.try_into().ok().filter(|_| is_it)
}

/// The beginning of a file if it is text: it contains no control characters except those that end lines and fields.
pub(super) fn beginning_of_text(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start = &bytes[..bytes.len().min(TEXT_LOOKED_AT)];
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        // The last character may be incomplete.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&start[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    (!text.trim().is_empty() && text.chars().all(is_plain)).then_some(text)
}

fn is_svg(text: &str) -> bool {
    let text = text.trim_start();
    let is_markup = text.starts_with("<svg")
        || text.starts_with("<?xml")
        || text.starts_with("<!--")
        || text.starts_with("<!DOCTYPE svg");
    is_markup && text.contains("<svg")
}
