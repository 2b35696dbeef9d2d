//! Reads the PO files for the build script: which text each translates, and what is wrong with them.

use std::collections::BTreeMap;

use rspolib::{POEntry, pofile};

use crate::places::next_place;

/// A text as the code names it: its English, and its context if it has one.
pub(crate) type Key = (String, String);

/// The translations of one language, each with its line.
pub(crate) type Entries = BTreeMap<Key, (String, usize)>;

/// What is wrong, and in which line.
#[derive(Debug, PartialEq)]
pub(crate) struct Mistake {
    pub(crate) line: usize,
    pub(crate) what: String,
}

/// The entries of a PO file.
///
/// # Errors
/// Everything that is wrong with it: what cannot be read, texts without a translation or with two, marks of translators
/// that it is not to be used yet, plural forms, and places that differ.
pub(crate) fn read(content: &str) -> Result<Entries, Vec<Mistake>> {
    let file = pofile(content).map_err(|error| {
        let what = error.to_string();
        let line = what
            .split_once("at line ")
            .and_then(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok());
        vec![Mistake { line: line.unwrap_or(1), what }]
    })?;
    let (mut entries, mut mistakes) = (Entries::new(), Vec::new());
    for entry in file.entries.into_iter().filter(|entry| !entry.obsolete) {
        let line = entry.linenum.max(1);
        match translation(&entry) {
            Err(what) => mistakes.push(Mistake { line, what }),
            Ok(text) => {
                let key = (entry.msgid, entry.msgctxt.unwrap_or_default());
                let before = entries.insert(key, (text, line));
                mistakes.extend(before.map(|(_, first)| Mistake {
                    line,
                    what: format!(
                        "the text of line {first} once more; tell them apart with a msgctxt"
                    ),
                }));
            }
        }
    }
    if mistakes.is_empty() { Ok(entries) } else { Err(mistakes) }
}

/// What an entry says in its language.
fn translation(entry: &POEntry) -> Result<String, String> {
    let text = entry.msgstr.clone().unwrap_or_default();
    let (places, theirs) = (places(&entry.msgid), places(&text));
    if entry.msgid_plural.is_some() {
        Err("plural forms are not used: write one text for each".to_owned())
    } else if entry.fuzzy() {
        Err("marked as fuzzy: look at the translation and take the mark away".to_owned())
    } else if text.is_empty() {
        Err("has no translation".to_owned())
    } else if places != theirs {
        Err(format!("has the places {places:?}, its translation {theirs:?}"))
    } else {
        Ok(text)
    }
}

/// The names of a text's places, sorted, each once.
fn places(text: &str) -> Vec<&str> {
    let (mut names, mut from) = (Vec::new(), 0);
    while let Some((open, close)) = next_place(text, from) {
        names.push(&text[open + 1..close]);
        from = close;
    }
    names.sort_unstable();
    names.dedup();
    names
}
