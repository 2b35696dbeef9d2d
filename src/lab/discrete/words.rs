//! The numbers, the table and the remarks of the lab "Discrete".

use super::draws::{Draws, Reading};
use super::pictures::{methods, needed};
use super::setting::Model;
use super::{EPSILON, State};
use crate::evidence::{ImportanceEstimate, Pool};
use crate::lab::doubt::doubt;
use crate::lab::{Metric, Remark, Table};
use crate::quantity::{Form, Quantity};
use crate::state::{Language, Text, number};

/// q counts as the posterior from here on.
const SAME: f64 = 1e-9;

/// The numbers at a step.
pub(super) fn metrics(state: &State, step: usize, language: Language) -> Vec<Metric> {
    let known = &state.known;
    let posterior = known.posterior.as_ref();
    let estimate = |name, label: Text, draws: Option<&Draws>| {
        let estimate = draws.and_then(|draws| draws.at(step)?.estimate);
        let value = estimate.map(|estimate| estimate.log_evidence);
        let stderr = estimate.and_then(|estimate| estimate.log_stderr);
        Metric::new(name, label.say(language), value, Form::Nats(3)).with_stderr(stderr)
    };
    let importance = state.importance.as_ref();
    let of_q = |name, label: Text, form, read: fn(&Reading) -> Option<f64>| {
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
            known.worth.map(|worth| worth.elbo()),
            Form::Nats(3),
        ),
        plain(
            Quantity::KlPosterior,
            Text::same("KL(q‖p(z|x))"),
            known.worth.map(|worth| worth.kl_posterior),
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
            known.worth.map(|worth| worth.chi_square),
            Form::Small,
        ),
    ]
}

/// What each method knows after 1, 2, 4, … draws.
pub(super) fn table(state: &State, step: usize, language: Language) -> Table {
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

/// What is to be noticed at a step.
pub(super) fn remarks(state: &State, step: usize, language: Language) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if let Some(remark) = missed(state, step, language) {
        remarks.push(remark);
    }
    if let Some(posterior) = &state.known.posterior {
        let states = 1_u64 << state.setting.bits;
        let uniform = needed(posterior.uniform_variance);
        let (cost, count) = (number::small(uniform, language), number::integer(states, language));
        let error = number::decimal(EPSILON, 1, language);
        let is_dear = uniform > states as f64;
        remarks.push(Remark::note(match (language, is_dear) {
            (Language::En, true) => format!(
                "±{error} nat takes {cost} uniform draws; counting every state takes {count}."
            ),
            (Language::Pt, true) => format!(
                "±{error} nat pede {cost} sorteios uniformes; enumerar todos os estados pede {count}."
            ),
            (Language::En, false) => format!(
                "±{error} nat by uniform draws: {cost} of them, against {count} states to count."
            ),
            (Language::Pt, false) => format!(
                "±{error} nat por sorteio uniforme: {cost}, contra {count} estados a enumerar."
            ),
        }));
    }
    remarks.extend(about_q(state, step, language));
    remarks
}

/// The warning that uniform draws are far off, and mostly do not know it.
fn missed(state: &State, step: usize, language: Language) -> Option<Remark> {
    let (draws, log_evidence) = (state.moments[step], state.log_evidence()?);
    let reading = state.uniform.at(step)?;
    let ImportanceEstimate { log_evidence: estimate, log_stderr, .. } = reading.estimate?;
    let short = log_evidence - estimate;
    if short < -1.0 {
        let much = number::nats(-short, 1, language);
        return Some(Remark::warning(match language {
            Language::En => {
                format!("Uniform draws hit the needle too early: {much} nats too high.")
            }
            Language::Pt => {
                format!("Os sorteios uniformes acharam a agulha cedo demais: {much} nats a mais.")
            }
        }));
    }
    // A stated error is never above 1, so that a nat is beyond what it can excuse.
    if short < 1.0 {
        return None;
    }
    let mass = number::small(100.0 * state.uniform.mass_seen(draws, log_evidence), language);
    let short = number::nats(short, 1, language);
    // One draw states no error.
    let stated = log_stderr.map(|error| number::decimal(error, 2, language));
    Some(Remark::warning(match (language, stated) {
        (Language::En, Some(stated)) => format!(
            "Uniform draws found {mass}% of p(z|x): {short} nats too low, with a stated error of {stated}."
        ),
        (Language::Pt, Some(stated)) => format!(
            "Os sorteios uniformes acharam {mass}% de p(z|x): {short} nats a menos, com erro declarado de {stated}."
        ),
        (Language::En, None) => {
            format!("One uniform draw found {mass}% of p(z|x): {short} nats too low.")
        }
        (Language::Pt, None) => {
            format!("Um sorteio uniforme achou {mass}% de p(z|x): {short} nats a menos.")
        }
    }))
}

/// Whether q can be trusted, and why not.
fn about_q(state: &State, step: usize, language: Language) -> Option<Remark> {
    let worth = state.known.worth?;
    if worth.kl_posterior < SAME {
        let text = Text::new(
            "q is the posterior: all its weights are p(x), and one draw says everything.",
            "q é a posterior: todos os seus pesos valem p(x), e uma amostra diz tudo.",
        );
        return Some(Remark::note(text.say(language)));
    }
    let importance = state.importance.as_ref()?;
    let reading = importance.at(step)?;
    let pool = Pool {
        draws: reading.estimate?.draws,
        effective: reading.ess,
        max_share: reading.max_share,
        k_hat: importance.k_hat(state.moments[step]),
    };
    if let Some(warning) = doubt(&pool, Text::new("from q", "de q"), language) {
        return Some(warning);
    }
    match () {
        () if state.setting.model == Model::Net && state.setting.nearness == 1.0 => {
            let text = Text::new(
                "q has the posterior's marginals but not its dependence: what is left is the KL.",
                "q tem as marginais da posterior, mas não a dependência: o que resta é a KL.",
            );
            Some(Remark::note(text.say(language)))
        }
        () if state.setting.model == Model::Bits => {
            let text = Text::new(
                "The prior here is a fair coin per bit: its draws are uniform draws too.",
                "A priori aqui é uma moeda honesta por bit: suas amostras também são uniformes.",
            );
            Some(Remark::note(text.say(language)))
        }
        () => None,
    }
}
