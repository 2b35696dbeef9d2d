//! The numbers and the table.

use super::run::Dimension;
use crate::lab::sheet::LARGEST_WEIGHT;
use crate::lab::{Metric, Table};
use crate::quantity::{Form, Quantity};
use crate::state::{Language, Text};

/// Largest number of rows of the table.
const ROWS: usize = 25;

/// The numbers in this many dimensions; none in zero dimensions.
pub(super) fn metrics(lab: &Dimension, dimension: usize, language: Language) -> Vec<Metric> {
    let reading = lab.reading(dimension);
    let log_evidence = lab.log_evidence(dimension);
    let known = |value: f64| (dimension > 0).then_some(value);
    let metric =
        |name, label: Text, value, form| Metric::new(name, label.say(language), value, form);
    let draws = lab.setting.draws;
    let bound = mean(&lab.sorted(dimension, |reading| reading.error));
    let (chi_square, form) = Form::of_variance(lab.log_second_moment(dimension));
    vec![
        metric(Quantity::LogEvidence, Text::same("log p(x)"), known(log_evidence), Form::Nats(2)),
        metric(
            Quantity::Elbo,
            Text::same("ELBO"),
            known(log_evidence - lab.kl(dimension)),
            Form::Nats(2),
        ),
        metric(
            Quantity::KlPosterior,
            Text::same("KL(q‖p(z|x))"),
            known(lab.kl(dimension)),
            Form::Nats(2),
        ),
        metric(
            Quantity::Importance,
            Text::new("importance, K draws", "importância, K amostras"),
            reading.map(|reading| log_evidence + reading.error),
            Form::Nats(2),
        )
        .with_stderr(reading.and_then(|reading| reading.stderr)),
        metric(
            Quantity::Iwae,
            Text::new("mean of R such (IWAE-K)", "média de R dessas (IWAE-K)"),
            bound.map(|[mean, _]| log_evidence + mean),
            Form::Nats(2),
        )
        .with_stderr(bound.map(|[_, stderr]| stderr).filter(|stderr| stderr.is_finite()))
        .of(draws),
        metric(Quantity::Ess, Text::same("ESS"), reading.map(|reading| reading.ess), Form::Count),
        metric(
            Quantity::MaxShare,
            LARGEST_WEIGHT,
            reading.map(|reading| reading.max_share),
            Form::Percent,
        ),
        metric(
            Quantity::KHat,
            Text::same("k̂"),
            reading.and_then(|reading| reading.k_hat),
            Form::TailIndex,
        ),
        metric(Quantity::ChiSquare, Text::same("χ²"), chi_square.filter(|_| dimension > 0), form),
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
    let header = match language {
        Language::En => [
            "D",
            "log p(x) (nats)",
            "ELBO (nats)",
            "importance (nats)",
            "mean error (nats)",
            "K/(1+χ²)",
            "ESS",
            LARGEST_WEIGHT.en,
        ],
        Language::Pt => [
            "D",
            "log p(x) (nats)",
            "ELBO (nats)",
            "importância (nats)",
            "erro médio (nats)",
            "K/(1+χ²)",
            "ESS",
            LARGEST_WEIGHT.pt,
        ],
    };
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
    Table { header: header.map(str::to_owned).to_vec(), rows: chosen.map(row).collect() }
}
