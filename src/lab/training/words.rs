//! The numbers of a run and its table.

use super::exact_curve::{BOUND_DRAWS, Known, Measured};
use super::pace;
use super::pictures::Moment;
use crate::lab::{Basis, Metric, Table};
use crate::quantity::{Form, Quantity};
use crate::state::{Language, Text, number};
use crate::training::{GapSplit, Point};

/// Numbers of nats from here on are written as powers of ten.
pub(super) const ENORMOUS: f64 = 1e7;

/// The state of the run.
pub(super) struct State {
    pub is_playing: bool,
    /// The step after which it diverged, and the step of the network that is kept.
    pub broken: Option<(u32, u32)>,
    pub steps_per_second: Option<f64>,
}

pub(super) fn metrics(moment: &Moment, state: &State, language: Language) -> Vec<Metric> {
    let say = |en, pt| Text::new(en, pt).say(language);
    let session = moment.session;
    let point = moment.point();
    let bounds = point.map(|point| &point.validation);
    let all = session.validation_images().images().len();
    let newest = point.map_or(0, |point| point.step);
    let basis = Basis { step: newest, images: all, is_older: false };
    let mean = |name, label: &str, value| {
        let metric = nats(name, label, value);
        if point.is_some() { metric.on(basis) } else { metric }
    };
    let validation = match point {
        Some(_) => of_validation(basis, language),
        None => say("validation", "validação").to_owned(),
    };
    let epochs = f64::from(moment.step) / session.steps_per_epoch() as f64;
    let mut metrics = vec![
        Metric::new(
            Quantity::Step,
            say("steps", "passos"),
            Some(f64::from(moment.step)),
            Form::Count,
        ),
        Metric::new(Quantity::Epoch, say("passes (epochs)", "épocas"), Some(epochs), Form::Plain),
        nats(
            Quantity::TrainingElbo,
            say("ELBO, training", "ELBO, treino"),
            point.and_then(|point| point.training_elbo),
        ),
        mean(Quantity::Elbo, &format!("ELBO, {validation}"), bounds.map(|b| b.elbo())),
    ];
    if moment.has_wrong_sign() {
        metrics.push(mean(
            Quantity::ReportedElbo,
            say("“ELBO” as reported: BCE + KL", "“ELBO” informado: BCE + KL"),
            bounds.map(|b| b.objective),
        ));
    }
    metrics.extend([
        mean(
            Quantity::Reconstruction,
            say("reconstruction", "reconstrução"),
            bounds.map(|b| b.reconstruction),
        ),
        mean(
            Quantity::KlPrior,
            say("KL to the prior", "KL até a priori"),
            bounds.map(|b| b.kl.iter().sum()),
        ),
    ]);
    let measured = moment.exact.at(moment.step);
    metrics
        .extend(measured.map(|measured| exact(measured, newest, language)).into_iter().flatten());
    metrics.extend(
        state
            .steps_per_second
            .map(|steps| pace::metrics(session, steps, language))
            .into_iter()
            .flatten(),
    );
    metrics
}

/// A number of nats with two decimals, unless it is enormous.
fn nats(quantity: Quantity, label: &str, value: Option<f64>) -> Metric {
    let is_enormous = value.is_some_and(|value| value.abs() >= ENORMOUS);
    Metric::new(quantity, label, value, if is_enormous { Form::Small } else { Form::Nats(2) })
}

/// On which images and network the bounds are measured: `validation (1,000 images, step 420)`.
fn of_validation(basis: Basis, language: Language) -> String {
    let [images, step] =
        [basis.images as u64, basis.step.into()].map(|count| number::integer(count, language));
    match language {
        Language::En => format!("validation ({images} images, step {step})"),
        Language::Pt => format!("validação ({images} imagens, passo {step})"),
    }
}

/// The images and the network of a measurement: `first 16 images, step 0`.
pub(super) fn of_first(measured: &Measured, language: Language) -> String {
    let step = number::integer(measured.step.into(), language);
    match language {
        Language::En => format!("{}, step {step}", first_images(measured, language)),
        Language::Pt => format!("{}, passo {step}", first_images(measured, language)),
    }
}

/// `first 16 images`, those of the validation images that are measured.
pub(super) fn first_images(measured: &Measured, language: Language) -> String {
    let images = measured.images;
    Text::new("first {n} images", "{n} primeiras imagens")
        .say(language)
        .replace("{n}", &images.to_string())
}

