//! The remarks.

use super::draws::DrawsSoFar;
use super::setting::Setting;
use super::truth::LineTruth;
use crate::lab::Remark;
use crate::lab::doubt::doubt;
use crate::quantity::BEYOND;
use crate::state::{Language, Text, number, say, text};

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
    let mut remarks = Vec::new();
    let is_infinite = truth.log_second_moment == Some(f64::INFINITY);
    if truth.covered < COVERED {
        remarks.push(Remark::warning(missed(truth, seen, language)));
    } else if is_infinite {
        let text = text!(
            "The weights have infinite variance: q's tails are too thin, and the ± means nothing."
        );
        remarks.push(Remark::warning(text.say(language)));
    }
    remarks.extend(seen.pool().and_then(|pool| doubt(&pool, Text::same(""), language)));
    remarks.extend(of_bound(setting, truth, language));
    if seen.latents.is_empty() {
        let text = text!(
            "Nothing is drawn yet. Each draw from q will weigh p(x, z)/q(z); the mean weight \
             estimates the area.",
        );
        remarks.insert(0, Remark::note(text.say(language)));
    }
    remarks.truncate(3);
    remarks
}

/// What the ELBO lacks, and what that says of the estimate.
fn of_bound(setting: &Setting, truth: &LineTruth, language: Language) -> Option<Remark> {
    let is_infinite = truth.log_second_moment == Some(f64::INFINITY);
    let chi_square = truth.log_second_moment.map(f64::exp_m1);
    let nats = |value: f64| number::nats(value, 2, language);
    match (truth.kl, chi_square) {
        (Some(kl), _) if kl.abs() < SAME => {
            let text = text!("q is the posterior: every weight is p(x), and one draw would do.");
            Some(Remark::note(text.say(language)))
        }
        (Some(kl), _) if is_infinite => (kl < 0.5).then(|| {
            Remark::note(say!(
                language,
                "Yet the ELBO lacks only KL = {kl} nats: a good bound does not make a good \
                 proposal.",
                kl = nats(kl),
            ))
        }),
        (Some(kl), Some(chi_square)) if truth.covered >= COVERED => {
            let (kl, low) = (nats(kl), chi_square / (2.0 * setting.count as f64));
            let k = number::integer(setting.count as u64, language);
            Some(if low < 0.2 {
                Remark::note(say!(
                    language,
                    "The ELBO lacks KL = {kl} nats. The log mean of K = {k} weights is on average \
                     only about χ²/2K = {low} low.",
                    kl,
                    k,
                    low = number::small(low, language),
                ))
            } else {
                // Finite, but too large for a floating-point number.
                let is_finite = chi_square.is_finite();
                let written = is_finite.then(|| number::small(chi_square, language));
                Remark::warning(say!(
                    language,
                    "K = {k} draws are too few for χ² = {chi_square}: expect most runs to end \
                     below log p(x).",
                    k,
                    chi_square = written.unwrap_or_else(|| BEYOND.to_owned()),
                ))
            })
        }
        _ => None,
    }
}

/// The part of the posterior that q does not cover, and the error of the estimate.
fn missed(truth: &LineTruth, seen: &DrawsSoFar, language: Language) -> String {
    let missed = number::percent(1.0 - truth.covered, 0, language);
    let Some(now) = seen.now() else {
        return say!(language, "q hardly ever goes where {missed} of the posterior is.", missed);
    };
    let error = now.sampling.log_evidence - truth.log_evidence();
    let size = number::nats(error.abs(), 2, language);
    let ess = now.effective.unwrap_or(0.0) / seen.latents.len() as f64;
    let ess = number::percent(ess, 0, language);
    if error < 0.0 {
        say!(
            language,
            "q hardly ever goes where {missed} of the posterior is: the estimate is {size} nats \
             low. ESS, {ess} of K, knows nothing of what was not drawn.",
            missed,
            size,
            ess,
        )
    } else {
        say!(
            language,
            "q hardly ever goes where {missed} of the posterior is: the estimate is {size} nats \
             high. ESS, {ess} of K, knows nothing of what was not drawn.",
            missed,
            size,
            ess,
        )
    }
}
