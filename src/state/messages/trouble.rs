//! What is wrong with an opened file, in the language of the interface.

use super::{Messages, opening};
use crate::data::{IdxError, LabelCountError, OpenError, PictureError};
use crate::data::{
    MAX_IDX_IMAGES, MAX_IDX_SIDE, MAX_PICTURE_BYTES, MAX_PICTURE_MEMORY, MAX_PICTURE_SIDE,
};
use crate::model::{MAX_UNIT_INPUT, WeightsError};
use crate::state::number::{integer, small};
use crate::state::{Language, say, text};

/// Widest hidden layer that the reader of weights accepts.
const MAX_HIDDEN: usize = 4096;
/// Most characters of a library's message that are shown.
const MAX_DETAIL: usize = 160;

impl Messages {
    /// Why a file with an image, labels or anything else could not be opened.
    ///
    /// `name` is the file's name, for the line of Python that may help.
    pub fn open_error(&self, error: &OpenError, name: &str) -> String {
        match error {
            OpenError::Empty => {
                say!(self.spoken, "The file is empty (0 bytes). Open one with something in it.")
            }
            OpenError::Unknown => say!(
                self.spoken,
                "This kind of file cannot be opened. Open MNIST’s IDX files (images or labels, \
                 also .gz), a picture (PNG, JPEG, …) or weights (.safetensors).",
            ),
            OpenError::Foreign(foreign) => opening::foreign(foreign, name, self.spoken),
            OpenError::Idx(error) => self.idx_error(error),
            OpenError::Picture(error) => self.picture_error(error),
        }
    }

    /// A file has more bytes than are read.
    pub fn file_too_large(&self, found: u64, allowed: u64) -> String {
        say!(
            self.spoken,
            "The file has {found}; at most {allowed} are read. Open a smaller one.",
            found = bytes(found, self.spoken),
            allowed = bytes(allowed, self.spoken),
        )
    }

    /// Why labels do not fit the images.
    pub fn labels_error(&self, error: &LabelCountError) -> String {
        say!(
            self.spoken,
            "The files do not belong together (labels: {labels}; images: {images}); each image \
             needs one label. Open images and labels of the same set, both train or both t10k.",
            labels = self.count(error.labels),
            images = self.count(error.images),
        )
    }

    /// Why a file is no network, or could not be written.
    pub fn weights_error(&self, error: &WeightsError) -> String {
        match error {
            WeightsError::NotSafetensors(detail) => say!(
                self.spoken,
                "This cannot be read as a .safetensors file. Save the weights again with \
                 safetensors.torch.save_file, as float32. (Reader: {detail})",
                detail = brief(detail),
            ),
            WeightsError::Missing { name, found } => {
                let none = text!("no tensors").say(self.spoken);
                say!(
                    self.spoken,
                    "The tensor {name} is missing; the file has {found}. Name the tensors as \
                     PyTorch names two nn.Sequential: encoder.0.weight to decoder.2.bias.",
                    name,
                    found = if found.is_empty() { none } else { found },
                )
            }
            WeightsError::Shape { name, found, expected } => say!(
                self.spoken,
                "The tensor {name} has the shape {found}; it must be {expected}. The layers must \
                 be 784 → H → 2L in the encoder and L → H → 784 in the decoder, with H, L ≥ 1.",
                name,
                found = format!("{found:?}"),
                expected,
            ),
            WeightsError::NotFinite { name, position } => say!(
                self.spoken,
                "The tensor {name} holds NaN or an infinity, first at index {index} (row by row \
                 from 0); every number must be finite. Save the weights from before training \
                 diverged.",
                name,
                index = self.count(*position),
            ),
            WeightsError::TooLarge { name, reached } => say!(
                self.spoken,
                "The numbers in {name} are so large that the network can reach {reached}; at most \
                 {allowed} can be computed with. Save the weights from before training diverged.",
                name,
                reached = small(*reached, self.spoken),
                allowed = small(MAX_UNIT_INPUT, self.spoken),
            ),
            WeightsError::TooWide { found } => say!(
                self.spoken,
                "The hidden layer has {found} units; at most {allowed} are accepted. Train a \
                 narrower model.",
                found = self.count(*found),
                allowed = self.count(MAX_HIDDEN),
            ),
            WeightsError::Activation(given) => say!(
                self.spoken,
                "The file’s metadata names the activation “{given}”; only tanh and relu are \
                 known. Save it with one of these.",
                given,
            ),
            WeightsError::Write(detail) => say!(
                self.spoken,
                "The weights could not be written to a file. Try again. (Writer: {detail})",
                detail = brief(detail),
            ),
        }
    }

