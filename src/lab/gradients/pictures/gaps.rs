//! The ascents of all methods, as the gap to log p(x) at every step.

use super::super::ascent_paths::{AscentPath, STEPS};
use super::super::names::shortest;
use super::super::run::RunAtStep;
use super::{noisiest_first, role};
use crate::figure::{Axis, Figure, Mark, Role, Shape};
use crate::gradient::AscentOutcome;
use crate::quantity::{Label, Quantity};
use crate::state::{number, say, text};

/// Points over which gaps are averaged: single ones vary too much.
const WINDOW: usize = 20;
/// Smaller gaps are drawn as this one.
const SMALLEST: f64 = 1e-4;
/// The end of the axis of steps, with a margin for the names.
const LAST: f64 = 1.45 * STEPS as f64;
/// Least distance of the names as a share of the height.
const LINE: f64 = 0.115;

/// One line per method, each with its name at the end.
pub(in super::super) fn gaps(moment: &RunAtStep<'_>) -> Figure {
    let range = range(moment);
    let chosen = noisiest_first(moment);
    let others = moment.run.climbs.iter().filter(|climb| !chosen.contains(&climb.method()));
    let first = chosen.iter().filter_map(|method| moment.climb(*method));
    let mut marks = Vec::new();
    let mut ends = Vec::new();
    let here = moment.step as f64;
    for climb in others.chain(first) {
        let role = role(moment, climb.method());
        let line = means(moment, climb, moment.step, range);
        let name = shortest(climb.method()).say(moment.language);
        let Some(&[step, gap]) = line.last() else { continue };
        marks.push(Mark {
            name: legend(role, moment.name(climb.method())),
            ..Mark::new(role, Shape::Line(line))
        });
        let is_lost = matches!(climb.outcome(moment.step), Some(AscentOutcome::Diverged(_)));
        if is_lost {
            // Diverged: its name stays at the top, where the line left.
            ends.push(([here, range[1]], role, format!("× {name}")));
        } else {
            // Converged: the line ends there, and a guide leads from its value to its name.
            marks.push(Mark::new(Role::Guide, Shape::Line(vec![[step, gap], [here, gap]])));
            let radius = if role == Role::Guide { 2.5 } else { 4.5 };
            marks.push(Mark::new(role, Shape::Dots(vec![[step, gap, radius]])));
            ends.push(([here, gap], role, name.to_owned()));
        }
    }
    let words = [text!("The same climb"), text!("in nats")].map(|text| text.say(moment.language));
    let gap = Label::short(Quantity::KlPosterior, moment.language);
    let y = Axis::log(format!("{gap} {}", words[1]), range).of_setting();
    marks.extend(names(ends, &y));
    Figure {
        name: "gaps".into(),
        caption: words[0].to_owned(),
        x: Axis::linear(Label::of(Quantity::Step, moment.language), [0.0, LAST]).fixed(),
        y,
        marks,
        handles: Vec::new(),
        summary: summary(moment),
    }
}

/// The name for the legend; methods without a colour of their own have no entry.
fn legend(role: Role, name: &str) -> Option<String> {
    (role != Role::Guide).then(|| name.to_owned())
}

/// From below the best final gap to above the gap of the start, the same at every step; ascents that diverge leave
/// the range.
fn range(moment: &RunAtStep<'_>) -> [f64; 2] {
    let start = moment.run.problem.kl_to_posterior();
    let end = |climb| means(moment, climb, STEPS, [0.0; 2]).last().map(|end| end[1]);
    let ends: Vec<f64> =
        moment.run.climbs.iter().filter_map(end).filter(|gap| *gap < start.max(1.0)).collect();
    let lowest = ends.iter().copied().fold(f64::INFINITY, f64::min).clamp(SMALLEST, 0.1);
    let highest = ends.iter().copied().fold(start, f64::max);
    [0.5 * lowest, 2.0 * highest.max(10.0 * lowest)]
}

/// The step, and the mean gap of the last points up to it.
fn means(
    moment: &RunAtStep<'_>,
    climb: &AscentPath,
    step: usize,
    [low, _]: [f64; 2],
) -> Vec<[f64; 2]> {
    let log_evidence = moment.run.problem.posterior.log_evidence();
    let gaps: Vec<f64> = climb.path(step).iter().map(|at| log_evidence - at.elbo).collect();
    let mean = |end: usize| {
        let last = &gaps[(end + 1).saturating_sub(WINDOW)..=end];
        last.iter().sum::<f64>() / last.len() as f64
    };
    // A value that is zero to rounding lies at the lower edge of the logarithmic axis.
    (0..gaps.len()).map(|index| [index as f64, mean(index).max(low)]).collect()
}

