//! The axes of the labs' figures hold for a scene: while it is played, while its sliders move, for a step of a lesson.

use std::collections::BTreeMap;
use std::fs;

use elboscope::address::{self, Page};
use elboscope::figure::{Axis, ScalePolicy};
use elboscope::lab::{LABS, LabState, Sheet, start_of};
use elboscope::model::{Vae, read_weights};
use elboscope::sheet::Scene;
use elboscope::state::Language;

fn model() -> Vae {
    read_weights(include_bytes!("../../public/models/strokes.safetensors")).unwrap()
}

/// The sheets of a state at some of its moments, the last one first.
fn sheets(state: &LabState, model: &Vae, moments: &[usize]) -> Vec<Sheet> {
    let mut run = start_of(state.lab.name).unwrap()(state.values(), Some(model))
        .unwrap_or_else(|reason| panic!("{}: {}", state.lab.name, reason.english()));
    while run.advance() {}
    let steps = run.steps();
    let moments = moments.iter().map(|eighths| steps * eighths / 8);
    std::iter::once(steps).chain(moments).map(|step| run.sheet(step, Language::En)).collect()
}

type Axes = BTreeMap<String, [Axis; 2]>;

fn axes(sheet: &Sheet) -> Axes {
    let named = |figure: &elboscope::figure::Figure| {
        (figure.name.to_string(), [figure.x.clone(), figure.y.clone()])
    };
    sheet.figures.iter().map(named).collect()
}

/// Checks that a later sheet of a scene stands on the axes of the first; returns the number of axes that it compared
/// and of those that would have moved by themselves.
fn assert_held(scene: &Scene, first: &Axes, mut later: Sheet, place: &str) -> [usize; 2] {
    let own = axes(&later);
    scene.hold(&mut later, Language::En);
    let mut counts = [0; 2];
    for (name, now) in axes(&later) {
        let Some(held) = first.get(&name) else { continue };
        for direction in 0..2 {
            let (axis, held) = (&now[direction], &held[direction]);
            // Another unit is another picture: a density of 10⁻²⁰⁰ cannot be drawn on the scale of one of 0.1.
            if axis.label != held.label {
                continue;
            }
            let shared = own[&name][direction].range[1].min(held.range[1])
                - own[&name][direction].range[0].max(held.range[0]);
            if axis.range != held.range {
                // Allowed only where hardly anything would be seen, and then a unit keeps its length.
                let lengths = [axis, held].map(|axis| axis.range[1] - axis.range[0]);
                assert!(
                    (lengths[0] / lengths[1] - 1.0).abs() < 1e-9,
                    "{place}: {name} was rescaled"
                );
                assert!(shared < 0.3 * lengths[1], "{place}: an axis of {name} moved by itself");
            }
            let policy = [ScalePolicy::Fixed, ScalePolicy::OfScene];
            assert!(policy.contains(&axis.policy), "{place}: {name} says {:?}", axis.policy);
            counts[0] += 1;
            counts[1] += usize::from(own[&name][direction].range != held.range);
        }
    }
    counts
}

fn add(sums: &mut [usize; 2], counts: [usize; 2]) {
    for (sum, count) in sums.iter_mut().zip(counts) {
        *sum += count;
    }
}

#[test]
fn no_axis_moves_while_a_preset_is_played_and_its_sliders_move() {
    let model = model();
    let mut sums = [0; 2];
    for lab in LABS {
        let presets = lab.presets.iter().map(|preset| LabState::preset(lab, preset));
        for (index, state) in presets.chain([LabState::new(lab)]).enumerate() {
            let seen = sheets(&state, &model, &[0, 1, 4]);
            let scene = Scene::beginning_with(&seen[0]);
            let first = axes(&seen[0]);
            for (moment, sheet) in seen.into_iter().enumerate() {
                let place = format!("{}, preset {index}, moment {moment}", lab.name);
                add(&mut sums, assert_held(&scene, &first, sheet, &place));
            }
            // The default state's sliders, each half of the way to its end.
            if index < lab.presets.len() {
                continue;
            }
            for (place, parameter) in lab.parameters.iter().enumerate() {
                let mut moved = state.clone();
                moved.set(place, 0.5 * (state.get(place) + parameter.clamp(f64::MAX)));
                let name = format!("{}, {} moved", lab.name, parameter.name);
                for sheet in sheets(&moved, &model, &[]) {
                    add(&mut sums, assert_held(&scene, &first, sheet, &name));
                }
            }
        }
    }
    let [compared, would_have_moved] = sums;
    assert!(compared > 300 && would_have_moved > 50, "{sums:?}");
}

/// The labs' states that a lesson names, by step: the first is the state of the step, which begins the scene.
fn steps_of_lessons() -> Vec<(String, Vec<LabState>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/en");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the lessons").map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut steps = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a lesson");
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        for (count, step) in text.split("\nstate: ").skip(1).enumerate() {
            let hashes = step.match_indices("#/labs/").map(|(at, _)| {
                let end = |c: char| c.is_whitespace() || ")}|".contains(c);
                let length = step[at..].find(end).unwrap_or(step.len() - at);
                &step[at..at + length]
            });
            let states = hashes.filter_map(|hash| match address::parse(hash).address.page {
                Page::Lab(state) => Some(state),
                _ => None,
            });
            let states: Vec<_> = states.collect();
            if step.starts_with("#/labs/") && states.len() > 1 {
                steps.push((format!("{name}, state {}", count + 1), states));
            }
        }
    }
    steps
}

#[test]
fn no_axis_moves_in_a_step_of_a_lesson() {
    let model = model();
    let steps = steps_of_lessons();
    assert!(steps.len() >= 20, "only {} steps name further states", steps.len());
    let mut sums = [0; 2];
    for (name, states) in steps {
        let [first, later @ ..] = &states[..] else { unreachable!("two states at least") };
        let whole = sheets(first, &model, &[]).remove(0);
        let (scene, first_axes) = (Scene::beginning_with(&whole), axes(&whole));
        let mut seen = vec![first];
        for state in later.iter().filter(|state| state.lab.name == first.lab.name) {
            if seen.contains(&state) {
                continue;
            }
            seen.push(state);
            for sheet in sheets(state, &model, &[]) {
                add(&mut sums, assert_held(&scene, &first_axes, sheet, &name));
            }
        }
    }
    let [compared, would_have_moved] = sums;
    assert!(compared > 60 && would_have_moved > 20, "{sums:?}");
}
