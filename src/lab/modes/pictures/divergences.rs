//! Both directions of KL as functions of m.

use super::super::divergences::DivergencePoint;
use super::super::run::Modes;
use super::super::setting::{FIELDS, Family};
use crate::figure::{Axis, Figure, Grip, Handle, Mark, Role, Shape};
use crate::state::{Language, Text, number, text};

pub(super) fn divergences(lab: &Modes, language: Language) -> Figure {
    let world = &lab.world;
    let setting = &world.setting;
    let name = |text: Text| text.say(language).to_owned();
    let curves = lab.divergences.borrow();
    // p(z|x) is even in z, so every curve is even in m.
    let both_sides = |half: Vec<[f64; 2]>| -> Vec<[f64; 2]> {
        let left = half.iter().rev().map(|&[m, kl]| [-m, kl]);
        left.chain(half.iter().copied()).collect()
    };
    let here = [world.terms.map(|terms| terms.kl_posterior), world.kl_forward];
    // The present m is added to the points, and so is the local minimum where q is narrow.
    let curve = |of: fn(&DivergencePoint) -> Option<f64>, here: Option<f64>| {
        let points = curves.points().iter();
        let mut line: Vec<[f64; 2]> =
            points.map(|point| [point.mean, of(point).unwrap_or(f64::NAN)]).collect();
        let m = setting.mean.abs();
        if let (Some(kl), true) = (here, line.last().is_some_and(|last| m <= last[0])) {
            line.insert(line.partition_point(|point| point[0] < m), [m, kl]);
        }
        line
    };
    let reverse = curve(|point| point.reverse, here[0]);
    let forward = curve(|point| point.forward, here[1]);
    let profile = match setting.family {
        Family::Gaussian => lab.landscape.points.clone(),
        _ => Vec::new(),
    };
    let lowest = [&reverse, &forward, &profile]
        .into_iter()
        .flatten()
        .map(|point| point[1])
        .chain(here.into_iter().flatten())
        .filter(|kl| *kl > 0.0)
        .fold(f64::INFINITY, f64::min);
    let low = if lowest.is_finite() { (0.6 * lowest).max(1e-4) } else { 0.1 };
    // The height contains the maximum between the modes, and the present values.
    let middle = [&reverse, &forward].into_iter().filter_map(|line| Some(line.first()?[1]));
    let high = here
        .into_iter()
        .flatten()
        .chain(middle)
        .filter(|kl| kl.is_finite())
        .fold(30.0 * low, |high, kl| high.max(3.0 * kl));

    let mut marks = vec![Mark::new(Role::Q, Shape::Plumb(setting.mean))];
    if !profile.is_empty() {
        let named = name(text!("KL(q‖p), best σ"));
        marks.push(Mark::named(Role::Guide, named, Shape::Line(both_sides(profile))));
    }
    let named = name(text!("forward KL(p‖q)"));
    marks.push(Mark::named(Role::Upper, named, Shape::Line(both_sides(forward))));
    let named = name(text!("reverse KL(q‖p)"));
    marks.push(Mark::named(Role::Gap, named, Shape::Line(both_sides(reverse))));
    if let Some(kl) = here[1] {
        marks.push(Mark::new(Role::Upper, Shape::Dots(vec![[setting.mean, kl, 4.5]])));
    }
    let [reverse, forward] = here.map(|kl| number::nats(kl.unwrap_or(f64::INFINITY), 3, language));
    let height = here[0].filter(|kl| kl.is_finite()).unwrap_or(high).clamp(low, high);
    let summary = text!(
        "Forward and reverse KL between q and the posterior for every centre m; at the present m \
         reverse KL is {reverse} and forward KL {forward} nats.",
    );
    Figure {
        name: "divergences".into(),
        caption: name(text!("KL as a function of m")),
        x: Axis::linear(name(text!("m, centre of q")), [-3.0, 3.0]).fixed(),
        y: Axis::log("nats", [low, high]),
        marks,
        handles: vec![Handle {
            name: "m-divergence".into(),
            label: name(text!("centre of q")),
            value_text: format!("m = {}", number::decimal(setting.mean, 3, language)),
            at: [setting.mean, height],
            role: Role::Q,
            horizontal: Some(Grip::direct(FIELDS.mean.place())),
            vertical: None,
        }],
        summary: summary.fill(language, &[("reverse", reverse), ("forward", forward)]),
    }
}
