//! log p(x) beside the bound that is maximised, and the two parts of the gap.

use super::{Moment, within_reach};
use crate::figure::{Axis, Figure, Mark, Role, Shape};
use crate::quantity::{Label, Quantity};
use crate::state::{Language, Text, number, say, text};
use crate::train_page::exact_curve::{BOUND_DRAWS, Known, Measured};
use crate::train_page::words::{first_images, of_first};

/// The least range, relative to the gap at the end of the run.
const LEAST_HEIGHT: f64 = 4.0;
/// The first part of a run, in which the bounds are far below, is not part of the range.
const EARLY: usize = 4;

/// The exact mean log p(x), the best Gaussian's ELBO and the encoder's; or, where nothing is exact, the
/// importance-weighted bound and the ELBO.
pub(super) fn split(moment: &Moment, language: Language) -> Figure {
    let say = |text: Text| text.say(language);
    let label = |quantity| Label::short(quantity, language);
    let known = moment.exact.known();
    let curve = |value: &dyn Fn(&Known) -> f64| -> Vec<[f64; 2]> {
        known.iter().map(|m: &Measured| [f64::from(m.step), value(&m.known)]).collect()
    };
    let (best, elbo) = (curve(&Known::best), curve(&Known::elbo));
    let is_exact = moment.model.latent() <= 2;
    let is_alone = is_exact && moment.has_wrong_sign();
    let mut marks = if is_alone {
        // The encoder has diverged: its ELBO is far outside of the range.
        vec![Mark::named(Role::Evidence, label(Quantity::LogEvidence), line(&best))]
    } else if is_exact {
        let best_q = curve(&|known| match known {
            Known::Exact(split) => split.best_elbo,
            Known::Refuted { .. } | Known::Bound { .. } => f64::NAN,
        });
        vec![
            band(Role::Gap, label(Quantity::ApproximationGap), &best_q, &best),
            band(Role::Upper, label(Quantity::AmortizationGap), &elbo, &best_q),
            Mark::new(Role::Q, line(&best_q)),
            Mark::named(Role::Elbo, label(Quantity::Elbo), line(&elbo)),
            Mark::named(Role::Evidence, label(Quantity::LogEvidence), line(&best)),
        ]
    } else {
        let iwae = format!("{}-{BOUND_DRAWS}", Label::of(Quantity::Iwae, language));
        vec![
            Mark::named(Role::Elbo, label(Quantity::Elbo), line(&elbo)),
            Mark::named(Role::Other, iwae, line(&best)),
        ]
    };
    if let [only] = known {
        let at = f64::from(only.step);
        let mut dots = vec![[at, only.known.best(), 3.5], [at, only.known.elbo(), 3.5]];
        if is_alone {
            dots.truncate(1);
        }
        marks.push(Mark::new(Role::Evidence, Shape::Dots(dots)));
    }
    if !moment.is_now {
        marks.push(Mark::new(Role::Guide, Shape::Plumb(f64::from(moment.step))));
    }
    let last_step = known.last().map_or(0.0, |measured| f64::from(measured.step));
    let caption = if is_alone {
        say(text!("Exact log p(x)"))
    } else if is_exact {
        say(text!("Exact log p(x) and the gap"))
    } else {
        say(text!("A closer bound"))
    };
    Figure {
        name: "gap".into(),
        caption: match known.first() {
            Some(measured) => format!("{caption}, {}", first_images(measured, language)),
            None => caption.to_owned(),
        },
        x: Axis::linear(Label::of(Quantity::Step, language), [0.0, last_step.max(20.0)]),
        y: Axis::linear("nats", range(&best, if is_alone { &best } else { &elbo })),
        marks,
        handles: Vec::new(),
        summary: summary(moment, language),
    }
}

fn line(points: &[[f64; 2]]) -> Shape {
    Shape::Line(points.to_vec())
}

fn band(role: Role, name: Label, low: &[[f64; 2]], high: &[[f64; 2]]) -> Mark {
    let points = low.iter().zip(high).map(|(low, high)| [low[0], low[1], high[1]]);
    Mark::named(role, name, Shape::Band(points.collect()))
}

fn range(high: &[[f64; 2]], low: &[[f64; 2]]) -> [f64; 2] {
    // From the third measurement on, the values of random weights would dominate the range.
    let late =
        |curve: &[[f64; 2]]| curve[curve.len().div_ceil(EARLY).min(curve.len() / 2)..].to_vec();
    let top = late(high).iter().map(|point| point[1]).fold(f64::NEG_INFINITY, f64::max);
    let bottom = late(low).iter().map(|point| point[1]).fold(f64::INFINITY, f64::min);
    if !(top.is_finite() && bottom.is_finite()) {
        return [-LEAST_HEIGHT, 0.0];
    }
    let height = (top - bottom).max(LEAST_HEIGHT);
    within_reach([top - 1.08 * height, top + 0.15 * height])
}

fn summary(moment: &Moment, language: Language) -> String {
    let nats = |value: f64| number::nats(value, 2, language);
    let Some(measured) = moment.exact.at(moment.step) else {
        return text!("Not measured yet.").say(language).to_owned();
    };
    let of = of_first(measured, language);
    match measured.known {
        Known::Refuted { log_evidence, .. } => say!(
            language,
            "The exact mean log p(x) ({of}) is {log_evidence}.",
            of,
            log_evidence = nats(log_evidence),
        ),
        Known::Exact(split) => say!(
            language,
            "The exact mean log p(x) ({of}) is {log_evidence}; the best Gaussian lacks \
             {approximation} nats, the encoder {amortization} more.",
            of,
            log_evidence = nats(split.log_evidence),
            approximation = nats(split.approximation()),
            amortization = nats(split.amortization()),
        ),
        Known::Bound { iwae, elbo } => say!(
            language,
            "The IWAE bound ({of}) is {iwae} nats, the ELBO {elbo}.",
            of,
            iwae = nats(iwae),
            elbo = nats(elbo),
        ),
    }
}
