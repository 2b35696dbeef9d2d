//! Every file of `src` opens with one sentence that says what is in it.

use std::path::{Path, PathBuf};

/// The longest opening in lines, of which most are the source of a method.
const MOST_LINES: usize = 3;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// What is wrong with the opening of a file, if anything is.
fn fault(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//! ")).collect();
    let opening = lines.join(" ");
    if lines.is_empty() {
        return Some("begins without `//! `".to_owned());
    }
    if lines.len() > MOST_LINES {
        return Some(format!("opens with {} lines: {opening}", lines.len()));
    }
    if !opening.ends_with('.') {
        return Some(format!("opens without a full stop: {opening}"));
    }
    let is_two = without_brackets(&opening).contains(". ");
    is_two.then(|| format!("opens with more than one sentence: {opening}"))
}

/// The text without what stands in round brackets, where abbreviations of sources have full stops.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let outside = |character: &char| {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    text.chars().filter(outside).collect()
}

#[test]
fn every_file_opens_with_one_sentence() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&source, &mut found);
    assert!(found.len() > 400, "{} files", found.len());
    let fault_of = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).expect("a file of text");
        fault(&text).map(|fault| format!("{} {fault}", path.display()))
    };
    let faults: Vec<String> = found.iter().filter_map(fault_of).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_fault_is_found() {
    let good =
        "//! The ESS (Kish 1965, ch. 2. A book),\n//! of K draws.\n//!\n//! More. Text.\n\nuse a;";
    assert_eq!(fault(good), None);
    for bad in [
        "use a;\n",
        "//!\n//! Late.\n",
        "//! No stop\n\nuse a;",
        "//! One. Two.\n",
        "//! 1\n//! 2\n//! 3\n//! 4.\n",
    ] {
        assert!(fault(bad).is_some(), "{bad}");
    }
}
