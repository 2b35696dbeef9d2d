//! Compiles the lessons, and makes the linker keep the relocations of the page's program, which are needed to split
//! it into parts (scripts/bin/wasm-bindgen).

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
    for language in Language::ALL {
        compile_lessons(Path::new("lessons"), language, &out)?;
    }
    Ok(())
}

/// Compiles the lessons of a language into the file that `src/course/texts.rs` includes; every mistake in them is an
/// error of the build.
fn compile_lessons(folder: &Path, language: Language, out: &Path) -> std::io::Result<()> {
    for file in files_of(folder, language) {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    match compile(folder, language) {
        Ok(bytes) => fs::write(out.join(format!("course-{}.postcard", language.code())), bytes)?,
        Err(mistakes) => {
            for mistake in mistakes {
                println!("cargo::error={mistake}");
            }
        }
    }
    Ok(())
}
