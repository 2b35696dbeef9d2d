//! What is wrong with an opened file, in the language of the interface.

use super::Messages;
use crate::data::{IdxError, LabelCountError, OpenError, PictureError};
use crate::data::{
    MAX_IDX_IMAGES, MAX_IDX_SIDE, MAX_PICTURE_BYTES, MAX_PICTURE_MEMORY, MAX_PICTURE_SIDE,
};
use crate::model::{MAX_UNIT_INPUT, WeightsError};
use crate::state::language::Language;
use crate::state::number::integer;

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
            OpenError::Empty => self.file_empty.to_owned(),
            OpenError::Unknown => self.file_unknown_kind.to_owned(),
            OpenError::Foreign(foreign) => (self.file_foreign)(foreign, name),
            OpenError::Idx(error) => self.idx_error(error),
            OpenError::Picture(error) => self.picture_error(error),
        }
    }

    /// Why labels do not fit the images.
    pub fn labels_error(&self, error: &LabelCountError) -> String {
        (self.file_labels_mismatch)(error.labels as u64, error.images as u64)
    }

    /// Why a file is no network, or could not be written.
    pub fn weights_error(&self, error: &WeightsError) -> String {
        match error {
            WeightsError::NotSafetensors(detail) => (self.model_not_safetensors)(&brief(detail)),
            WeightsError::Missing { name, found } => (self.model_tensor_missing)(name, found),
            WeightsError::Shape { name, found, expected } => {
                (self.model_tensor_shape)(name, &format!("{found:?}"), expected)
            }
            WeightsError::NotFinite { name, position } => {
                (self.model_tensor_not_finite)(name, *position)
            }
            WeightsError::TooLarge { name, reached } => {
                (self.model_too_large)(name, *reached, MAX_UNIT_INPUT)
            }
            WeightsError::TooWide { found } => (self.model_too_wide)(*found, MAX_HIDDEN),
            WeightsError::Activation(given) => (self.model_unknown_activation)(given),
            WeightsError::Write(detail) => (self.model_not_written)(&brief(detail)),
        }
    }

    fn idx_error(&self, error: &IdxError) -> String {
        match *error {
            IdxError::GzipTruncated => self.file_gzip_cut.to_owned(),
            IdxError::GzipCorrupt => self.file_gzip_damaged.to_owned(),
            IdxError::TooLarge { allowed } => (self.file_idx_too_large)(allowed),
            IdxError::Magic { found } => (self.file_idx_start)(found),
            IdxError::ElementType { found } => (self.file_idx_element)(found),
            IdxError::Dimensions { found } => (self.file_idx_dimensions)(found),
            IdxError::TooMany { found } => (self.file_idx_too_many)(found, MAX_IDX_IMAGES),
            IdxError::Empty => self.file_idx_nothing.to_owned(),
            IdxError::ImageSize { rows, columns } => {
                (self.file_idx_image_size)(rows, columns, MAX_IDX_SIDE)
            }
            IdxError::Truncated { missing } => (self.file_idx_cut)(missing),
            IdxError::Trailing { extra } => (self.file_idx_trailing)(extra),
        }
    }

    fn picture_error(&self, error: &PictureError) -> String {
        match error {
            PictureError::Format => self.file_picture_kind.to_owned(),
            PictureError::Undecodable(format) => (self.file_picture_undecodable)(*format),
            PictureError::FileTooLarge { found } => {
                (self.file_too_large)(*found, MAX_PICTURE_BYTES)
            }
            PictureError::Size { width, height } => {
                (self.file_picture_size)(*width, *height, MAX_PICTURE_SIDE)
            }
            PictureError::Memory => (self.file_picture_memory)(MAX_PICTURE_MEMORY),
            PictureError::Corrupt { detail } => (self.file_picture_damaged)(&brief(detail)),
            PictureError::NoInk => self.file_picture_no_ink.to_owned(),
        }
    }
}

/// A number of bytes, in a form that both languages share: `1 byte`, `1,024 bytes`.
pub(super) fn bytes(count: u64, language: Language) -> String {
    let unit = if count == 1 { "byte" } else { "bytes" };
    format!("{} {unit}", integer(count, language))
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
    use super::super::{EN, PT};
    use super::*;
    use crate::data::{Foreign, MAX_IDX_BYTES, PictureFormat};

    /// A text without the marks that group digits, which differ between the languages.
    fn ungrouped(text: &str) -> String {
        text.replace([',', '.'], "")
    }

    /// Checks that both languages have texts of their own, whole sentences that contain every one of `parts`.
    fn check(say: impl Fn(&Messages) -> String, parts: &[&str]) {
        let (english, portuguese) = (say(&EN), say(&PT));
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
        check(|messages| (messages.model_wrong_latent)(16), &["L = 2;", "L = 16"]);
        let parts = ["“activation”", "tanh", "ReLU", "metadata={\"activation\": \"relu\"}"];
        check(|messages| messages.model_assumed_tanh.to_owned(), &parts);
        assert_eq!((EN.model_opened)("a.safetensors"), "Model opened: a.safetensors");
        assert_eq!((PT.model_opened)("a.safetensors"), "Modelo aberto: a.safetensors");
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
            EN.open_error(&cut(1), ""),
            "The IDX file is cut short: it ends at least 1 byte too early. Download it again."
        );
        assert_eq!(
            PT.open_error(&cut(12_345), ""),
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
