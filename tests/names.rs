//! README's list of the names of numbers is the program's: every one of them is there, and no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use elboscope::lab::training::Order;
use elboscope::lab::{LABS, LabState, Sheet, find, start_of};
use elboscope::model::read_weights;
use elboscope::state::Language;
use elboscope::worker::Serve;
use elboscope::workshop::{Command, Event, Request, Workshop};

/// The names in README, between the sentence that introduces them and what follows the list.
fn of_readme() -> BTreeSet<String> {
    let readme = include_str!("../README.md");
    let (_, rest) = readme.split_once("## Reading the page by program").expect("the chapter");
    let (list, _) = rest.split_once("`<html data-ready").expect("the end of the list");
    let is_name = |word: &&str| {
        let mut characters = word.chars();
        characters.next().is_some_and(|first| first.is_ascii_lowercase())
            && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            && !word.starts_with("data-")
    };
    list.split('`').skip(1).step_by(2).filter(is_name).map(str::to_owned).collect()
}

fn names(sheet: &Sheet) -> impl Iterator<Item = String> {
    sheet.metrics.iter().map(|metric| metric.name.to_string())
}

/// The names on the sheets of every lab: those that are there do not depend on how far it has come,
/// but on the choices.
fn of_labs() -> BTreeSet<String> {
    let bytes = include_bytes!("../public/models/strokes.safetensors");
    let model = read_weights(bytes).expect("a model");
    let mut found = BTreeSet::new();
    for lab in LABS {
        let presets = lab.presets.iter().map(|preset| LabState::preset(lab, preset));
        for state in presets.chain([LabState::new(lab)]) {
            let run = start_of(lab.name).expect("a lab")(state.values(), Some(&model));
            let mut run = run.unwrap_or_else(|reason| panic!("{}: {}", lab.name, reason.en));
            // Without a truth an ELBO is measured with the first bounds; all others are there at once.
            for _ in 0..60 {
                run.advance();
            }
            found.extend(names(&run.sheet(run.steps(), Language::En)));
        }
    }
    found
}

/// The names on the page Train, playing and measured.
fn of_training() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for settings in [&[][..], &[("l", 3.0)], &[("objective", 4.0)]] {
        let mut state = LabState::new(find("train").expect("Train"));
        for (name, value) in [("n", 256.0), ("h", 8.0), ("batch", 32.0)].iter().chain(settings) {
            let place = state.lab.parameters.iter().position(|parameter| parameter.name == *name);
            state.set(place.expect("a setting"), *value);
        }
        let mut workshop = Workshop::new(hurried);
        let mut answered = 0;
        for request in 1.. {
            workshop.handle(Command::Show(Request {
                request,
                computation: 1,
                lab: "train".to_owned(),
                values: state.values().to_vec(),
                moment: None,
                language: Language::En,
            }));
            if request == 1 {
                workshop.handle(Command::Train(Order::Play));
            }
            let told = (0..).find_map(|_| workshop.work().pop()).map(|told| told.event);
            let Some(Event::Shown { sheet, .. }) = told else { panic!("nothing is shown") };
            found.extend(names(&sheet));
            answered += 1;
            let is_measured =
                ["log-evidence", "iwae"].iter().any(|name| sheet.value(name).is_some());
            if answered > 40 && is_measured && sheet.value("ms-per-step").is_some() {
                break;
            }
        }
    }
    found
}

/// A clock on which every look costs a tenth of a second.
fn hurried() -> f64 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static LOOKS: AtomicU32 = AtomicU32::new(0);
    f64::from(LOOKS.fetch_add(1, Ordering::Relaxed)) * 100.0
}

/// The names that the page's own files give: `data-metric="…"`, `metric="…"` of a part of the equation,
/// and `<Metric name="…"`, also over several lines.
fn of_page() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).expect("a text");
            let quoted = |part: &str| {
                let (name, _) = part.split_once('"').expect("a closing quote");
                name.to_owned()
            };
            found.extend(text.split("metric=\"").skip(1).map(quoted));
            let metrics = text.split("<Metric").skip(1);
            let names = metrics.filter_map(|part| {
                let (attributes, _) = part.split_once("/>")?;
                Some(quoted(attributes.split_once("name=\"")?.1))
            });
            found.extend(names);
        }
    }
    found
}

#[test]
fn the_readme_lists_every_name_and_no_other() {
    let readme = of_readme();
    let (page, labs, training) = (of_page(), of_labs(), of_training());
    assert!(
        page.len() >= 15 && labs.len() >= 35 && training.len() >= 12,
        "{page:?} {labs:?} {training:?}"
    );
    let program: BTreeSet<String> = page.into_iter().chain(labs).chain(training).collect();
    let missing: Vec<_> = program.difference(&readme).collect();
    let gone: Vec<_> = readme.difference(&program).collect();
    assert!(missing.is_empty(), "README lacks {missing:?}");
    assert!(gone.is_empty(), "README lists {gone:?}, which are nowhere");
}
