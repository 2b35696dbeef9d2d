//! States, and the numbers on their pages that lessons name.

use std::collections::BTreeMap;
use std::sync::Mutex;

use elboscope::address::Page;
use elboscope::course::{Block, Guess};
use elboscope::quantity::Measure;
use elboscope::state::Language;

use crate::common::readings::{Reading, readings_of};
use crate::course::{attributes, course, page, steps};

/// Numbers that only the bench's worker computes.
const PROVEN: [&str; 2] = ["log-evidence-lower", "log-evidence-upper"];

/// The bench or lab of a state; training has no numbers before it runs.
pub fn is_computed(page: &Page) -> bool {
    match page {
        Page::Bench(_) | Page::Lab(_) => true,
        Page::Train(_) | Page::Course(_) => false,
    }
}

/// The numbers of a page, each page computed once.
fn numbers(page: &Page) -> BTreeMap<String, f64> {
    static KNOWN: Mutex<BTreeMap<String, BTreeMap<String, f64>>> = Mutex::new(BTreeMap::new());
    let name = format!("{page:?}");
    let known = KNOWN.lock().unwrap().get(&name).cloned();
    known.unwrap_or_else(|| {
        let named = |(quantity, k, value): Reading| (Measure { quantity, k }.to_string(), value);
        let found: BTreeMap<String, f64> = readings_of(page).into_iter().map(named).collect();
        KNOWN.lock().unwrap().insert(name, found.clone());
        found
    })
}

/// A number as a lesson asks for it: without a K, any one of that name.
pub fn value_on(page: &Page) -> impl Fn(&Measure) -> Option<f64> {
    let numbers = numbers(page);
    move |measure| {
        let start = format!("{}@", measure.quantity);
        let first = || numbers.iter().find(|(name, _)| name.starts_with(&start));
        let exact = numbers.get(&measure.to_string());
        exact.or_else(|| measure.k.is_none().then(first)?.map(|(_, value)| value)).copied()
    }
}

#[test]
fn every_state_is_taken_as_it_stands() {
    let course = course(Language::En);
    for (place, _, step) in steps(&course) {
        let mut states = vec![&step.state];
        for block in &step.blocks {
            if let Block::Prediction(prediction) = block {
                states.extend(&prediction.state);
            }
        }
        for state in states {
            assert!(!matches!(page(state), Page::Course(_)), "{place}: {state}");
        }
    }
}

#[test]
fn every_number_that_is_named_is_on_the_page() {
    let course = course(Language::En);
    for (place, _, step) in steps(&course) {
        let start = page(&step.state);
        if !is_computed(&start) {
            continue;
        }
        let value_of = value_on(&start);
        let mut on_revealed = Vec::new();
        let mut named: Vec<String> = Vec::new();
        for block in &step.blocks {
            match block {
                Block::Prose(html) | Block::Correction(html) => {
                    named.extend(attributes(html, "data-live").into_iter().map(String::from));
                }
                Block::Goal(goal) => {
                    named.extend(goal.condition.measures().iter().map(ToString::to_string));
                    named.extend(attributes(&goal.text, "data-live").into_iter().map(String::from));
                }
                Block::Prediction(prediction) => {
                    let revealed = attributes(&prediction.revealed, "data-live");
                    let revealed: Vec<String> = revealed.into_iter().map(String::from).collect();
                    match &prediction.state {
                        Some(state) => on_revealed.push((state, revealed)),
                        None => named.extend(revealed),
                    }
                    if let Guess::Place { measure, .. } = &prediction.guess {
                        named.push(measure.to_string());
                    }
                }
                Block::Listing(lines) => {
                    named.extend(
                        lines.iter().filter_map(|line| Some(line.value.as_ref()?.to_string())),
                    );
                }
                Block::Question(_) => {}
            }
        }
        let is_there = |value_of: &dyn Fn(&Measure) -> Option<f64>, name: &str| {
            let measure = Measure::read(name).unwrap();
            value_of(&measure).is_some() || PROVEN.contains(&name)
        };
        for name in named {
            assert!(is_there(&value_of, &name), "{place}: {name} is not on {}", step.state);
        }
        for (state, names) in on_revealed {
            let revealed = page(state);
            if is_computed(&revealed) {
                let value_of = value_on(&revealed);
                for name in names {
                    assert!(is_there(&value_of, &name), "{place}: {name} is not on {state}");
                }
            }
        }
    }
}

#[test]
fn every_prediction_can_be_compared() {
    let course = course(Language::En);
    for (place, _, step) in steps(&course) {
        for block in &step.blocks {
            let Block::Prediction(prediction) = block else { continue };
            let compared = page(prediction.state.as_ref().unwrap_or(&step.state));
            if !is_computed(&compared) {
                panic!("{place}: nothing is computed there to compare with");
            }
            let value_of = value_on(&compared);
            match &prediction.guess {
                Guess::Choice(options) => {
                    let holds: Vec<Option<bool>> =
                        options.iter().map(|option| option.condition.holds(&value_of)).collect();
                    let right = holds.iter().filter(|holds| **holds == Some(true)).count();
                    assert!(holds.iter().all(Option::is_some), "{place}: {holds:?}");
                    assert_eq!(right, 1, "{place}: {holds:?}");
                    assert!(options.len() >= 2, "{place}");
                }
                Guess::Number { measure, within } => {
                    let value = value_of(measure).unwrap_or_else(|| panic!("{place}: {measure}"));
                    assert!(value.is_finite() && *within > 0.0, "{place}: {value} ± {within}");
                }
                Guess::Place { measure, within, target } => {
                    let (value, target) = (value_of(measure), target.value(&value_of));
                    let (Some(value), Some(target)) = (value, target) else {
                        panic!("{place}: {value:?} {target:?}")
                    };
                    // Without a move of the handle the place is not found.
                    assert!((value - target).abs() > *within, "{place}: {value} {target}");
                }
            }
        }
    }
}
