//! The remarks: whether the chosen methods are noisy, why, and how their ascents end.

use std::num::NonZeroUsize;

use super::problem::Problem;
use super::run::{LADDER, RunAtStep};
use super::setting::Shift;
use crate::gradient::{AscentOutcome, EstimatedBound, MethodKind};
use crate::lab::Remark;
use crate::state::{Language, number, say, text};

/// The most surprising property of the chosen methods, and how their ascents end.
pub(super) fn remarks(moment: &RunAtStep<'_>) -> Vec<Remark> {
    let surprise = unable(moment)
        .or_else(|| shifted(moment))
        .or_else(|| noisier_landing(moment))
        .or_else(|| falling(moment))
        .or_else(|| compared(moment));
    surprise.into_iter().chain(climbed(moment)).collect()
}

/// A method that is not defined for so few draws.
fn unable(moment: &RunAtStep<'_>) -> Option<Remark> {
    let setting = &moment.run.setting;
    let needs = |method: &MethodKind| method.method().least_draws > setting.draws;
    setting.chosen().into_iter().find(needs)?;
    Some(Remark::warning(
        text!("RLOO compares draws with each other: it needs K ≥ 2.").say(moment.language),
    ))
}

/// The score without a baseline depends on a constant that has nothing to do with z.
fn shifted(moment: &RunAtStep<'_>) -> Option<Remark> {
    let setting = &moment.run.setting;
    if setting.shift == Shift::None || !setting.chosen().contains(&MethodKind::Score) {
        return None;
    }
    let plain = Problem::new(setting.mean, setting.variance, Shift::None.nats()).ok()?;
    let before = plain.exact(MethodKind::Score, setting.count(), None)?.mean.variance;
    let after = moment.exact(MethodKind::Score)?.variance;
    if after <= before {
        return None;
    }
    let [before, after] = [before, after].map(|value| figure(value, moment.language));
    let nats = number::grouped(setting.shift.nats(), 0, moment.language);
    Some(Remark::warning(say!(
        moment.language,
        "{nats} nats that do not depend on z raise the variance of the score from {before} to \
         {after}; a baseline takes them away.",
        nats,
        before,
        after,
    )))
}

/// Sticking the landing beside the pathwise gradient, where its variance is the larger one: v < τ²/2.
fn noisier_landing(moment: &RunAtStep<'_>) -> Option<Remark> {
    let chosen = moment.run.setting.chosen();
    let [landing, pathwise] = [MethodKind::StickingTheLanding, MethodKind::Reparameterised];
    if !(chosen.contains(&landing) && chosen.contains(&pathwise)) {
        return None;
    }
    let (landing, pathwise) = (moment.exact(landing)?.variance, moment.exact(pathwise)?.variance);
    if landing <= pathwise {
        return None;
    }
    let [landing, pathwise] = [landing, pathwise].map(|value| figure(value, moment.language));
    Some(Remark::note(say!(
        moment.language,
        "Here v < τ²/2 and STL is noisier than pathwise, {landing} against {pathwise}: the term \
         it drops has mean zero but cancelled noise.",
        landing,
        pathwise,
    )))
}

/// The ratio of IWAE from the first to the last K of the ladder, beside that of DReG.
fn falling(moment: &RunAtStep<'_>) -> Option<Remark> {
    if !moment.run.setting.chosen().contains(&MethodKind::Iwae) {
        return None;
    }
    let ends = |method: MethodKind| -> Option<[f64; 2]> {
        let snr = |k: usize| moment.run.exact_at(method, NonZeroUsize::new(k)?)?.snr();
        Some([snr(LADDER[0])?, snr(LADDER[LADDER.len() - 1])?])
    };
    let (iwae, dreg) = (ends(MethodKind::Iwae)?, ends(MethodKind::DReG)?);
    if iwae[1] >= iwae[0] || iwae[0] == 0.0 {
        return None;
    }
    let [iwae_from, iwae_to] = iwae.map(|value| figure(value, moment.language));
    let [dreg_from, dreg_to] = dreg.map(|value| figure(value, moment.language));
    Some(Remark::warning(say!(
        moment.language,
        "From K = 1 to 64 the SNR of IWAE falls from {iwae_from} to {iwae_to}; that of DReG goes \
         from {dreg_from} to {dreg_to}.",
        iwae_from,
        iwae_to,
        dreg_from,
        dreg_to,
    )))
}

