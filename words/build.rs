//! Writes the translations of every language, from the PO files, as the table of `src/table.rs`. Whatever is wrong with
//! a file stops the build, with file and line.

#[path = "src/language.rs"]
#[allow(dead_code, reason = "the build needs the codes alone")]
mod language;
#[path = "src/places.rs"]
mod places;
mod reader;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use language::Language;
use reader::{Entries, read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=reader.rs");
    println!("cargo::rerun-if-changed=src");
    let mut translations: Vec<(String, Entries)> = Vec::new();
    let [english, others @ ..] = &Language::ALL;
    assert_eq!(english.code(), "en", "English stands in the code, and first among the languages");
    for language in others {
        let file = format!("{}.po", language.code());
        println!("cargo::rerun-if-changed={file}");
        match read(&fs::read_to_string(&file).map_err(|error| format!("words/{file}: {error}"))?) {
            Ok(entries) => translations.push((file, entries)),
            Err(mistakes) => {
                for mistake in mistakes {
                    println!("cargo::error=words/{file}:{}: {}", mistake.line, mistake.what);
                }
            }
        }
    }
    for (file, entries) in &translations {
        for (other, others) in &translations {
            for (key, (_, line)) in entries.iter().filter(|(key, _)| !others.contains_key(*key)) {
                println!(
                    "cargo::error=words/{other}: no entry for {:?}, words/{file}:{line}",
                    key.0
                );
            }
        }
    }
    let mut table = "&[\n".to_owned();
    for (english, context) in translations.first().iter().flat_map(|(_, entries)| entries.keys()) {
        let key = (english.clone(), context.clone());
        let texts: Vec<_> = translations
            .iter()
            .filter_map(|(_, entries)| entries.get(&key).map(|(text, _)| text))
            .collect();
        writeln!(
            table,
            "Row {{ english: {english:?}, context: {context:?}, others: {texts:?} }},"
        )?;
    }
    table.push(']');
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("table.rs"), table)?;
    Ok(())
}
