//! What is said when files, links and pictures are opened, dropped or pasted.

use crate::data::{Foreign, PictureFormat};
use crate::state::{Language, Text, say, text};

/// A mirror of MNIST; its original server refuses downloads.
const MIRROR: &str = "https://storage.googleapis.com/cvdf-datasets/mnist/";

/// Something that was dropped and is no file.
pub const NOTHING_DROPPED: Text =
    text!("What was dropped here is neither a file, a picture nor a link of ELBOscope.");
/// A picture of another site, which the browser does not let this page fetch.
pub const PICTURE_ELSEWHERE: Text = text!(
    "This page fetches nothing from other sites. Copy the picture and paste it here with Ctrl+V, \
     or save it and open the file.",
);
/// A text in the clipboard that is no address of this app.
pub const NOTHING_PASTED: Text = text!("The clipboard holds no picture and no link of ELBOscope.");
/// Only one of two tabs can have its run kept.
pub const RUN_OF_ANOTHER_TAB: Text = text!(
    "Another tab trains as well, and the browser keeps its run: save this one, or a reload will \
     lose it."
);
/// The button that exchanges rows and columns of opened images.
pub const TRANSPOSE: Text = text!("Transpose");
/// The tooltip: when it is needed.
pub const TRANSPOSE_HELP: Text =
    text!("Exchange rows and columns of all images: EMNIST’s lie on their side");
/// Several pictures, or pictures and a set of images, chosen together.
const SEVERAL_X: Text = text!("Only one of these can be x; open one at a time");
const SEVERAL_LABELS: Text =
    text!("There are several files of labels; open one of them with its images");
const SEVERAL_WEIGHTS: Text =
    text!("Only one of these files of weights can be used; open one at a time");

/// Kinds of files of which only one can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Several {
    /// Pictures or sets of images.
    X,
    /// Sets of labels.
    Labels,
    /// Networks.
    Weights,
}

/// Several files that cannot be opened together, by name.
pub fn several(what: Several, names: &[String], language: Language) -> String {
    let text = match what {
        Several::X => SEVERAL_X,
        Several::Labels => SEVERAL_LABELS,
        Several::Weights => SEVERAL_WEIGHTS,
    };
    format!("{}: {}.", text.say(language), names.join(", "))
}

/// Further files that are not described.
pub fn more(count: usize, language: Language) -> String {
    match count {
        1 => text!("And 1 more file.").say(language).to_owned(),
        _ => say!(language, "And {count} more files.", count = count.to_string()),
    }
}

/// A folder in the place of a file.
pub fn folder(language: Language) -> String {
    let text = text!("This is a folder. Open the files in it.");
    text.say(language).to_owned()
}

/// A picture that was opened on a page without x.
pub fn picture_on_the_bench(name: &str, language: Language) -> String {
    say!(language, "{name} is x on the bench now.", name)
}

/// Images that were opened while a run trains on others.
pub fn images_to_learn_from(name: &str, language: Language) -> String {
    say!(language, "{name} is open. To learn from it, choose “the opened file” under images.", name,)
}

/// A picture that the browser cannot decode.
pub fn undecodable(format: PictureFormat, language: Language) -> String {
    let text = match format {
        PictureFormat::Heic => text!(
            "This browser cannot read HEIC photos, or the file is damaged. Send the photo as \
             JPEG: on an iPhone choose Settings › Camera › Formats › Most Compatible, or take a \
             screenshot of it.",
        ),
        PictureFormat::Png | PictureFormat::Jpeg => text!(
            "The {name} picture is damaged or cut short. Save it again or take a screenshot of it."
        ),
        _ => text!(
            "This browser cannot read the {name} picture: it does not know the format, or the \
             file is damaged. Save it as PNG or JPEG.",
        ),
    };
    text.fill(language, &[("name", format.name())])
}

/// A file of a known kind that cannot be opened, with a command that converts it.
pub fn foreign(foreign: &Foreign, name: &str, language: Language) -> String {
    let foreign = &foreign.named(name);
    let places = [("name", foreign.name()), ("mirror", MIRROR)];
    let mut said = kind(foreign).fill(language, &places);
    if let Some(python) = foreign.python(name) {
        let then = match foreign {
            Foreign::Zip | Foreign::Tar | Foreign::Xz | Foreign::Bzip2 => {
                text!("This line unpacks it")
            }
            Foreign::Torch | Foreign::Onnx | Foreign::Pickle => {
                text!("This line of Python writes weights.safetensors, which can be opened")
            }
            _ => text!("This line of Python writes images.idx, which can be opened"),
        };
        said = format!("{said} {}: {python}", then.say(language));
    }
    said
}