/// The names beside the ends of their lines, moved apart where they would overlap.
fn names(mut ends: Vec<([f64; 2], Role, String)>, axis: &Axis) -> Vec<Mark> {
    ends.sort_by(|a, b| a.0[1].total_cmp(&b.0[1]));
    let mut shares: Vec<f64> =
        ends.iter().map(|(end, ..)| axis.share(end[1]).clamp(0.0, 1.0)).collect();
    for index in 1..shares.len() {
        shares[index] = shares[index].max(shares[index - 1] + LINE);
    }
    // A name is written above its point.
    let mut ceiling = 1.0 - 1.15 * LINE;
    for share in shares.iter_mut().rev() {
        *share = share.min(ceiling);
        ceiling = *share - LINE;
    }
    let label = |((end, role, name), share): (([f64; 2], Role, String), f64)| {
        Mark::new(role, Shape::Label([end[0], axis.value(share)], name))
    };
    ends.into_iter().zip(shares).map(label).collect()
}

fn summary(moment: &RunAtStep<'_>) -> String {
    let language = moment.language;
    let thrown_off = text!("thrown off").say(language);
    let ends: Vec<String> = moment
        .run
        .climbs
        .iter()
        .map(|climb| {
            let is_lost = matches!(climb.outcome(moment.step), Some(AscentOutcome::Diverged(_)));
            let line = means(moment, climb, moment.step, [0.0; 2]);
            let end = line.last().filter(|_| !is_lost);
            let end = end.map_or(thrown_off.to_owned(), |end| number::decimal(end[1], 3, language));
            format!("{} {end}", moment.name(climb.method()))
        })
        .collect();
    say!(
        language,
        "The gap to log p(x) in nats, the mean of {window} steps, of the same climb with every \
         method. After {step} steps: {ends}.",
        window = WINDOW.to_string(),
        step = moment.step.to_string(),
        ends = ends.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::super::super::LAB;
    use super::super::super::run::GradientsRun;
    use super::super::super::setting::{PRESETS, Setting};
    use super::*;
    use crate::gradient::{METHODS, MethodKind};
    use crate::lab::{LabState, Run};
    use crate::state::Language;

    fn run() -> GradientsRun {
        let preset =
            PRESETS.iter().find(|preset| preset.label.english() == "Eight climbs").unwrap();
        let state = LabState::preset(&LAB, preset);
        let mut run = GradientsRun::new(Setting::of(state.values())).unwrap();
        while run.advance() {}
        run
    }

    #[test]
    fn the_gaps_are_those_of_the_paths_and_their_names_do_not_meet() {
        let run = run();
        for step in [0, 7, STEPS] {
            let figure = run.sheet(step, Language::En).figures.swap_remove(0);
            assert_eq!((&*figure.name, figure.handles.len()), ("gaps", 0));
            let lines: Vec<&Vec<[f64; 2]>> = figure
                .marks
                .iter()
                .filter_map(|mark| match &mark.shape {
                    // Not the guides.
                    Shape::Line(points) if points.len() != 2 => Some(points),
                    _ => None,
                })
                .collect();
            assert_eq!(lines.len(), METHODS.len());
            let gap = run.problem.kl_to_posterior();
            for line in lines {
                // All start at the same point, each is a mean of the points before it.
                assert!(line[0][0] == 0.0 && (line[0][1] - gap).abs() < 1e-9);
                assert!(line.len() <= step + 1);
            }
            let mut names: Vec<f64> = figure
                .marks
                .iter()
                .filter_map(|mark| match &mark.shape {
                    Shape::Label([_, height], _) => Some(figure.y.share(*height)),
                    _ => None,
                })
                .collect();
            names.sort_by(f64::total_cmp);
            assert_eq!(names.len(), METHODS.len());
            assert!(names.windows(2).all(|pair| pair[1] - pair[0] > 0.1), "{names:?}");
            assert!((0.0..=1.0).contains(&names[0]) && names[7] <= 1.0, "{names:?}");
        }
        // The last point is the mean of the last 20 places.
        let log_evidence = run.problem.posterior.log_evidence();
        let path = run.climbs.of(MethodKind::Score).unwrap().path(STEPS);
        let mean =
            path[path.len() - 20..].iter().map(|at| log_evidence - at.elbo).sum::<f64>() / 20.0;
        let figure = run.sheet(STEPS, Language::En).figures.swap_remove(0);
        let last = figure.marks.iter().filter_map(|mark| match &mark.shape {
            Shape::Line(points) if mark.role == Role::Sampling => points.last().map(|last| last[1]),
            _ => None,
        });
        let found: Vec<f64> = last.collect();
        assert!(found.len() == 1 && (found[0] - mean).abs() < 1e-12, "{found:?} {mean}");
    }
}
