//! The numbers and the table.

use super::draws::DrawsSoFar;
use super::truth::LineTruth;
use crate::lab::{Metric, Table};
use crate::quantity::{Form, Quantity};
use crate::state::{Language, Text};

pub(super) fn metrics(truth: &LineTruth, seen: &DrawsSoFar, language: Language) -> Vec<Metric> {
    let say = |en, pt| Text::new(en, pt).say(language);
    let now = seen.now();
    let nats = Form::Nats(3);
    let psis = now.and_then(|now| now.psis);
    let (chi_square, chi_square_form) =
        truth.log_second_moment.map_or((None, Form::Plain), Form::of_variance);
    vec![
        Metric::new(
            Quantity::LogEvidence,
            say("log p(x), exact", "log p(x), exato"),
            Some(truth.log_evidence()),
            nats,
        ),
        Metric::new(
            Quantity::Importance,
            say("log mean weight", "log do peso médio"),
            now.map(|now| now.sampling.log_evidence),
            nats,
        )
        .with_stderr(now.and_then(|now| now.sampling.log_stderr)),
        Metric::new(
            Quantity::Psis,
            say("smoothed (PSIS)", "suavizado (PSIS)"),
            psis.map(|p| p.log_evidence),
            nats,
        ),
        Metric::new(
            Quantity::PriorMc,
            say("draws from the prior", "amostras da priori"),
            now.map(|now| now.prior.log_evidence),
            nats,
        )
        .with_stderr(now.and_then(|now| now.prior.log_stderr)),
        Metric::new(Quantity::Laplace, "Laplace", truth.laplace, nats),
        Metric::new(Quantity::Elbo, "ELBO", truth.elbo, nats),
        Metric::new(Quantity::KlPosterior, "KL(q‖posterior)", truth.kl, nats),
        Metric::new(
            Quantity::ChiSquare,
            say("χ², variance of w/p(x)", "χ², variância de w/p(x)"),
            chi_square,
            chi_square_form,
        ),
        Metric::new(
            Quantity::Ess,
            say("effective draws (ESS)", "amostras efetivas (ESS)"),
            now.and_then(|now| now.effective),
            Form::Count,
        ),
        Metric::new(
            Quantity::MaxShare,
            say("largest weight's share", "parcela do maior peso"),
            now.and_then(|now| now.max_share),
            Form::Percent,
        ),
        Metric::new(
            Quantity::KHat,
            say("tail index k̂", "índice de cauda k̂"),
            psis.map(|p| p.k_hat.value),
            Form::TailIndex,
        ),
    ]
}

/// The estimates at each power of two and at the present moment.
pub(super) fn table(truth: &LineTruth, seen: &DrawsSoFar, language: Language) -> Table {
    let say = |en: &'static str, pt: &'static str| Text::new(en, pt).say(language).to_owned();
    let nats = |label: String| format!("{label} (nats)");
    let header = vec![
        say("draws", "amostras"),
        nats(say("log mean weight", "log do peso médio")),
        nats(say("standard error", "erro-padrão")),
        nats(say("prior draws", "priori")),
        nats(say("standard error, prior", "erro-padrão, priori")),
        "ESS".to_owned(),
        "k̂".to_owned(),
        nats("PSIS".to_owned()),
        nats(say("log p(x), exact", "log p(x), exato")),
        nats("ELBO".to_owned()),
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
