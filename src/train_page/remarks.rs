//! The remarks on a run: divergence, early stopping, the wrong sign, collapsed dimensions.

use super::exact_curve::{Known, Measured};
use super::pictures::Moment;
use super::words::{ENORMOUS, State, of_first};
use crate::sheet::Remark;
use crate::state::{Language, number, say, text};
use crate::training::COLLAPSED_BELOW;

/// The reported value comes from a single draw for each image: an excess above this, in nats, is not due to chance.
const LEAST_EXCESS: f64 = 5.0;

pub(super) fn remarks(moment: &Moment, state: &State, language: Language) -> Vec<Remark> {
    let session = moment.session;
    let integer = |step: u32| number::integer(step.into(), language);
    let mut remarks = Vec::new();
    if let Some((step, kept)) = state.broken {
        let [step, kept] = [step, kept].map(integer);
        remarks.push(Remark::warning(say!(
            language,
            "The run broke after step {step}: a number is no longer finite. The network of step \
             {kept} is kept; a lower learning rate will go further.",
            step,
            kept,
        )));
    } else if session.has_plateaued() {
        remarks.push(Remark::note(say!(
            language,
            "The validation bound rests: stopped by itself at step {steps}. Play goes on all the \
             same.",
            steps = integer(session.steps()),
        )));
    } else if session.steps() == 0 && !state.is_playing {
        let text = text!("Random weights: press Play and watch the plane come to order.");
        remarks.push(Remark::note(text.say(language)));
    }
    remarks.extend(refutation(moment, language));
    remarks.extend(no_split(moment, language));
    remarks.extend(drawings(moment, language));
    remarks.extend(collapse(moment, language));
    remarks
}

/// How often own drawings occur among the training images.
fn drawings(moment: &Moment, language: Language) -> Option<Remark> {
    let session = moment.session;
    let (count, repeats) = (session.drawings().len(), session.drawing_repeats());
    if count == 0 {
        return None;
    }
    let strokes = session.training_images().images().len() - count * repeats;
    let integer = |count: usize| number::integer(count as u64, language);
    let (count, repeats, strokes) = (integer(count), integer(repeats), integer(strokes));
    Some(Remark::note(say!(
        language,
        "Own drawings: {count}, each {repeats}× among {strokes} pen strokes; no drawing is \
         validated on.",
        count,
        repeats,
        strokes,
    )))
}

/// The latent dimensions that carry no information on x.
fn collapse(moment: &Moment, language: Language) -> Option<Remark> {
    let point = moment.point().filter(|point| point.step > 0)?;
    let collapsed = point.validation.collapsed();
    if collapsed.is_empty() {
        return None;
    }
    let names: Vec<String> = collapsed.iter().map(|axis| (axis + 1).to_string()).collect();
    let names = names.join(", ");
    let least = number::decimal(COLLAPSED_BELOW, 2, language);
    Some(Remark::note(say!(
        language,
        "Posterior collapse: KL below {least} nat in {collapsed} of {kl} dimensions ({names}).",
        least,
        collapsed = collapsed.len().to_string(),
        kl = point.validation.kl.len().to_string(),
        names,
    )))
}

/// Why the gap is not shown in its two parts.
fn no_split(moment: &Moment, language: Language) -> Option<Remark> {
    let is_refuted = |measured: &Measured| matches!(measured.known, Known::Refuted { .. });
    let text = text!(
        "The gap is not split here: with the wrong sign q(z|x) runs away from the posterior, and \
         the ELBO that falls with it is not the one that this run reports.",
    );
    let measured = moment.exact.at(moment.step).filter(|measured| is_refuted(measured));
    measured.map(|_| Remark::note(text.say(language)))
}

/// Why the value that the notes' code reports as its ELBO is none, once it exceeds log p(x).
fn refutation(moment: &Moment, language: Language) -> Option<Remark> {
    let point = moment.point().filter(|_| moment.has_wrong_sign())?;
    let nats = |value: f64| {
        if value.abs() >= ENORMOUS {
            number::small(value, language)
        } else {
            number::nats(value, 0, language)
        }
    };
    let measured = moment.exact.at(moment.step);
    if let Some(measured) = measured
        && let Known::Refuted { log_evidence, error, reported } = measured.known
        && reported > log_evidence + error + LEAST_EXCESS
    {
        let (reported, evidence) = (nats(reported), nats(log_evidence));
        let of = of_first(measured, language);
        return Some(Remark::warning(say!(
            language,
            "This code reports BCE + KL = {reported} nats as its “ELBO”, above the exact log p(x) \
             = {evidence} ({of}): no lower bound can be, so its sign is wrong. It drives the true \
             ELBO down.",
            reported,
            evidence,
            of,
        )));
    }
    let reported = point.validation.objective;
    if reported <= 0.0 {
        return None;
    }
    let reported = nats(reported);
    Some(Remark::warning(say!(
        language,
        "This code reports BCE + KL = {reported} nats as its “ELBO”, but log p(x) of black and \
         white pixels is never above 0: no lower bound can be either, so its sign is wrong. It \
         drives the true ELBO down.",
        reported,
    )))
}
