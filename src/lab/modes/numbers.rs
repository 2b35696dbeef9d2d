//! The numbers of the lab, and the table behind its pictures.

use super::draws::Moment;
use super::run::Modes;
use crate::lab::sheet::LARGEST_WEIGHT;
use crate::lab::{Metric, Table};
use crate::quantity::{Form, Quantity};
use crate::state::{Language, Text, number, text};

pub(super) fn metrics(lab: &Modes, step: usize, language: Language) -> Vec<Metric> {
    let world = &lab.world;
    let name = |text: Text| text.say(language);
    let nats = |id, label, value| Metric::new(id, label, value, Form::Nats(3));
    let moment = if step == 0 { None } else { lab.moment(step) };
    let annealing = lab.annealing.borrow();
    let annealed = annealing.estimate();
    let k = world.setting.draws;
    let bound = lab.ladder.as_ref().and_then(|ladder| ladder.last()).map(|rung| rung[1]);
    let psis = moment.and_then(|moment| moment.psis).flatten();
    let n = moment.map_or(0, |moment| moment.draws);
    let ess = format!("ESS {} {}", name(text!("of")), number::integer(n as u64, language));
    vec![
        nats(
            Quantity::LogEvidence,
            name(text!("log p(x), exact")),
            Some(world.truth.log_evidence()),
        ),
        nats(Quantity::Elbo, "ELBO", world.terms.map(|terms| terms.elbo())),
        nats(
            Quantity::KlPosterior,
            name(text!("reverse KL(q‖p)")),
            world.terms.map(|terms| terms.kl_posterior),
        ),
        nats(Quantity::Eubo, "EUBO = log p + KL(p‖q)", world.eubo),
        nats(Quantity::Importance, "log-IS", moment.map(|moment| moment.estimate.log_evidence))
            .with_stderr(moment.and_then(|moment| moment.estimate.log_stderr)),
        nats(Quantity::IwaeExact, name(text!("E IWAE-K, exact")), bound).of(k),
        nats(Quantity::Psis, "PSIS", psis.map(|psis| psis.log_evidence)),
        nats(Quantity::Ais, name(text!("AIS from the prior")), annealed.map(|e| e.log_evidence))
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
            name(text!("ELBO of the best Gaussian")),
            Some(lab.landscape.best_elbo()),
        ),
    ]
}

/// One row for every power of two up to the present n.
pub(super) fn table(lab: &Modes, step: usize, language: Language) -> Table {
    let name = |text: Text| text.say(language).to_owned();
    let header = vec![
        "n".to_owned(),
        "log-IS (nats)".to_owned(),
        name(text!("standard error (nats)")),
        name(text!("exact E L_n (nats)")),
        name(text!("comparison (nats)")),
        "PSIS (nats)".to_owned(),
        "k̂".to_owned(),
        "ESS".to_owned(),
        LARGEST_WEIGHT.say(language).to_owned(),
        name(text!("draws z < 0")),
        name(text!("draws z > 0")),
    ];
    let rungs = lab.ladder.as_deref().unwrap_or_default();
    let row = |moment: &Moment| {
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
