//! The running estimate beside the exact value, the bounds, and the remedies.

use super::super::draws::DrawStatistics;
use super::super::run::Modes;
use crate::figure::{Axis, Figure, Mark, Role, Shape};
use crate::quantity::{Label, Quantity};
use crate::state::{Language, Text, number, say, text};

pub(super) fn running(
    lab: &Modes,
    step: usize,
    moment: Option<&DrawStatistics>,
    language: Language,
) -> Figure {
    let world = &lab.world;
    let exact = world.truth.log_evidence();
    let reached = lab.draws.reached();
    let seen = &reached[..step.min(reached.len())];
    let name = |text: Text| text.say(language).to_owned();

    let line = |value: &dyn Fn(&DrawStatistics) -> f64| -> Vec<[f64; 2]> {
        seen.iter().map(|moment| [moment.draws as f64, value(moment)]).collect()
    };
    let estimate = line(&|moment| moment.estimate.log_evidence);
    let comparison = line(&|moment| moment.comparison.unwrap_or(f64::NAN));
    let band = seen.iter().filter_map(|moment| {
        let interval = moment.estimate.interval(1.96)?;
        Some([moment.draws as f64, interval.low, interval.high])
    });
    let band: Vec<[f64; 3]> = band.collect();

    let annealing = lab.annealing.borrow();
    let cost = annealing.evaluations() as f64;
    let annealed = annealing.estimate().and_then(|estimate| {
        let interval = estimate.interval(1.96)?;
        Some([cost, interval.low, estimate.log_evidence, interval.high])
    });

    // The late part of every line, so that the range is the same at every step.
    let settled = reached.iter().filter(|moment| 8 * moment.draws >= world.setting.draws);
    let ends = settled
        .flat_map(|moment| [moment.estimate.log_evidence, moment.comparison.unwrap_or(exact)]);
    let rungs = lab.ladder.iter().flatten().map(|rung| rung[1]);
    let levels = ends.chain(rungs).chain(annealed.map(|annealed| annealed[2]));
    let [low, high] = levels
        .filter(|level| level.is_finite())
        .fold([exact - 0.9, exact + 0.35], |[low, high], l| [low.min(l), high.max(l)]);
    let margin = 0.06 * (high - low);

    let last = world.setting.draws as f64;
    let mut marks = vec![Mark::named(
        Role::Evidence,
        Label::of(Quantity::LogEvidence, language),
        Shape::Level(exact),
    )];
    if let Some(terms) = &world.terms {
        let name = Label::of(Quantity::Elbo, language);
        marks.push(Mark::named(Role::Elbo, name, Shape::Level(terms.elbo())));
    }
    if let Some(ladder) = lab.ladder.clone() {
        marks.push(Mark::named(
            Role::Guide,
            Label::of(Quantity::IwaeExact, language).qualified("K = n"),
            Shape::Line(ladder),
        ));
    }
    let beside = match (world.setting.comparison_is_repaired(), world.setting.share) {
        (true, share) => {
            say!(language, "with {share} prior", share = number::percent(share, 0, language),)
        }
        (false, _) => name(text!("one Gaussian alone")),
    };
    marks.push(Mark::named(Role::Other, beside, Shape::Line(comparison)));
    marks.push(Mark::new(Role::Sampling, Shape::Band(band)));
    let log_is = Label::short(Quantity::Importance, language);
    marks.push(Mark::named(Role::Sampling, log_is, Shape::Line(estimate)));
    if let Some(annealed) = annealed {
        let named = Label::of(Quantity::Ais, language)
            .qualified(format!("T = {}", world.setting.temperatures));
        marks.push(Mark::named(Role::Third, named, Shape::Intervals(vec![annealed])));
    }
    if let Some(moment) = moment {
        let gap = exact - moment.estimate.log_evidence;
        if gap.is_finite() && gap.abs() > 0.15 {
            // A little before the present n, which leaves space for the word.
            let at = (moment.draws as f64).powf(0.86);
            let ends = vec![[at, exact - gap], [at, exact]];
            let middle = [at, exact - 0.5 * gap];
            let text = number::nats(gap.abs(), 2, language);
            marks.push(Mark::new(Role::Gap, Shape::Line(ends)));
            marks.push(Mark::new(Role::Gap, Shape::Label(middle, text)));
        }
    }
    let summary = text!(
        "The running log of the mean weight beside the exact log p(x) of {exact} nats; after {n} \
         draws it is {estimate}.",
    );
    let now = moment.map_or(f64::NAN, |moment| moment.estimate.log_evidence);
    let count = moment.map_or(0, |moment| moment.draws);
    Figure {
        name: "running".into(),
        caption: name(text!("log-IS after n draws")),
        x: Axis::log(name(text!("n, evaluations of p(x, z)")), [1.0, 1.3 * last.max(cost)])
            .of_setting(),
        y: Axis::linear("nats", [low - margin, high + margin]).of_setting(),
        marks,
        handles: Vec::new(),
        summary: summary.fill(
            language,
            &[
                ("exact", number::nats(exact, 3, language)),
                ("n", number::integer(count as u64, language)),
                ("estimate", number::nats(now, 3, language)),
            ],
        ),
    }
}
