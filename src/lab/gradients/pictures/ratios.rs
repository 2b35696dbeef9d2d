//! The signal-to-noise ratio against K (Rainforth et al. 2018): exact lines, measured dots.

use std::num::NonZeroUsize;

use super::super::run::RunAtStep;
use super::role;
use crate::figure::{Axis, Figure, Mark, Role, Shape};
use crate::gradient::MethodKind;
use crate::quantity::Quantity;
use crate::state::{number, say, text};

/// K from 1 to 64.
const KS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];
/// The end of the axis, with a margin for the names.
const LAST: f64 = 150.0;
/// Ratios outside of this range are not drawn.
const DRAWN: [f64; 2] = [1e-4, 1e4];

/// The chosen methods, and always IWAE and DReG.
pub(in super::super) fn ratios(moment: &RunAtStep<'_>) -> Figure {
    let chosen = moment.run.setting.chosen();
    let mut methods = vec![MethodKind::Iwae, MethodKind::DReG];
    methods.retain(|method| !chosen.contains(method));
    methods.extend(chosen.iter().rev());
    let mut marks = Vec::new();
    let mut seen: Vec<f64> = Vec::new();
    let mut ends = Vec::new();
    for &method in &methods {
        let line = exact(moment, method);
        seen.extend(line.iter().map(|point| point[1]));
        let role = role(moment, method);
        let name = moment.name(method);
        if chosen.contains(&method) {
            marks.push(Mark::named(role, name, Shape::Line(line)));
        } else {
            ends.extend(line.last().map(|&end| (end, name)));
            marks.push(Mark::new(role, Shape::Line(line)));
        }
    }
    for &method in &chosen {
        marks.push(Mark::new(role(moment, method), Shape::Intervals(measured(moment, method))));
    }
    let [low, high] = [seen.iter().copied().fold(f64::INFINITY, f64::min), {
        seen.iter().copied().fold(0.0, f64::max)
    }];
    let range = if seen.is_empty() { [0.01, 10.0] } else { [low / 2.0, high * 3.0] };
    marks.extend(names(ends, range));
    let words = [text!("Signal to noise against K"), text!("K, draws per gradient"), text!("in m")]
        .map(|text| text.say(moment.language));
    let here = moment.run.setting.draws as f64;
    marks.insert(0, Mark::new(Role::Guide, Shape::Plumb(here)));
    if seen.is_empty() {
        let text = text!("The exact gradient is zero: no signal").say(moment.language);
        marks.push(Mark::new(Role::Guide, Shape::Label([1.2, 0.3], text.to_owned())));
    }
    Figure {
        name: "ratios".into(),
        caption: words[0].to_owned(),
        x: Axis::log(words[1], [0.85, LAST]).fixed(),
        y: Axis::log(format!("{} {}", Quantity::GradientSnr.symbol(), words[2]), range)
            .of_setting(),
        marks,
        handles: Vec::new(),
        summary: summary(moment, &methods),
    }
}

/// The names of the lines that are not in the legend, at their ends, moved apart where they would overlap.
fn names(mut ends: Vec<([f64; 2], &str)>, [low, high]: [f64; 2]) -> Vec<Mark> {
    // A line of text is about an eighth of the picture.
    let line = (high / low).powf(0.125);
    ends.sort_by(|a, b| a.0[1].total_cmp(&b.0[1]));
    if let [(lower, _), (upper, _)] = ends.as_mut_slice() {
        let missing = (line * lower[1] / upper[1]).max(1.0).sqrt();
        lower[1] /= missing;
        upper[1] *= missing;
    }
    let label = |(end, name): ([f64; 2], &str)| Shape::Label(end, name.to_owned());
    ends.into_iter().map(|end| Mark::new(Role::Guide, label(end))).collect()
}

fn exact(moment: &RunAtStep<'_>, method: MethodKind) -> Vec<[f64; 2]> {
    let point = |k: usize| {
        let ratio = moment.run.exact_at(method, NonZeroUsize::new(k)?)?.snr()?;
        (DRAWN[0]..DRAWN[1]).contains(&ratio).then_some([k as f64, ratio])
    };
    KS.into_iter().filter_map(point).collect()
}

/// K, and the ratio with two standard errors below and above, from the estimates so far.
fn measured(moment: &RunAtStep<'_>, method: MethodKind) -> Vec<[f64; 4]> {
    let rungs = moment.run.ladder.iter().filter_map(|rung| {
        let snr = rung.moments(method, moment.fallen(), &moment.run.problem)?.snr?;
        let (low, high) = (snr.ratio - 2.0 * snr.stderr, snr.ratio + 2.0 * snr.stderr);
        // The logarithm of an interval that contains zero has no lower end.
        Some([rung.draws().get() as f64, low.max(0.1 * DRAWN[0]), snr.ratio, high])
    });
    rungs.collect()
}

fn summary(moment: &RunAtStep<'_>, methods: &[MethodKind]) -> String {
    let language = moment.language;
    let all: Vec<String> = methods
        .iter()
        .filter_map(|&method| {
            let line = exact(moment, method);
            let [first, .., last] = line.as_slice() else { return None };
            let [from, to] = [first[1], last[1]].map(|ratio| number::decimal(ratio, 3, language));
            let name = moment.name(method);
            Some(say!(language, "{name} from {from} to {to}", name, from, to))
        })
        .collect();
    say!(
        language,
        "Exact signal-to-noise ratio in m as K grows to 64: {all}.",
        all = all.join(", "),
    )
}
