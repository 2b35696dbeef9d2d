//! The main figure: every bound against the number of temperatures.

use super::ReplayView;
use crate::evidence::annealed::{Bound, SandwichRung};
use crate::figure::{Axis, Figure, Grip, Handle, Mark, Role, Shape};
use crate::lab::sandwich::run::SandwichBounds;
use crate::lab::sandwich::setting::FIELDS;
use crate::quantity::{Label, Quantity};
use crate::state::{Language, Text, number, say, text};

/// The range of T, the same for every setting, so that the handle can be dragged beyond the computed bounds.
const T_RANGE: [f64; 2] = [0.75, 1500.0];
/// Half the length of an interval in standard errors: 95 %.
const ERRORS: f64 = 1.96;
/// The largest range in nats: bounds further off are cut off at the edge.
const MOST_NATS: f64 = 12.0;
/// The factor by which the marks of SMC and of the reverse chains are shifted beside T, so that they do not overlap.
const BESIDE: f64 = 1.1;

/// Lower and upper bounds, the band between them, and the exact value.
pub(crate) fn bounds(run: &SandwichBounds, view: ReplayView, language: Language) -> Figure {
    let say = |text: Text| text.say(language);
    let label = |quantity| Label::of(quantity, language);
    let rungs = &run.rungs()[..view.whole];
    let range = range(run);
    let mut marks = Vec::new();

    let band = rungs.iter().filter_map(|r| Some([t(r), r.ais.mean, r.bdmc?.mean])).collect();
    marks.push(Mark::new(Role::Guide, Shape::Band(band)));
    if let Some(elbo) = run.ends()[0] {
        marks.push(Mark::named(Role::Elbo, label(Quantity::Elbo), Shape::Level(elbo)));
    }
    if let Some(known) = run.world.truth.known() {
        let name = label(Quantity::LogEvidence);
        marks.push(Mark::named(Role::Evidence, name, Shape::Level(known.log_evidence)));
    }
    let sums = |side: usize| -> Vec<[f64; 2]> {
        let sum = |rung: usize| Some([t(&rungs[rung]), run.thermodynamic_sums(rung)?[side]]);
        (0..rungs.len()).filter_map(sum).collect()
    };
    if run.world.truth.known().is_some() {
        let name = say(text!("TVO sums, exact"));
        marks.push(Mark::named(Role::Other, name, Shape::Line(sums(0))));
        marks.push(Mark::new(Role::Other, Shape::Line(sums(1))));
    }
    let line = |bound: fn(&SandwichRung) -> Option<Bound>| -> Vec<[f64; 2]> {
        rungs.iter().filter_map(|r| Some([t(r), bound(r)?.mean])).collect()
    };
    let intervals = |bound: fn(&SandwichRung) -> Option<Bound>, beside: f64| {
        let all = rungs.iter().filter_map(|r| Some(interval(t(r) * beside, bound(r)?)));
        Shape::Intervals(all.collect())
    };
    let smc: fn(&SandwichRung) -> Option<Bound> = |rung| Some(rung.smc);
    let ais: fn(&SandwichRung) -> Option<Bound> = |rung| Some(rung.ais);
    marks.push(Mark::named(Role::Third, label(Quantity::Smc), intervals(smc, BESIDE)));
    marks.push(Mark::new(Role::Sampling, Shape::Line(line(ais))));
    let name = label(Quantity::AisLower);
    marks.push(Mark::named(Role::Sampling, name, intervals(ais, 1.0)));
    if run.world.exact_draws.is_some() {
        let name = label(Quantity::BdmcUpper);
        marks.push(Mark::new(Role::Upper, Shape::Line(line(|rung| rung.bdmc))));
        marks.push(Mark::named(Role::Upper, name, intervals(|rung| rung.bdmc, 1.0)));
    }
    let most = run.plan.most() as f64;
    marks.push(Mark::new(Role::Guide, Shape::Plumb(most)));
    Figure {
        name: "bounds".into(),
        caption: say(text!("Bounds on log p(x) against the number of temperatures")).to_owned(),
        x: Axis::log(say(text!("temperatures T")), T_RANGE).fixed(),
        y: Axis::linear("nats", range),
        marks,
        handles: vec![Handle {
            name: "temperatures".into(),
            label: say(text!("Most temperatures")).to_owned(),
            value_text: number::integer(most as u64, language),
            at: [most, range[0] + 0.07 * (range[1] - range[0])],
            role: Role::Guide,
            horizontal: Some(Grip::direct(FIELDS.temperatures.place())),
            vertical: None,
        }],
        summary: summary(rungs, language),
    }
}

fn t(rung: &SandwichRung) -> f64 {
    rung.steps.get() as f64
}

fn interval(x: f64, bound: Bound) -> [f64; 4] {
    let LowHigh { low, high } = LowHigh::of(bound);
    [x, low, bound.mean, high]
}

/// The ends of an interval; a bound without an error has length zero.
struct LowHigh {
    low: f64,
    high: f64,
}

impl LowHigh {
    fn of(bound: Bound) -> Self {
        match bound.interval(ERRORS) {
            Some(interval) => Self { low: interval.low, high: interval.high },
            None => Self { low: bound.mean, high: bound.mean },
        }
    }
}

/// The range that shows the last T's bounds well, and as many of the earlier ones as possible. It is that of
/// everything computed, so that it does not change during playback.
fn range(run: &SandwichBounds) -> [f64; 2] {
    let known = run.world.truth.known().map(|known| known.log_evidence);
    let mut range = [f64::INFINITY, f64::NEG_INFINITY];
    for (back, (index, rung)) in run.rungs().iter().enumerate().rev().enumerate() {
        let bounds = [Some(rung.ais), Some(rung.smc), rung.bdmc].into_iter().flatten();
        let ends = bounds.flat_map(|bound| {
            let LowHigh { low, high } = LowHigh::of(bound);
            [low, high]
        });
        let sums = run.thermodynamic_sums(index).into_iter().flatten();
        let values: Vec<f64> =
            ends.chain(sums).chain(known).filter(|value| value.is_finite()).collect();
        let wider = values.iter().fold(range, |[low, high], v| [low.min(*v), high.max(*v)]);
        if back > 1 && wider[1] - wider[0] > MOST_NATS {
            break;
        }
        range = wider;
    }
    if range[0] > range[1] {
        let middle = known.unwrap_or(0.0);
        return [middle - 1.0, middle + 1.0];
    }
    let room = 0.08 * (range[1] - range[0]).max(1e-6);
    [range[0] - 1.5 * room, range[1] + room]
}

fn summary(rungs: &[SandwichRung], language: Language) -> String {
    let nats = |value| number::nats(value, 3, language);
    let Some(rung) = rungs.last() else {
        return text!("No bound is computed yet.").say(language).to_owned();
    };
    let steps = number::integer(rung.steps.get() as u64, language);
    let lower = nats(rung.ais.mean);
    match rung.bdmc.map(|bound| nats(bound.mean)) {
        Some(upper) => say!(
            language,
            "At T = {steps} the lower bound is {lower} and the upper one {upper} nats.",
            steps,
            lower,
            upper,
        ),
        None => say!(
            language,
            "At T = {steps} the lower bound is {lower} nats; there is no upper one.",
            steps,
            lower,
        ),
    }
}
