//! The documentation's lists of quantities and what programs print are the registry's, and every quantity is shown
//! somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::python_files;
use elboscope::lab::{LABS, Lab, LabState, Sheet, find, start_of};
use elboscope::lab_worker::{
    LabServer, LabWorkerCommand, LabWorkerEvent, TrainCommand, TrainEvent, TrainRequest,
};
use elboscope::model::read_weights;
use elboscope::quantity::Quantity;
use elboscope::state::Language;
use elboscope::train_page::Order;
use elboscope::worker::Serve;

use crate::lab_worker::training::training;

/// The names in README, between the sentence that introduces them and the text after the list.
fn of_readme() -> BTreeSet<String> {
    let readme = include_str!("../../README.md");
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
    sheet.metrics.iter().map(|metric| metric.quantity.name().to_string())
}

/// The names on the sheets of a lab: those that are there do not depend on how far it has come,
/// but on the choices.
fn of_lab(lab: &'static Lab) -> BTreeSet<String> {
    let bytes = include_bytes!("../../public/models/strokes.safetensors");
    let model = read_weights(bytes).expect("a model");
    let mut found = BTreeSet::new();
    let presets = lab.presets.iter().map(|preset| LabState::preset(lab, preset));
    for state in presets.chain([LabState::new(lab)]) {
        let run = start_of(lab.name).expect("a lab")(state.values(), Some(&model));
        let mut run = run.unwrap_or_else(|reason| panic!("{}: {}", lab.name, reason.english()));
        // Without an exact value an ELBO is measured with the first bounds; all other numbers are present at
        // once.
        for _ in 0..60 {
            run.advance();
        }
        found.extend(names(&run.sheet(run.steps(), Language::En)));
    }
    found
}

/// The names on the page Train, while playing and while measured.
fn of_training() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for settings in [&[][..], &[("l", 3.0)], &[("objective", 4.0)]] {
        let settings = training(settings);
        let mut server = LabServer::new(hurried);
        let mut answered = 0;
        for request in 1.. {
            server.handle(LabWorkerCommand::Train(TrainCommand::Show(TrainRequest {
                request,
                settings,
                moment: None,
                language: Language::En,
            })));
            if request == 1 {
                server.handle(LabWorkerCommand::Train(TrainCommand::Order(Order::Play)));
            }
            let messages = (0..).find_map(|_| server.work().pop()).map(|messages| messages.event);
            let Some(LabWorkerEvent::Train(TrainEvent::Shown { shown, .. })) = messages else {
                panic!("nothing is shown")
            };
            let sheet = shown.sheet;
            found.extend(names(&sheet));
            answered += 1;
            let is_measured = [Quantity::LogEvidence, Quantity::Iwae]
                .iter()
                .any(|quantity| sheet.value(*quantity).is_some());
            if answered > 40 && is_measured && sheet.value(Quantity::MsPerStep).is_some() {
                break;
            }
        }
    }
    found
}

/// A clock that advances by a tenth of a second at every call.
fn hurried() -> f64 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static LOOKS: AtomicU32 = AtomicU32::new(0);
    f64::from(LOOKS.fetch_add(1, Ordering::Relaxed)) * 100.0
}

/// The quantities that the bench's own files show.
fn of_bench() -> BTreeSet<String> {
    let text = include_str!("../../src/app/context/quantities.rs");
    let shown = |quantity: &&Quantity| text.contains(&format!("Quantity::{quantity:?} =>"));
    Quantity::ALL.iter().filter(shown).map(|quantity| quantity.name().to_owned()).collect()
}

#[test]
fn the_readme_lists_every_quantity_and_each_is_shown_somewhere() {
    let all: BTreeSet<String> = Quantity::ALL.iter().map(|q| q.name().to_owned()).collect();
    let readme = of_readme();
    let (missing, gone) = (all.difference(&readme), readme.difference(&all));
    let [missing, gone]: [Vec<_>; 2] = [missing.collect(), gone.collect()];
    assert!(missing.is_empty(), "README lacks {missing:?}");
    assert!(gone.is_empty(), "README lists {gone:?}, which are no quantities");

    let labs: BTreeSet<String> = LABS.iter().copied().flat_map(of_lab).collect();
    let (bench, training) = (of_bench(), of_training());
    assert!(
        bench.len() >= 25 && labs.len() >= 35 && training.len() >= 12,
        "{bench:?} {labs:?} {training:?}"
    );
    let shown: BTreeSet<String> = bench.into_iter().chain(labs).chain(training).collect();
    let idle: Vec<_> = all.difference(&shown).collect();
    assert!(idle.is_empty(), "{idle:?} are shown nowhere");
}

/// Strings of the labs' Python files that name no number: a file, a part of a network, the end of a base64 text.
const OTHER_STRINGS: [&str; 3] = ["__weights__", "encoder", "="];

#[test]
fn programs_print_numbers_by_names_of_the_registry_that_their_lab_shows() {
    let mut files = Vec::new();
    python_files::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    assert!(files.len() > 6, "{files:?}");
    let (mut shown, mut printed) = (BTreeMap::new(), 0);
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let lab = path.components().map(|part| part.as_os_str().to_str().unwrap());
        let lab = lab.filter_map(find).next_back().expect("a lab");
        let shown = shown.entry(lab.name).or_insert_with(|| of_lab(lab));
        for line in text.lines().map(|line| line.split("# ").next().unwrap()) {
            assert!(!line.contains('\''), "one kind of quotes: {line}");
            // The first thing printed is a name, or the variable that holds one.
            for arguments in line.split("print(").skip(1) {
                let starts = ["\"", "f\"", "name, "];
                assert!(starts.iter().any(|start| arguments.starts_with(start)), "{line}");
            }
            for string in line.split('"').skip(1).step_by(2) {
                if OTHER_STRINGS.contains(&string) {
                    continue;
                }
                let name = string.split('[').next().unwrap();
                assert!(Quantity::named(name).is_some(), "{name} in {path:?} is no quantity");
                assert!(shown.contains(name), "{} does not show {name}", lab.name);
                printed += 1;
            }
        }
    }
    assert!(printed >= 60, "{printed} names");
}

#[test]
fn the_documented_table_is_that_of_the_registry() {
    let documented = include_str!("../../docs/quantities.md");
    let is_same = documented == elboscope::quantity::markdown();
    assert!(is_same, "cargo run --example quantities > docs/quantities.md");
}
