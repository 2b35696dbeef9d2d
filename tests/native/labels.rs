//! The labels and symbols of the registry stand in no other source file: one edit there renames a number everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use elboscope::quantity::Quantity;
use elboscope::state::Language;

/// Literals that read like a label and are none: what they are, then the end of the file's path and the literal.
const OTHERS: &[(&str, &[(&str, &str)])] = &[
    (
        "names in the page's code, its addresses and its style sheets",
        &[
            ("app/bench/controls.rs", "encoder"),
            ("app/bench/plane/shapes.rs", "encoder"),
            ("app/bench/sketch.rs", "width: min(100%, 340px); aspect-ratio: 1"),
            ("app/canvas/extent.rs", "width"),
            ("app/course/panel.rs", "step"),
            ("app/course/panel.rs", "steps"),
            ("app/platform/dom.rs", "width"),
            ("course/names.rs", "amortization"),
            ("figure/mod.rs", "gap"),
            ("bias/pictures/mod.rs", "gap"),
            ("pictures/gap.rs", "gap"),
            ("state/bench.rs", "gap"),
            ("state/term.rs", "gap"),
            ("state/term.rs", "reconstruction"),
        ],
    ),
    (
        "names of parameters, and of their places in programs",
        &[
            ("bias/program.rs", "replicates"),
            ("bias/setting.rs", "replicates"),
            ("dimension/program.rs", "delta"),
            ("dimension/program.rs", "replicates"),
            ("dimension/setting.rs", "delta"),
            ("dimension/setting.rs", "replicates"),
            ("gradients/program.rs", "replicates"),
            ("gradients/setting.rs", "replicates"),
            ("sandwich/program.rs", "encoder"),
        ],
    ),
    (
        "objectives and estimators of gradients, which are named after a bound",
        &[
            ("gradient/methods.rs", "IWAE"),
            ("gradients/names.rs", "IWAE"),
            ("gradients/setting.rs", "IWAE"),
            ("train_page/setting.rs", "ELBO"),
            ("train_page/setting.rs", "IWAE"),
            ("train_page/setting.rs", "IWAE, DReG"),
            ("presets.rs", "IWAE"),
        ],
    ),
    ("sentences, read aloud", &[("messages/sentences.rs", "ELBO {elbo}, gap {gap} nats")]),
    ("the first part of the app's own name", &[("app/header.rs", "ELBO")]),
    (
        "names of mathematics, which knows no words",
        &[("evidence/catalog.rs", "delta"), ("gradient/quadratic_weight.rs", "log p(x)")],
    ),
];

/// What follows a label where a unit or a qualifier is written behind it by hand.
const BEHIND: [&str; 6] = [",", " (", " =", " ±", ":", " {"];

/// A literal of so many words that is no label as a whole is a sentence.
const SENTENCE: usize = 7;

/// Every label and symbol that is a word of its own, with the quantity that has it. Symbols of one letter are variables
/// of many formulas.
fn owned() -> BTreeMap<&'static str, Quantity> {
    let texts = |quantity: &Quantity| {
        let labels = [quantity.label(), quantity.short_label()];
        let said = [Language::En, Language::Pt].map(|language| labels.map(|l| l.say(language)));
        said.into_iter().flatten().chain([quantity.symbol()]).collect::<Vec<_>>()
    };
    let is_word = |text: &&str| text.chars().filter(|c| !c.is_whitespace()).count() > 1;
    let mut owned = BTreeMap::new();
    for quantity in Quantity::ALL {
        for text in texts(quantity).into_iter().filter(is_word) {
            // Of two with one text, such as a label and the symbol of another, the first is named.
            owned.entry(text).or_insert(*quantity);
        }
    }
    owned
}

/// The quantity whose label a literal is, or begins with; a sentence may begin with one.
fn label_in(literal: &str, owned: &BTreeMap<&'static str, Quantity>) -> Option<Quantity> {
    let is_sentence = literal.split_whitespace().count() >= SENTENCE;
    let is_behind = |rest: &str| {
        rest.is_empty() || !is_sentence && BEHIND.iter().any(|behind| rest.starts_with(behind))
    };
    let found =
        |(text, _): &(&&str, &Quantity)| literal.strip_prefix(**text).is_some_and(is_behind);
    owned.iter().find(found).map(|(_, quantity)| *quantity)
}

