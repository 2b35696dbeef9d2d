//! The documentation's lists of quantities are the registry's, and every quantity is shown somewhere.

use std::collections::BTreeSet;

use elboscope::lab::training::Order;
use elboscope::lab::{LABS, LabState, Sheet, find, start_of};
use elboscope::lab_worker::{LabCommand, LabEvent, LabServer, Request};
use elboscope::model::read_weights;
use elboscope::quantity::Quantity;
use elboscope::state::Language;
use elboscope::worker::Serve;

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

/// The names on the sheets of every lab, which depend on the choices but not on the progress.
fn of_labs() -> BTreeSet<String> {
    let bytes = include_bytes!("../../public/models/strokes.safetensors");
    let model = read_weights(bytes).expect("a model");
    let mut found = BTreeSet::new();
    for lab in LABS {
        let presets = lab.presets.iter().map(|preset| LabState::preset(lab, preset));
        for state in presets.chain([LabState::new(lab)]) {
            let run = start_of(lab.name).expect("a lab")(state.values(), Some(&model));
            let mut run = run.unwrap_or_else(|reason| panic!("{}: {}", lab.name, reason.en));
            // Without an exact value an ELBO is measured with the first bounds; all other numbers are present at
            // once.
            for _ in 0..60 {
                run.advance();
            }
            found.extend(names(&run.sheet(run.steps(), Language::En)));
        }
    }
    found
}

/// The names on the page Train, while playing and while measured.
fn of_training() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for settings in [&[][..], &[("l", 3.0)], &[("objective", 4.0)]] {
        let mut state = LabState::new(find("train").expect("Train"));
        for (name, value) in [("n", 256.0), ("h", 8.0), ("batch", 32.0)].iter().chain(settings) {
            let place = state.lab.parameters.iter().position(|parameter| parameter.name == *name);
            state.set(place.expect("a setting"), *value);
        }
        let mut server = LabServer::new(hurried);
        let mut answered = 0;
        for request in 1.. {
            server.handle(LabCommand::Show(Request {
                request,
                computation: 1,
                lab: "train".to_owned(),
                values: state.values().to_vec(),
                moment: None,
                language: Language::En,
            }));
            if request == 1 {
                server.handle(LabCommand::Train(Order::Play));
            }
            let messages = (0..).find_map(|_| server.work().pop()).map(|messages| messages.event);
            let Some(LabEvent::Shown { sheet, .. }) = messages else { panic!("nothing is shown") };
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

    let (bench, labs, training) = (of_bench(), of_labs(), of_training());
    assert!(
        bench.len() >= 25 && labs.len() >= 35 && training.len() >= 12,
        "{bench:?} {labs:?} {training:?}"
    );
    let shown: BTreeSet<String> = bench.into_iter().chain(labs).chain(training).collect();
    let idle: Vec<_> = all.difference(&shown).collect();
    assert!(idle.is_empty(), "{idle:?} are shown nowhere");
}

#[test]
fn the_documented_table_is_that_of_the_registry() {
    let documented = include_str!("../../docs/quantities.md");
    let is_same = documented == elboscope::quantity::markdown();
    assert!(is_same, "cargo run --example quantities > docs/quantities.md");
}
