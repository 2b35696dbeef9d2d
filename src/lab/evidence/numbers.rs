//! The numbers and the table.

use super::draws::Seen;
use super::truth::Truth;
use crate::lab::{Metric, Table};
use crate::quantity::{Form, Quantity};
use crate::state::{Language, Text, text};

pub(super) fn metrics(truth: &Truth, seen: &Seen, language: Language) -> Vec<Metric> {
    let say = |text: Text| text.say(language);
    let now = seen.now();
    let nats = Form::Nats(3);
    let psis = now.and_then(|now| now.psis);
    let (chi_square, chi_square_form) =
        truth.log_second_moment.map_or((None, Form::Plain), Form::of_variance);
    vec![
        Metric::new(
            Quantity::LogEvidence,
            say(text!("log p(x), exact")),
            Some(truth.log_evidence()),
            nats,
        ),
        Metric::new(
            Quantity::Importance,
            say(text!("log mean weight")),
            now.map(|now| now.sampling.log_evidence),
            nats,
        )
        .with_stderr(now.and_then(|now| now.sampling.log_stderr)),
        Metric::new(
            Quantity::Psis,
            say(text!("smoothed (PSIS)")),
            psis.map(|p| p.log_evidence),
            nats,
        ),
        Metric::new(
            Quantity::PriorMc,
            say(text!("draws from the prior")),
            now.map(|now| now.prior.log_evidence),
            nats,
        )
        .with_stderr(now.and_then(|now| now.prior.log_stderr)),
        Metric::new(Quantity::Laplace, "Laplace", truth.laplace, nats),
        Metric::new(Quantity::Elbo, "ELBO", truth.elbo, nats),
        Metric::new(Quantity::KlPosterior, "KL(q‖posterior)", truth.kl, nats),
        Metric::new(
            Quantity::ChiSquare,
            say(text!("χ², variance of w/p(x)")),
            chi_square,
            chi_square_form,
        ),
        Metric::new(
            Quantity::Ess,
            say(text!("effective draws (ESS)")),
            now.and_then(|now| now.effective),
            Form::Count,
        ),
        Metric::new(
            Quantity::MaxShare,
            say(text!("largest weight's share")),
            now.and_then(|now| now.max_share),
            Form::Percent,
        ),
        Metric::new(
            Quantity::KHat,
            say(text!("tail index k̂")),
            psis.map(|p| p.k_hat.value),
            Form::TailIndex,
        ),
    ]
}

/// The estimates at each power of two and now.
pub(super) fn table(truth: &Truth, seen: &Seen, language: Language) -> Table {
    let say = |text: Text| text.say(language).to_owned();
    let nats = |label: String| format!("{label} (nats)");
    let header = vec![
        say(text!("draws")),
        nats(say(text!("log mean weight"))),
        nats(say(text!("standard error"))),
        nats(say(text!("prior draws"))),
        nats(say(text!("standard error, prior"))),
        "ESS".to_owned(),
        "k̂".to_owned(),
        nats("PSIS".to_owned()),
        nats(say(text!("log p(x), exact"))),
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
