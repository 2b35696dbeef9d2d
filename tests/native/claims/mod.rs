//! The remarks of the labs agree with their numbers: every remark in every preset and in the states one step away.

mod list;
mod written;

use std::collections::BTreeMap;

use elboscope::lab::{LABS, Lab, LabState, Run, Sheet, start_of};
use elboscope::model::{Vae, read_weights};
use elboscope::state::{Language, Pace};

use crate::claims::list::{CLAIMS, Seen};
use crate::claims::written::numbers;

fn model() -> Vae {
    read_weights(include_bytes!("../../../public/models/strokes.safetensors")).unwrap()
}

/// The presets and the default state.
fn landings(lab: &'static Lab) -> Vec<(String, LabState)> {
    let presets = lab.presets.iter().map(|preset| {
        (format!("{}, {}", lab.name, preset.label.english()), LabState::preset(lab, preset))
    });
    presets.chain([(lab.name.to_owned(), LabState::new(lab))]).collect()
}

/// A state and those in which one parameter is a step further up or down.
fn with_neighbours(name: &str, state: &LabState) -> Vec<(String, LabState)> {
    let mut all = vec![(name.to_owned(), state.clone())];
    for (place, parameter) in state.lab.parameters.iter().enumerate() {
        for sign in [1, -1] {
            let value = parameter.moved(state.get(place), Pace::Normal, sign);
            let mut other = state.clone();
            other.set(place, value);
            if other != *state && (state.lab.applies)(place, state.values()) {
                all.push((format!("{name}, {} = {value}", parameter.name), other));
            }
        }
    }
    all
}

/// Checks every remark of a sheet and counts which claims were seen.
fn check(
    name: &str,
    state: &LabState,
    run: &dyn Run,
    step: usize,
    seen: &mut BTreeMap<usize, usize>,
) {
    let [sheet, other] = [Language::En, Language::Pt].map(|language| run.sheet(step, language));
    let place = || format!("{name}, moment {step} of {}", run.steps());
    assert_eq!(sheet.remarks.len(), other.remarks.len(), "{}", place());
    for (remark, translated) in sheet.remarks.iter().zip(&other.remarks) {
        assert_eq!(remark.is_warning, translated.is_warning, "{}: {}", place(), remark.text);
        let of = |text: &str, language| -> Vec<f64> {
            let mut found: Vec<f64> =
                numbers(text, language).into_iter().map(|n| n.value).collect();
            found.sort_by(f64::total_cmp);
            found
        };
        let (en, pt) = (of(&remark.text, Language::En), of(&translated.text, Language::Pt));
        assert_eq!(en, pt, "{}: {} | {}", place(), remark.text, translated.text);

        let is_it = |place: &usize| {
            let claim = &CLAIMS[*place];
            claim.lab.is_none_or(|lab| lab == state.lab.name)
                && claim.says.iter().all(|part| remark.text.contains(part))
        };
        let claim = (0..CLAIMS.len()).find(is_it);
        let claim = claim.unwrap_or_else(|| panic!("{}: unknown claim: {}", place(), remark.text));
        *seen.entry(claim).or_default() += 1;
        let numbers = numbers(&remark.text, Language::En);
        let is_last = step == run.steps();
        let facts = Seen { sheet: &sheet, state, numbers: &numbers, text: &remark.text, is_last };
        if let Err(complaint) = (CLAIMS[claim].holds)(&facts) {
            panic!("{}: “{}”: {complaint}\n{}", place(), remark.text, listed(&sheet));
        }
    }
}

fn listed(sheet: &Sheet) -> String {
    let line = |metric: &elboscope::lab::Metric| {
        format!("{} {:?} ± {:?}", metric.quantity.name(), metric.value, metric.stderr)
    };
    sheet.metrics.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Whether the chains of a state use a network, which takes seconds.
fn is_slow(state: &LabState) -> bool {
    state.lab.name == "sandwich" && state.named("model") >= 2.0
}

/// Checks the states of some labs; at least this many different sentences must occur.
fn walk(labs: &[&str], least: usize) {
    let model = model();
    let mut seen = BTreeMap::new();
    for lab in LABS.iter().filter(|lab| labs.contains(&lab.name)) {
        for (name, state) in landings(lab) {
            let states = if is_slow(&state) {
                vec![(name.clone(), state)]
            } else {
                with_neighbours(&name, &state)
            };
            for (name, state) in states {
                let mut run = start_of(lab.name).unwrap()(state.values(), Some(&model))
                    .unwrap_or_else(|reason| panic!("{name}: {}", reason.english()));
                while run.advance() {}
                let steps = run.steps();
                for step in [0, 1, steps / 4, steps / 2, 3 * steps / 4, steps] {
                    check(&name, &state, run.as_ref(), step.min(steps), &mut seen);
                }
            }
        }
    }
    println!("{labs:?}: {} sentences, {} times", seen.len(), seen.values().sum::<usize>());
    let met: Vec<_> = seen.keys().map(|place| CLAIMS[*place].says).collect();
    assert!(seen.len() >= least, "only {}: {met:?}", seen.len());
}

#[test]
fn evidence_says_what_its_numbers_say() {
    walk(&["evidence"], 10);
}

#[test]
fn discrete_says_what_its_numbers_say() {
    walk(&["discrete"], 10);
}

#[test]
fn bias_says_what_its_numbers_say() {
    walk(&["bias"], 7);
}

#[test]
fn dimension_says_what_its_numbers_say() {
    walk(&["dimension"], 6);
}

#[test]
fn gradients_say_what_their_numbers_say() {
    walk(&["gradients"], 8);
}

#[test]
fn modes_say_what_their_numbers_say() {
    walk(&["modes"], 15);
}

#[test]
fn sandwich_says_what_its_numbers_say() {
    walk(&["sandwich"], 8);
}
