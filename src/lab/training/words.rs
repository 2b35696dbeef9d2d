//! The numbers of a run, its table, and what is to be noticed.

use super::exact_curve::{BOUND_DRAWS, Known};
use super::pictures::Moment;
use crate::lab::{Form, Metric, Remark, Table};
use crate::state::{Language, Text, number};
use crate::training::{COLLAPSED_BELOW, Session, SessionError};

/// No file is open that could be learned from.
pub(super) const NO_FILE: Text = Text::new(
    "No file of images is open: choose MNIST or any IDX file with Open…",
    "Nenhum arquivo de imagens está aberto: escolha o MNIST ou outro arquivo IDX em Abrir…",
);

/// How the run is going.
pub(super) struct State {
    pub is_playing: bool,
    /// After which step it broke, and the step that is kept.
    pub broken: Option<(u32, u32)>,
    pub steps_per_second: Option<f64>,
}

/// Why a run cannot begin.
pub(super) fn refusal(error: SessionError) -> Text {
    match error {
        SessionError::TooFewImages(_) => Text::new(
            "At least two images are needed: one to learn from, one to be measured on.",
            "São necessárias ao menos duas imagens: uma para aprender, outra para medir.",
        ),
        SessionError::Labels(_) => {
            Text::new("The labels belong to other images.", "Os rótulos são de outras imagens.")
        }
        _ => Text::new(
            "These settings cannot be run.",
            "Estas configurações não podem ser treinadas.",
        ),
    }
}

pub(super) fn metrics(moment: &Moment, state: &State, language: Language) -> Vec<Metric> {
    let say = |en, pt| Text::new(en, pt).say(language);
    let session = moment.session;
    let point = moment.point();
    let bounds = point.map(|point| &point.validation);
    let nats = Form::Nats(2);
    let epochs = f64::from(moment.step) / session.steps_per_epoch() as f64;
    let mut metrics = vec![
        Metric::new("step", say("steps", "passos"), Some(f64::from(moment.step)), Form::Count),
        Metric::new("epoch", say("passes (epochs)", "épocas"), Some(epochs), Form::Plain),
        Metric::new(
            "training-elbo",
            say("ELBO, training", "ELBO, treino"),
            point.and_then(|point| point.training_elbo),
            nats,
        ),
        Metric::new(
            "elbo",
            say("ELBO, validation", "ELBO, validação"),
            bounds.map(|b| b.elbo()),
            nats,
        ),
        Metric::new(
            "reconstruction",
            say("reconstruction", "reconstrução"),
            bounds.map(|b| b.reconstruction),
            nats,
        ),
        Metric::new(
            "kl-prior",
            say("KL to the prior", "KL até a priori"),
            bounds.map(|b| b.kl.iter().sum()),
            nats,
        ),
    ];
    metrics.extend(exact(moment, language));
    if let Some(steps) = state.steps_per_second {
        let batch = session.recipe().batch as f64;
        metrics.extend([
            Metric::new(
                "ms-per-step",
                say("ms per step", "ms por passo"),
                Some(1e3 / steps),
                Form::Plain,
            ),
            Metric::new(
                "images-per-second",
                say("images per second", "imagens por segundo"),
                Some(batch * steps),
                Form::Count,
            ),
        ]);
    }
    metrics
}

/// What is known of log p(x) itself, on a few validation images.
fn exact(moment: &Moment, language: Language) -> Vec<Metric> {
    let say = |en, pt| Text::new(en, pt).say(language);
    let nats = Form::Nats(2);
    match moment.exact.at(moment.step) {
        None => Vec::new(),
        Some(Known::Exact(split)) => vec![
            Metric::new(
                "log-evidence",
                say("log p(x), exact, 16 images", "log p(x) exato, 16 imagens"),
                Some(split.log_evidence),
                nats,
            ),
            Metric::new(
                "log-evidence-error",
                say("its |T_h − T_2h|", "seu |T_h − T_2h|"),
                Some(split.error),
                Form::Small,
            ),
            Metric::new(
                "best-q-elbo",
                say("ELBO of the best Gaussian", "ELBO da melhor gaussiana"),
                Some(split.best_elbo),
                nats,
            ),
            Metric::new(
                "encoder-elbo",
                say("ELBO of the encoder, exact", "ELBO do codificador, exato"),
                Some(split.encoder_elbo),
                nats,
            ),
            Metric::new(
                "approximation-gap",
                say("approximation gap", "lacuna de aproximação"),
                Some(split.approximation()),
                nats,
            ),
            Metric::new(
                "amortization-gap",
                say("amortization gap", "lacuna de amortização"),
                Some(split.amortization()),
                nats,
            ),
        ],
        Some(Known::Bound { iwae, elbo }) => vec![
            Metric::new("iwae", say("IWAE bound", "cota IWAE"), Some(iwae), nats).of(BOUND_DRAWS),
            Metric::new(
                "encoder-elbo",
                say("ELBO of the same images", "ELBO das mesmas imagens"),
                Some(elbo),
                nats,
            ),
        ],
    }
}

pub(super) fn table(session: &Session, language: Language) -> Table {
    let say = |en, pt| Text::new(en, pt).say(language).to_owned();
    let latent = session.recipe().latent;
    let mut header = vec![
        say("step", "passo"),
        say("epoch", "época"),
        say("training ELBO", "ELBO de treino"),
        say("validation ELBO", "ELBO de validação"),
        say("reconstruction", "reconstrução"),
    ];
    header.extend((1..=latent).map(|axis| format!("KL_{axis}")));
    let rows = session.history().points().iter().map(|point| {
        let bounds = &point.validation;
        let mut row = vec![
            Some(f64::from(point.step)),
            Some(point.epoch),
            point.training_elbo,
            Some(bounds.elbo()),
            Some(bounds.reconstruction),
        ];
        row.extend(bounds.kl.iter().copied().map(Some));
        row
    });
    Table { header, rows: rows.collect() }
}

pub(super) fn remarks(moment: &Moment, state: &State, language: Language) -> Vec<Remark> {
    let session = moment.session;
    let mut remarks = Vec::new();
    if let Some((step, kept)) = state.broken {
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
    } else if session.rests() {
        remarks.push(Remark::note(match language {
            Language::En => format!(
                "The validation bound rests: stopped by itself at step {}. Play goes on all the same.",
                session.steps()
            ),
            Language::Pt => format!(
                "A cota de validação parou de subir: o treino parou sozinho no passo {}. Reproduzir \
                 continua mesmo assim.",
                session.steps()
            ),
        }));
    } else if session.steps() == 0 && !state.is_playing {
        let text = Text::new(
            "Random weights: press Play and watch the plane come to order.",
            "Pesos aleatórios: aperte Reproduzir e veja o plano se organizar.",
        );
        remarks.push(Remark::note(text.say(language)));
    }
    remarks.extend(collapse(moment, language));
    remarks
}

/// Which latent dimensions tell nothing of x.
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
