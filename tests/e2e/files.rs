//! Opening files as x or as the model: good ones are opened, bad ones are named and change nothing.

use std::{collections::BTreeMap, fs, io::Write, path::PathBuf};

use flate2::{Compression, write::GzEncoder};
use safetensors::tensor::{Dtype, TensorView};

use crate::harness::{Page, visit};

/// The bench in a state other than the default.
pub const START: &str = "#/bench?x=digits.3&mu=0.5,-0.25&sigma=0.8,0.5&rho=0.2&k=64&seed=7";

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
pub fn stroke(i: usize, side: usize) -> Vec<u8> {
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

/// Opens good files, and waits until x has changed.
fn opens(page: &Page, files: &[PathBuf]) {
    let before = page.raw("log-evidence");
    page.give_files(files);
    page.wait_for("another x", || page.raw("log-evidence") != before);
    page.settle();
    assert!(page.metric("log-evidence") < 0.0);
    assert!(!page.shows("#fault"));
}

/// Gives a bad file to an idle page: the page reports it and is unchanged.
fn refuses(page: &Page, files: &[PathBuf]) -> String {
    let said = refused_by(page, || page.give_files(files));
    for name in files.iter().filter_map(|file| file.file_name()) {
        assert!(said.contains(&*name.to_string_lossy()), "{name:?} is not named: {said}");
    }
    said
}

/// Does something that the page refuses: it reports it, and x, q, the model and the opened file are unchanged; on an
/// idle page all numbers are as well.
pub fn refused_by(page: &Page, act: impl FnOnce()) -> String {
    let state = || (page.hash(), page.text("#x-title"), page.text(".model"), page.text(".leaf"));
    let numbers = || if page.is_content() { Vec::new() } else { page.metrics() };
    let before = (state(), numbers());
    act();
    page.wait_for("a message", || !page.text("#notice").is_empty());
    page.settle();
    let said = page.text("#notice");
    assert_eq!((state(), numbers()), before, "something changed: {said}");
    assert!(!page.shows("#fault"));
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
        // Decompresses to 100 MB of zeros after a header that announces them.
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
        page.wait_until_idle();
        for (name, bytes) in files {
            refuses(page, &[written(page, name, &bytes)]);
        }
    });
}

#[test]
fn files_chosen_together_are_opened_together_or_not_at_all() {
    visit(|page| {
        page.glance(&format!("{START}&lang=en"));
        let images = written(page, "good.idx", &idx_images(3));
        let weights = written(page, "bad.safetensors", &nan_model());
        let said = refused_by(page, || page.give_files(&[images.clone(), weights.clone()]));
        assert!(
            said.contains("bad.safetensors: The tensor") && !said.contains("good.idx"),
            "{said}"
        );
        assert!(said.contains("Nothing was changed"), "{said}");
        assert_eq!(page.count("button[data-file-index]"), 0, "the images were opened");
        // Every bad file is named, not only the first.
        let empty = written(page, "empty.idx", b"");
        let said = refused_by(page, || page.give_files(&[empty, images.clone(), weights]));
        assert!(said.contains("empty.idx: ") && said.contains("bad.safetensors: "), "{said}");
        // Of two pictures, or a picture and images, only one can become x.
        let picture = |name: &str, i| {
            let file = page.browser.folder().join(name);
            let grey = image::GrayImage::from_raw(28, 28, stroke(i, 28)).expect("as many pixels");
            grey.save(&file).expect("a writable temporary folder");
            file
        };
        let (first, second) = (picture("a.png", 0), picture("b.png", 1));
        let said = refuses(page, &[first.clone(), second]);
        assert!(said.contains("one at a time"), "{said}");
        refuses(page, &[images, first]);
    });
}

