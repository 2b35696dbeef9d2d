//! The remarks: whether the chosen methods are noisy, why, and how their ascents end.

use std::num::NonZeroUsize;

use super::problem::Problem;
use super::run::{LADDER, RunAtStep};
use super::setting::Shift;
use crate::gradient::{AscentOutcome, EstimatedBound, MethodKind};
use crate::lab::Remark;
use crate::state::{Language, number};

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
    Some(Remark::warning(match moment.language {
        Language::En => "RLOO compares draws with each other: it needs K ≥ 2.",
        Language::Pt => "O RLOO compara amostras entre si: precisa de K ≥ 2.",
    }))
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
    Some(Remark::warning(match moment.language {
        Language::En => format!(
            "{nats} nats that do not depend on z raise the variance of the score from {before} to \
             {after}; a baseline takes them away."
        ),
        Language::Pt => format!(
            "{nats} nats que não dependem de z elevam a variância do escore de {before} para \
             {after}; uma linha de base os retira."
        ),
    }))
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
    Some(Remark::note(match moment.language {
        Language::En => format!(
            "Here v < τ²/2 and STL is noisier than pathwise, {landing} against {pathwise}: the \
             term it drops has mean zero but cancelled noise."
        ),
        Language::Pt => format!(
            "Aqui v < τ²/2 e o STL tem mais ruído que a reparametrização, {landing} contra \
             {pathwise}: o termo que ele omite tem média zero, mas cancelava ruído."
        ),
    }))
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
    Some(Remark::warning(match moment.language {
        Language::En => format!(
            "From K = 1 to 64 the SNR of IWAE falls from {iwae_from} to {iwae_to}; that of DReG \
             goes from {dreg_from} to {dreg_to}."
        ),
        Language::Pt => format!(
            "De K = 1 a 64 a SNR do IWAE cai de {iwae_from} para {iwae_to}; a do DReG vai de \
             {dreg_from} a {dreg_to}."
        ),
    }))
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
        return Some(Remark::note(match language {
            Language::En => format!(
                "{bound} estimates the slope of L_K, {elbo} that of the ELBO: compare their SNR, \
                 not their variances."
            ),
            Language::Pt => format!(
                "{bound} estima a inclinação de L_K e {elbo}, a do ELBO: compare as SNR, não as \
                 variâncias."
            ),
        }));
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
            Remark::note(match (language, is_posterior) {
                (Language::En, true) => format!(
                    "q is the posterior: every {low_name} estimate is zero, while {high_name} \
                     keeps a variance of {high_value}."
                ),
                (Language::Pt, true) => format!(
                    "q é a posterior: toda estimativa {low_name} é zero, enquanto {high_name} \
                     mantém variância {high_value}."
                ),
                (Language::En, false) => format!(
                    "Here v = τ²: all {low_name} estimates in m are the same, while {high_name} \
                     keeps a variance of {high_value}."
                ),
                (Language::Pt, false) => format!(
                    "Aqui v = τ²: todas as estimativas {low_name} em m são iguais, enquanto \
                     {high_name} mantém variância {high_value}."
                ),
            })
        });
    }
    let times = figure(high.1 / low.1, language);
    Some(Remark::note(match language {
        Language::En => format!(
            "In m {high_name} has variance {high_value}, {low_name} {low_value}: {high_name} \
             needs {times} times as many estimates for the same precision."
        ),
        Language::Pt => format!(
            "Em m, {high_name} tem variância {high_value} e {low_name}, {low_value}: {high_name} \
             precisa de {times} vezes o número de estimativas para a mesma precisão."
        ),
    }))
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
        let step = climb.path(moment.step).len() - 1;
        let gap = figure(climb.last_gap(log_evidence, moment.step), language);
        let Some(outcome) = climb.outcome(moment.step) else { continue };
        is_lost |= matches!(outcome, AscentOutcome::Diverged(_));
        parts.push(match (outcome, language) {
            (AscentOutcome::Converged, Language::En) => format!("{name} converged in {step} steps"),
            (AscentOutcome::Converged, Language::Pt) => {
                format!("{name} convergiu em {step} passos")
            }
            (AscentOutcome::OutOfSteps, Language::En) => {
                format!("{name} has not converged in {step} steps (gap {gap})")
            }
            (AscentOutcome::OutOfSteps, Language::Pt) => {
                format!("{name} não convergiu em {step} passos (lacuna {gap})")
            }
            (AscentOutcome::Diverged(_), Language::En) => {
                format!("{name} was thrown off at step {}", step + 1)
            }
            (AscentOutcome::Diverged(_), Language::Pt) => {
                format!("{name} se perdeu no passo {}", step + 1)
            }
        });
    }
    if parts.is_empty() {
        return None;
    }
    let text = match language {
        Language::En => format!("Climb: {}.", parts.join("; ")),
        Language::Pt => format!("Subida: {}.", parts.join("; ")),
    };
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