/// The results about log p(x), on a few validation images; every label names the network, and whether the bounds are
/// those of a newer one.
fn exact(measured: &Measured, newest: u32, language: Language) -> Vec<Metric> {
    let say = |en, pt| Text::new(en, pt).say(language);
    let of = of_first(measured, language);
    let log_evidence = |value, error| {
        let label = format!("{}, {of}", say("log p(x), exact", "log p(x) exato"));
        let error = Metric::new(
            Quantity::LogEvidenceError,
            say("its error, by two rules", "seu erro, por duas regras"),
            Some(error),
            Form::Small,
        );
        [nats(Quantity::LogEvidence, &label, Some(value)), error]
    };
    let metrics: Vec<Metric> = match measured.known {
        Known::Exact(split) => {
            let exact = log_evidence(split.log_evidence, split.error);
            exact.into_iter().chain(gap(&split, language)).collect()
        }
        // With the wrong sign q(z|x) leaves the plane: the gap is not split.
        Known::Refuted { log_evidence: value, error, reported } => {
            let label = say("same images and step: BCE + KL", "mesmas imagens e passo: BCE + KL");
            let reported = nats(Quantity::EncoderReported, label, Some(reported));
            log_evidence(value, error).into_iter().chain([reported]).collect()
        }
        Known::Bound { iwae, elbo } => {
            let label = format!("{}, {of}", say("IWAE bound", "cota IWAE"));
            let same = say("same images and step: ELBO", "mesmas imagens e passo: ELBO");
            vec![
                nats(Quantity::Iwae, &label, Some(iwae)).of(BOUND_DRAWS),
                nats(Quantity::EncoderElbo, same, Some(elbo)),
            ]
        }
    };
    let Measured { step, images, .. } = *measured;
    let basis = Basis { step, images, is_older: step < newest };
    metrics.into_iter().map(|metric| metric.on(basis)).collect()
}

/// The parts of the gap between the encoder's ELBO and log p(x), on the images of log p(x).
fn gap(split: &GapSplit, language: Language) -> [Metric; 4] {
    let say = |en, pt| Text::new(en, pt).say(language);
    [
        nats(
            Quantity::BestQElbo,
            say(
                "same images and step: ELBO, best Gaussian",
                "mesmas imagens e passo: ELBO, melhor gaussiana",
            ),
            Some(split.best_elbo),
        ),
        nats(
            Quantity::EncoderElbo,
            say("same images and step: ELBO, encoder", "mesmas imagens e passo: ELBO, codificador"),
            Some(split.encoder_elbo),
        ),
        nats(
            Quantity::ApproximationGap,
            say("their approximation gap", "lacuna de aproximação delas"),
            Some(split.approximation()),
        ),
        nats(
            Quantity::AmortizationGap,
            say("their amortization gap", "lacuna de amortização delas"),
            Some(split.amortization()),
        ),
    ]
}

/// A row for every step with a measurement; cells without one are empty.
pub(super) fn table(moment: &Moment, language: Language) -> Table {
    let say = |en, pt| Text::new(en, pt).say(language).to_owned();
    let session = moment.session;
    let latent = session.recipe().latent;
    let mut header = vec![
        say("step", "passo"),
        say("epoch", "época"),
        say("training ELBO (nats)", "ELBO de treino (nats)"),
        say("validation ELBO (nats)", "ELBO de validação (nats)"),
        say("reconstruction (nats)", "reconstrução (nats)"),
    ];
    header.extend((1..=latent).map(|axis| format!("KL_{axis} (nats)")));
    let known = moment.exact.known();
    let of_known = known.first().map(|first| columns(first, language)).unwrap_or_default();
    header.extend(of_known);
    let points = session.history().points();
    let mut steps: Vec<u32> = points.iter().map(|point| point.step).collect();
    steps.extend(known.iter().map(|measured| measured.step));
    steps.sort_unstable();
    steps.dedup();
    let row = |step: u32| {
        let point = points.iter().find(|point| point.step == step);
        let bounds = point.map(|point| &point.validation);
        let mut row = vec![
            Some(f64::from(step)),
            Some(f64::from(step) / session.steps_per_epoch() as f64),
            point.and_then(|point: &Point| point.training_elbo),
            bounds.map(|bounds| bounds.elbo()),
            bounds.map(|bounds| bounds.reconstruction),
        ];
        row.extend((0..latent).map(|axis| bounds.and_then(|b| b.kl.get(axis).copied())));
        if let Some(first) = known.first() {
            let here = known.iter().find(|measured| measured.step == step);
            let width = cells(first).len();
            row.extend(
                here.map_or(vec![None; width], |m| cells(m).into_iter().map(Some).collect()),
            );
        }
        row
    };
    Table { header, rows: steps.into_iter().map(row).collect() }
}

/// The headers of the columns for the first images.
fn columns(measured: &Measured, language: Language) -> Vec<String> {
    let say = |en, pt| Text::new(en, pt).say(language);
    let names = match measured.known {
        Known::Exact(_) => vec![
            say("log p(x), exact", "log p(x) exato"),
            say("ELBO, best Gaussian", "ELBO, melhor gaussiana"),
            say("ELBO, encoder", "ELBO, codificador"),
        ],
        Known::Refuted { .. } => vec![say("log p(x), exact", "log p(x) exato"), "BCE + KL"],
        Known::Bound { .. } => vec![say("IWAE bound", "cota IWAE"), "ELBO"],
    };
    let of = first_images(measured, language);
    names.into_iter().map(|name| format!("{name}, {of} (nats)")).collect()
}

/// The values of these columns.
fn cells(measured: &Measured) -> Vec<f64> {
    match measured.known {
        Known::Exact(split) => vec![split.log_evidence, split.best_elbo, split.encoder_elbo],
        Known::Refuted { log_evidence, reported, .. } => vec![log_evidence, reported],
        Known::Bound { iwae, elbo } => vec![iwae, elbo],
    }
}
