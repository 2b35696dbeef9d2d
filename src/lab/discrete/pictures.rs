//! The figures of the lab "Discrete": a map of the states, the running estimates, the costs.

use super::EPSILON;
use super::counter::Variances;
use super::draws::StateDraws;
use super::map::Map;
use super::run::CountingState;
use super::setting::{FIELDS, MOST_DRAWS};
use crate::family::MAX_BITS;
use crate::figure::{Axis, Figure, Grip, Handle, Mark, Role, Shape};
use crate::quantity::{Label, Quantity};
use crate::state::{Language, Text, number, say, text};

const UNIFORM: Text = text!("uniform");
const PRIOR: Text = text!("prior");
const Q: Text = Text::same("q");
const ENUMERATION: Text = text!("counting: 2ⁿ");

/// Distance from the left edge of one map to that of the next; a map has width and height 1.
const PITCH: f64 = 1.06;
/// Height of a map with its title.
const HEADROOM: f64 = 1.13;
/// Approximate width of a label in units of a map's width.
const LABEL: f64 = 0.4;
/// The range of the running estimates below log p(x), in nats.
const DEEPEST: f64 = 60.0;

/// The methods in the order of their maps.
pub(super) fn methods(state: &CountingState) -> [(Role, Text, Option<&StateDraws>); 3] {
    [
        (Role::Other, UNIFORM, Some(&state.uniform)),
        (Role::Prior, PRIOR, Some(&state.prior)),
        (Role::Sampling, Q, state.importance.as_ref()),
    ]
}

/// Every state, dark where the posterior is large, with the states that each method has drawn.
pub(super) fn map(state: &CountingState, step: usize, language: Language) -> Figure {
    let map = Map::new(state.setting.bits);
    let draws = state.moments[step];
    let mut marks = Vec::new();
    let mut found = Vec::new();
    for (index, (role, name, method)) in methods(state).into_iter().enumerate() {
        let left = index as f64 * PITCH;
        if let Some(method) = method {
            let drawn = text!("drawn").say(language);
            let drawn = format!("{drawn}: {}", name.say(language));
            marks.push(Mark::named(role, drawn, Shape::Cells(visited(map, method, draws, left))));
        }
        if let Some(masses) = &state.masses {
            let shape = Shape::Cells(shaded(map, masses, left));
            marks.push(if index == 0 {
                Mark::named(Role::Posterior, text!("p(z|x)").say(language), shape)
            } else {
                Mark::new(Role::Posterior, shape)
            });
        }
        marks.push(Mark::new(Role::Guide, outline([left, left + 1.0, 0.0, 1.0])));
        let mass = method
            .zip(state.log_evidence())
            .map(|(method, log_evidence)| method.mass_seen(draws, log_evidence));
        // Separate labels, so that three maps fit on a phone.
        let share = share_found(mass, language);
        marks.push(Mark::new(role, Shape::Label([left - 0.015, 0.0], share)));
        let name = name.say(language);
        marks.push(Mark::new(role, Shape::Label([left - 0.015, 1.02], name.to_owned())));
        let title = title(name, mass, language);
        found.push(title);
        if let Some((hits, mode)) = method.zip(needle(state)).map(|(m, n)| (m.hits(n, draws), n)) {
            marks.extend(flag(map, mode, hits, left, language));
        }
    }
    let states = number::integer(1 << state.setting.bits, language);
    let per_cell = map.states_per_cell();
    let caption = match per_cell {
        1 => say!(language, "All {states} states: dark where p(z|x) is", states),
        _ => say!(
            language,
            "{states} states, {per_cell} in each cell: dark where p(z|x) is",
            states,
            per_cell = per_cell.to_string(),
        ),
    };
    Figure {
        name: "states".into(),
        caption,
        x: Axis::places("", [0.0, 2.0 * PITCH + 1.0]).fixed(),
        y: Axis::places("", [0.0, HEADROOM]).fixed(),
        marks,
        handles: Vec::new(),
        summary: found.join("; "),
    }
}

