//! log p(x) as the area under E_{π_β} log w, with the boxes between its left and its right sum.

use super::ReplayView;
use crate::figure::{Axis, Figure, Mark, Role, Shape};
use crate::lab::sandwich::run::{ReplayMoment, SandwichBounds};
use crate::quantity::{Label, Quantity};
use crate::state::{Language, Text, text};

/// Points of the exact curve.
const PLACES: usize = 128;
/// With more temperatures the boxes are too low to be visible.
const MOST_BOXES: usize = 8;
/// The least extent of the range below log p(x), and relative to the extent above: from the prior the curve begins
/// hundreds of nats below.
const BELOW: f64 = 2.5;

/// The thermodynamic integral with the sums of the T on the screen.
pub(crate) fn integral(run: &SandwichBounds, view: ReplayView, language: Language) -> Figure {
    let say = |text: Text| text.say(language);
    let mut marks = Vec::new();
    // The exact line is drawn from the finest curve.
    let exact = run
        .curves
        .iter()
        .enumerate()
        .rev()
        .find(|(rung, curve)| !curve.is_empty() && curve.len() == run.betas(*rung).len());
    let exact: Vec<[f64; 2]> = exact.map_or_else(Vec::new, |(rung, curve)| {
        let every = (curve.len() / PLACES).max(1);
        let points = run.betas(rung).iter().zip(curve).map(|(b, f)| [*b, *f]).enumerate();
        points.filter(|(t, _)| t % every == 0 || t + 1 == curve.len()).map(|(_, p)| p).collect()
    });
    let chains: Vec<[f64; 2]> = view.drawn.map_or_else(Vec::new, |moment| {
        let all = &run.traces[moment.rung].mean_log_weights;
        let seen = (all.len() as f64 * moment.share).ceil() as usize;
        let every = all.len().div_ceil(PLACES).max(1);
        let seen = all.iter().take(seen).enumerate();
        seen.filter(|(t, _)| t % every == 0).map(|(_, point)| *point).collect()
    });

    if let Some((steps, boxes)) = view.drawn.and_then(|moment| boxes(run, moment)) {
        let name = say(text!("right − left sum"));
        marks.push(Mark::named(Role::Other, format!("{name}, T = {steps}"), Shape::Bars(boxes)));
    }
    if let Some(known) = run.world.truth.known() {
        let name =
            Label::short(Quantity::LogEvidence, language).equal_to(say(text!("mean height")));
        marks.push(Mark::named(Role::Guide, name, Shape::Level(known.log_evidence)));
    }
    if !exact.is_empty() {
        let name = say(text!("exact"));
        marks.push(Mark::named(Role::Evidence, name, Shape::Line(exact.clone())));
    }
    let dots = chains.iter().map(|[beta, mean]| [*beta, *mean, 3.0]).collect();
    let name = say(text!("mean of the chains"));
    marks.push(Mark::named(Role::Sampling, name, Shape::Dots(dots)));
    Figure {
        name: "integral".into(),
        caption: say(text!("E log w along the path: its area is log p(x)")).to_owned(),
        x: Axis::linear("β", [0.0, 1.0]).fixed(),
        y: Axis::linear("nats", range(run, &exact)),
        marks,
        handles: Vec::new(),
        summary: say(text!(
            "The mean log-weight rises from the ELBO at β = 0 to the EUBO at β = 1; the boxes \
             between its left and its right sum are the width of a sandwich with perfect moves and \
             shrink like 1/T.",
        ))
        .to_owned(),
    }
}

/// The boxes between the left and the right sum of the T on the screen, or of the largest T whose boxes are visible;
/// and that T.
fn boxes(run: &SandwichBounds, moment: ReplayMoment) -> Option<(usize, Vec<[f64; 4]>)> {
    let steps = |rung: usize| run.plan.rungs[rung].get();
    let rung = (0..=moment.rung).rev().find(|rung| steps(*rung) <= MOST_BOXES)?;
    let share = if rung == moment.rung { moment.share } else { 1.0 };
    let (betas, curve) = (run.betas(rung), &run.curves[rung]);
    if curve.len() < betas.len() {
        return None;
    }
    let between = betas.windows(2).zip(curve.windows(2));
    let seen = between.filter(|(betas, _)| betas[1] <= share + 1e-12);
    Some((steps(rung), seen.map(|(b, f)| [b[0], b[1], f[0], f[1]]).collect()))
}

/// From the ELBO, or not too far below log p(x), to the EUBO.
fn range(run: &SandwichBounds, exact: &[[f64; 2]]) -> [f64; 2] {
    let chains = run.traces.last().map_or(&[][..], |trace| &trace.mean_log_weights);
    let curve = if exact.is_empty() { chains } else { exact };
    let ends = curve.iter().map(|point| point[1]).filter(|value| value.is_finite());
    let [low, high] = ends.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| {
        [low.min(value), high.max(value)]
    });
    if low > high {
        return [0.0, 1.0];
    }
    // Without an exact value the area under the chains' means replaces it.
    let area: f64 = curve.windows(2).map(|pair| (pair[1][0] - pair[0][0]) * pair[0][1]).sum();
    let middle = run.world.truth.known().map_or(area, |known| known.log_evidence);
    let low = low.max(middle - BELOW * (high - middle).max(0.3));
    let room = 0.1 * (high - low);
    [low - room, high + room]
}
