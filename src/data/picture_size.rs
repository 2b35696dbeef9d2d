//! The size of a picture from the first bytes of its file, before it is decoded.

use super::PictureFormat;

/// Stored columns and rows; `None` where the format has no simple header, or the file lacks it. A picture that has to
/// be rotated has them exchanged.
pub fn picture_size(format: PictureFormat, bytes: &[u8]) -> Option<[u32; 2]> {
    match format {
        PictureFormat::Png => Some([big(bytes, 16)?, big(bytes, 20)?]),
        PictureFormat::Gif => Some([short(bytes, 6)?, short(bytes, 8)?]),
        // A negative height means that rows begin at the top.
        PictureFormat::Bmp if little(bytes, 14)? >= 40 => Some(
            [18, 22]
                .map(|at| little(bytes, at).map_or(0, |side| side.cast_signed().unsigned_abs())),
        ),
        PictureFormat::Webp => webp(bytes),
        PictureFormat::Jpeg => jpeg(bytes),
        _ => None,
    }
}

fn webp(bytes: &[u8]) -> Option<[u32; 2]> {
    match bytes.get(12..16)? {
        b"VP8X" => {
            Some([24, 27].map(|at| little(bytes, at).map_or(0, |side| (side & 0xff_ffff) + 1)))
        }
        b"VP8L" => {
            let sides = little(bytes, 21)?;
            Some([sides & 0x3fff, (sides >> 14) & 0x3fff].map(|side| side + 1))
        }
        b"VP8 " => Some([short(bytes, 26)? & 0x3fff, short(bytes, 28)? & 0x3fff]),
        _ => None,
    }
}

/// Skips segments until one contains the size.
fn jpeg(bytes: &[u8]) -> Option<[u32; 2]> {
    let mut at = 2;
    loop {
        let [0xff, marker] = *bytes.get(at..)?.first_chunk::<2>()? else { return None };
        match marker {
            // Fill bytes, and markers without a segment.
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            // Frame headers of every coding; three other markers lie in their range.
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&marker) => {
                let side = |at: usize| Some(u32::from(u16::from_be_bytes(pair(bytes, at)?)));
                return Some([side(at + 7)?, side(at + 5)?]);
            }
            _ => at += 2 + usize::from(u16::from_be_bytes(pair(bytes, at + 2)?)),
        }
    }
}

fn pair(bytes: &[u8], at: usize) -> Option<[u8; 2]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn short(bytes: &[u8], at: usize) -> Option<u32> {
    pair(bytes, at).map(|pair| u16::from_le_bytes(pair).into())
}

fn little(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

fn big(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_be_bytes(*four))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{GrayImage, ImageFormat};
    use proptest::prelude::*;

    use super::*;

    fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        GrayImage::new(width, height).write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    #[test]
    fn sizes_are_those_that_were_written() {
        for size @ [width, height] in [[1, 1], [300, 7], [28, 500]] {
            let png = encoded(width, height, ImageFormat::Png);
            assert_eq!(picture_size(PictureFormat::Png, &png), Some(size));
            let jpeg = encoded(width, height, ImageFormat::Jpeg);
            assert_eq!(picture_size(PictureFormat::Jpeg, &jpeg), Some(size));
        }
    }

    #[test]
    fn headers_written_by_hand_after_the_formats_are_read() {
        let gif = b"GIF89a\x2c\x01\x07\x00\x80\0\0";
        assert_eq!(picture_size(PictureFormat::Gif, gif), Some([300, 7]));
        let mut bmp = b"BM".to_vec();
        bmp.extend([0; 12]);
        bmp.extend(40_u32.to_le_bytes());
        bmp.extend(300_i32.to_le_bytes());
        bmp.extend((-7_i32).to_le_bytes());
        assert_eq!(picture_size(PictureFormat::Bmp, &bmp), Some([300, 7]));
        let extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x2b\x01\0\x06\0\0\0";
        assert_eq!(picture_size(PictureFormat::Webp, extended), Some([300, 7]));
        // 299 in the first fourteen bits, 6 in the next.
        let sides = (299_u32 | 6 << 14).to_le_bytes();
        let lossless = [b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f".as_slice(), &sides].concat();
        assert_eq!(picture_size(PictureFormat::Webp, &lossless), Some([300, 7]));
        let lossy = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x2c\x01\x07\0";
        assert_eq!(picture_size(PictureFormat::Webp, lossy), Some([300, 7]));
        assert_eq!(picture_size(PictureFormat::Heic, &[0; 99]), None);
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            use PictureFormat::*;
            for format in [Png, Gif, Bmp, Webp, Jpeg] {
                let _ = picture_size(format, &bytes);
                let _ = picture_size(format, &[b"\xff\xd8\xff\xe0\0\x02".as_slice(), &bytes].concat());
            }
        }
    }
}