/// The string literals of a source text, without those in its comments.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(place) = rest.find(['"', '/', '\'', 'r']) {
        let (before, here) = rest.split_at(place);
        let is_in_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let hashes = here[1..].len() - here[1..].trim_start_matches('#').len();
        let is_raw = here.starts_with('r') && !is_in_word && here[1 + hashes..].starts_with('"');
        rest = if here.starts_with("//") {
            here.split_once('\n').map_or("", |(_, after)| after)
        } else if is_raw {
            let end = format!("\"{}", "#".repeat(hashes));
            let (literal, after) = here[2 + hashes..].split_once(&end).expect("an end");
            found.push(literal.to_owned());
            after
        } else if here.starts_with("'\\") || here.starts_with("'\"'") {
            // A character, which may be a quote.
            here[2..].split_once('\'').map_or("", |(_, after)| after)
        } else if let Some(inside) = here.strip_prefix('"') {
            let mut is_escaped = false;
            let end = inside.find(|c: char| {
                let is_end = c == '"' && !is_escaped;
                is_escaped = c == '\\' && !is_escaped;
                is_end
            });
            let (literal, after) = inside.split_at(end.expect("an end"));
            found.push(literal.to_owned());
            &after[1..]
        } else {
            &here[1..]
        };
    }
    found
}

/// Every source file of a folder and of those in it, without tests and without the registry.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    // The modules of tests that a file of the folder declares, and those that are named so.
    let mut tests = BTreeSet::from(["tests".to_owned()]);
    for path in entries.iter().filter(|path| path.is_file()) {
        let text = fs::read_to_string(path).unwrap_or_default();
        let after = text.split("#[cfg(test)]\nmod ").skip(1);
        tests.extend(after.filter_map(|rest| Some(rest.split_once(';')?.0.to_owned())));
    }
    for path in entries {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && name != "quantity" {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") && !tests.contains(&name) {
            found.push(path);
        }
    }
}

#[test]
fn no_other_file_writes_a_label_of_the_registry() {
    let owned = owned();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 200, "only {}", files.len());
    let others: Vec<_> = OTHERS.iter().flat_map(|(_, places)| *places).collect();
    let mut unused: BTreeSet<_> = others.iter().collect();
    let mut written = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let program = text.split("#[cfg(test)]\nmod ").next().unwrap();
        let file = path.strip_prefix(&root).unwrap().to_str().unwrap();
        for literal in literals(program) {
            let Some(quantity) = label_in(&literal, &owned) else { continue };
            match others.iter().find(|(end, text)| file.ends_with(end) && *text == literal) {
                Some(other) => _ = unused.remove(other),
                None => written.push(format!("src/{file}: {literal:?} is a label of {quantity}")),
            }
        }
    }
    assert!(written.is_empty(), "take them from src/quantity:\n{}", written.join("\n"));
    assert!(unused.is_empty(), "exceptions that are none: {unused:?}");
}

#[test]
fn labels_are_found_where_they_are_written_by_hand() {
    let owned = owned();
    let elbo = Quantity::Elbo.label().say(Language::En);
    let source = format!(
        "// \"{elbo}\"\nlet quote = '\"'; f('\\'', \"{elbo} (nats)\"); r#\"a \"b\"#; \"a \\\"{elbo}\"; 'a: loop"
    );
    let literals = literals(&source);
    assert_eq!(literals, [format!("{elbo} (nats)"), "a \"b".into(), format!("a \\\"{elbo}")]);
    let found = literals.iter().filter_map(|literal| label_in(literal, &owned));
    assert_eq!(found.collect::<Vec<_>>(), [Quantity::Elbo]);
    assert_eq!(label_in(&format!("{elbo}scope"), &owned), None);
    assert_eq!(label_in("", &owned), None);
}
