//! The numbers and the table.

use super::draws::{StateDraws, StateEstimate};
use super::pictures::methods;
use super::run::CountingState;
use crate::lab::{Metric, Table};
use crate::quantity::{Form, Quantity};
use crate::state::{Language, Text};

/// The numbers at a step.
pub(super) fn metrics(state: &CountingState, step: usize, language: Language) -> Vec<Metric> {
    let known = &state.known;
    let posterior = known.posterior.as_ref();
    let estimate = |name, label: Text, draws: Option<&StateDraws>| {
        let estimate = draws.and_then(|draws| draws.at(step)?.estimate);
        let value = estimate.map(|estimate| estimate.log_evidence);
        let stderr = estimate.and_then(|estimate| estimate.log_stderr);
        Metric::new(name, label.say(language), value, Form::Nats(3)).with_stderr(stderr)
    };
    let importance = state.importance.as_ref();
    let of_q = |name, label: Text, form, read: fn(&StateEstimate) -> Option<f64>| {
        let value = importance.and_then(|draws| read(draws.at(step)?));
        Metric::new(name, label.say(language), value, form)
    };
    let plain =
        |name, label: Text, value, form| Metric::new(name, label.say(language), value, form);
    let k_hat = importance.and_then(|draws| draws.k_hat(state.moments[step]));
    vec![
        plain(
            Quantity::LogEvidence,
            Text::new("log p(x), counted", "log p(x), enumerado"),
            state.log_evidence(),
            Form::Nats(3),
        ),
        estimate(Quantity::UniformMc, Text::new("uniform", "uniforme"), Some(&state.uniform)),
        estimate(Quantity::PriorMc, Text::new("prior", "a priori"), Some(&state.prior)),
        estimate(Quantity::Importance, Text::new("importance, q", "importância, q"), importance),
        plain(
            Quantity::Elbo,
            Text::same("ELBO"),
            known.terms.map(|terms| terms.elbo()),
            Form::Nats(3),
        ),
        plain(
            Quantity::KlPosterior,
            Text::same("KL(q‖p(z|x))"),
            known.terms.map(|terms| terms.kl_posterior),
            Form::Nats(3),
        ),
        of_q(Quantity::Ess, Text::new("ESS of q", "ESS de q"), Form::Count, |reading| reading.ess),
        of_q(
            Quantity::MaxShare,
            Text::new("largest weight of q", "maior peso de q"),
            Form::Percent,
            |reading| reading.max_share,
        ),
        plain(
            Quantity::KHat,
            Text::new("k̂ of q", "k̂ de q"),
            k_hat.map(|k_hat| k_hat.value),
            Form::TailIndex,
        ),
        plain(
            Quantity::UniformVariance,
            Text::new("χ² per draw, uniform", "χ² por amostra, uniforme"),
            posterior.map(|posterior| posterior.uniform_variance),
            Form::Small,
        ),
        plain(
            Quantity::PriorVariance,
            Text::new("χ² per draw, prior", "χ² por amostra, a priori"),
            posterior.map(|posterior| posterior.prior_variance),
            Form::Small,
        ),
        plain(
            Quantity::ChiSquare,
            Text::new("χ² per draw, q", "χ² por amostra, q"),
            known.terms.map(|terms| terms.chi_square),
            Form::Small,
        ),
    ]
}

/// The results of each method after 1, 2, 4, … draws.
pub(super) fn table(state: &CountingState, step: usize, language: Language) -> Table {
    let mut header = vec![Text::new("draws", "amostras").say(language).to_owned()];
    for (_, name, _) in methods(state) {
        let name = name.say(language);
        let [states, mass] = match language {
            Language::En => ["states", "mass found"],
            Language::Pt => ["estados", "massa encontrada"],
        };
        header.extend([
            format!("{name}: {states}"),
            format!("{name}: {mass}"),
            format!("{name}: log p̂(x) (nats)"),
        ]);
    }
    header
        .push(Text::new("exact log p(x) (nats)", "log p(x) exato (nats)").say(language).to_owned());
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
