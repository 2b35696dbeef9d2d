//! Kinds of files that cannot be opened but in which MNIST and networks are common, each with a line of Python that
//! converts it.

use super::PIXELS;
use super::kind::{beginning_of_text, brand};

/// Python that writes the array `a`, scaled to bytes, as IDX.
const WRITE_IDX: &str = "a=(a*(255 if a.max()<=1 else 1)).astype('u1').reshape(-1,28,28); \
                         open('images.idx','wb').write(struct.pack('>4I',2051,*a.shape)+a.tobytes())";
/// The beginnings of an ONNX model's fields in protobuf.
const VERSION: u8 = 0x08;
const PRODUCER: u8 = 0x12;
const GRAPH: u8 = 0x3a;
const OPERATORS: u8 = 0x42;
/// Larger than any version of the format so far.
const MOST_ONNX_VERSIONS: u8 = 32;
/// Replaces a file name that would need quoting in a shell.
const PLACEHOLDER: &str = "FILE";

/// A kind of file that cannot be opened as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// HTML: servers send it in place of a file that they refuse.
    WebPage,
    /// Numbers with separators.
    Csv(CsvForm),
    /// Any other text.
    Text,
    /// One array of NumPy.
    Npy,
    /// Several arrays of NumPy; the name of the first, if it can be read.
    Npz(Option<String>),
    /// A file written by `torch.save`.
    Torch,
    /// An ONNX model, as PyTorch exports it.
    Onnx,
    /// A file written by Python's `pickle`, or by old versions of `torch.save`.
    Pickle,
    /// A ZIP archive.
    Zip,
    /// A file compressed by LZMA.
    Xz,
    /// A file compressed by bzip2.
    Bzip2,
    /// A file compressed by Zstandard.
    Zstd,
    /// A 7-Zip archive.
    SevenZip,
    /// A RAR archive.
    Rar,
    /// A tar archive.
    Tar,
    /// A table of Apache Arrow.
    Parquet,
    /// A file of HDF5, as Keras and MATLAB write it.
    Hdf5,
    /// A file of MATLAB, as EMNIST comes in.
    Matlab,
    /// A document.
    Pdf,
    /// A video.
    Video,
}

/// The format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CsvForm {
    /// The character between two numbers.
    pub separator: char,
    /// Whether the first line contains names.
    pub has_header: bool,
    /// Whether the first column contains labels: then there is one number more than pixels.
    pub has_labels: bool,
}

impl Foreign {
    /// The kind of a file that cannot be opened.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let starts = |magic: &[u8]| bytes.starts_with(magic);
        if starts(b"PK\x03\x04") {
            return Some(zip(bytes));
        }
        // A short file of these kinds may consist of plain characters.
        if starts(b"%PDF") {
            return Some(Self::Pdf);
        }
        if starts(b"PAR1") {
            return Some(Self::Parquet);
        }
        if let Some(text) = beginning_of_text(bytes) {
            return Some(of_text(text));
        }
        if is_onnx(bytes) {
            return Some(Self::Onnx);
        }
        let magics: [(&[u8], Self); 9] = [
            (b"\x93NUMPY", Self::Npy),
            (b"\xfd7zXZ\0", Self::Xz),
            (b"BZh", Self::Bzip2),
            (b"\x28\xb5\x2f\xfd", Self::Zstd),
            (b"7z\xbc\xaf\x27\x1c", Self::SevenZip),
            (b"Rar!", Self::Rar),
            (b"\x89HDF", Self::Hdf5),
            (b"MATLAB 5.0", Self::Matlab),
            (b"\x1aE\xdf\xa3", Self::Video),
        ];
        if let Some((_, kind)) = magics.into_iter().find(|(magic, _)| starts(magic)) {
            return Some(kind);
        }
        if brand(bytes).is_some() {
            return Some(Self::Video);
        }
        if bytes.get(257..262) == Some(b"ustar") {
            return Some(Self::Tar);
        }
        // A pickle of protocol 2 to 5 begins with the protocol's number.
        matches!(bytes, [0x80, 2..=5, ..]).then_some(Self::Pickle)
    }

    /// Refines the kind by the file's name, where the content is ambiguous: NumPy and PyTorch write ZIP archives.
    #[must_use]
    pub fn named(&self, name: &str) -> Self {
        let ends_with = |endings: &[&str]| {
            let name = name.to_ascii_lowercase();
            endings.iter().any(|ending| name.ends_with(ending))
        };
        match self {
            Self::Zip if ends_with(&[".npz"]) => Self::Npz(None),
            Self::Zip if ends_with(&[".pt", ".pth"]) => Self::Torch,
            kind => kind.clone(),
        }
    }

    /// The common name of the kind.
    pub fn name(&self) -> &'static str {
        match self {
            Self::WebPage => "HTML",
            Self::Csv(_) => "CSV",
            Self::Text => "text",
            Self::Npy => "NumPy .npy",
            Self::Npz(_) => "NumPy .npz",
            Self::Torch => "PyTorch .pt",
            Self::Onnx => "ONNX",
            Self::Pickle => "pickle",
            Self::Zip => "ZIP",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Zstd => "Zstandard",
            Self::SevenZip => "7z",
            Self::Rar => "RAR",
            Self::Tar => "tar",
            Self::Parquet => "Parquet",
            Self::Hdf5 => "HDF5",
            Self::Matlab => "MATLAB .mat",
            Self::Pdf => "PDF",
            Self::Video => "video",
        }
    }

    /// A command line that converts the file called `name` into one that can be opened, if there is one.
    pub fn python(&self, name: &str) -> Option<String> {
        let name = quotable(name);
        let images = |modules: &str, array: &str| {
            format!("python -c \"import {modules},struct; a={array}; {WRITE_IDX}\"")
        };
        Some(match self {
            Self::Npy => images("numpy as n", &format!("n.load('{name}')")),
            Self::Npz(Some(array)) => {
                images("numpy as n", &format!("n.load('{name}')['{}']", quotable(array)))
            }
            Self::Npz(None) => images("numpy as n", &format!("[*n.load('{name}').values()][0]")),
            Self::Csv(form) => {
                let CsvForm { separator, has_header, has_labels } = form;
                let separator =
                    if *separator == '\t' { "\\t".into() } else { separator.to_string() };
                let skipped = u8::from(*has_header);
                let columns = if *has_labels { "[:,1:]" } else { "" };
                let table = format!(
                    "n.loadtxt('{name}',delimiter='{separator}',skiprows={skipped}){columns}"
                );
                images("numpy as n", &table)
            }
            Self::Parquet => images(
                "io,pandas,numpy as n,PIL.Image as p",
                &format!(
                    "n.stack([n.array(p.open(io.BytesIO(i['bytes']))) for i in \
                     pandas.read_parquet('{name}')['image']])"
                ),
            ),
            Self::Matlab => images(
                "scipy.io",
                &format!("scipy.io.loadmat('{name}')['dataset'][0,0]['test'][0,0]['images']"),
            ),
            Self::Torch | Self::Pickle => format!(
                "python -c \"import torch; from safetensors.torch import save_file; \
                 s=torch.load('{name}',map_location='cpu'); \
                 save_file({{k:v.contiguous() for k,v in s.items()}},'weights.safetensors')\""
            ),
            Self::Onnx => format!(
                "python -c \"import onnx; from onnx.numpy_helper import to_array; \
                 from safetensors.numpy import save_file; \
                 save_file({{t.name:to_array(t).copy() for t in \
                 onnx.load('{name}').graph.initializer}},'weights.safetensors')\""
            ),
            Self::Zip => format!("python -m zipfile -e {name} ."),
            Self::Tar => format!("python -m tarfile -e {name} ."),
            Self::Xz | Self::Bzip2 => {
                let module = if *self == Self::Xz { "lzma" } else { "bz2" };
                format!(
                    "python -c \"import {module}; \
                     open('unpacked','wb').write({module}.open('{name}').read())\""
                )
            }
            _ => return None,
        })
    }
}