/// The most probable state, unless all are equally probable.
fn needle(state: &CountingState) -> Option<u32> {
    let (mode, mass) = state.needle?;
    let share = mass * (1_u64 << state.setting.bits) as f64;
    (share > 2.0).then_some(mode)
}

/// The cells in which a method has drawn, with the share of their states.
fn visited(map: Map, method: &StateDraws, draws: usize, left: f64) -> Vec<[f64; 5]> {
    let mut counts = vec![0_u32; map.cells()];
    method.seen(draws).for_each(|state| counts[map.cell(state)] += 1);
    let all = map.states_per_cell() as f64;
    let cell = |(cell, count): (usize, &u32)| {
        let [x0, x1, y0, y1] = map.place(cell);
        // One state of 256 is still visible.
        let opacity = 0.35 + 0.45 * (f64::from(*count) / all).sqrt();
        [x0 + left, x1 + left, y0, y1, opacity]
    };
    counts.iter().enumerate().filter(|(_, count)| **count > 0).map(cell).collect()
}

/// The cells by their posterior mass; a margin is left for the colour of the draws.
fn shaded(map: Map, masses: &[f64], left: f64) -> Vec<[f64; 5]> {
    let most = masses.iter().copied().fold(0.0, f64::max);
    // A flat posterior is pale, so that it does not hide the draws.
    let darkest = (0.2 + 0.2 * (most * masses.len() as f64).log2()).clamp(0.2, 0.95);
    let cell = |(cell, mass): (usize, &f64)| {
        let [x0, x1, y0, y1] = map.place(cell);
        let (dx, dy) = (0.14 * (x1 - x0), 0.14 * (y1 - y0));
        // The root makes small values more visible.
        let opacity = darkest * (mass / most).cbrt();
        [x0 + left + dx, x1 + left - dx, y0 + dy, y1 - dy, opacity]
    };
    masses.iter().enumerate().map(cell).collect()
}

/// A frame around the most probable state, and the number of its draws.
fn flag(map: Map, mode: u32, hits: usize, left: f64, language: Language) -> [Mark; 2] {
    let [x0, x1, y0, y1] = map.place(map.cell(mode));
    let (dx, dy) = (0.012, 0.02);
    let frame = outline([left + x0 - dx, left + x1 + dx, y0 - dy, y1 + dy]);
    let count = number::integer(hits as u64, language);
    let text = say!(language, "needle: {count}×", count);
    let x = if x1 + LABEL > 1.0 { x0 - LABEL } else { x1 + 0.01 };
    let label = Shape::Label([left + x, (0.5 * (y0 + y1)).clamp(0.14, 0.9)], text);
    let role = if hits > 0 { Role::Evidence } else { Role::Gap };
    [Mark::new(role, frame), Mark::new(Role::Evidence, label)]
}

fn outline([x0, x1, y0, y1]: [f64; 4]) -> Shape {
    Shape::Line(vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]])
}

fn title(name: &str, mass: Option<f64>, language: Language) -> String {
    let mass = mass.map_or_else(|| "—".to_owned(), |mass| percent(mass, language));
    say!(language, "{name}: {mass} of p(z|x) found", name, mass)
}

fn share_found(mass: Option<f64>, language: Language) -> String {
    let mass = mass.map_or_else(|| "—".to_owned(), |mass| percent(mass, language));
    say!(language, "found {mass}", mass)
}

/// A share in percent that is 0 or 100 only if it is exact.
fn percent(share: f64, language: Language) -> String {
    if share > 0.0 && share < 0.001 {
        return format!("<{}", number::percent(0.001, 1, language));
    }
    number::percent(share.min(if share < 1.0 { 0.999 } else { 1.0 }), 1, language)
}

