//! The paths of the AIS chains: against β on the line, otherwise in the plane of the first two latents.

use super::ReplayView;
use crate::density::LogDensity;
use crate::figure::{Axis, Figure, Mark, Role, Shape};
use crate::lab::sandwich::run::SandwichBounds;
use crate::lab::sandwich::setting::PathStart;
use crate::lab::sandwich::truth::{ModelTruth, tempered};
use crate::state::{Language, Text, number, text};

/// Chains whose whole path is drawn; of the others only the first and the last point.
const DRAWN_CHAINS: usize = 4;
/// Points of the curve of π_β's spread.
const SPREAD_PLACES: usize = 60;

/// The paths of some chains of the T on the screen.
pub(crate) fn ways(run: &SandwichBounds, view: ReplayView, language: Language) -> Figure {
    let say = |text: Text| text.say(language);
    let is_line = run.plan.model.is_line();
    let steps = view.drawn.map(|moment| run.plan.rungs[moment.rung].get());
    let mut figure = Figure {
        name: "ways".into(),
        caption: match steps {
            Some(steps) => {
                let steps = number::integer(steps as u64, language);
                format!("{}, T = {steps}", say(text!("Ways of the AIS chains")))
            }
            None => say(text!("Ways of the AIS chains")).to_owned(),
        },
        x: Axis::linear(if is_line { "β" } else { "z₁" }, [-0.03, 1.03]),
        y: Axis::linear(if is_line { "z" } else { "z₂" }, [-3.0, 3.0]),
        marks: Vec::new(),
        handles: Vec::new(),
        summary: say(text!(
            "Each chain starts at a draw from the starting density and moves a little at every \
             temperature, towards the posterior.",
        ))
        .to_owned(),
    };
    let mut ways: Vec<Vec<[f64; 2]>> = Vec::new();
    if let Some(moment) = view.drawn {
        let trace = &run.traces[moment.rung];
        let seen = trace.betas.len().saturating_sub(1) as f64 * moment.share;
        let seen = seen.round() as usize + 1;
        let place = |(beta, [first, second]): (&f64, &[f64; 2])| {
            if is_line { [*beta, *first] } else { [*first, *second] }
        };
        let way = |way: &Vec<[f64; 2]>| trace.betas.iter().zip(way).take(seen).map(place).collect();
        ways = trace.ways.iter().map(way).collect();
    }
    if is_line {
        figure.marks.extend(spread(run, language));
    }
    for way in ways.iter().take(DRAWN_CHAINS) {
        figure.marks.push(Mark::new(Role::Sampling, Shape::Line(way.clone())));
    }
    let ends = |end: fn(&Vec<[f64; 2]>) -> Option<&[f64; 2]>, radius: f64| {
        Shape::Dots(ways.iter().filter_map(|way| end(way).map(|p| [p[0], p[1], radius])).collect())
    };
    let (role, name) = match run.plan.start {
        PathStart::Proposal => (Role::Q, say(text!("start: q"))),
        PathStart::Prior => (Role::Prior, say(text!("start: prior"))),
    };
    figure.marks.push(Mark::named(role, name, ends(|way| way.first(), 4.0)));
    let name = say(text!("end"));
    figure.marks.push(Mark::named(Role::Posterior, name, ends(|way| way.last(), 4.0)));
    if let Some(latent) = &run.world.simulated_latent
        && let [first, second, ..] = latent[..]
    {
        let name = say(text!("the z that made x"));
        let dot = Shape::Dots(vec![[first, second, 5.5]]);
        figure.marks.push(Mark::named(Role::Upper, name, dot));
    }
    if is_line {
        figure.y.range = [-2.6, 2.8];
    } else {
        [figure.x.range, figure.y.range] = ranges(run);
    }
    figure
}

/// The band of two standard deviations about π_β's mean, which is known on the line.
fn spread(run: &SandwichBounds, language: Language) -> Option<Mark> {
    let ModelTruth::Line(oracle) = &run.world.truth else { return None };
    let band = (0..=SPREAD_PLACES).map(|index| {
        let beta = index as f64 / SPREAD_PLACES as f64;
        let (mean, variance) = tempered(oracle, beta);
        [beta, mean - 2.0 * variance.sqrt(), mean + 2.0 * variance.sqrt()]
    });
    let name = text!("π_β ± 2 sd").say(language);
    Some(Mark::named(Role::Posterior, name, Shape::Band(band.collect())))
}

/// Ranges that contain every path of every T, and the initial density: they do not change during playback.
fn ranges(run: &SandwichBounds) -> [[f64; 2]; 2] {
    let initial = run.world.initial();
    debug_assert_eq!(initial.dimension(), run.plan.model.dimension());
    [0, 1].map(|axis| {
        let (mean, sd) = (initial.mean()[axis], initial.sd()[axis]);
        let ways = run.traces.iter().flat_map(|trace| trace.ways.iter().flatten());
        let simulated = run.world.simulated_latent.iter().map(|latent| latent[axis]);
        let values = ways.map(|place| place[axis]).chain(simulated);
        let start = [mean - 1.5 * sd, mean + 1.5 * sd];
        let [low, high] = values.fold(start, |[low, high], v| [low.min(v), high.max(v)]);
        let room = 0.06 * (high - low);
        [low - room, high + room]
    })
}
