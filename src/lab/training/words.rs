//! The numbers of a run and its table.

use super::exact_curve::{BOUND_DRAWS, Known};
use super::pace;
use super::pictures::Moment;
use crate::lab::{Form, Metric, Table};
use crate::state::{Language, Text};
use crate::training::{GapSplit, Session};

/// Numbers of nats from here on are written as powers of ten.
pub(super) const ENORMOUS: f64 = 1e7;

/// How the run is going.
pub(super) struct State {
    pub is_playing: bool,
    /// After which step it broke, and the step that is kept.
    pub broken: Option<(u32, u32)>,
    pub steps_per_second: Option<f64>,
}

pub(super) fn metrics(moment: &Moment, state: &State, language: Language) -> Vec<Metric> {
    let say = |en, pt| Text::new(en, pt).say(language);
    let session = moment.session;
    let point = moment.point();
    let bounds = point.map(|point| &point.validation);
    let epochs = f64::from(moment.step) / session.steps_per_epoch() as f64;
    let mut metrics = vec![
        Metric::new("step", say("steps", "passos"), Some(f64::from(moment.step)), Form::Count),
        Metric::new("epoch", say("passes (epochs)", "épocas"), Some(epochs), Form::Plain),
        nats(
            "training-elbo",
            say("ELBO, training", "ELBO, treino"),
            point.and_then(|point| point.training_elbo),
        ),
        nats("elbo", say("ELBO, validation", "ELBO, validação"), bounds.map(|b| b.elbo())),
    ];
    if moment.has_wrong_sign() {
        metrics.push(nats(
            "reported-elbo",
            say("“ELBO” as reported: BCE + KL", "“ELBO” informado: BCE + KL"),
            bounds.map(|b| b.objective),
        ));
    }
    metrics.extend([
        nats(
            "reconstruction",
            say("reconstruction", "reconstrução"),
            bounds.map(|b| b.reconstruction),
        ),
        nats(
            "kl-prior",
            say("KL to the prior", "KL até a priori"),
            bounds.map(|b| b.kl.iter().sum()),
        ),
    ]);
    metrics.extend(exact(moment, language));
    metrics.extend(
        state
            .steps_per_second
            .map(|steps| pace::metrics(session, steps, language))
            .into_iter()
            .flatten(),
    );
    metrics
}

/// A number of nats with two decimals, as long as it has few digits before them.
fn nats(name: &'static str, label: &str, value: Option<f64>) -> Metric {
    let is_enormous = value.is_some_and(|value| value.abs() >= ENORMOUS);
    Metric::new(name, label, value, if is_enormous { Form::Small } else { Form::Nats(2) })
}

/// What is known of log p(x) itself, on a few validation images.
fn exact(moment: &Moment, language: Language) -> Vec<Metric> {
    let say = |en, pt| Text::new(en, pt).say(language);
    match moment.exact.at(moment.step) {
        None => Vec::new(),
        Some(Known::Exact(split)) => {
            let mut metrics = vec![
                nats(
                    "log-evidence",
                    say("log p(x), exact, 16 images", "log p(x) exato, 16 imagens"),
                    Some(split.log_evidence),
                ),
                Metric::new(
                    "log-evidence-error",
                    say("its |T_h − T_2h|", "seu |T_h − T_2h|"),
                    Some(split.error),
                    Form::Small,
                ),
            ];
            // With the wrong sign q(z|x) leaves the plane: there is no gap worth splitting.
            if !moment.has_wrong_sign() {
                metrics.extend(gap(&split, language));
            }
            metrics
        }
        Some(Known::Bound { iwae, elbo }) => vec![
            nats("iwae", say("IWAE bound", "cota IWAE"), Some(iwae)).of(BOUND_DRAWS),
            nats(
                "encoder-elbo",
                say("ELBO of the same images", "ELBO das mesmas imagens"),
                Some(elbo),
            ),
        ],
    }
}

/// What lies between the encoder's ELBO and log p(x).
fn gap(split: &GapSplit, language: Language) -> [Metric; 4] {
    let say = |en, pt| Text::new(en, pt).say(language);
    [
        nats(
            "best-q-elbo",
            say("ELBO of the best Gaussian", "ELBO da melhor gaussiana"),
            Some(split.best_elbo),
        ),
        nats(
            "encoder-elbo",
            say("ELBO of the encoder, exact", "ELBO do codificador, exato"),
            Some(split.encoder_elbo),
        ),
        nats(
            "approximation-gap",
            say("approximation gap", "lacuna de aproximação"),
            Some(split.approximation()),
        ),
        nats(
            "amortization-gap",
            say("amortization gap", "lacuna de amortização"),
            Some(split.amortization()),
        ),
    ]
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
