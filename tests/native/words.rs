//! The translations belong to texts that the source has: what nothing uses is stale.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use elboscope::state::Language;
use rspolib::pofile;

/// A text's English and its context.
type Key = (String, String);

#[test]
fn every_translation_is_of_a_text_in_the_source() {
    let used = used();
    assert!(used.len() > 700, "only {}", used.len());
    for language in &Language::ALL[1..] {
        let file = format!("words/{}.po", language.code());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
        let entries = pofile(path.to_str().expect("a path")).expect("it was built").entries;
        let keys =
            entries.into_iter().map(|entry| (entry.msgid, entry.msgctxt.unwrap_or_default()));
        let stale: Vec<Key> = keys.filter(|key| !used.contains(key)).collect();
        assert!(stale.is_empty(), "{file} has entries that nothing uses: {stale:#?}");
    }
}

#[test]
fn texts_are_found_in_every_form() {
    let source = r#"
        text!("One"); text!(
            "Two \
             lines, \"quoted\"",
        );
        text!("Open", "verb"); say!(language, "{n} of {m}", n, m = f("x"));
        say!(self.spoken, "Done", "feminine"); // text!("in a comment")
    "#;
    let expected = [
        ("Done", "feminine"),
        ("One", ""),
        ("Open", "verb"),
        ("Two lines, \"quoted\"", ""),
        ("{n} of {m}", ""),
    ];
    let expected = expected.map(|(english, context)| (english.to_owned(), context.to_owned()));
    assert_eq!(texts(source), BTreeSet::from(expected));
    assert_eq!(literal("\"a\\u{302}b\" c"), Some(("a\u{302}b".to_owned(), " c")));
}

/// Every text of the source: in the macros, in the tables of messages and quantities, in the programs' comments.
fn used() -> BTreeSet<Key> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    let mut used = BTreeSet::new();
    for file in files {
        let source = fs::read_to_string(&file).expect("a source file");
        let is_table = ["src/state/messages/mod.rs", "src/quantity/table.rs"]
            .iter()
            .any(|table| file == root.join(table));
        if file.extension().is_some_and(|extension| extension == "py") {
            let comments = source.lines().filter_map(|line| Some(line.split_once("# ")?.1));
            used.extend(comments.map(|comment| (comment.to_owned(), String::new())));
        } else if is_table {
            used.extend(literals(&source));
        }
        used.extend(texts(&source));
    }
    used
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "py") {
            files.push(path);
        }
    }
}

/// The texts of the macros `text!` and `say!` in a source, comments aside.
fn texts(source: &str) -> BTreeSet<Key> {
    let lines: Vec<_> = source
        .lines()
        .map(|line| {
            if line.trim_start().starts_with("//") {
                ""
            } else {
                line.split(" // ").next().unwrap_or(line)
            }
        })
        .collect();
    let source = lines.join("\n");
    let starts = source.match_indices("text!(").chain(source.match_indices("say!("));
    let found = starts.filter_map(|(at, name)| {
        let rest = &source[at + name.len()..];
        let (english, rest) = literal(&rest[rest.find('"')?..])?;
        let context =
            rest.trim_start().strip_prefix(',').and_then(|rest| literal(rest.trim_start()));
        Some((english, context.map_or_else(String::new, |(context, _)| context)))
    });
    found.collect()
}

/// Every literal of a source as a text, and with the one behind it as its context.
fn literals(source: &str) -> BTreeSet<Key> {
    let (mut keys, mut before, mut rest) = (BTreeSet::new(), None, source);
    while let Some((found, behind)) = rest.find('"').and_then(|at| literal(&rest[at..])) {
        keys.insert((found.clone(), String::new()));
        keys.extend(before.replace(found.clone()).map(|before: String| (before, found)));
        rest = behind;
    }
    keys
}

/// The value of the string literal that a text begins with, and what is behind it.
fn literal(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text.strip_prefix('"')?;
    loop {
        let at = rest.find(['"', '\\'])?;
        value.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        if rest[at..].starts_with('"') {
            return Some((value, behind));
        }
        let escape = behind.chars().next()?;
        rest = &behind[escape.len_utf8()..];
        match escape {
            '\n' => rest = rest.trim_start(),
            'n' => value.push('\n'),
            'u' => {
                let (code, behind) = rest.strip_prefix('{')?.split_once('}')?;
                value.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?);
                rest = behind;
            }
            other => value.push(other),
        }
    }
}
