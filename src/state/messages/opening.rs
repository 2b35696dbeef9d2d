//! Texts about opening, dropping and pasting files, links and pictures, in both languages.

use crate::data::{Foreign, PictureFormat};
use crate::state::{Language, Said, Text};

/// A mirror of MNIST; its original server refuses downloads.
const MIRROR: &str = "https://storage.googleapis.com/cvdf-datasets/mnist/";

/// Something that was dropped and is no file.
pub const NOTHING_DROPPED: Text = Text::new(
    "What was dropped here is neither a file, a picture nor a link of ELBOscope.",
    "O que foi solto aqui não é um arquivo, uma imagem nem um link do ELBOscope.",
);
/// A picture of another site, which the browser does not let this page fetch.
pub const PICTURE_ELSEWHERE: Text = Text::new(
    "This page fetches nothing from other sites. Copy the picture and paste it here with Ctrl+V, or save \
     it and open the file.",
    "Esta página não busca nada em outros sites. Copie a imagem e cole-a aqui com Ctrl+V, ou salve-a e \
     abra o arquivo.",
);
/// A text in the clipboard that is no address of this app.
pub const NOTHING_PASTED: Text = Text::new(
    "The clipboard holds no picture and no link of ELBOscope.",
    "A área de transferência não contém uma imagem nem um link do ELBOscope.",
);
/// Only one of two tabs can have its run kept.
pub const RUN_OF_ANOTHER_TAB: Text = Text::new(
    "Another tab trains as well, and the browser keeps its run: save this one, or a reload will lose it.",
    "Outra aba também treina, e o navegador guarda o treino dela: salve este, ou recarregar o perderá.",
);
/// The button that exchanges rows and columns of opened images.
pub const TRANSPOSE: Text = Text::new("Transpose", "Transpor");
/// The tooltip: when it is needed.
pub const TRANSPOSE_HELP: Text = Text::new(
    "Exchange rows and columns of all images: EMNIST’s lie on their side",
    "Trocar linhas e colunas de todas as imagens: as do EMNIST vêm deitadas",
);
/// Several pictures, or pictures and a set of images, chosen together.
const SEVERAL_X: Text = Text::new(
    "Only one of these can be x; open one at a time",
    "Só um destes pode ser x; abra um de cada vez",
);
const SEVERAL_LABELS: Text = Text::new(
    "There are several files of labels; open one of them with its images",
    "Há vários arquivos de rótulos; abra um deles com suas imagens",
);
const SEVERAL_WEIGHTS: Text = Text::new(
    "Only one of these files of weights can be used; open one at a time",
    "Só um destes arquivos de pesos pode ser usado; abra um de cada vez",
);

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
    let said = match count {
        1 => Said::new("And 1 more file.", "E mais 1 arquivo."),
        _ => Said::new(format!("And {count} more files."), format!("E mais {count} arquivos.")),
    };
    said.say(language).to_owned()
}

/// A folder in the place of a file.
pub fn folder(language: Language) -> String {
    let text = Text::new(
        "This is a folder. Open the files in it.",
        "Isto é uma pasta. Abra os arquivos que estão nela.",
    );
    text.say(language).to_owned()
}

/// A picture that was opened on a page without x.
pub fn picture_on_the_bench(name: &str, language: Language) -> String {
    let said = Said::new(
        format!("{name} is x on the bench now."),
        format!("Agora {name} é o x da bancada."),
    );
    said.say(language).to_owned()
}

/// Images that were opened while a run trains on others.
pub fn images_to_learn_from(name: &str, language: Language) -> String {
    let said = Said::new(
        format!("{name} is open. To learn from it, choose “the opened file” under images."),
        format!(
            "{name} está aberto. Para aprender com ele, escolha “o arquivo aberto” em imagens."
        ),
    );
    said.say(language).to_owned()
}

/// A picture that the browser cannot decode.
pub fn undecodable(format: PictureFormat, language: Language) -> String {
    let name = format.name();
    let said = match format {
        PictureFormat::Heic => Said::new(
            "This browser cannot read HEIC photos, or the file is damaged. Send the photo as JPEG: on an \
             iPhone choose Settings › Camera › Formats › Most Compatible, or take a screenshot of it.",
            "Este navegador não lê fotos HEIC, ou o arquivo está danificado. Envie a foto como JPEG: no \
             iPhone escolha Ajustes › Câmera › Formatos › Mais Compatível, ou faça uma captura de tela.",
        ),
        PictureFormat::Png | PictureFormat::Jpeg => Said::new(
            format!(
                "The {name} picture is damaged or cut short. Save it again or take a screenshot of it."
            ),
            format!(
                "A imagem {name} está danificada ou incompleta. Salve-a de novo ou faça uma captura de tela."
            ),
        ),
        _ => Said::new(
            format!(
                "This browser cannot read the {name} picture: it does not know the format, or the file is \
                 damaged. Save it as PNG or JPEG."
            ),
            format!(
                "Este navegador não consegue ler a imagem {name}: não conhece o formato, ou o arquivo está \
                 danificado. Salve-a como PNG ou JPEG."
            ),
        ),
    };
    said.say(language).to_owned()
}

