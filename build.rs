//! Compiles the lessons, finds the comments of the labs' programs, and has the linker keep the relocations of the page's
//! program, by which it is split into parts (scripts/bin/wasm-bindgen).

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use elboscope_lessons::state::Language;
use elboscope_lessons::{compile, files_of};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "wasm32") {
        println!("cargo::rustc-link-arg-bin=elboscope=--emit-relocs");
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let files = Language::ALL.map(|language| format!("course-{}.postcard", language.code()));
    for (language, file) in Language::ALL.into_iter().zip(&files) {
        compile_lessons(Path::new("lessons"), language, &out.join(file))?;
    }
    fs::write(out.join("comments.rs"), comments()?)?;
    let courses = files.map(|file| format!("include_bytes!({:?})", out.join(file)));
    fs::write(out.join("courses.rs"), format!("[{}]", courses.join(", ")))?;
    Ok(())
}

/// The comments of the labs' Python programs, in English there, as the array of texts that `src/lab/python.rs` takes in.
fn comments() -> std::io::Result<String> {
    let (mut folders, mut comments) = (vec![PathBuf::from("src/lab")], BTreeSet::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py") {
                println!("cargo::rerun-if-changed={}", path.display());
                // A line with two percent signs begins a cell (`src/lab/template.rs`).
                let program = fs::read_to_string(path)?;
                let found = program.lines().filter_map(|line| Some(line.split_once("# ")?.1));
                comments
                    .extend(found.filter(|comment| !comment.starts_with("%% ")).map(str::to_owned));
            }
        }
    }
    let texts: Vec<_> = comments.iter().map(|comment| format!("text!({comment:?})")).collect();
    Ok(format!("&[{}]", texts.join(",\n")))
}

/// The lessons of a language as a file that `src/course/texts.rs` takes in; every mistake in them is an error of the
/// build.
fn compile_lessons(folder: &Path, language: Language, file: &Path) -> std::io::Result<()> {
    for file in files_of(folder, language) {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    match compile(folder, language) {
        Ok(bytes) => fs::write(file, bytes)?,
        Err(mistakes) => {
            for mistake in mistakes {
                println!("cargo::error={mistake}");
            }
        }
    }
    Ok(())
}
