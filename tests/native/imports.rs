//! The imports between the folders of `src`, and between those of the page in `src/app`: no circles, and no import
//! from mathematics to a page or its words.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Folders and files of mathematics: they import each other and nothing else.
const MATHEMATICS: [&str; 13] = [
    "bench",
    "data",
    "density",
    "evidence",
    "exact",
    "family",
    "gradient",
    "linear_algebra",
    "log_sum_exp",
    "model",
    "ordering",
    "reason",
    "training",
];

type Graph = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_folder_imports_in_a_circle() {
    let graph = library();
    assert!(graph.len() >= 15, "only {:?}", graph.keys());
    assert_eq!(circle(&graph), None);
}

#[test]
fn no_folder_of_the_page_imports_in_a_circle() {
    let graph = page();
    assert!(graph.len() >= 12, "only {:?}", graph.keys());
    assert_eq!(circle(&graph), None);
    // The contexts, which pages share, import no page.
    for (name, lower) in [
        ("platform", [].as_slice()),
        ("context", &["storage"]),
        ("navigation", &["context", "platform"]),
        ("workers", &["context", "platform", "storage"]),
        ("widgets", &["canvas", "context", "navigation", "platform", "shared"]),
    ] {
        let used = graph.get(name).unwrap_or_else(|| panic!("no src/app/{name}"));
        let other: Vec<_> = used.iter().filter(|used| !lower.contains(&&***used)).collect();
        assert!(other.is_empty(), "{name} uses {other:?}");
    }
}

#[test]
fn mathematics_knows_neither_pages_nor_words() {
    let graph = library();
    for name in MATHEMATICS {
        let used = graph.get(name).unwrap_or_else(|| panic!("no src/{name}"));
        let other: Vec<_> = used.iter().filter(|used| !MATHEMATICS.contains(&&***used)).collect();
        assert!(other.is_empty(), "{name} uses {other:?}");
    }
}

#[test]
fn labs_and_train_do_not_know_each_other() {
    for (graph, [labs, train]) in [(library(), ["lab", "train_page"]), (page(), ["lab", "train"])] {
        for (one, other) in [(labs, train), (train, labs)] {
            let used = graph.get(one).unwrap_or_else(|| panic!("no folder {one}"));
            assert!(!used.contains(other), "{one} uses {other}");
        }
        // What they share knows neither.
        for shared in ["sheet", "parameters"] {
            let used = graph.get(shared);
            let known = used.is_some_and(|used| used.contains(labs) || used.contains(train));
            assert!(!known, "{shared} uses {used:?}");
        }
    }
}

#[test]
fn a_circle_is_found() {
    let graph = |arrows: &[(&str, &str)]| {
        let mut graph = Graph::new();
        for (from, to) in arrows {
            graph.entry((*from).to_owned()).or_default().insert((*to).to_owned());
            graph.entry((*to).to_owned()).or_default();
        }
        graph
    };
    assert_eq!(circle(&graph(&[("a", "b"), ("a", "c"), ("b", "c")])), None);
    let found = circle(&graph(&[("a", "b"), ("b", "c"), ("c", "b")])).expect("b and c");
    assert_eq!(found, ["b", "c"]);
}

#[test]
fn paths_are_read_out_of_every_form_of_import() {
    let text = "use crate::{data, state::{self, Text}};
        pub(crate) use super::model::Vae as Other; // use crate::comment;
        fn f() { let x = crate::exact::one(); }
        #[cfg(test)]
        mod tests { use crate::lab::LABS; }";
    let found = used_by(text, &["family".to_owned(), "normal".to_owned()]);
    let expected = ["data", "exact", "family", "state"].map(str::to_owned);
    assert_eq!(found, BTreeSet::from(expected));
}

/// The library's top modules, each with those that it imports outside of tests. The page is a separate program.
fn library() -> Graph {
    graph_below("src", "crate::", &["app", "bin", "lib", "main"])
}

/// The same of the page, without its `mod.rs`, which puts it together.
fn page() -> Graph {
    graph_below("src/app", "crate::app::", &[])
}

