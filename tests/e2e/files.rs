//! Opening files as x or as the model: good ones open, bad ones are named and lose nothing.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use safetensors::tensor::{Dtype, TensorView};

use crate::harness::{Page, visit};

const START: &str = "#/bench?x=digits.3&mu=0.5,-0.25&sigma=0.8,0.5&rho=0.2&k=64&seed=7";

fn written(page: &Page, name: &str, bytes: &[u8]) -> PathBuf {
    let file = page.browser.folder().join(name);
    fs::write(&file, bytes).expect("a writable temporary folder");
    file
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).expect("into memory");
    packed.finish().expect("into memory")
}

/// An image of `side` pixels a side with one bright upright stroke, further right for larger `i`.
fn stroke(i: usize, side: usize) -> Vec<u8> {
    let bright = |p: usize| {
        let (row, column) = (p / side, p % side);
        let left = (8 + 4 * i) * side / 28;
        row > side / 6 && row < side * 5 / 6 && (left..left + side / 9).contains(&column)
    };
    (0..side * side).map(|p| if bright(p) { 255 } else { 0 }).collect()
}

/// An IDX file of three images that claims to hold `claimed`.
pub fn idx_images(claimed: u32) -> Vec<u8> {
    let header = [0x803, claimed, 28, 28].map(u32::to_be_bytes).concat();
    (0..3).fold(header, |file, i| [file, stroke(i, 28)].concat())
}

pub fn idx_labels(labels: &[u8]) -> Vec<u8> {
    let count = u32::try_from(labels.len()).expect("few labels");
    [[0x801, count].map(u32::to_be_bytes).concat(), labels.to_vec()].concat()
}

/// Opens files that are good, and waits until x has changed.
fn opens(page: &Page, files: &[PathBuf]) {
    let before = page.raw("log-evidence");
    page.give_files(files);
    page.wait_for("another x", || page.raw("log-evidence") != before);
    page.settle();
    page.assert_sound();
    assert!(!page.shows("#fault"));
}

/// Gives a page that rests a file that is not good: it is said, and the page is as it was.
fn refuses(page: &Page, file: PathBuf) -> String {
    let before = page.metrics();
    let name = file.display().to_string();
    page.give_files(&[file]);
    page.wait_for("a message", || !page.text("#notice").is_empty());
    page.settle();
    assert_eq!(page.metrics(), before, "{name} changed something");
    assert!(!page.shows("#fault"));
    let said = page.text("#notice");
    page.act("close-notice");
    said
}

#[test]
fn an_idx_file_shows_its_images() {
    visit(|page| {
        for packed in [false, true] {
            page.open(START);
            let images = idx_images(3);
            let file = match packed {
                false => written(page, "images-idx3-ubyte", &images),
                true => written(page, "images-idx3-ubyte.gz", &gzipped(&images)),
            };
            opens(page, &[file]);
            assert_eq!(page.count("button[data-file-index]"), 3);
            let mut seen = vec![page.raw("log-evidence")];
            for i in [1, 2] {
                page.click(&format!("button[data-file-index='{i}']"));
                page.settle();
                seen.push(page.raw("log-evidence"));
            }
            seen.dedup();
            assert_eq!(seen.len(), 3, "three images, {seen:?}");
            page.assert_sound();
        }
    });
}

#[test]
fn labels_come_with_their_images() {
    visit(|page| {
        page.open(START);
        let images = written(page, "t-images-idx3-ubyte", &idx_images(3));
        let labels = written(page, "t-labels-idx1-ubyte.gz", &gzipped(&idx_labels(&[4, 7, 2])));
        opens(page, &[images, labels]);
        let names = page.list_of(
            "return [...document.querySelectorAll('button[data-file-index]')].map(
                (button) => `${button.ariaLabel ?? ''} ${button.title} ${button.innerText}`)",
        );
        for (name, label) in names.iter().zip(["4", "7", "2"]) {
            assert!(name.contains(label), "the label {label} is not in {name:?}");
        }
    });
}

#[test]
fn an_image_file_becomes_x() {
    visit(|page| {
        page.open(START);
        for (i, (name, side)) in
            [("small.png", 28), ("large.png", 200), ("photo.jpg", 120)].into_iter().enumerate()
        {
            let grey = image::GrayImage::from_raw(side, side, stroke(i, side as usize));
            let file = page.browser.folder().join(name);
            grey.expect("as many pixels").save(&file).expect("a writable temporary folder");
            opens(page, &[file]);
        }
    });
}

#[test]
fn a_bad_file_is_said_and_loses_nothing() {
    visit(|page| {
        let images = idx_images(3);
        let jungle: Vec<u8> =
            (0..5000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        // Unpacks to 100 MB of zeros behind a header that claims them.
        let bomb = [idx_images(u32::MAX), vec![0; 100_000_000]].concat();
        let files = [
            ("truncated-idx3-ubyte", images[..images.len() - 100].to_vec()),
            ("truncated-idx3-ubyte.gz", gzipped(&images)[..60].to_vec()),
            ("greedy-idx3-ubyte", idx_images(u32::MAX)),
            ("bomb-idx3-ubyte.gz", gzipped(&bomb)),
            ("lonely-labels-idx1-ubyte", idx_labels(&[1, 2, 3])),
            ("empty", Vec::new()),
            ("jungle.png", jungle),
        ];
        page.open(START);
        page.rest();
        for (name, bytes) in files {
            refuses(page, written(page, name, &bytes));
        }
    });
}

#[test]
fn labels_of_other_images_are_refused() {
    visit(|page| {
        page.open(START);
        let truth = page.raw("log-evidence");
        let images = written(page, "t-images-idx3-ubyte", &idx_images(3));
        let labels = written(page, "t-labels-idx1-ubyte", &idx_labels(&[1, 2]));
        page.give_files(&[images, labels]);
        page.wait_for("a message", || !page.text("#notice").is_empty());
        page.settle();
        assert_eq!(page.raw("log-evidence"), truth);
    });
}

/// A model file in which `encoder.0.weight` is wrong in one way.
fn wrong_model(page: &Page, name: &str, shape: &[usize], value: f32) -> PathBuf {
    let bytes = value.to_le_bytes().repeat(shape.iter().product());
    let tensor = TensorView::new(Dtype::F32, shape.to_vec(), &bytes).expect("as many bytes");
    let tensors = BTreeMap::from([("encoder.0.weight", tensor)]);
    written(page, name, &safetensors::serialize(tensors, None).expect("into memory"))
}

#[test]
fn a_wrong_model_is_named_by_its_tensor_and_not_taken() {
    visit(|page| {
        page.open(START);
        page.rest();
        for (name, shape, value) in
            [("shape.safetensors", vec![7, 7], 0.5), ("nan.safetensors", vec![64, 784], f32::NAN)]
        {
            let said = refuses(page, wrong_model(page, name, &shape, value));
            assert!(said.contains("encoder."), "{name}: {said:?} names no tensor");
        }
        let folder = Path::new("not-a-model.safetensors");
        refuses(page, written(page, &folder.display().to_string(), b"{\"a\":1}"));
    });
}
