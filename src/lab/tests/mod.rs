//! Properties of every lab.

mod ranges;

use super::*;
use crate::model::{Vae, read_weights};
use ranges::Ranges;

fn model() -> Vae {
    read_weights(include_bytes!("../../../public/models/strokes.safetensors")).unwrap()
}

/// Every preset and every default state, with its name.
fn states() -> Vec<(String, LabState)> {
    let presets = LABS.iter().flat_map(|lab| {
        let presets = lab.presets.iter().map(move |preset| {
            (format!("{}, {}", lab.name, preset.label.english()), LabState::preset(lab, preset))
        });
        presets.chain([(lab.name.to_owned(), LabState::new(lab))])
    });
    presets.collect()
}

#[test]
fn names_are_unique_and_defaults_and_presets_inside_their_bounds() {
    for (index, lab) in LABS.iter().enumerate() {
        assert!(LABS[..index].iter().all(|other| other.name != lab.name), "{}", lab.name);
        for (place, parameter) in lab.parameters.iter().enumerate() {
            let others = &lab.parameters[..place];
            assert!(others.iter().all(|other| other.name != parameter.name), "{}", parameter.name);
            assert_eq!(parameter.clamp(parameter.default), parameter.default, "{}", parameter.name);
        }
        for preset in lab.presets {
            for &(place, value) in preset.values {
                let parameter = lab.parameters[place];
                let name = parameter.name;
                assert_eq!(parameter.clamp(value), value, "{}: {name}", preset.label.english());
            }
        }
    }
}

#[test]
fn every_state_shows_whole_sheets_and_never_nan() {
    let model = model();
    let mut ranges = Ranges::default();
    for (name, state) in states() {
        let mut run = start_of(state.lab.name).unwrap()(state.values(), Some(&model))
            .unwrap_or_else(|reason| panic!("{name}: {}", reason.english()));
        let mut slices = 0;
        while run.advance() {
            slices += 1;
            assert!(slices < 100_000, "{name} has no end");
            if usize::is_power_of_two(slices) {
                ranges.take(state.lab.name, &name, &run.sheet(run.steps(), Language::En));
            }
        }
        assert!((run.progress() - 1.0).abs() < 1e-9, "{name} ends at {}", run.progress());
        let steps = run.steps();
        for language in [Language::En, Language::Pt] {
            for step in [0, 1.min(steps), steps / 2, steps] {
                let sheet = run.sheet(step, language);
                ranges.take(state.lab.name, &name, &sheet);
                assert!(!sheet.figures.is_empty(), "{name}: no picture at step {step}");
                for metric in &sheet.metrics {
                    assert!(
                        !metric.label.is_empty(),
                        "{name}: {} has no label",
                        metric.quantity.name()
                    );
                    assert!(
                        metric.value.is_none_or(|v| !v.is_nan()),
                        "{name}: {}",
                        metric.quantity.name()
                    );
                }
                // What can be told apart only by its place is not told apart.
                let metrics = sheet.metrics.iter().map(|metric| metric.label.as_str());
                let columns = sheet.table.header.iter().map(|column| column.name.as_str());
                for labels in [metrics.collect::<Vec<_>>(), columns.collect()] {
                    for (place, label) in labels.iter().enumerate() {
                        assert!(!labels[..place].contains(label), "{name}: two are {label}");
                    }
                }
                for row in &sheet.table.rows {
                    assert_eq!(row.len(), sheet.table.header.len(), "{name}: a crooked table");
                }
                for figure in &sheet.figures {
                    assert!(!figure.summary.is_empty(), "{name}: {} has no summary", figure.name);
                    for axis in [&figure.x, &figure.y] {
                        let [low, high] = axis.range;
                        let is_near = |end: f64| end.abs() < 1e9;
                        assert!(is_near(low) && is_near(high), "{name}: {} {axis:?}", figure.name);
                    }
                    for handle in &figure.handles {
                        assert!(handle.at.iter().all(|v| v.is_finite()), "{name}: {}", handle.name);
                    }
                }
            }
        }
        let last = run.sheet(steps, Language::En);
        assert!(!last.metrics.is_empty() && !last.table.rows.is_empty(), "{name} has no numbers");
        assert_eq!(
            last,
            start_of(state.lab.name).unwrap()(state.values(), Some(&model))
                .map(|mut again| {
                    while again.advance() {}
                    again.sheet(steps, Language::En)
                })
                .unwrap_or_default(),
            "{name} gives other numbers the second time"
        );
    }
    ranges.check();
}