    fn idx_error(&self, error: &IdxError) -> String {
        match *error {
            IdxError::GzipTruncated => {
                say!(self.spoken, "The .gz file ends in the middle. Download it again.")
            }
            IdxError::GzipCorrupt => say!(
                self.spoken,
                "The .gz file is damaged and cannot be unpacked. Download it again.",
            ),
            IdxError::TooLarge { allowed } => say!(
                self.spoken,
                "The IDX file is too large: unpacked, at most {allowed} ({mebibytes} MiB) are \
                 read. Open one with fewer or smaller images.",
                allowed = bytes(allowed, self.spoken),
                mebibytes = integer(allowed >> 20, self.spoken),
            ),
            IdxError::Magic { found: [first, second] } => say!(
                self.spoken,
                "This is not an IDX file: it begins with the bytes {first} {second} instead of 00 \
                 00. Open MNIST’s files as they were downloaded.",
                first = format!("{first:02x}"),
                second = format!("{second:02x}"),
            ),
            IdxError::ElementType { found } => say!(
                self.spoken,
                "The IDX file has elements of type 0x{code}; only unsigned bytes (0x08) are read. \
                 Save it again as unsigned bytes.",
                code = format!("{found:02x}"),
            ),
            IdxError::Dimensions { found } => say!(
                self.spoken,
                "The IDX file’s number of dimensions is {found}; it must be 3 (grey images) or 1 \
                 (labels). Save images as count × rows × columns.",
                found = found.to_string(),
            ),
            IdxError::TooMany { found } => say!(
                self.spoken,
                "The IDX file holds {found} images; at most {allowed} are read. Open one with \
                 fewer images.",
                found = self.size(found),
                allowed = self.size(MAX_IDX_IMAGES),
            ),
            IdxError::Empty => say!(
                self.spoken,
                "The IDX file holds 0 images or labels; it must hold at least 1. Open another.",
            ),
            IdxError::ImageSize { rows, columns } => say!(
                self.spoken,
                "The IDX file’s images have {rows} × {columns} pixels; each side must have 1 to \
                 {allowed}. Open one with images of such a size.",
                rows = self.size(rows),
                columns = self.size(columns),
                allowed = self.size(MAX_IDX_SIDE),
            ),
            IdxError::Truncated { missing } => say!(
                self.spoken,
                "The IDX file is cut short: it ends at least {missing} too early. Download it \
                 again.",
                missing = bytes(missing, self.spoken),
            ),
            IdxError::Trailing { extra } => say!(
                self.spoken,
                "The IDX file goes on for {extra} after its last element, where it should end. \
                 Download it again.",
                extra = bytes(extra, self.spoken),
            ),
        }
    }

    fn picture_error(&self, error: &PictureError) -> String {
        match error {
            PictureError::Format => {
                say!(self.spoken, "This is not a picture that can be read. Save it as PNG or JPEG.",)
            }
            PictureError::Undecodable(format) => opening::undecodable(*format, self.spoken),
            PictureError::FileTooLarge { found } => self.file_too_large(*found, MAX_PICTURE_BYTES),
            PictureError::Size { width, height } => say!(
                self.spoken,
                "The picture has {width} × {height} pixels; each side may have at most {allowed}. \
                 Crop it or make it smaller.",
                width = self.size(*width),
                height = self.size(*height),
                allowed = self.size(MAX_PICTURE_SIDE),
            ),
            PictureError::Memory => say!(
                self.spoken,
                "Decoded, the picture needs more than {allowed} of memory ({mebibytes} MiB). Make \
                 it smaller or save it with 8 bits per channel.",
                allowed = bytes(MAX_PICTURE_MEMORY, self.spoken),
                mebibytes = integer(MAX_PICTURE_MEMORY >> 20, self.spoken),
            ),
            PictureError::Corrupt { detail } => say!(
                self.spoken,
                "The picture is damaged, cut short or of a variety that is not read. Save it \
                 again as PNG or JPEG. (Decoder: {detail})",
                detail = brief(detail),
            ),
            PictureError::NoInk => say!(
                self.spoken,
                "The picture is blank: nothing stands out from the paper. Open one with darker or \
                 lighter strokes.",
            ),
        }
    }

