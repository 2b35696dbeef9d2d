//! The numbers and the table.

use super::draws::DrawsSoFar;
use super::truth::LineTruth;
use crate::lab::{Metric, Table};
use crate::quantity::{Column, Form, Label, Quantity, Unit};
use crate::state::{Language, text};

pub(super) fn metrics(truth: &LineTruth, seen: &DrawsSoFar, language: Language) -> Vec<Metric> {
    let label = |quantity| Label::of(quantity, language);
    let now = seen.now();
    let nats = |quantity, value| Metric::new(label(quantity), value, Form::Nats(3));
    let psis = now.and_then(|now| now.psis);
    let (chi_square, chi_square_form) =
        truth.log_second_moment.map_or((None, Form::Plain), Form::of_variance);
    vec![
        nats(Quantity::LogEvidence, Some(truth.log_evidence())),
        nats(Quantity::Importance, now.map(|now| now.sampling.log_evidence))
            .with_stderr(now.and_then(|now| now.sampling.log_stderr)),
        nats(Quantity::Psis, psis.map(|p| p.log_evidence)),
        nats(Quantity::PriorMc, now.map(|now| now.prior.log_evidence))
            .with_stderr(now.and_then(|now| now.prior.log_stderr)),
        nats(Quantity::Laplace, truth.laplace),
        nats(Quantity::Elbo, truth.elbo),
        nats(Quantity::KlPosterior, truth.kl),
        Metric::new(label(Quantity::ChiSquare), chi_square, chi_square_form),
        Metric::new(label(Quantity::Ess), now.and_then(|now| now.effective), Form::Count),
        Metric::new(label(Quantity::MaxShare), now.and_then(|now| now.max_share), Form::Percent),
        Metric::new(label(Quantity::KHat), psis.map(|p| p.k_hat.value), Form::TailIndex),
    ]
}

/// The estimates at each power of two and at the present moment.
pub(super) fn table(truth: &LineTruth, seen: &DrawsSoFar, language: Language) -> Table {
    let short = |quantity| Label::short(quantity, language);
    let header = vec![
        Column::new(text!("draws").say(language), Unit::Count),
        Column::of(short(Quantity::Importance)),
        Column::standard_errors_of(short(Quantity::Importance)),
        Column::of(short(Quantity::PriorMc)),
        Column::standard_errors_of(short(Quantity::PriorMc)),
        Column::of(short(Quantity::Ess)),
        Column::of(short(Quantity::KHat)),
        Column::of(short(Quantity::Psis)),
        Column::of(Label::of(Quantity::LogEvidence, language)),
        Column::of(short(Quantity::Elbo)),
    ];
    let count = seen.latents.len();
    let at = seen.moments.iter().zip(seen.snapshots);
    let rows = at.filter(|(n, _)| n.is_power_of_two() || **n == count).map(|(n, at)| {
        vec![
            Some(*n as f64),
            Some(at.sampling.log_evidence),
            at.sampling.log_stderr,
            Some(at.prior.log_evidence),
            at.prior.log_stderr,
            at.effective,
            at.psis.map(|psis| psis.k_hat.value),
            at.psis.map(|psis| psis.log_evidence),
            Some(truth.log_evidence()),
            truth.elbo,
        ]
    });
    Table { header, rows: rows.collect() }
}