/// What the file is, in a whole sentence: `name` is its kind's.
fn kind(foreign: &Foreign) -> Text {
    match foreign {
        Foreign::WebPage => text!(
            "This is a web page, not the file: the download failed. MNIST is at {mirror} and in \
             the data sets of PyTorch and Keras."
        ),
        Foreign::Csv(_) => text!("This is a table of numbers (CSV)."),
        Foreign::Text => {
            text!("This is text. Open MNIST’s IDX files, a picture or weights (.safetensors).")
        }
        Foreign::Npy => text!("This is an array of NumPy (.npy)."),
        Foreign::Npz(_) => text!("These are arrays of NumPy (.npz)."),
        Foreign::Torch => {
            text!("This is a file of torch.save (.pt), which may hold programs and is not opened.")
        }
        Foreign::Onnx => text!(
            "This is a network in ONNX (.onnx), which holds a program beside its weights and is \
             not opened."
        ),
        Foreign::Pickle => {
            text!("This is a pickle of Python, which may hold programs and is not opened.")
        }
        Foreign::Zip
        | Foreign::Tar
        | Foreign::Xz
        | Foreign::Bzip2
        | Foreign::Zstd
        | Foreign::SevenZip
        | Foreign::Rar => text!("This is packed ({name}). Unpack it and open what is inside."),
        Foreign::Parquet => text!("This is a Parquet table of pictures."),
        Foreign::Hdf5 => text!(
            "This is a file of HDF5 (.h5). Save its arrays with numpy.save and open one of them \
             to see how it becomes IDX.",
        ),
        Foreign::Matlab => {
            text!("This is a file of MATLAB (.mat), as EMNIST comes in.")
        }
        Foreign::Pdf => text!(
            "This is a PDF document. Make a picture of the page, for instance a screenshot of the \
             digit, and open that.",
        ),
        Foreign::Video => {
            text!("This is a video. Take a screenshot of the digit and open that.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::CsvForm;
    use crate::state::Language::{En, Pt};

    #[test]
    fn every_foreign_kind_has_whole_sentences_of_its_own() {
        let form = CsvForm { separator: ',', has_header: true, has_labels: true };
        let kinds = [
            (Foreign::WebPage, "web page"),
            (Foreign::Csv(form), "n.loadtxt('f.x'"),
            (Foreign::Text, "IDX"),
            (Foreign::Npy, "n.load('f.x')"),
            (Foreign::Npz(Some("x".into())), "n.load('f.x')['x']"),
            (Foreign::Torch, "save_file"),
            (Foreign::Onnx, "onnx.load('f.x')"),
            (Foreign::Pickle, "save_file"),
            (Foreign::Zip, "python -m zipfile -e f.x ."),
            (Foreign::Tar, "python -m tarfile -e f.x ."),
            (Foreign::Xz, "lzma.open('f.x')"),
            (Foreign::Bzip2, "bz2.open('f.x')"),
            (Foreign::Zstd, "Zstandard"),
            (Foreign::SevenZip, "7z"),
            (Foreign::Rar, "RAR"),
            (Foreign::Parquet, "read_parquet('f.x')"),
            (Foreign::Hdf5, "numpy.save"),
            (Foreign::Matlab, "loadmat('f.x')"),
            (Foreign::Pdf, "PDF"),
            (Foreign::Video, "video"),
        ];
        for (kind, part) in kinds {
            let (english, portuguese) = (foreign(&kind, "f.x", En), foreign(&kind, "f.x", Pt));
            assert!(english.contains(part), "{english}");
            assert_ne!(english, portuguese);
            let python = kind.python("f.x");
            for said in [english, portuguese] {
                let sentence = said.split(": python").next().unwrap_or_default();
                assert!(sentence.len() > 20 && !said.contains("  "), "{said}");
                assert_eq!(said.contains(": python"), python.is_some(), "{said}");
                assert!(python.is_some() || said.ends_with('.'), "{said}");
            }
        }
    }

    #[test]
    fn a_picture_that_cannot_be_decoded_is_named_with_what_to_do() {
        for format in [PictureFormat::Heic, PictureFormat::Png, PictureFormat::Avif] {
            for language in [En, Pt] {
                let said = undecodable(format, language);
                assert!(said.contains(format.name()) && said.ends_with('.'), "{said}");
            }
        }
        assert!(undecodable(PictureFormat::Heic, En).contains("JPEG"));
    }

    #[test]
    fn files_that_exclude_each_other_are_named() {
        let names = ["a.png".to_owned(), "b.png".to_owned()];
        for what in [Several::X, Several::Labels, Several::Weights] {
            let (english, portuguese) = (several(what, &names, En), several(what, &names, Pt));
            assert!(
                english.ends_with(": a.png, b.png.") && portuguese.ends_with(": a.png, b.png.")
            );
            assert_ne!(english, portuguese);
        }
    }
}
