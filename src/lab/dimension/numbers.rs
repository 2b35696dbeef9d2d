//! The numbers and the table.

use super::run::Dimension;
use crate::lab::{Metric, Table};
use crate::quantity::{Column, Form, Label, Quantity, Unit};
use crate::state::{Language, Text, text};

/// Largest number of rows of the table.
const ROWS: usize = 25;

/// The numbers in this many dimensions; none in zero dimensions.
pub(super) fn metrics(lab: &Dimension, dimension: usize, language: Language) -> Vec<Metric> {
    let reading = lab.reading(dimension);
    let log_evidence = lab.log_evidence(dimension);
    let known = |value: f64| (dimension > 0).then_some(value);
    let label = |quantity| Label::of(quantity, language);
    let short = |quantity| Label::short(quantity, language);
    let nats = |label, value| Metric::new(label, value, Form::Nats(2));
    let say = |text: Text| text.say(language);
    let draws = lab.setting.draws;
    let bound = mean(&lab.sorted(dimension, |reading| reading.error));
    let (chi_square, form) = Form::of_variance(lab.log_second_moment(dimension));
    vec![
        nats(short(Quantity::LogEvidence), known(log_evidence)),
        nats(label(Quantity::Elbo), known(log_evidence - lab.kl(dimension))),
        nats(label(Quantity::KlPosterior), known(lab.kl(dimension))),
        nats(
            short(Quantity::Importance).qualified(say(text!("K draws"))),
            reading.map(|reading| log_evidence + reading.error),
        )
        .with_stderr(reading.and_then(|reading| reading.stderr)),
        nats(
            label(Quantity::Iwae).qualified(say(text!("mean of R"))),
            bound.map(|[mean, _]| log_evidence + mean),
        )
        .with_stderr(bound.map(|[_, stderr]| stderr).filter(|stderr| stderr.is_finite()))
        .of(draws),
        Metric::new(short(Quantity::Ess), reading.map(|reading| reading.ess), Form::Count),
        Metric::new(
            short(Quantity::MaxShare),
            reading.map(|reading| reading.max_share),
            Form::Percent,
        ),
        Metric::new(
            short(Quantity::KHat),
            reading.and_then(|reading| reading.k_hat),
            Form::TailIndex,
        ),
        Metric::new(short(Quantity::ChiSquare), chi_square.filter(|_| dimension > 0), form),
    ]
}

/// The mean and its standard error, which is infinite for a single value.
fn mean(values: &[f64]) -> Option<[f64; 2]> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (count > 0.0)
        .then(|| [mean, (squares / (count * (count - 1.0))).sqrt()])
        .map(|[mean, stderr]| [mean, if count > 1.0 { stderr } else { f64::INFINITY }])
}

/// The numbers for some of the dimensions up to the one on the screen.
pub(super) fn table(lab: &Dimension, dimension: usize, language: Language) -> Table {
    let short = |quantity| Column::of(Label::short(quantity, language));
    let header = vec![
        Column::new("D", Unit::Count),
        short(Quantity::LogEvidence),
        short(Quantity::Elbo),
        short(Quantity::Importance),
        Column::new(text!("mean error").say(language), Unit::Nats),
        Column::new("K/(1+χ²)", Unit::One),
        short(Quantity::Ess),
        short(Quantity::MaxShare),
    ];
    let every = dimension.div_ceil(ROWS).max(1);
    let row = |d: usize| {
        let reading = lab.reading(d);
        let log_evidence = lab.log_evidence(d);
        vec![
            Some(d as f64),
            Some(log_evidence),
            Some(log_evidence - lab.kl(d)),
            reading.map(|reading| log_evidence + reading.error),
            mean(&lab.sorted(d, |reading| reading.error)).map(|[mean, _]| mean),
            Some(lab.setting.draws as f64 * (-lab.log_second_moment(d)).exp()),
            reading.map(|reading| reading.ess),
            reading.map(|reading| reading.max_share),
        ]
    };
    let chosen = (1..=dimension).filter(|d| d % every == dimension % every);
    Table { header, rows: chosen.map(row).collect() }
}
