//! The files of the course: their list, and the compilation of all files of a language.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::course::{Course, LESSONS};
use crate::formula::Formulas;
use crate::read::{Fault, ReadError, lesson_of, page_of};
use crate::state::Language;

/// Why the course cannot be compiled, in the format of compilers.
#[derive(Debug, Error)]
pub enum Mistake {
    /// A file is missing, or is not UTF-8.
    #[error("{}: {error}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why it cannot be read.
        error: std::io::Error,
    },
    /// A fault in a file.
    #[error("{}:{line}: {fault}", file.display())]
    Text {
        /// The file.
        file: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The fault.
        fault: Fault,
    },
    /// The compiled course cannot be serialised.
    #[error("{0}")]
    Bytes(#[from] postcard::Error),
}

/// The files of a language in the folder of the lessons: those of [`LESSONS`] in their order, the glossary, the
/// teacher's page.
pub fn files_of(folder: &Path, language: Language) -> Vec<PathBuf> {
    let lessons = LESSONS.iter().enumerate();
    let lessons = lessons.map(|(index, name)| format!("{:02}-{name}.md", index + 1));
    let pages = ["glossary.md", "teacher.md"].map(str::to_owned);
    let folder = folder.join(language.code());
    lessons.chain(pages).map(|name| folder.join(name)).collect()
}

/// The whole course in a language, as the library reads it.
///
/// # Errors
/// The first fault of each file.
pub fn compile(folder: &Path, language: Language) -> Result<Vec<u8>, Vec<Mistake>> {
    let formulas = Formulas::new(language);
    let mut files = files_of(folder, language);
    let pages = files.split_off(LESSONS.len());
    let mut mistakes = Vec::new();
    let lessons = read_all(&files, |text| lesson_of(text, &formulas), &mut mistakes);
    let pages = read_all(&pages, |text| page_of(text, &formulas), &mut mistakes);
    match <[_; 2]>::try_from(pages) {
        Ok([glossary, teacher]) if mistakes.is_empty() => {
            let course = Course { lessons, glossary, teacher };
            postcard::to_allocvec(&course).map_err(|error| vec![error.into()])
        }
        _ => Err(mistakes),
    }
}

/// Reads every file; a fault in one does not prevent reading the next.
fn read_all<T>(
    files: &[PathBuf],
    read: impl Fn(&str) -> Result<T, ReadError>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<T> {
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Mistake::File { file: file.clone(), error });
        let read = text.and_then(|text| {
            read(&text).map_err(|ReadError { line, fault }| Mistake::Text {
                file: file.clone(),
                line,
                fault,
            })
        });
        match read {
            Ok(read) => found.push(read),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const LESSON: &str =
        "---\ntitle: A\nminutes: 1\noutcome: b\n---\n\n## Step\nstate: #/bench\n\nText.\n";

    /// A temporary folder for one test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("elboscope-lessons-{}-{name}", std::process::id());
            let folder = Self(std::env::temp_dir().join(name));
            for file in files_of(&folder.0, Language::En) {
                fs::create_dir_all(file.parent().expect("a folder")).expect("it can be made");
                fs::write(file, LESSON).expect("it can be written");
            }
            folder
        }

        fn mistakes(&self) -> Vec<String> {
            let mistakes = compile(&self.0, Language::En).expect_err("mistakes");
            let said = mistakes.iter().map(ToString::to_string);
            let start = format!("{}/", self.0.join("en").display());
            said.map(|text| text.strip_prefix(&start).expect("its file").to_owned()).collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    #[test]
    fn the_course_is_all_files_in_their_order() {
        let folder = Folder::new("order");
        let (file, page) = ("02-needle.md", "teacher.md");
        fs::write(folder.0.join("en").join(file), LESSON.replace("title: A", "title: B")).unwrap();
        fs::write(folder.0.join("en").join(page), "To *teach*.").unwrap();
        let bytes = compile(&folder.0, Language::En).unwrap();
        let course: Course = postcard::from_bytes(&bytes).unwrap();
        let titles: Vec<&str> = course.lessons.iter().map(|lesson| &*lesson.title).collect();
        assert_eq!((titles.len(), &titles[..3]), (LESSONS.len(), &["A", "B", "A"][..]));
        assert_eq!(course.teacher, "<p>To <em>teach</em>.</p>\n");
    }

    #[test]
    fn what_is_wrong_is_said_of_each_file_with_its_line() {
        let folder = Folder::new("wrong");
        let write = |name: &str, text: &str| fs::write(folder.0.join("en").join(name), text);
        write("01-area.md", &LESSON.replace("Text.", "One.\n\nIt is [[ELBO]].")).unwrap();
        write("glossary.md", "One $x$.\n\nTwo $\\nonsense$.\n").unwrap();
        fs::remove_file(folder.0.join("en/03-importance.md")).unwrap();
        let [name, missing, formula] = &folder.mistakes()[..] else { panic!("three mistakes") };
        assert_eq!(name, "01-area.md:12: \"ELBO\" is no metric");
        assert!(missing.starts_with("03-importance.md: "), "{missing}");
        assert!(formula.starts_with("glossary.md:3: \"\\\\nonsense\": "), "{formula}");
    }
}
