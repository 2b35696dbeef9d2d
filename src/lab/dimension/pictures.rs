//! The figures of the lab "Dimension": shares of the weights, effective draws, error.

use super::repetition::DimensionEstimate;
use super::run::Dimension;
use super::setting::{FIELDS, MOST};
use crate::figure::{Axis, Figure, Grip, Handle, Mark, Role, Shape};
use crate::quantity::{Label, Quantity};
use crate::state::{Language, Text, number, say, text};

const MEASURED: Text = text!("measured, 10–90 %");
/// Most intervals on the axis: more could not be distinguished.
const INTERVALS: usize = 25;
/// The opacity of the largest share, and the ratio to that of the next one.
const DARKEST: f64 = 0.95;
const FADING: f64 = 0.9;
const REST: f64 = 0.08;

/// The K draws' shares of the estimate, the largest at the bottom, for every number of dimensions.
pub(super) fn shares(lab: &Dimension, dimension: usize, language: Language) -> Figure {
    let mut cells = Vec::new();
    for d in 1..=dimension {
        let Some(reading) = lab.reading(d) else { break };
        let (left, right) = (d as f64 - 0.5, d as f64 + 0.5);
        let (mut bottom, mut opacity) = (0.0, DARKEST);
        for share in &reading.shares {
            cells.push([left, right, bottom, bottom + share, opacity]);
            bottom += share;
            opacity *= FADING;
        }
        cells.push([left, right, bottom.min(1.0), 1.0, REST]);
    }
    let draws = number::integer(lab.setting.draws as u64, language);
    let caption = say!(language, "Who owns the estimate: shares of {draws} draws", draws);
    let legend = text!("the 20 largest weights, the largest darkest").say(language);
    let share = lab.reading(dimension).map(|reading| reading.max_share);
    let share = share.map_or_else(|| "—".to_owned(), |share| number::share(share, language));
    let summary = say!(
        language,
        "In {dimension} dimensions the largest weight has {share}.",
        dimension = dimension.to_string(),
        share,
    );
    Figure {
        name: "shares".into(),
        caption,
        x: Axis::linear(
            text!("dimensions").say(language),
            [0.5, lab.setting.dimension as f64 + 0.5],
        )
        .of_setting(),
        y: Axis::linear(String::new(), [0.0, 1.0]).fixed(),
        marks: vec![Mark::named(Role::Sampling, legend, Shape::Cells(cells))],
        handles: Vec::new(),
        summary,
    }
}

/// The effective share of the draws against the number of dimensions.
pub(super) fn effective(lab: &Dimension, dimension: usize, language: Language) -> Figure {
    let draws = lab.setting.draws as f64;
    let theory = |d: usize| (-lab.log_second_moment(d)).exp();
    let line: Vec<_> =
        (1..=MOST).map(|d| [d as f64, theory(d)]).filter(|[_, y]| *y > 0.0).collect();
    // Where χ² is infinite there is no curve and no entry in the legend.
    let exact = (!line.is_empty()).then(|| {
        let name = text!("exact 1/(1+χ²)").say(language);
        Mark::named(Role::Evidence, name, Shape::Line(line))
    });
    // Less than one of K draws cannot be measured.
    let low = 0.3 / draws;
    let scaled = intervals(lab, dimension, |reading| reading.ess);
    let scaled = scaled.into_iter().map(|[d, a, b, c]| [d, a / draws, b / draws, c / draws]);
    let end = lab.setting.dimension;
    let mut marks = vec![
        Mark::new(Role::Guide, Shape::Plumb(end as f64)),
        Mark::named(
            Role::Guide,
            text!("1/K: a single draw").say(language),
            Shape::Level(1.0 / draws),
        ),
        Mark::named(Role::Sampling, MEASURED.say(language), Shape::Intervals(scaled.collect())),
    ];
    marks.extend(exact);
    let summary = text!("The share of effective draws falls exponentially with the dimensions.");
    Figure {
        name: "effective".into(),
        caption: text!("Effective share, ESS/K").say(language).to_owned(),
        x: axis(language),
        y: Axis::log(String::new(), [low, 1.6]).of_setting(),
        marks,
        handles: vec![handle("effective-d", lab, theory(end).clamp(1.3 * low, 1.0), language)],
        summary: summary.say(language).to_owned(),
    }
}

/// The error of the estimates in nats relative to log p(x), against the number of dimensions.
pub(super) fn error(lab: &Dimension, dimension: usize, language: Language) -> Figure {
    let end = lab.setting.dimension;
    let all = intervals(lab, end, |reading| reading.error);
    let low = all.iter().map(|interval| interval[1]).fold(-lab.kl(MOST), f64::min);
    let high = all.iter().map(|interval| interval[3]).fold(0.0, f64::max);
    let room = (0.08 * (high - low)).max(0.1);
    let bound = Shape::Line(vec![[0.0, 0.0], [MOST as f64, -lab.kl(MOST)]]);
    let measured = Shape::Intervals(intervals(lab, dimension, |reading| reading.error));
    let marks = vec![
        Mark::new(Role::Guide, Shape::Plumb(end as f64)),
        Mark::named(Role::Evidence, Label::of(Quantity::LogEvidence, language), Shape::Level(0.0)),
        Mark::named(Role::Elbo, Label::of(Quantity::Elbo, language), bound),
        Mark::named(Role::Sampling, MEASURED.say(language), measured),
    ];
    let summary = text!(
        "The gap of the ELBO grows in proportion to the dimensions; the estimate falls behind too."
    );
    Figure {
        name: "error".into(),
        caption: text!("Error of log p̂(x)").say(language).to_owned(),
        x: axis(language),
        y: Axis::linear(Text::same("nats").say(language), [low - room, high + room]),
        marks,
        handles: vec![handle("error-d", lab, -lab.kl(end), language)],
        summary: summary.say(language).to_owned(),
    }
}

fn axis(language: Language) -> Axis {
    Axis::linear(text!("dimensions").say(language), [0.0, MOST as f64 + 3.0]).fixed()
}

fn handle(name: &'static str, lab: &Dimension, y: f64, language: Language) -> Handle {
    let dimension = lab.setting.dimension;
    Handle {
        name: name.into(),
        label: text!("Number of dimensions").say(language).to_owned(),
        value_text: number::integer(dimension as u64, language),
        at: [dimension as f64, y],
        role: Role::Evidence,
        horizontal: Some(Grip::direct(FIELDS.dimension.place())),
        vertical: None,
    }
}

/// D, and the tenth, the middle and the ninetieth percentile of the repetitions, for some of the D up to `dimension`.
fn intervals(
    lab: &Dimension,
    dimension: usize,
    read: fn(&DimensionEstimate) -> f64,
) -> Vec<[f64; 4]> {
    let every = lab.setting.dimension.div_ceil(INTERVALS);
    let at = |d: usize| {
        let values = lab.sorted(d, read);
        let last = values.len().checked_sub(1)?;
        let quantile = |share: f64| values[(share * last as f64).round() as usize];
        Some([d as f64, quantile(0.1), quantile(0.5), quantile(0.9)])
    };
    // Counted down from D, which is always among them.
    let offset = lab.setting.dimension % every;
    (1..=dimension).filter(|d| d % every == offset).filter_map(at).collect()
}
