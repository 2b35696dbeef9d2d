//! The remarks.

use super::draws::DrawsSoFar;
use super::setting::Setting;
use super::truth::LineTruth;
use crate::lab::Remark;
use crate::lab::doubt::doubt;
use crate::quantity::BEYOND;
use crate::state::{Language, Text, number};

/// If q covers less than this share of the posterior, that is mentioned.
const COVERED: f64 = 0.9;
/// KL in nats below which q equals the posterior to every digit that is shown.
const SAME: f64 = 1e-8;

pub(super) fn remarks(
    setting: &Setting,
    truth: &LineTruth,
    seen: &DrawsSoFar,
    language: Language,
) -> Vec<Remark> {
    let say = |en: String, pt: String| match language {
        Language::En => en,
        Language::Pt => pt,
    };
    let nats = |value: f64| number::nats(value, 2, language);
    let written = |chi_square: f64| {
        // Finite, but too large for a floating-point number.
        if chi_square.is_finite() { number::small(chi_square, language) } else { BEYOND.to_owned() }
    };
    let mut remarks = Vec::new();
    let is_infinite = truth.log_second_moment == Some(f64::INFINITY);
    let chi_square = truth.log_second_moment.map(f64::exp_m1);
    if truth.covered < COVERED {
        remarks.push(Remark::warning(missed(truth, seen, language)));
    } else if is_infinite {
        remarks.push(Remark::warning(say(
            "The weights have infinite variance: q's tails are too thin, and the ± means nothing."
                .to_owned(),
            "Os pesos têm variância infinita: as caudas de q são finas demais, e o ± nada \
                significa."
                .to_owned(),
        )));
    }
    remarks.extend(seen.pool().and_then(|pool| doubt(&pool, Text::same(""), language)));
    remarks.extend(match (truth.kl, chi_square) {
        (Some(kl), _) if kl.abs() < SAME => Some(Remark::note(say(
            "q is the posterior: every weight is p(x), and one draw would do.".to_owned(),
            "q é a posterior: todo peso é p(x), e uma única amostra bastaria.".to_owned(),
        ))),
        (Some(kl), _) if is_infinite => Some(Remark::note(say(
            format!(
                "Yet the ELBO lacks only KL = {} nats: a good bound does not make a good proposal.",
                nats(kl)
            ),
            format!(
                "Mesmo assim, ao ELBO faltam só KL = {} nats: uma cota boa não \
                garante uma boa proposta.",
                nats(kl)
            ),
        )))
        .filter(|_| kl < 0.5),
        (Some(kl), Some(chi_square)) if truth.covered >= COVERED => {
            let (kl, low) = (nats(kl), chi_square / (2.0 * setting.count as f64));
            let k = number::integer(setting.count as u64, language);
            Some(if low < 0.2 {
                let low = number::small(low, language);
                Remark::note(say(
                    format!(
                        "The ELBO lacks KL = {kl} nats. The log mean of K = {k} weights is on \
                        average only about χ²/2K = {low} low."
                    ),
                    format!(
                        "Ao ELBO faltam KL = {kl} nats. O log da média de K = {k} pesos fica \
                        em média só cerca de χ²/2K = {low} abaixo."
                    ),
                ))
            } else {
                Remark::warning(say(
                    format!(
                        "K = {k} draws are too few for χ² = {}: expect most runs to end below log \
                        p(x).",
                        written(chi_square)
                    ),
                    format!(
                        "K = {k} amostras são poucas para χ² = {}: espere que a maioria das \
                        execuções fique abaixo de log p(x).",
                        written(chi_square)
                    ),
                ))
            })
        }
        _ => None,
    });
    if seen.latents.is_empty() {
        remarks.insert(
            0,
            Remark::note(say(
                "Nothing is drawn yet. Each draw from q will weigh p(x, z)/q(z); the mean weight \
                    estimates the area."
                    .to_owned(),
                "Nada foi amostrado. Cada amostra de q pesará p(x, z)/q(z); o peso médio estima a \
                    área."
                    .to_owned(),
            )),
        );
    }
    remarks.truncate(3);
    remarks
}

/// The part of the posterior that q does not cover, and the error of the estimate.
fn missed(truth: &LineTruth, seen: &DrawsSoFar, language: Language) -> String {
    let missed = number::percent(1.0 - truth.covered, 0, language);
    let Some(now) = seen.now() else {
        return Text::new(
            "q hardly ever goes where {missed} of the posterior is.",
            "q quase nunca vai aonde estão {missed} da posterior.",
        )
        .say(language)
        .replace("{missed}", &missed);
    };
    let error = now.sampling.log_evidence - truth.log_evidence();
    let (size, is_low) = (number::nats(error.abs(), 2, language), error < 0.0);
    let ess = now.effective.unwrap_or(0.0) / seen.latents.len() as f64;
    let ess = number::percent(ess, 0, language);
    match language {
        Language::En => format!(
            "q hardly ever goes where {missed} of the posterior is: the estimate is {size} nats {}. ESS, \
             {ess} of K, knows nothing of what was not drawn.",
            if is_low { "low" } else { "high" }
        ),
        Language::Pt => format!(
            "q quase nunca vai aonde estão {missed} da posterior: a estimativa está {size} nats {}. O \
             ESS, {ess} de K, nada sabe do que não foi amostrado.",
            if is_low { "abaixo" } else { "acima" }
        ),
    }
}
