//! The numbers of the lab, and the table of its figures.

use super::draws::DrawStatistics;
use super::run::Modes;
use crate::lab::{Metric, Table};
use crate::quantity::{Column, Form, Label, Quantity, Unit};
use crate::state::{Language, Text, number, text};

pub(super) fn metrics(lab: &Modes, step: usize, language: Language) -> Vec<Metric> {
    let world = &lab.world;
    let say = |text: Text| text.say(language);
    let label = |quantity| Label::of(quantity, language);
    let short = |quantity| Label::short(quantity, language);
    let nats = |label, value| Metric::new(label, value, Form::Nats(3));
    let moment = if step == 0 { None } else { lab.moment(step) };
    let annealing = lab.annealing.borrow();
    let annealed = annealing.estimate();
    let k = world.setting.draws;
    let bound = lab.ladder.as_ref().and_then(|ladder| ladder.last()).map(|rung| rung[1]);
    let psis = moment.and_then(|moment| moment.psis).flatten();
    let n = moment.map_or(0, |moment| moment.draws);
    let ess =
        short(Quantity::Ess).qualified(format!("n = {}", number::integer(n as u64, language)));
    vec![
        nats(label(Quantity::LogEvidence), Some(world.truth.log_evidence())),
        nats(label(Quantity::Elbo), world.terms.map(|terms| terms.elbo())),
        nats(
            label(Quantity::KlPosterior).qualified(say(text!("reverse"))),
            world.terms.map(|terms| terms.kl_posterior),
        ),
        nats(label(Quantity::Eubo).equal_to("log p + KL(p‖q)"), world.eubo),
        nats(short(Quantity::Importance), moment.map(|moment| moment.estimate.log_evidence))
            .with_stderr(moment.and_then(|moment| moment.estimate.log_stderr)),
        nats(label(Quantity::IwaeExact), bound).of(k),
        nats(short(Quantity::Psis), psis.map(|psis| psis.log_evidence)),
        nats(
            label(Quantity::Ais).qualified(say(text!("from the prior", "of chains"))),
            annealed.map(|e| e.log_evidence),
        )
        .with_stderr(annealed.and_then(|estimate| estimate.log_stderr)),
        Metric::new(ess, moment.and_then(|m| m.effective_sample_size), Form::Count),
        Metric::new(
            short(Quantity::MaxShare),
            moment.and_then(|moment| moment.max_share),
            Form::Percent,
        ),
        Metric::new(short(Quantity::KHat), psis.map(|psis| psis.k_hat.value), Form::TailIndex),
        nats(label(Quantity::BestQElbo), Some(lab.landscape.best_elbo())),
    ]
}

/// One row for every power of two up to the present n.
pub(super) fn table(lab: &Modes, step: usize, language: Language) -> Table {
    let say = |text: Text| text.say(language);
    let short = |quantity| Label::short(quantity, language);
    let header = vec![
        Column::new("n", Unit::Count),
        Column::of(short(Quantity::Importance)),
        Column::standard_errors_of(short(Quantity::Importance)),
        Column::of(Label::of(Quantity::IwaeExact, language).qualified("K = n")),
        Column::new(say(text!("comparison")), Unit::Nats),
        Column::of(short(Quantity::Psis)),
        Column::of(short(Quantity::KHat)),
        Column::of(short(Quantity::Ess)),
        Column::of(short(Quantity::MaxShare)),
        Column::new(say(text!("draws z < 0")), Unit::Count),
        Column::new(say(text!("draws z > 0")), Unit::Count),
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
