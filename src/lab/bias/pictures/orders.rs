//! The figure of all Rényi orders: from the ELBO over log p(x) to CUBO, with the expected estimates from K draws.

use super::super::orders::{ENDS, OrderPoints, PROBES, excess, pole};
use super::super::run::BiasRun;
use super::super::setting::FIELDS;
use super::{DEVIATIONS, ReplicateStatistics};
use crate::figure::{Axis, Figure, Grip, Handle, Mark, Role, Shape};
use crate::quantity::{Label, Quantity};
use crate::state::{Language, Text, number, say, text};

/// Points of the exact curve.
const POINTS: i32 = 192;
/// Least distance between labels, as a share of the figure's height.
const LINE: f64 = 0.11;
/// Width of a short label, in units of α.
const WIDTH: f64 = 0.42;

pub(super) fn orders(run: &BiasRun, seen: &ReplicateStatistics, language: Language) -> Figure {
    let say = |text: Text| text.say(language);
    let bound = |order: f64| excess(&run.oracle, order);
    let depth = (-bound(1.0)).clamp(1e-3, 6.0);
    // One of the ends may be infinite, or negligible beside the other.
    let above = bound(ENDS[0]).clamp(0.4 * depth, 1.2 * depth);
    let below = (-bound(ENDS[1])).clamp(1.15 * depth, 1.6 * depth);
    // A margin above for the labels.
    let range = [-1.08 * below, above + 0.3 * (above + below)];
    let inside = |height: f64| height.clamp(range[0] * 0.97, range[1] * 0.97);
    let mut marks = vec![Mark::new(Role::Evidence, Shape::Level(0.0))];
    if let Some(pole) = pole(run.setting.ratio) {
        let text = if pole < 0.0 { "← +∞" } else { "−∞ →" };
        // Beside the vertical line: at the right edge a label would be moved to the left.
        let height = range[1] - 1.5 * LINE * (range[1] - range[0]);
        let left = if pole < 0.0 { (pole - WIDTH).max(ENDS[0]) } else { pole };
        marks.push(Mark::new(Role::Guide, Shape::Plumb(pole)));
        marks.push(Mark::new(Role::Guide, Shape::Label([left, height], text.to_owned())));
    }
    let last = run.orders.drawn.last();
    let others = run.orders.drawn.split_last().map_or(&[][..], |(_, others)| others);
    marks.extend(others.iter().map(|d| Mark::new(Role::Guide, Shape::Line(d.points.clone()))));
    if let Some(last) = last {
        let k = number::integer(last.k as u64, language);
        let name = say!(language, "K = {k} draws", k);
        marks.push(Mark::named(Role::Sampling, name, Shape::Line(last.points.clone())));
    }
    for (role, name, from, to) in [
        (Role::Upper, say(text!("upper")), ENDS[0], 0.0),
        (Role::Elbo, say(text!("lower")), 0.0, ENDS[1]),
    ] {
        let line = curve(&bound, run.setting.ratio, [from, to], range);
        marks.push(Mark::named(role, name, Shape::Line(line)));
    }
    let probes = PROBES.iter().zip(&seen.probes).filter_map(|(order, mean)| {
        let (middle, reach) = (mean.value()?, DEVIATIONS * mean.stderr()?);
        Some([*order, middle - reach, middle, middle + reach])
    });
    marks.push(Mark::new(Role::Sampling, Shape::Intervals(probes.collect())));
    let left = last.and_then(|last| last.points.first()).map_or(f64::INFINITY, |end| end[1]);
    marks.extend(labels(others, left, range, language));
    for (order, role, quantity) in [
        (-1.0, Role::Upper, Quantity::CuboBound),
        (0.0, Role::Evidence, Quantity::LogEvidence),
        (1.0, Role::Elbo, Quantity::Elbo),
    ] {
        let at = [order, bound(order)];
        if at[1].is_finite() {
            marks.push(Mark::new(role, Shape::Dots(vec![[at[0], at[1], 4.5]])));
            let name = Label::short(quantity, language).into();
            marks.push(Mark::new(role, Shape::Label(at, name)));
        }
    }
    let order = run.setting.alpha;
    Figure {
        name: "orders".into(),
        caption: say(text!("Rényi's bounds: CUBO to ELBO")).into(),
        x: Axis::linear(say(text!("order α")), ENDS).fixed(),
        y: Axis::linear("nats", range).of_setting(),
        marks,
        handles: vec![Handle {
            name: "alpha".into(),
            label: say(text!("order of the Rényi bound")).to_owned(),
            value_text: format!("α = {}", number::decimal(order, 2, language)),
            at: [order, inside(bound(order))],
            role: Role::Q,
            horizontal: Some(Grip::direct(FIELDS.alpha.place())),
            vertical: None,
        }],
        summary: summary(run, language),
    }
}

/// The exact bounds between two orders; where they become infinite the line leaves the picture.
fn curve(
    bound: &dyn Fn(f64) -> f64,
    ratio: f64,
    [from, to]: [f64; 2],
    range: [f64; 2],
) -> Vec<[f64; 2]> {
    let places =
        (0..=POINTS).map(|index| from + (to - from) * f64::from(index) / f64::from(POINTS));
    let mut line: Vec<[f64; 2]> = places.map(|order| [order, bound(order)]).collect();
    line.retain(|point| point[1].is_finite());
    let height = range[1] - range[0];
    match pole(ratio).filter(|pole| (from..=to).contains(pole)) {
        Some(pole) if pole < 0.0 => line.insert(0, [pole, range[1] + height]),
        Some(pole) => line.push([pole, range[0] - height]),
        None => {}
    }
    line
}

/// K beside the left end of each curve but the last, as long as there is space below that.
fn labels(others: &[OrderPoints], last: f64, range: [f64; 2], language: Language) -> Vec<Mark> {
    let line = LINE * (range[1] - range[0]);
    let ceiling = (range[1] - 2.4 * line).min(last - 1.5 * line);
    let mut highest = f64::NEG_INFINITY;
    let mut marks = Vec::new();
    // They increase with K.
    for drawn in others {
        let Some(&[order, height]) = drawn.points.first() else { continue };
        if height < highest + line || height > ceiling || height.abs() < 0.5 * line {
            continue;
        }
        highest = height;
        let text = format!("K = {}", number::integer(drawn.k as u64, language));
        marks.push(Mark::new(Role::Guide, Shape::Label([order, height], text)));
    }
    marks
}

fn summary(run: &BiasRun, language: Language) -> String {
    let nats = |order: f64| {
        let value = excess(&run.oracle, order);
        if value.is_finite() { number::nats(value, 3, language) } else { "+∞".to_owned() }
    };
    let (elbo, cubo) = (nats(1.0), nats(-1.0));
    say!(
        language,
        "Rényi's bounds against their order, in nats above log p(x): {elbo} at α = 1, the ELBO, 0 \
         at α = 0, {cubo} at α = −1, CUBO; and what K draws estimate on average, which with one \
         draw is the ELBO at every order.",
        elbo,
        cubo,
    )
}
