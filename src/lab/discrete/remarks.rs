//! What is to be noticed.

use super::EPSILON;
use super::pictures::needed;
use super::run::State;
use super::setting::Model;
use crate::evidence::{ImportanceEstimate, Pool};
use crate::lab::Remark;
use crate::lab::doubt::doubt;
use crate::state::{Language, number, say, text};

/// q counts as the posterior from here on.
const SAME: f64 = 1e-9;

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
        remarks.push(Remark::note(match is_dear {
            true => say!(
                language,
                "±{error} nat takes {cost} uniform draws; counting every state takes {count}.",
                error,
                cost,
                count,
            ),
            false => say!(
                language,
                "±{error} nat by uniform draws: {cost} of them, against {count} states to count.",
                error,
                cost,
                count,
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
        return Some(Remark::warning(say!(
            language,
            "Uniform draws hit the needle too early: {much} nats too high.",
            much
        )));
    }
    // A stated error is never above 1, so that a nat is beyond what it can excuse.
    if short < 1.0 {
        return None;
    }
    let mass = number::small(100.0 * state.uniform.mass_seen(draws, log_evidence), language);
    let short = number::nats(short, 1, language);
    // One draw states no error.
    let stated = log_stderr.map(|error| number::decimal(error, 2, language));
    Some(Remark::warning(match stated {
        Some(stated) => say!(
            language,
            "Uniform draws found {mass}% of p(z|x): {short} nats too low, with a stated error of \
             {stated}.",
            mass,
            short,
            stated,
        ),
        None => say!(
            language,
            "One uniform draw found {mass}% of p(z|x): {short} nats too low.",
            mass,
            short,
        ),
    }))
}

/// Whether q can be trusted, and why not.
fn about_q(state: &State, step: usize, language: Language) -> Option<Remark> {
    let worth = state.known.worth?;
    if worth.kl_posterior < SAME {
        let text =
            text!("q is the posterior: all its weights are p(x), and one draw says everything.");
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
    if let Some(warning) = doubt(&pool, text!("from q"), language) {
        return Some(warning);
    }
    match () {
        () if state.setting.model == Model::Net && state.setting.nearness == 1.0 => {
            let text = text!(
                "q has the posterior's marginals but not its dependence: what is left is the KL."
            );
            Some(Remark::note(text.say(language)))
        }
        () if state.setting.model == Model::Bits => {
            let text =
                text!("The prior here is a fair coin per bit: its draws are uniform draws too.");
            Some(Remark::note(text.say(language)))
        }
        () => None,
    }
}