/// The top modules of a folder, whose modules have paths with this beginning.
fn graph_below(folder: &str, beginning: &str, left_out: &[&str]) -> Graph {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut graph = Graph::new();
    let mut of_tests = BTreeSet::new();
    let mut files = Vec::new();
    collect(&root, &mut files);
    for file in &files {
        let text = fs::read_to_string(file).expect("a source file");
        let folder = file.parent().expect("it is in a folder");
        for (_, rest) in text.match_indices("#[cfg(test)]\n").map(|(at, found)| {
            (at, text[at + found.len()..].trim_start().trim_start_matches("pub "))
        }) {
            let Some(name) = rest.strip_prefix("mod ").and_then(|rest| rest.split(';').next())
            else {
                continue;
            };
            let stem = file.file_stem().expect("a file").to_string_lossy();
            let base = match &*stem {
                "mod" | "lib" | "main" => folder.to_owned(),
                stem => folder.join(stem),
            };
            of_tests.insert(base.join(name));
        }
    }
    for file in &files {
        let is_of_tests = file.ancestors().any(|path| of_tests.contains(&path.with_extension("")));
        let path = file.strip_prefix(&root).expect("below src").with_extension("");
        let mut module: Vec<String> =
            path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if module.last().is_some_and(|name| name == "mod") {
            module.pop();
        }
        if module.is_empty() || is_of_tests || left_out.contains(&&*module[0]) {
            continue;
        }
        // The crate of the words is a part of `state`, through which the library takes it.
        let text = fs::read_to_string(file)
            .expect("a source file")
            .replace(beginning, "crate::")
            .replace("elboscope_words::", "crate::state::");
        let mut used = used_by(&text, &module);
        used.remove(&module[0]);
        graph.entry(module[0].clone()).or_default().extend(used);
    }
    let modules: BTreeSet<String> = graph.keys().cloned().collect();
    for used in graph.values_mut() {
        used.retain(|name| modules.contains(name));
    }
    graph
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The top modules that a module's text names, without its tests.
fn used_by(text: &str, module: &[String]) -> BTreeSet<String> {
    let without_comments: Vec<_> =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let text = without_comments.join("\n");
    let mut code = text.as_str();
    for (at, found) in text.match_indices("#[cfg(test)]") {
        let rest = text[at + found.len()..].trim_start();
        if rest.starts_with("mod ")
            && rest.split(['{', ';']).next().is_some_and(|head| rest[head.len()..].starts_with('{'))
        {
            code = &text[..at];
            break;
        }
    }
    let mut paths = Vec::new();
    for statement in code.split(';') {
        // The last `use` before a semicolon begins the import.
        let import = statement.rsplit_once("use ").map(|(_, import)| import);
        if let Some(import) = import.filter(|import| !import.contains(['(', '='])) {
            expand("", import.trim(), &mut paths);
        }
    }
    paths.extend(code.match_indices("crate::").map(|(at, _)| code[at..].to_owned()));
    paths.iter().filter_map(|path| top_of(path, module)).collect()
}

/// Every path of an import, its braces expanded.
fn expand(prefix: &str, import: &str, paths: &mut Vec<String>) {
    let Some((head, rest)) = import.split_once('{') else {
        paths.push(format!("{prefix}{import}"));
        return;
    };
    let body = rest.rsplit_once('}').map_or(rest, |(body, _)| body);
    let prefix = format!("{prefix}{}", head.trim());
    let (mut depth, mut start) = (0, 0);
    for (at, character) in body.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&prefix, body[start..at].trim(), paths);
                start = at + 1;
            }
            _ => {}
        }
    }
    expand(&prefix, body[start..].trim(), paths);
}

/// The top module of a path; none for a path into another crate.
fn top_of(path: &str, module: &[String]) -> Option<String> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut parts = path
        .split("::")
        .map(|part| part.trim().split(|c: char| !is_part(c)).next().unwrap_or_default());
    match parts.next()? {
        "crate" => parts.next().filter(|name| !name.is_empty()).map(str::to_owned),
        "super" => {
            let mut up = 1;
            let next = parts.find(|part| {
                *part != "super" || {
                    up += 1;
                    false
                }
            });
            match module.len().checked_sub(up)? {
                0 => next.map(str::to_owned),
                _ => Some(module[0].clone()),
            }
        }
        _ => None,
    }
}

/// The members of a circle, if there is one: the modules that remain when those without imports and those without
/// importers are removed repeatedly.
fn circle(graph: &Graph) -> Option<Vec<String>> {
    let mut left = graph.clone();
    loop {
        let before = left.len();
        let names: BTreeSet<String> = left.keys().cloned().collect();
        let used: BTreeSet<String> = left.values().flatten().cloned().collect();
        left.retain(|name, uses| {
            uses.retain(|used| names.contains(used));
            !uses.is_empty() && used.contains(name)
        });
        if left.len() == before {
            return (before > 0).then(|| left.into_keys().collect());
        }
    }
}
