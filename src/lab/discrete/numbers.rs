//! The numbers and the table.

use super::draws::{StateDraws, StateEstimate};
use super::pictures::methods;
use super::run::CountingState;
use crate::lab::{Metric, Table};
use crate::quantity::{Column, Form, Label, Quantity, Unit};
use crate::state::{Language, Text, text};

/// The numbers at a step.
pub(super) fn metrics(state: &CountingState, step: usize, language: Language) -> Vec<Metric> {
    let known = &state.known;
    let posterior = known.posterior.as_ref();
    let label = |quantity| Label::of(quantity, language);
    let of_q = |quantity| Label::short(quantity, language).qualified("q");
    let estimate = |quantity, draws: Option<&StateDraws>| {
        let estimate = draws.and_then(|draws| draws.at(step)?.estimate);
        let value = estimate.map(|estimate| estimate.log_evidence);
        let stderr = estimate.and_then(|estimate| estimate.log_stderr);
        Metric::new(label(quantity), value, Form::Nats(3)).with_stderr(stderr)
    };
    let importance = state.importance.as_ref();
    let read =
        |read: fn(&StateEstimate) -> Option<f64>| importance.and_then(|all| read(all.at(step)?));
    let k_hat = importance.and_then(|draws| draws.k_hat(state.moments[step]));
    let nats = |label, value| Metric::new(label, value, Form::Nats(3));
    let variance = |label, value| Metric::new(label, value, Form::Small);
    let counted = text!("counted").say(language);
    vec![
        nats(
            Label::short(Quantity::LogEvidence, language).qualified(counted),
            state.log_evidence(),
        ),
        estimate(Quantity::UniformMc, Some(&state.uniform)),
        estimate(Quantity::PriorMc, Some(&state.prior)),
        estimate(Quantity::Importance, importance),
        nats(label(Quantity::Elbo), known.terms.map(|terms| terms.elbo())),
        nats(label(Quantity::KlPosterior), known.terms.map(|terms| terms.kl_posterior)),
        Metric::new(of_q(Quantity::Ess), read(|reading| reading.ess), Form::Count),
        Metric::new(of_q(Quantity::MaxShare), read(|reading| reading.max_share), Form::Percent),
        Metric::new(of_q(Quantity::KHat), k_hat.map(|k_hat| k_hat.value), Form::TailIndex),
        variance(
            label(Quantity::UniformVariance),
            posterior.map(|posterior| posterior.uniform_variance),
        ),
        variance(
            label(Quantity::PriorVariance),
            posterior.map(|posterior| posterior.prior_variance),
        ),
        variance(label(Quantity::ChiSquare), known.terms.map(|terms| terms.chi_square)),
    ]
}

/// The results of each method after 1, 2, 4, … draws.
pub(super) fn table(state: &CountingState, step: usize, language: Language) -> Table {
    let say = |text: Text| text.say(language);
    let [states, mass] = [say(text!("states")), say(text!("mass found"))];
    let mut header = vec![Column::new(say(text!("draws")), Unit::Count)];
    for (_, name, _) in methods(state) {
        let name = name.say(language);
        header.extend([
            Column::new(format!("{name}: {states}"), Unit::Count),
            Column::new(format!("{name}: {mass}"), Unit::One),
            Column::new(format!("{name}: {}", Quantity::Importance.symbol()), Unit::Nats),
        ]);
    }
    header.push(Column::of(Label::of(Quantity::LogEvidence, language)));
    let row = |moment: usize| {
        let draws = state.moments[moment];
        let mut row = vec![Some(draws as f64)];
        for (_, _, method) in methods(state) {
            let seen = method.map(|method| method.seen(draws).len() as f64);
            let mass = method.zip(state.log_evidence());
            let estimate = method.and_then(|method| method.at(moment)?.estimate);
            row.extend([
                seen,
                mass.map(|(method, log_evidence)| method.mass_seen(draws, log_evidence)),
                estimate.map(|estimate| estimate.log_evidence),
            ]);
        }
        row.push(state.log_evidence());
        row
    };
    Table { header, rows: rows(&state.moments[..=step]).into_iter().map(row).collect() }
}

/// The first moment from each power of two on, and the last.
fn rows(moments: &[usize]) -> Vec<usize> {
    let mut rows = Vec::new();
    let mut next = 1;
    for (moment, draws) in moments.iter().enumerate() {
        if *draws >= next {
            rows.push(moment);
            next = 2 * next.max(*draws / 2 + 1);
        }
    }
    if rows.last().is_none_or(|last| last + 1 < moments.len()) {
        rows.push(moments.len() - 1);
    }
    rows
}