#[test]
fn pictures_of_every_format_that_the_browser_knows_are_opened() {
    visit(|page| {
        page.glance(START);
        // Pictures are centred and fitted, so that bars of other proportions are other digits.
        let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='120' height='120'>
            <rect x='15' y='50' width='90' height='14'/></svg>";
        // Uncompressed, 24 bits a pixel, rows from the top.
        let pixels = bar(60, 6, 40).into_iter().flat_map(|ink| [255 - ink; 3]);
        let mut bmp = [b"BM".as_slice(), &[0; 8], &54_u32.to_le_bytes()].concat();
        bmp.extend([40_i32, 60, -60].map(i32::to_le_bytes).concat());
        bmp.extend([1_u16, 24].map(u16::to_le_bytes).concat());
        bmp.extend([0; 24]);
        bmp.extend(pixels);
        // An icon that holds a PNG picture.
        let mut png = std::io::Cursor::new(Vec::new());
        let grey = image::GrayImage::from_raw(48, 48, bar(48, 30, 30)).expect("as many pixels");
        grey.write_to(&mut png, image::ImageFormat::Png).expect("into memory");
        let png = png.into_inner();
        let mut icon = vec![0, 0, 1, 0, 1, 0, 48, 48, 0, 0, 1, 0, 8, 0];
        icon.extend((png.len() as u32).to_le_bytes());
        icon.extend(22_u32.to_le_bytes());
        icon.extend(&png);
        // Larger than what is decoded by the app itself.
        let large =
            image::GrayImage::from_raw(1400, 1400, bar(1400, 400, 800)).expect("as many pixels");
        let large_file = page.browser.folder().join("large.png");
        large.save(&large_file).expect("a writable temporary folder");
        let files = [
            written(page, "line.svg", svg.as_bytes()),
            written(page, "line.bmp", &bmp),
            written(page, "line.ico", &icon),
            large_file,
            written(page, "line.webp", &drawn_by_the_browser(page, "image/webp")),
        ];
        for file in files {
            opens(page, &[file]);
        }
    });
}

/// An image of `side` pixels a side with a bright bar in its middle.
fn bar(side: usize, width: usize, height: usize) -> Vec<u8> {
    let is_inside =
        |at: usize, length: usize| ((side - length) / 2..(side + length) / 2).contains(&at);
    let bright = |p: usize| is_inside(p % side, width) && is_inside(p / side, height);
    (0..side * side).map(|p| if bright(p) { 255 } else { 0 }).collect()
}

/// A bar as encoded by the browser.
fn drawn_by_the_browser(page: &Page, format: &str) -> Vec<u8> {
    let script = "const canvas = document.createElement('canvas');
        canvas.width = canvas.height = 90;
        const context = canvas.getContext('2d');
        context.fillStyle = 'white';
        context.fillRect(0, 0, 90, 90);
        context.fillStyle = 'black';
        context.fillRect(15, 30, 60, 30);
        return canvas.toDataURL(arguments[0])";
    let address = page.run(script, serde_json::json!([format]));
    let bytes = elboscope::data::data_url(address.as_str().unwrap_or_default());
    bytes.expect("a data address")
}

#[test]
fn what_cannot_be_opened_is_named_with_what_to_do() {
    visit(|page| {
        page.glance(&format!("{START}&lang=en"));
        let row = vec!["0"; 784].join(",");
        let names = (0..784).map(|n| format!("pixel{n}")).collect::<Vec<_>>().join(",");
        let csv = format!("label,{names}\n5,{row}\n");
        let mut npz = [b"PK\x03\x04".as_slice(), &[0; 22], &[10, 0, 0, 0]].concat();
        npz.extend(b"x_test.npy\x93NUMPY\x01\0");
        let page_of_html = b"<!DOCTYPE HTML PUBLIC><html><title>403 Forbidden</title></html>";
        let files: [(&str, Vec<u8>, &[&str]); 8] = [
            ("IMG_0001.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heicxyz".to_vec(), &["HEIC", "JPEG"]),
            ("mnist.npz", npz, &[".npz", "n.load('mnist.npz')['x_test']"]),
            ("mnist_train.csv", csv.into_bytes(), &["CSV", "n.loadtxt('mnist_train.csv'"]),
            ("train-images.gz", page_of_html.to_vec(), &["web page", "download failed"]),
            ("packed.gz", gzipped(page_of_html), &["web page", "download failed"]),
            ("vae.pth", b"\x80\x02\x8a\nl\xfc\x9cF".to_vec(), &["pickle", "torch.load('vae.pth'"]),
            ("cut.webp", b"RIFF\x24\0\0\0WEBPVP8 \xff\xff".to_vec(), &["WebP", "PNG or JPEG"]),
            ("many.idx", many_images(), &["2,000,000", "200,000"]),
        ];
        for (name, bytes, parts) in files {
            let said = refuses(page, &[written(page, name, &bytes)]);
            for part in parts {
                assert!(said.contains(part), "{name}: {part} is not in: {said}");
            }
        }
    });
}

/// An IDX file of two million images of one pixel.
fn many_images() -> Vec<u8> {
    let header = [0x803_u32, 2_000_000, 1, 1].map(u32::to_be_bytes).concat();
    [header, vec![7; 2_000_000]].concat()
}

