//! The remarks.

use super::EPSILON;
use super::pictures::needed;
use super::run::CountingState;
use super::setting::ModelChoice;
use crate::evidence::{ImportanceEstimate, Pool};
use crate::lab::Remark;
use crate::lab::doubt::doubt;
use crate::state::{Language, Text, number};

/// KL in nats below which q counts as the posterior.
const SAME: f64 = 1e-9;

/// The remarks at a step.
pub(super) fn remarks(state: &CountingState, step: usize, language: Language) -> Vec<Remark> {
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

/// The warning that uniform draws have a large error, which their standard error mostly does not show.
fn missed(state: &CountingState, step: usize, language: Language) -> Option<Remark> {
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
    // A standard error is never above 1, so that it cannot explain an error of more than a nat.
    if short < 1.0 {
        return None;
    }
    let mass = number::small(100.0 * state.uniform.mass_seen(draws, log_evidence), language);
    let short = number::nats(short, 1, language);
    // One draw has no standard error.
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

/// Whether q is reliable, and why not.
fn about_q(state: &CountingState, step: usize, language: Language) -> Option<Remark> {
    let terms = state.known.terms?;
    if terms.kl_posterior < SAME {
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
        () if state.setting.model == ModelChoice::Net && state.setting.nearness == 1.0 => {
            let text = Text::new(
                "q has the posterior's marginals but not its dependence: what is left is the KL.",
                "q tem as marginais da posterior, mas não a dependência: o que resta é a KL.",
            );
            Some(Remark::note(text.say(language)))
        }
        () if state.setting.model == ModelChoice::Bits => {
            let text = Text::new(
                "The prior here is a fair coin per bit: its draws are uniform draws too.",
                "A priori aqui é uma moeda honesta por bit: suas amostras também são uniformes.",
            );
            Some(Remark::note(text.say(language)))
        }
        () => None,
    }
}
