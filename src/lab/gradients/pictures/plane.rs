//! The ascents over (m, ln σ): level sets of the gap, the start with its handle, and a path for each method.

use super::super::ascent_paths::AscentPath;
use super::super::run::RunAtStep;
use super::super::setting::{FIELDS, MEANS, VARIANCES};
use super::{noisiest_first, role};
use crate::figure::{Axis, Figure, Grip, Handle, Mark, Role, Shape};
use crate::gradient::{AscentOutcome, AscentStep, GaussianPosterior};
use crate::quantity::{Label, Quantity};
use crate::state::{number, say, text};

/// The gaps in nats whose level sets are drawn, the widest first.
const LEVELS: [f64; 4] = [3.0, 1.0, 0.3, 0.1];
/// Points on either side of a level set.
const POINTS: usize = 48;

/// The paths of all ascents.
pub(in super::super) fn plane(moment: &RunAtStep<'_>) -> Figure {
    let posterior = &moment.run.problem.posterior;
    let language = moment.language;
    let mut marks: Vec<Mark> = LEVELS.iter().map(|&gap| valley(posterior, gap)).collect();
    let chosen = moment.run.setting.chosen();
    let climbs = moment.run.climbs.iter();
    let (first, others): (Vec<&AscentPath>, Vec<&AscentPath>) =
        climbs.partition(|climb| chosen.contains(&climb.method()));
    for climb in others {
        marks.push(Mark::new(Role::Guide, Shape::Line(points(climb.path(moment.step)))));
    }
    for method in noisiest_first(moment) {
        if let Some(climb) = first.iter().find(|climb| climb.method() == method) {
            marks.extend(path(moment, climb));
        }
    }
    let optimum = [posterior.mean(), posterior.variance()];
    marks.push(Mark::new(Role::Evidence, Shape::Dots(vec![[optimum[0], optimum[1], 5.0]])));
    // The two widest have labels, on opposite sides, so that they do not overlap.
    marks.extend(LEVELS.iter().zip([-1.0, 1.0]).map(|(&gap, side)| {
        let x = posterior.mean() + side * (2.0 * gap * posterior.variance()).sqrt();
        let name = Label::short(Quantity::KlPosterior, language);
        let text = format!("{name} {}", number::grouped(gap, 0, language));
        Mark::new(Role::Guide, Shape::Label([x, posterior.variance()], text))
    }));
    let axis =
        [text!("m, mean of q"), text!("v = σ², variance of q")].map(|text| text.say(language));
    Figure {
        name: "climb".into(),
        caption: text!("The same climb").say(language).to_owned(),
        x: Axis::linear(axis[0], MEANS).fixed(),
        y: Axis::log(axis[1], VARIANCES).fixed(),
        marks,
        handles: vec![start(moment)],
        summary: summary(moment),
    }
}

/// The region of q whose gap is at most this many nats, m by m: the two roots of ½(e^u − 1 − u) = gap − (m−μ)²/2τ² in
/// u = ln(v/τ²).
fn valley(posterior: &GaussianPosterior, gap: f64) -> Mark {
    let reach = (2.0 * gap * posterior.variance()).sqrt();
    let band = (0..=POINTS).map(|index| {
        // Equal steps of the angle: closer together where the edge is steep.
        let angle = std::f64::consts::PI * index as f64 / POINTS as f64;
        let left = gap * angle.sin().powi(2);
        // e^u − 1 − u is convex and these starts lie outside the roots, so that Newton's method cannot jump over
        // them.
        let low = root(left, -1.0 - 2.0 * left);
        let high = root(left, (4.0 * left).sqrt());
        let variance = posterior.variance();
        [posterior.mean() - reach * angle.cos(), variance * low.exp(), variance * high.exp()]
    });
    Mark::new(Role::Elbo, Shape::Band(band.collect()))
}

fn root(left: f64, start: f64) -> f64 {
    if left < 1e-12 {
        return 0.0;
    }
    (0..60).fold(start, |u, _| u - (u.exp() - 1.0 - u - 2.0 * left) / (u.exp() - 1.0))
}

fn points(path: &[AscentStep]) -> Vec<[f64; 2]> {
    path.iter().map(|at| [at.mean, (2.0 * at.log_sd).exp()]).collect()
}

/// The path of a chosen method, its present point, and a cross where it diverged.
fn path(moment: &RunAtStep<'_>, climb: &AscentPath) -> Vec<Mark> {
    let role = role(moment, climb.method());
    let name = moment.name(climb.method());
    let line = points(climb.path(moment.step));
    let mut marks = Vec::new();
    if let Some(&[mean, variance]) = line.last() {
        let at = [
            mean.clamp(MEANS[0], MEANS[1] - 0.45 * (MEANS[1] - MEANS[0])),
            variance.clamp(VARIANCES[0] * 1.2, VARIANCES[1] / 1.5),
        ];
        marks.push(Mark::new(role, Shape::Dots(vec![[mean, variance, 6.0]])));
        if let Some(AscentOutcome::Diverged(_)) = climb.outcome(moment.step) {
            let text = say!(moment.language, "× {name}: thrown off", name);
            marks.push(Mark::new(role, Shape::Label(at, text)));
        }
    }
    marks.insert(0, Mark::named(role, name, Shape::Line(line)));
    marks
}

fn start(moment: &RunAtStep<'_>) -> Handle {
    let setting = &moment.run.setting;
    let language = moment.language;
    let [mean, variance] =
        [setting.mean, setting.variance].map(|value| number::decimal(value, 2, language));
    Handle {
        name: "q".into(),
        label: text!("q, the start").say(language).to_owned(),
        value_text: format!("m {mean}, v {variance}"),
        at: [setting.mean, setting.variance],
        role: Role::Q,
        horizontal: Some(Grip::direct(FIELDS.mean.place())),
        vertical: Some(Grip::direct(FIELDS.variance.place())),
    }
}

fn summary(moment: &RunAtStep<'_>) -> String {
    let language = moment.language;
    let log_evidence = moment.run.problem.posterior.log_evidence();
    let ends: Vec<String> = moment
        .run
        .climbs
        .iter()
        .filter_map(|climb| {
            let last = climb.path(moment.step).last()?;
            let gap = number::decimal(log_evidence - last.elbo, 2, language);
            Some(format!("{} {gap}", moment.name(climb.method())))
        })
        .collect();
    say!(
        language,
        "The plane of mean and variance of q. Gap to log p(x) in nats after {step} steps: {ends}.",
        step = moment.step.to_string(),
        ends = ends.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::super::super::problem::{Problem, gap};
    use super::*;

    #[test]
    fn the_edge_of_the_valley_has_its_gap() {
        let posterior = Problem::new(0.5, 0.4, 0.0).unwrap().posterior;
        for level in LEVELS {
            let Shape::Band(band) = valley(&posterior, level).shape else { panic!() };
            for [mean, low, high] in band {
                for variance in [low, high] {
                    assert!((gap(&posterior, mean, variance) - level).abs() < 1e-9);
                }
            }
        }
    }
}
