//! Tests of the IDX files: valid, transposed, truncated and too large ones.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;

use super::super::gzip::Unpacking;
use super::*;

/// Reads a file in one go, unpacking it first if it is gzip.
fn parse_idx(bytes: &[u8]) -> Result<Idx, IdxError> {
    parse_within(bytes, MAX_IDX_BYTES)
}

fn parse_within(bytes: &[u8], allowed: u64) -> Result<Idx, IdxError> {
    let mut unpacking = Unpacking::new(allowed);
    unpacking.take(bytes)?;
    parse_plain(unpacking.finish()?, allowed)
}

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
            // The header is read in groups of four bytes.
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
    for found in [MAX_IDX_IMAGES + 1, 2_000_000, u32::MAX] {
        let too_many = Err(IdxError::TooMany { found });
        assert_eq!(parse_idx(&images_file(found, 1, 1, &[])), too_many);
    }
    let too_large = Err(IdxError::TooLarge { allowed: MAX_IDX_BYTES });
    assert_eq!(parse_idx(&images_file(MAX_IDX_IMAGES, 512, 512, &[])), too_large);
    // EMNIST's letters and all other sets that are known by name are read.
    let letters = parse_idx(&images_file(124_800, 28, 28, &[]));
    assert_eq!(letters, Err(IdxError::Truncated { missing: 124_800 * 784 }));
    assert_eq!(parse_within(&two_images(), 100), Err(IdxError::TooLarge { allowed: 100 }));
}

#[test]
fn transposed_images_are_those_of_a_file_written_by_columns() {
    for (rows, columns) in [(28, 28), (3, 5), (40, 10)] {
        let pixel = |image: u32, row: u32, column: u32| (image * 97 + row * 31 + column * 7) as u8;
        let upright: Vec<u8> = (0..2)
            .flat_map(|image| {
                (0..rows).flat_map(move |r| (0..columns).map(move |c| pixel(image, r, c)))
            })
            .collect();
        let by_columns: Vec<u8> = (0..2)
            .flat_map(|image| {
                (0..columns).flat_map(move |c| (0..rows).map(move |r| pixel(image, r, c)))
            })
            .collect();
        let upright = images(&images_file(2, rows, columns, &upright));
        let turned = images(&images_file(2, columns, rows, &by_columns)).transposed();
        assert!(turned.is_transposed() && !upright.is_transposed());
        assert_eq!((turned.rows(), turned.columns()), (rows as usize, columns as usize));
        for image in 0..2 {
            assert_eq!(turned.image(image), upright.image(image), "{rows}×{columns}");
        }
        // Transposing twice restores them, and labels stay.
        let mut labelled = upright.clone();
        labelled.attach_labels(vec![26, 1]).unwrap();
        assert_eq!(labelled.transposed().label(0), Some(26));
        assert_eq!(labelled.transposed().transposed(), labelled);
    }
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
    let mut garbage = vec![0x1f, 0x8b];
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
        prop_assert_eq!(&*images.pixels, &pixels);
        prop_assert!((0..count).all(|index| images.image(index).is_some()));
        prop_assert!(images.image(count).is_none());
    }
}