#[test]
fn images_that_lie_on_their_side_are_turned_by_one_click() {
    visit(|page| {
        page.glance(&format!("{START}&lang=en"));
        let images = written(page, "emnist-letters-images-idx3-ubyte", &idx_images(3));
        let labels = written(page, "emnist-letters-labels-idx1-ubyte", &idx_labels(&[26, 1, 13]));
        opens(page, &[images, labels]);
        assert!(page.text(".leaf").contains("26"), "{}", page.text(".leaf"));
        assert!(!page.text(".image").contains("digit"), "{}", page.text(".image"));
        let upright = page.raw("log-evidence");
        page.act("transpose-images");
        page.wait_for("another x", || page.raw("log-evidence") != upright);
        page.settle();
        page.assert_sound();
        let pressed = || page.attribute("[data-action=transpose-images]", "aria-pressed");
        assert_eq!(pressed().as_deref(), Some("true"));
        page.act("transpose-images");
        page.wait_for("the first x", || page.raw("log-evidence") == upright);
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

/// A model file in which `encoder.0.weight` is wrong in one respect.
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
        page.wait_until_idle();
        for (name, shape, value) in
            [("shape.safetensors", vec![7, 7], 0.5), ("nan.safetensors", vec![64, 784], f32::NAN)]
        {
            let said = refuses(page, &[wrong_model(page, name, &shape, value)]);
            assert!(said.contains("encoder."), "{name}: {said:?} names no tensor");
        }
        refuses(page, &[written(page, "not-a-model.safetensors", b"{\"a\":1}")]);
    });
}

/// A complete model of eight hidden units: `change` may change a tensor, `prefix` is prepended to every name.
fn model_file(prefix: &str, change: impl Fn(&str, &mut [f32])) -> Vec<u8> {
    let sizes: [(&str, &[usize]); 8] = [
        ("encoder.0.weight", &[8, 784]),
        ("encoder.0.bias", &[8]),
        ("encoder.2.weight", &[4, 8]),
        ("encoder.2.bias", &[4]),
        ("decoder.0.weight", &[8, 2]),
        ("decoder.0.bias", &[8]),
        ("decoder.2.weight", &[784, 8]),
        ("decoder.2.bias", &[784]),
    ];
    let tensors: BTreeMap<String, (Vec<usize>, Vec<u8>)> = sizes
        .into_iter()
        .map(|(name, shape)| {
            let count = shape.iter().product::<usize>();
            let mut values: Vec<f32> =
                (0..count).map(|n| ((n * 37 % 19) as f32 - 9.0) / 90.0).collect();
            change(name, &mut values);
            let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            (format!("{prefix}{name}"), (shape.to_vec(), bytes))
        })
        .collect();
    let views = tensors.iter().map(|(name, (shape, bytes))| {
        (name, TensorView::new(Dtype::F32, shape.clone(), bytes).expect("as many bytes"))
    });
    let metadata = [("activation".to_owned(), "tanh".to_owned())].into();
    safetensors::serialize(views.collect::<BTreeMap<_, _>>(), Some(metadata)).expect("into memory")
}

fn nan_model() -> Vec<u8> {
    model_file("", |name, values| {
        if name == "decoder.0.bias" {
            values[3] = f32::NAN;
        }
    })
}

#[test]
fn weights_beyond_all_computing_are_refused_on_every_page() {
    visit(|page| {
        let huge = model_file("", |name, values| {
            if name == "decoder.2.weight" {
                values[100] = 1e30;
            }
        });
        page.glance(&format!("{START}&lang=en"));
        let file = written(page, "huge.safetensors", &huge);
        let said = refuses(page, std::slice::from_ref(&file));
        assert!(said.contains("decoder.2.weight") && said.contains("1·10⁷"), "{said}");
        page.go("#/train?n=256&h=8&batch=32&lang=en");
        page.wait_until_idle();
        page.give_files(&[file]);
        page.wait_for("the refusal", || page.text("#notice").contains("1·10⁷"));
        assert!(!page.text("body").contains("NaN"));
        assert_eq!(page.eval("return document.body.innerHTML.includes('NaN')"), false);
    });
}

#[test]
fn a_model_saved_after_torch_compile_opens() {
    visit(|page| {
        page.glance(&format!("{START}&lang=en"));
        opens(page, &[written(page, "compiled.safetensors", &model_file("_orig_mod.", |_, _| {}))]);
        let said = page.text("#notice");
        assert!(said.contains("compiled.safetensors") && said.contains("“_orig_mod.”"), "{said}");
    });
}