/// The exact variances of the two, in draws.
fn compared(moment: &RunAtStep<'_>) -> Option<Remark> {
    let setting = &moment.run.setting;
    if setting.method == setting.versus {
        return None;
    }
    let language = moment.language;
    let objectives = [setting.method, setting.versus].map(|method| method.method().objective);
    if objectives[0] != objectives[1] && setting.draws > 1 {
        let first_is_iwae = objectives[0] == EstimatedBound::ImportanceWeighted;
        let mut names = [moment.name(setting.method), moment.name(setting.versus)];
        names.sort_by_key(|name| (*name == moment.name(setting.method)) != first_is_iwae);
        let [bound, elbo] = names;
        return Some(Remark::note(say!(
            language,
            "{bound} estimates the slope of L_K, {elbo} that of the ELBO: compare their SNR, not \
             their variances.",
            bound,
            elbo,
        )));
    }
    let variance = |method: MethodKind| Some((method, moment.exact(method)?.variance));
    let (first, second) = (variance(setting.method)?, variance(setting.versus)?);
    let (low, high) = if first.1 < second.1 { (first, second) } else { (second, first) };
    let [low_name, high_name] = [low.0, high.0].map(|method| moment.name(method));
    let [low_value, high_value] = [low.1, high.1].map(|value| figure(value, language));
    if low.1 == 0.0 {
        // With v = τ² alone STL has no noise in m, yet its estimates are not zero.
        let is_posterior = moment.run.problem.kl_to_posterior() < 1e-12;
        return (high.1 > 0.0).then(|| {
            Remark::note(match is_posterior {
                true => say!(
                    language,
                    "q is the posterior: every {low_name} estimate is zero, while {high_name} \
                     keeps a variance of {high_value}.",
                    low_name,
                    high_name,
                    high_value,
                ),
                false => say!(
                    language,
                    "Here v = τ²: all {low_name} estimates in m are the same, while {high_name} \
                     keeps a variance of {high_value}.",
                    low_name,
                    high_name,
                    high_value,
                ),
            })
        });
    }
    let times = figure(high.1 / low.1, language);
    Some(Remark::note(say!(
        language,
        "In m {high_name} has variance {high_value}, {low_name} {low_value}: {high_name} needs \
         {times} times as many estimates for the same precision.",
        high_name,
        high_value,
        low_name,
        low_value,
        times,
    )))
}

/// The present points of the two ascents.
fn climbed(moment: &RunAtStep<'_>) -> Option<Remark> {
    let language = moment.language;
    let log_evidence = moment.run.problem.posterior.log_evidence();
    let mut is_lost = false;
    let mut parts = Vec::new();
    for method in moment.run.setting.chosen() {
        let Some(climb) = moment.climb(method) else { continue };
        let name = moment.name(method);
        let steps = climb.path(moment.step).len() - 1;
        let step = steps.to_string();
        let gap = figure(climb.last_gap(log_evidence, moment.step), language);
        let Some(outcome) = climb.outcome(moment.step) else { continue };
        is_lost |= matches!(outcome, AscentOutcome::Diverged(_));
        parts.push(match outcome {
            AscentOutcome::Converged => {
                say!(language, "{name} converged in {step} steps", name, step)
            }
            AscentOutcome::OutOfSteps => say!(
                language,
                "{name} has not converged in {step} steps (gap {gap})",
                name,
                step,
                gap
            ),
            AscentOutcome::Diverged(_) => {
                say!(
                    language,
                    "{name} was thrown off at step {step}",
                    name,
                    step = (steps + 1).to_string()
                )
            }
        });
    }
    if parts.is_empty() {
        return None;
    }
    let text = say!(language, "Climb: {parts}.", parts = parts.join("; "));
    Some(if is_lost { Remark::warning(text) } else { Remark::note(text) })
}

/// Three digits, thousands in groups.
fn figure(value: f64, language: Language) -> String {
    match value.abs() {
        size if size >= 1e9 => number::small(value, language),
        size if size >= 1000.0 && value > 0.0 => number::integer(value.round() as u64, language),
        size if size >= 100.0 => number::decimal(value, 0, language),
        size if size >= 10.0 => number::decimal(value, 1, language),
        size if size >= 1.0 => number::decimal(value, 2, language),
        size if size >= 0.01 => number::decimal(value, 3, language),
        _ => number::small(value, language),
    }
}