    fn count(&self, count: usize) -> String {
        integer(count as u64, self.spoken)
    }

    fn size(&self, size: u32) -> String {
        integer(size.into(), self.spoken)
    }
}

/// A number of bytes: `1 byte`, `1,024 bytes`.
fn bytes(count: u64, language: Language) -> String {
    match count {
        1 => say!(language, "1 byte"),
        _ => say!(language, "{count} bytes", count = integer(count, language)),
    }
}

/// A library's message on one line, shortened: parts of it can come from the file.
fn brief(detail: &str) -> String {
    let mut line = detail.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(MAX_DETAIL) {
        line.truncate(end);
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Foreign, MAX_IDX_BYTES, PictureFormat};

    /// A text without the marks that group digits, which differ between the languages.
    fn ungrouped(text: &str) -> String {
        text.replace([',', '.'], "")
    }

    /// Checks that both languages have texts of their own, whole sentences that contain every one of `parts`.
    fn check(say: impl Fn(&Messages) -> String, parts: &[&str]) {
        let (english, portuguese) =
            (say(Messages::of(Language::En)), say(Messages::of(Language::Pt)));
        assert_ne!(english, portuguese);
        for text in [english, portuguese] {
            assert!(text.len() > 20 && text.ends_with(['.', ')', '"']), "{text}");
            assert!(!text.contains("  "), "{text}");
            for part in parts {
                assert!(ungrouped(&text).contains(&ungrouped(part)), "{part} is not in: {text}");
            }
        }
    }

    #[test]
    fn every_error_of_opening_has_words() {
        let idx = |error| OpenError::Idx(error);
        let picture = |error| OpenError::Picture(error);
        let cases: [(OpenError, &[&str]); 21] = [
            (OpenError::Empty, &["0 bytes"]),
            (OpenError::Unknown, &["IDX", ".gz", "PNG", "JPEG", ".safetensors"]),
            (idx(IdxError::GzipTruncated), &[".gz"]),
            (idx(IdxError::GzipCorrupt), &[".gz"]),
            (OpenError::Foreign(Foreign::Npy), &["images.idx", "python -c"]),
            (idx(IdxError::TooLarge { allowed: MAX_IDX_BYTES }), &["156800016 bytes", "149 MiB"]),
            (idx(IdxError::TooMany { found: 2_000_000 }), &["2000000", "200000"]),
            (idx(IdxError::Magic { found: *b"\x04e" }), &["04 65", "00 00"]),
            (idx(IdxError::ElementType { found: 0x0d }), &["0x0d", "0x08"]),
            (idx(IdxError::Dimensions { found: 4 }), &[" 4;", " 3 (", " 1 ("]),
            (idx(IdxError::Empty), &[" 0 ", " 1"]),
            (idx(IdxError::ImageSize { rows: 1600, columns: 33 }), &["1600 × 33", "512"]),
            (idx(IdxError::Truncated { missing: 1234 }), &["1234 bytes"]),
            (idx(IdxError::Trailing { extra: 1 }), &["1 byte "]),
            (picture(PictureError::Undecodable(PictureFormat::Heic)), &["HEIC", "JPEG"]),
            (picture(PictureError::Format), &["PNG", "JPEG"]),
            (
                picture(PictureError::FileTooLarge { found: 40_000_000 }),
                &["40000000 bytes", "33554432 bytes"],
            ),
            (picture(PictureError::Size { width: 9000, height: 77 }), &["9000 × 77", "8192"]),
            (picture(PictureError::Memory), &["134217728 bytes", "128 MiB"]),
            (picture(PictureError::Corrupt { detail: "bad CRC".into() }), &["bad CRC", "PNG"]),
            (picture(PictureError::NoInk), &[]),
        ];
        for (error, parts) in &cases {
            check(|messages| messages.open_error(error, "a.npy"), parts);
        }
    }

    #[test]
    fn labels_that_do_not_fit_have_words() {
        let error = LabelCountError { images: 60_000, labels: 10_001 };
        check(|messages| messages.labels_error(&error), &[": 10001;", ": 60000)", "t10k"]);
    }

    #[test]
    fn every_error_of_weights_has_words() {
        let name = "decoder.0.weight";
        let found = "fc1.weight, fc1.bias".to_owned();
        let shape = vec![400, 20];
        let expected = "[400, L]".to_owned();
        let cases: [(WeightsError, &[&str]); 9] = [
            (WeightsError::NotSafetensors("HeaderTooLarge".into()), &["HeaderTooLarge", "float32"]),
            (WeightsError::Missing { name, found }, &[name, "fc1.weight, fc1.bias"]),
            (WeightsError::Missing { name, found: String::new() }, &[name, "tensor"]),
            (
                WeightsError::Shape { name, found: shape, expected },
                &[name, "[400, 20]", "[400, L]", "784 → H → 2L", "L → H → 784"],
            ),
            (WeightsError::NotFinite { name, position: 1799 }, &[name, "1799", "NaN"]),
            (WeightsError::TooLarge { name, reached: 3.1e30 }, &[name, "3·10³⁰", "1·10⁷"]),
            (WeightsError::TooWide { found: 5000 }, &["5000", "4096"]),
            (WeightsError::Activation("gelu".into()), &["“gelu”", "tanh", "relu"]),
            (WeightsError::Write("no room".into()), &["no room"]),
        ];
        for (error, parts) in &cases {
            check(|messages| messages.weights_error(error), parts);
        }
    }

    #[test]
    fn what_is_said_of_an_opened_model_has_words() {
        check(|messages| messages.model_wrong_latent(16), &["L = 2;", "L = 16"]);
        let parts = ["“activation”", "tanh", "ReLU", "metadata={\"activation\": \"relu\"}"];
        check(|messages| messages.model_assumed_tanh.to_owned(), &parts);
        assert_eq!(
            Messages::of(Language::En).model_opened("a.safetensors"),
            "Model opened: a.safetensors"
        );
        assert_eq!(
            Messages::of(Language::Pt).model_opened("a.safetensors"),
            "Modelo aberto: a.safetensors"
        );
    }

    #[test]
    fn the_widest_layer_is_the_one_the_reader_means() {
        let reader = WeightsError::TooWide { found: 5000 }.to_string();
        assert!(reader.contains(&format!("at most {MAX_HIDDEN} ")), "{reader}");
    }

    #[test]
    fn one_byte_is_one_byte_and_digits_are_grouped() {
        let cut = |missing| OpenError::Idx(IdxError::Truncated { missing });
        assert_eq!(
            Messages::of(Language::En).open_error(&cut(1), ""),
            "The IDX file is cut short: it ends at least 1 byte too early. Download it again."
        );
        assert_eq!(
            Messages::of(Language::Pt).open_error(&cut(12_345), ""),
            "O arquivo IDX está incompleto: termina pelo menos 12.345 bytes antes do que deveria. \
             Baixe-o de novo."
        );
    }

    #[test]
    fn a_librarys_words_are_one_short_line() {
        assert_eq!(brief("bad\n\theader"), "bad header");
        assert_eq!(brief(&"ü".repeat(MAX_DETAIL)), "ü".repeat(MAX_DETAIL));
        assert_eq!(brief(&"ü".repeat(MAX_DETAIL + 1)), format!("{}…", "ü".repeat(MAX_DETAIL)));
    }
}
