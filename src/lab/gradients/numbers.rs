//! The numbers of the lab: those of the chosen method in m, and a table of all methods.

use super::run::RunAtStep;
use crate::gradient::METHODS;
use crate::lab::{Metric, Table};
use crate::quantity::{Column, Form, Label, Quantity, Unit};
use crate::state::{Text, text};

/// The exact values of q, then measured values of the chosen method beside the exact ones.
pub(super) fn metrics(moment: &RunAtStep<'_>) -> Vec<Metric> {
    let problem = &moment.run.problem;
    let method = moment.run.setting.method;
    let label = |quantity| Label::of(quantity, moment.language);
    let measured = moment.measured(method);
    let exact = moment.exact(method);
    let metric = |quantity, value: Option<f64>| {
        let label = Label::short(quantity, moment.language);
        Metric::new(label, value, form(value.unwrap_or_default()))
    };
    let nats = |label, value: f64| Metric::new(label, Some(value), Form::Nats(4));
    let snr = measured.and_then(|moments| moments.snr);
    vec![
        nats(label(Quantity::LogEvidence), problem.posterior.log_evidence()),
        nats(label(Quantity::Elbo).exact(), problem.weight.elbo()),
        nats(label(Quantity::KlPosterior), problem.kl_to_posterior()),
        metric(Quantity::GradientMean, measured.map(|moments| moments.mean))
            .with_stderr(measured.map(|moments| moments.mean_stderr)),
        metric(Quantity::GradientExact, exact.map(|exact| exact.mean)),
        metric(Quantity::GradientVariance, measured.map(|moments| moments.variance))
            .with_stderr(measured.map(|moments| moments.variance_stderr)),
        metric(Quantity::GradientVarianceExact, exact.map(|exact| exact.variance)),
        metric(Quantity::GradientSnr, snr.map(|snr| snr.ratio))
            .with_stderr(snr.map(|snr| snr.stderr)),
        metric(Quantity::GradientSnrExact, exact.and_then(|exact| exact.snr())),
    ]
}

/// Three decimals, none for the thousands, a power of ten where three decimals would be zeros.
fn form(value: f64) -> Form {
    match value.abs() {
        size if size >= 1000.0 => Form::Nats(0),
        size if size >= 1e-3 || size == 0.0 => Form::Nats(3),
        _ => Form::Small,
    }
}

/// A row per method, in the order of the list.
pub(super) fn table(moment: &RunAtStep<'_>) -> Table {
    let say = |text: Text| text.say(moment.language);
    let short = |quantity| Label::short(quantity, moment.language);
    let slope = say(text!("nats per unit of m"));
    let header = vec![
        Column::new(say(text!("method (place in the list)")), Unit::Count),
        Column::of(short(Quantity::GradientMean)).in_unit(slope),
        Column::standard_errors_of(short(Quantity::GradientMean)).in_unit(slope),
        Column::of(short(Quantity::GradientExact)).in_unit(slope),
        Column::of(short(Quantity::GradientVariance)),
        Column::standard_errors_of(short(Quantity::GradientVariance)),
        Column::of(short(Quantity::GradientVarianceExact)),
        Column::of(short(Quantity::GradientSnr)),
        Column::of(short(Quantity::GradientSnrExact)),
        Column::new(say(text!("steps climbed")), Unit::Count),
        Column::of(short(Quantity::KlPosterior).qualified(say(text!("at the end")))),
    ];
    let log_evidence = moment.run.problem.posterior.log_evidence();
    let rows = METHODS.iter().enumerate().map(|(index, method)| {
        let measured = moment.measured(method.kind);
        let exact = moment.exact(method.kind);
        let climb = moment.climb(method.kind);
        vec![
            Some((index + 1) as f64),
            measured.map(|moments| moments.mean),
            measured.map(|moments| moments.mean_stderr),
            exact.map(|exact| exact.mean),
            measured.map(|moments| moments.variance),
            measured.map(|moments| moments.variance_stderr),
            exact.map(|exact| exact.variance),
            measured.and_then(|moments| moments.snr).map(|snr| snr.ratio),
            exact.and_then(|exact| exact.snr()),
            climb.map(|climb| (climb.path(moment.step).len() - 1) as f64),
            climb.map(|climb| climb.last_gap(log_evidence, moment.step)),
        ]
    });
    Table { header, rows: rows.collect() }
}