/// The first fields of an ONNX model in protobuf: the format's version, then the producer, the operators, or the
/// graph.
fn is_onnx(bytes: &[u8]) -> bool {
    let [VERSION, 1..=MOST_ONNX_VERSIONS, field, length, rest @ ..] = bytes else { return false };
    let is_name = || {
        let name = rest.get(..usize::from(*length));
        name.is_some_and(|name| !name.is_empty() && name.iter().all(u8::is_ascii_graphic))
    };
    match *field {
        PRODUCER => is_name(),
        OPERATORS | GRAPH => *length > 0,
        _ => false,
    }
}

/// The name, or the placeholder if it cannot stand in quotation marks on a command line.
fn quotable(name: &str) -> &str {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if !name.is_empty() && !name.starts_with('-') && name.chars().all(is_plain) {
        name
    } else {
        PLACEHOLDER
    }
}

fn of_text(text: &str) -> Foreign {
    let start = text.trim_start().to_ascii_lowercase();
    if ["<!doctype", "<html", "<head", "<?xml", "<body"].iter().any(|tag| start.starts_with(tag)) {
        return Foreign::WebPage;
    }
    csv(text).map_or(Foreign::Text, Foreign::Csv)
}

/// The format of a table: all lines but a header consist of numbers only.
fn csv(text: &str) -> Option<CsvForm> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let (first, second) = (lines.next()?, lines.next());
    let separator = [',', ';', '\t'].into_iter().find(|&mark| first.contains(mark))?;
    let is_number = |field: &str| field.trim().parse::<f64>().is_ok_and(f64::is_finite);
    let has_header = !first.split(separator).all(is_number);
    if has_header {
        // The last field may be incomplete.
        let mut fields = second?.split(separator).rev().skip(1).peekable();
        fields.peek()?;
        if !fields.all(is_number) {
            return None;
        }
    }
    let has_labels = first.split(separator).count() == PIXELS + 1
        || first.trim_start_matches('"').to_ascii_lowercase().starts_with("label");
    Some(CsvForm { separator, has_header, has_labels })
}

/// The content of a ZIP archive, by the name of its first file.
fn zip(bytes: &[u8]) -> Foreign {
    let length =
        |at: usize| Some(usize::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?)));
    let name = length(26).and_then(|length| bytes.get(30..30 + length));
    let name = name.and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default();
    match name.strip_suffix(".npy") {
        Some(array) => Foreign::Npz(Some(array.to_owned())),
        None if name.ends_with("/data.pkl") => Foreign::Torch,
        None => Foreign::Zip,
    }
}

#[cfg(test)]
mod tests;
