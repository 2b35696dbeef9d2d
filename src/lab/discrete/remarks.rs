//! The remarks.

use super::EPSILON;
use super::pictures::needed;
use super::run::CountingState;
use super::setting::ModelChoice;
use crate::evidence::{ImportanceEstimate, Pool};
use crate::lab::Remark;
use crate::lab::doubt::doubt;
use crate::state::{Language, number, say, text};

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

/// The warning that uniform draws have a large error, which their standard error mostly does not show.
fn missed(state: &CountingState, step: usize, language: Language) -> Option<Remark> {
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
    // A standard error is never above 1, so that it cannot explain an error of more than a nat.
    if short < 1.0 {
        return None;
    }
    let mass = number::small(100.0 * state.uniform.mass_seen(draws, log_evidence), language);
    let short = number::nats(short, 1, language);
    // One draw has no standard error.
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

/// Whether q is reliable, and why not.
fn about_q(state: &CountingState, step: usize, language: Language) -> Option<Remark> {
    let terms = state.known.terms?;
    if terms.kl_posterior < SAME {
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
        () if state.setting.model == ModelChoice::Net && state.setting.nearness == 1.0 => {
            let text = text!(
                "q has the posterior's marginals but not its dependence: what is left is the KL."
            );
            Some(Remark::note(text.say(language)))
        }
        () if state.setting.model == ModelChoice::Bits => {
            let text =
                text!("The prior here is a fair coin per bit: its draws are uniform draws too.");
            Some(Remark::note(text.say(language)))
        }
        () => None,
    }
}
