//! The bounds against steps, and the KL of each latent dimension.

use super::{FURTHEST, Moment, within_reach};
use crate::figure::{Axis, Figure, Mark, Role, Shape};
use crate::quantity::{Label, Quantity};
use crate::state::{Language, Text, number, say, text};
use crate::train_page::words::first_images;
use crate::training::Point;

/// The first part of a run, in which the bounds are far below, is not part of the range.
const EARLY: usize = 8;
/// The least range of the figure in nats.
const LEAST_HEIGHT: f64 = 10.0;

/// Training and validation ELBO against steps; with the wrong sign also the reported "ELBO", and log p(x), which an
/// ELBO cannot exceed.
pub(super) fn bounds(moment: &Moment, language: Language) -> Figure {
    let say = |text: Text| text.say(language);
    let points = moment.session.history().points();
    let curve = |value: fn(&Point) -> Option<f64>| -> Vec<[f64; 2]> {
        points.iter().filter_map(|point| Some([f64::from(point.step), value(point)?])).collect()
    };
    let training = curve(|point| point.training_elbo);
    let validation = curve(|point| Some(point.validation.elbo()));
    let last_step = points.last().map_or(0.0, |point| f64::from(point.step));
    let mut marks = vec![
        Mark::named(Role::Sampling, say(text!("training")), Shape::Line(training.clone())),
        Mark::named(Role::Elbo, say(text!("validation")), Shape::Line(validation.clone())),
    ];
    let (mut reported, mut evidence) = (Vec::new(), Vec::new());
    if moment.has_wrong_sign() {
        reported = curve(|point| Some(point.validation.objective));
        let name = Label::short(Quantity::ReportedElbo, language).qualified(say(text!("reported")));
        marks.push(Mark::named(Role::Third, name, Shape::Line(reported.clone())));
        evidence = exact_curve(moment);
        match moment.exact.known().first().filter(|_| !evidence.is_empty()) {
            None => {
                let name = format!("{} ≤ 0", Label::short(Quantity::LogEvidence, language));
                marks.push(Mark::named(Role::Guide, name, Shape::Level(0.0)));
            }
            Some(measured) => {
                let name = Label::short(Quantity::LogEvidence, language)
                    .qualified(first_images(measured, language));
                marks.push(Mark::named(Role::Evidence, name, Shape::Line(evidence.clone())));
            }
        }
    }
    if !moment.is_now {
        marks.push(Mark::new(Role::Guide, Shape::Plumb(f64::from(moment.step))));
    }
    let point = moment.point();
    let value = point.map_or("–".to_owned(), |p| number::nats(p.validation.elbo(), 2, language));
    let step = number::integer(point.map_or(0, |point| point.step).into(), language);
    Figure {
        name: "bounds".into(),
        caption: say(text!("ELBO per image")).to_owned(),
        x: Axis::linear(Label::of(Quantity::Step, language), [0.0, last_step.max(20.0)]),
        y: axis(moment, range(&[&training, &validation, &reported, &evidence])),
        marks,
        handles: Vec::new(),
        summary: say!(language, "At step {step} the validation ELBO is {value} nats.", step, value),
    }
}

/// log p(x) where it is exact, against steps.
fn exact_curve(moment: &Moment) -> Vec<[f64; 2]> {
    if moment.model.latent() > 2 {
        return Vec::new();
    }
    let known = moment.exact.known().iter();
    known.map(|measured| [f64::from(measured.step), measured.known.best()]).collect()
}

/// Nats; with the wrong sign the values are so far from log p(x) that a linear scale could not show both.
fn axis(moment: &Moment, range: [f64; 2]) -> Axis {
    if moment.has_wrong_sign() {
        Axis::signed_log("nats", range)
    } else {
        Axis::linear("nats", range)
    }
}

/// The range of the values after the first eighth of the run.
fn range(curves: &[&[[f64; 2]]]) -> [f64; 2] {
    let late = |curve: &[[f64; 2]]| {
        let early = curve.len() / EARLY;
        curve.iter().skip(early).map(|point| point[1]).filter(|v| v.is_finite()).collect::<Vec<_>>()
    };
    let values: Vec<f64> = curves.iter().flat_map(|curve| late(curve)).collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !low.is_finite() {
        return [-LEAST_HEIGHT, 0.0];
    }
    let height = (high - low).max(LEAST_HEIGHT);
    within_reach([high - 1.05 * height, high + 0.1 * height])
}

/// KL(q(z_j|x) ‖ p(z_j)) of each latent dimension.
pub(super) fn kl(moment: &Moment, language: Language) -> Figure {
    let say = |text: Text| text.say(language);
    let kl = moment.point().map_or(&[][..], |point| &point.validation.kl);
    let collapsed = moment.point().map(|point| point.validation.collapsed()).unwrap_or_default();
    let bar = |axis: usize| {
        let place = axis as f64 + 1.0;
        [place - 0.38, place + 0.38, 0.0, kl[axis]]
    };
    let bars = |is_asked: &dyn Fn(usize) -> bool| -> Vec<[f64; 4]> {
        (0..kl.len()).filter(|&axis| is_asked(axis)).map(bar).collect()
    };
    let high = kl.iter().copied().fold(0.1, f64::max).min(FURTHEST);
    let mut marks = vec![Mark::new(Role::Q, Shape::Bars(bars(&|axis| !collapsed.contains(&axis))))];
    if !collapsed.is_empty() {
        let places = collapsed.iter().map(|&axis| [axis as f64 + 1.0, 0.04 * high]).collect();
        let name = say(text!("collapsed"));
        marks.push(Mark::named(Role::Gap, name, Shape::Signs(places, "×".to_owned())));
    }
    let values: Vec<String> = kl.iter().map(|&kl| number::decimal(kl, 2, language)).collect();
    Figure {
        name: "kl".into(),
        caption: say(text!("KL per latent dimension")).to_owned(),
        x: Axis::linear(say(text!("dimension j")), [0.5, kl.len().max(1) as f64 + 0.5]),
        y: Axis::linear("nats", [0.0, 1.15 * high]),
        marks,
        handles: Vec::new(),
        summary: format!("KL_j = {}", values.join("; ")),
    }
}
