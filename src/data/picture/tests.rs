//! Tests of pictures: size, paper, transparency, orientation, and damaged files.

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

/// An L, 100 rows high and 60 columns wide with arms 20 thick, on a picture of 200×150.
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
    let deep =
        ImageBuffer::from_fn(200, 150, |x, y| Luma([if is_ink(x, y) { 0_u16 } else { 65_535 }]));
    assert_close(&read_picture(&png(deep)).unwrap(), &expected(), 1e-5);
}

#[test]
fn transparency_is_paper() {
    for shade in [0_u8, 255] {
        let clear = ImageBuffer::from_fn(200, 150, |x, y| {
            // A transparent pixel has a colour as well, which must not show.
            if is_ink(x, y) { LumaA([shade, 255]) } else { LumaA([128, 0]) }
        });
        assert_close(&read_picture(&png(clear)).unwrap(), &expected(), 1e-5);
    }
}

#[test]
fn pixels_that_were_decoded_elsewhere_are_the_same_digit() {
    let blue = ImageBuffer::from_fn(200, 150, |x, y| {
        if is_ink(x, y) { image::Rgba([10_u8, 20, 120, 255]) } else { image::Rgba([0, 0, 0, 0]) }
    });
    let file = png(blue.clone());
    assert_eq!(picture_of_pixels(200, blue.as_raw()), read_picture(&file));
    assert_close(&picture_of_pixels(200, blue.as_raw()).unwrap(), &expected(), 1e-5);
    for (width, pixels) in [(0, &[0_u8; 16][..]), (5, &[0; 16]), (1, &[])] {
        assert_eq!(picture_of_pixels(width, pixels), Err(PictureError::NoInk));
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
    let off: f32 = image.pixels().iter().zip(expected().pixels()).map(|(a, b)| (a - b).abs()).sum();
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
        let expected =
            GreyImage::from_fn(|row, column| f32::from(value(column as u32, row as u32)) / 255.0);
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
    // The last twelve bytes only mark the end of the file.
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
