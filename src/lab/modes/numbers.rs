//! The numbers of the lab, and the table of its figures.

use super::draws::DrawStatistics;
use super::run::Modes;
use crate::lab::sheet::LARGEST_WEIGHT;
use crate::lab::{Metric, Table};
use crate::quantity::{Form, Quantity};
use crate::state::{Language, Text, number};

pub(super) fn metrics(lab: &Modes, step: usize, language: Language) -> Vec<Metric> {
    let world = &lab.world;
    let name = |en, pt| Text::new(en, pt).say(language);
    let nats = |id, label, value| Metric::new(id, label, value, Form::Nats(3));
    let moment = if step == 0 { None } else { lab.moment(step) };
    let annealing = lab.annealing.borrow();
    let annealed = annealing.estimate();
    let k = world.setting.draws;
    let bound = lab.ladder.as_ref().and_then(|ladder| ladder.last()).map(|rung| rung[1]);
    let psis = moment.and_then(|moment| moment.psis).flatten();
    let n = moment.map_or(0, |moment| moment.draws);
    let ess = format!("ESS {} {}", name("of", "de"), number::integer(n as u64, language));
    vec![
        nats(
            Quantity::LogEvidence,
            name("log p(x), exact", "log p(x), exato"),
            Some(world.truth.log_evidence()),
        ),
        nats(Quantity::Elbo, "ELBO", world.terms.map(|terms| terms.elbo())),
        nats(
            Quantity::KlPosterior,
            name("reverse KL(q‖p)", "KL(q‖p) reversa"),
            world.terms.map(|terms| terms.kl_posterior),
        ),
        nats(Quantity::Eubo, "EUBO = log p + KL(p‖q)", world.eubo),
        nats(Quantity::Importance, "log-IS", moment.map(|moment| moment.estimate.log_evidence))
            .with_stderr(moment.and_then(|moment| moment.estimate.log_stderr)),
        nats(Quantity::IwaeExact, name("E IWAE-K, exact", "E IWAE-K, exato"), bound).of(k),
        nats(Quantity::Psis, "PSIS", psis.map(|psis| psis.log_evidence)),
        nats(
            Quantity::Ais,
            name("AIS from the prior", "AIS a partir da priori"),
            annealed.map(|e| e.log_evidence),
        )
        .with_stderr(annealed.and_then(|estimate| estimate.log_stderr)),
        Metric::new(Quantity::Ess, ess, moment.and_then(|m| m.effective_sample_size), Form::Count),
        Metric::new(
            Quantity::MaxShare,
            LARGEST_WEIGHT.say(language),
            moment.and_then(|moment| moment.max_share),
            Form::Percent,
        ),
        Metric::new(Quantity::KHat, "k̂", psis.map(|psis| psis.k_hat.value), Form::TailIndex),
        nats(
            Quantity::BestQElbo,
            name("ELBO of the best Gaussian", "ELBO da melhor gaussiana"),
            Some(lab.landscape.best_elbo()),
        ),
    ]
}

/// One row for every power of two up to the present n.
pub(super) fn table(lab: &Modes, step: usize, language: Language) -> Table {
    let name = |en, pt| Text::new(en, pt).say(language).to_owned();
    let header = vec![
        "n".to_owned(),
        "log-IS (nats)".to_owned(),
        name("standard error (nats)", "erro-padrão (nats)"),
        name("exact E L_n (nats)", "E L_n exato (nats)"),
        name("comparison (nats)", "comparação (nats)"),
        "PSIS (nats)".to_owned(),
        "k̂".to_owned(),
        "ESS".to_owned(),
        LARGEST_WEIGHT.say(language).to_owned(),
        name("draws z < 0", "amostras z < 0"),
        name("draws z > 0", "amostras z > 0"),
    ];
    let rungs = lab.ladder.as_deref().unwrap_or_default();
    let row = |moment: &DrawStatistics| {
        let n = moment.draws as f64;
        let psis = moment.psis.flatten();
        let [below, above] = moment.sides.map(|count| Some(count as f64));
        vec![
            Some(n),
            Some(moment.estimate.log_evidence),
            moment.estimate.log_stderr,
            rungs.iter().find(|rung| rung[0] == n).map(|rung| rung[1]),
            moment.comparison,
            psis.map(|psis| psis.log_evidence),
            psis.map(|psis| psis.k_hat.value),
            moment.effective_sample_size,
            moment.max_share,
            below,
            above,
        ]
    };
    let reached = lab.draws.reached();
    let seen = reached[..step.min(reached.len())].iter();
    Table { header, rows: seen.filter(|m| m.draws.is_power_of_two()).map(row).collect() }
}
