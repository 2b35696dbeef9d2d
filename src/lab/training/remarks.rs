//! The remarks on a run: divergence, early stopping, the wrong sign, collapsed dimensions.

use super::exact_curve::{Known, Measured};
use super::pictures::Moment;
use super::words::{ENORMOUS, State, of_first};
use crate::lab::Remark;
use crate::state::{Language, Text, number};
use crate::training::COLLAPSED_BELOW;

/// The reported value comes from a single draw for each image: an excess above this, in nats, is not due to chance.
const LEAST_EXCESS: f64 = 5.0;

pub(super) fn remarks(moment: &Moment, state: &State, language: Language) -> Vec<Remark> {
    let session = moment.session;
    let integer = |step: u32| number::integer(step.into(), language);
    let mut remarks = Vec::new();
    if let Some((step, kept)) = state.broken {
        let [step, kept] = [step, kept].map(integer);
        remarks.push(Remark::warning(match language {
            Language::En => format!(
                "The run broke after step {step}: a number is no longer finite. The network of step \
                 {kept} is kept; a lower learning rate will go further."
            ),
            Language::Pt => format!(
                "O treino quebrou depois do passo {step}: um número deixou de ser finito. A rede do \
                 passo {kept} foi mantida; uma taxa de aprendizado menor vai mais longe."
            ),
        }));
    } else if session.has_plateaued() {
        remarks.push(Remark::note(match language {
            Language::En => format!(
                "The validation bound rests: stopped by itself at step {}. Play goes on all the same.",
                integer(session.steps())
            ),
            Language::Pt => format!(
                "A cota de validação parou de subir: o treino parou sozinho no passo {}. Reproduzir \
                 continua mesmo assim.",
                integer(session.steps())
            ),
        }));
    } else if session.steps() == 0 && !state.is_playing {
        let text = Text::new(
            "Random weights: press Play and watch the plane come to order.",
            "Pesos aleatórios: aperte Reproduzir e veja o plano se organizar.",
        );
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
    Some(Remark::note(match language {
        Language::En => format!(
            "Own drawings: {count}, each {repeats}× among {strokes} pen strokes; no drawing is \
             validated on."
        ),
        Language::Pt => format!(
            "Desenhos próprios: {count}, cada um {repeats}× entre {strokes} traços; nenhum desenho \
             entra na validação."
        ),
    }))
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
    Some(Remark::note(match language {
        Language::En => format!(
            "Posterior collapse: KL below {least} nat in {} of {} dimensions ({names}).",
            collapsed.len(),
            point.validation.kl.len()
        ),
        Language::Pt => format!(
            "Colapso da posterior: KL abaixo de {least} nat em {} de {} dimensões ({names}).",
            collapsed.len(),
            point.validation.kl.len()
        ),
    }))
}

/// Why the gap is not shown in its two parts.
fn no_split(moment: &Moment, language: Language) -> Option<Remark> {
    let is_refuted = |measured: &Measured| matches!(measured.known, Known::Refuted { .. });
    let text = Text::new(
        "The gap is not split here: with the wrong sign q(z|x) runs away from the posterior, and the ELBO that \
         falls with it is not the one that this run reports.",
        "A lacuna não é dividida aqui: com o sinal trocado, q(z|x) foge da posterior, e o ELBO que cai com \
         isso não é o que esta execução relata.",
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
        return Some(Remark::warning(match language {
            Language::En => format!(
                "This code reports BCE + KL = {reported} nats as its “ELBO”, above the exact log p(x) = \
                 {evidence} ({of}): no lower bound can be, so its sign is wrong. It drives the true \
                 ELBO down."
            ),
            Language::Pt => format!(
                "Este código informa BCE + KL = {reported} nats como seu “ELBO”, acima do log p(x) \
                 exato = {evidence} ({of}): nenhuma cota inferior pode, logo o sinal está trocado. Ele \
                 empurra o verdadeiro ELBO para baixo."
            ),
        }));
    }
    let reported = point.validation.objective;
    if reported <= 0.0 {
        return None;
    }
    let reported = nats(reported);
    Some(Remark::warning(match language {
        Language::En => format!(
            "This code reports BCE + KL = {reported} nats as its “ELBO”, but log p(x) of black and white \
             pixels is never above 0: no lower bound can be either, so its sign is wrong. It drives the \
             true ELBO down."
        ),
        Language::Pt => format!(
            "Este código informa BCE + KL = {reported} nats como seu “ELBO”, mas o log p(x) de pixels \
             pretos e brancos nunca passa de 0: nenhuma cota inferior pode passar, logo o sinal está \
             trocado. Ele empurra o verdadeiro ELBO para baixo."
        ),
    }))
}