/// A file of a known kind that cannot be opened, with a command that converts it.
pub fn foreign(foreign: &Foreign, name: &str, language: Language) -> String {
    let foreign = &foreign.named(name);
    let mut said = kind(foreign).say(language).to_owned();
    if let Some(python) = foreign.python(name) {
        let then = match foreign {
            Foreign::Zip | Foreign::Tar | Foreign::Xz | Foreign::Bzip2 => {
                Text::new("This line unpacks it", "Esta linha o descompacta")
            }
            Foreign::Torch | Foreign::Onnx | Foreign::Pickle => Text::new(
                "This line of Python writes weights.safetensors, which can be opened",
                "Esta linha de Python grava weights.safetensors, que pode ser aberto",
            ),
            _ => Text::new(
                "This line of Python writes images.idx, which can be opened",
                "Esta linha de Python grava images.idx, que pode ser aberto",
            ),
        };
        said = format!("{said} {}: {python}", then.say(language));
    }
    said
}

/// The kind of the file, as a sentence.
fn kind(foreign: &Foreign) -> Said {
    let name = foreign.name();
    match foreign {
        Foreign::WebPage => Said::new(
            format!(
                "This is a web page, not the file: the download failed. MNIST is at {MIRROR} and in the \
                 data sets of PyTorch and Keras."
            ),
            format!(
                "Isto é uma página da web, não o arquivo: o download falhou. O MNIST está em {MIRROR} e nos \
                 conjuntos de dados do PyTorch e do Keras."
            ),
        ),
        Foreign::Csv(_) => {
            Said::new("This is a table of numbers (CSV).", "Isto é uma tabela de números (CSV).")
        }
        Foreign::Text => Said::new(
            "This is text. Open MNIST’s IDX files, a picture or weights (.safetensors).",
            "Isto é texto. Abra os arquivos IDX do MNIST, uma imagem ou pesos (.safetensors).",
        ),
        Foreign::Npy => {
            Said::new("This is an array of NumPy (.npy).", "Isto é um array do NumPy (.npy).")
        }
        Foreign::Npz(_) => {
            Said::new("These are arrays of NumPy (.npz).", "Estes são arrays do NumPy (.npz).")
        }
        Foreign::Torch => Said::new(
            "This is a file of torch.save (.pt), which may hold programs and is not opened.",
            "Este é um arquivo do torch.save (.pt), que pode conter programas e não é aberto.",
        ),
        Foreign::Onnx => Said::new(
            "This is a network in ONNX (.onnx), which holds a program beside its weights and is not opened.",
            "Esta é uma rede em ONNX (.onnx), que traz um programa junto com os pesos e não é aberta.",
        ),
        Foreign::Pickle => Said::new(
            "This is a pickle of Python, which may hold programs and is not opened.",
            "Este é um pickle do Python, que pode conter programas e não é aberto.",
        ),
        Foreign::Zip | Foreign::Tar | Foreign::Xz | Foreign::Bzip2 => Said::new(
            format!("This is packed ({name}). Unpack it and open what is inside."),
            format!("Isto está compactado ({name}). Descompacte-o e abra o que há dentro."),
        ),
        Foreign::Zstd | Foreign::SevenZip | Foreign::Rar => Said::new(
            format!("This is packed ({name}). Unpack it and open what is inside."),
            format!("Isto está compactado ({name}). Descompacte-o e abra o que há dentro."),
        ),
        Foreign::Parquet => Said::new(
            "This is a Parquet table of pictures.",
            "Esta é uma tabela Parquet de imagens.",
        ),
        Foreign::Hdf5 => Said::new(
            "This is a file of HDF5 (.h5). Save its arrays with numpy.save and open one of them to see how \
             it becomes IDX.",
            "Este é um arquivo HDF5 (.h5). Salve seus arrays com numpy.save e abra um deles para ver como \
             ele vira IDX.",
        ),
        Foreign::Matlab => Said::new(
            "This is a file of MATLAB (.mat), as EMNIST comes in.",
            "Este é um arquivo do MATLAB (.mat), no formato em que vem o EMNIST.",
        ),
        Foreign::Pdf => Said::new(
            "This is a PDF document. Make a picture of the page, for instance a screenshot of the digit, and \
             open that.",
            "Isto é um documento PDF. Faça uma imagem da página, por exemplo uma captura de tela do dígito, \
             e abra a imagem.",
        ),
        Foreign::Video => Said::new(
            "This is a video. Take a screenshot of the digit and open that.",
            "Isto é um vídeo. Faça uma captura de tela do dígito e abra a captura.",
        ),
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