/// log p̂(x) against the number of draws.
pub(super) fn trace(state: &CountingState, step: usize, language: Language) -> Figure {
    let mut marks = Vec::new();
    let log_evidence = state.log_evidence();
    let level = log_evidence.unwrap_or(f64::NAN);
    let exact = Label::of(Quantity::LogEvidence, language);
    marks.push(Mark::named(Role::Evidence, exact, Shape::Level(level)));
    let (mut low, mut high) = (level, level);
    for (role, name, method) in methods(state) {
        let Some(method) = method else { continue };
        let point = |moment: usize| {
            let estimate = method.at(moment)?.estimate?;
            Some([state.moments[moment] as f64, estimate.log_evidence])
        };
        // The range does not depend on the moment; its lower end ignores the first estimates, which vary too much.
        for moment in 1..state.moments.len() {
            let Some([draws, y]) = point(moment).filter(|[_, y]| y.is_finite()) else { continue };
            high = high.max(y);
            if 64.0 * draws >= state.setting.draws as f64 {
                low = low.min(y);
            }
        }
        let line = Shape::Line((1..=step).filter_map(point).collect());
        marks.push(Mark::named(role, name.say(language), line));
    }
    let low = if log_evidence.is_some() { low.max(level - DEEPEST) } else { low };
    let room = (0.12 * (high - low)).max(0.15);
    let draws = number::integer(state.setting.draws as u64, language);
    let summary = say!(
        language,
        "Running estimates of log p(x) up to {draws} draws, and its exact value.",
        draws,
    );
    let handle = log_evidence.map(|level| Handle {
        name: "draws".into(),
        label: text!("Number of draws").say(language).to_owned(),
        value_text: draws,
        at: [state.setting.draws as f64, level],
        role: Role::Evidence,
        horizontal: Some(Grip::direct(FIELDS.draws.place())),
        vertical: None,
    });
    Figure {
        name: "estimates".into(),
        caption: text!("Estimates as the draws fall").say(language).to_owned(),
        x: Axis::log(text!("draws").say(language), [1.0, f64::from(MOST_DRAWS)]).fixed(),
        y: Axis::linear(text!("nats").say(language), [low - room, high + room]),
        marks,
        handles: handle.into_iter().collect(),
        summary,
    }
}

/// The number of draws for an error of ε, against the number of bits.
pub(super) fn cost(state: &CountingState, language: Language) -> Figure {
    let bits = state.setting.bits as f64;
    let states = |n: usize| (1_u64 << n) as f64;
    let line = |read: fn(&Variances) -> f64| {
        let costs = (1..).zip(&state.costs);
        Shape::Line(costs.map(|(n, cost)| [f64::from(n), needed(read(cost))]).collect())
    };
    let counting = Shape::Line((1..=MAX_BITS).map(|n| [n as f64, states(n)]).collect());
    let marks = vec![
        Mark::new(Role::Guide, Shape::Plumb(bits)),
        Mark::named(Role::Evidence, ENUMERATION.say(language), counting),
        Mark::named(Role::Other, UNIFORM.say(language), line(|cost| cost.uniform)),
        Mark::named(Role::Prior, PRIOR.say(language), line(|cost| cost.prior)),
        Mark::named(Role::Sampling, Q.say(language), line(|cost| cost.q)),
    ];
    let most = state.costs.iter().map(|cost| needed(cost.uniform.max(cost.prior).max(cost.q)));
    let most = most.fold(states(MAX_BITS), f64::max);
    let error = number::decimal(EPSILON, 1, language);
    let caption = say!(language, "Draws for ±{error} nat", error);
    let summary = text!(
        "Draws that each method needs, growing exponentially with the bits, against counting."
    )
    .say(language);
    let handle = Handle {
        name: "bits".into(),
        label: text!("Number of bits").say(language).to_owned(),
        value_text: number::integer(state.setting.bits as u64, language),
        at: [bits, states(state.setting.bits)],
        role: Role::Evidence,
        horizontal: Some(Grip::direct(FIELDS.bits.place())),
        vertical: None,
    };
    Figure {
        name: "cost".into(),
        caption,
        x: Axis::linear(Text::same("n, bits").say(language), [1.0, MAX_BITS as f64 + 0.4]).fixed(),
        y: Axis::log(text!("draws").say(language), [0.7, 2.0 * most]).of_setting(),
        marks,
        handles: vec![handle],
        summary: summary.to_owned(),
    }
}

/// Draws for a standard error of ε: χ²/ε², and at least one.
pub(super) fn needed(variance: f64) -> f64 {
    (variance / (EPSILON * EPSILON)).max(1.0)
}
