//! The numbers of a run and its table.

use super::exact_curve::{BOUND_DRAWS, Known, Measured};
use super::pace;
use super::pictures::Moment;
use crate::quantity::{Column, Form, Label, Quantity, Unit};
use crate::sheet::{Basis, Metric, Table};
use crate::state::{Language, Text, number, say, text};
use crate::training::{GapSplit, Point};

/// Of the images and the network that the label of log p(x) above it names.
const SAME: Text = text!("same images and step");
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
    let say = |text: Text| text.say(language);
    let session = moment.session;
    let point = moment.point();
    let bounds = point.map(|point| &point.validation);
    let all = session.validation_images().images().len();
    let newest = point.map_or(0, |point| point.step);
    let basis = Basis { step: newest, images: all, is_older: false };
    let label = |quantity| Label::of(quantity, language);
    let mean = |label, value| {
        let metric = nats(label, value);
        if point.is_some() { metric.on(basis) } else { metric }
    };
    let validation = match point {
        Some(_) => of_validation(basis, language),
        None => say(text!("validation")).to_owned(),
    };
    let epochs = f64::from(moment.step) / session.steps_per_epoch() as f64;
    let mut metrics = vec![
        Metric::new(label(Quantity::Step), Some(f64::from(moment.step)), Form::Count),
        Metric::new(label(Quantity::Epoch), Some(epochs), Form::Plain),
        nats(label(Quantity::TrainingElbo), point.and_then(|point| point.training_elbo)),
        mean(label(Quantity::Elbo).qualified(validation), bounds.map(|b| b.elbo())),
    ];
    if moment.has_wrong_sign() {
        metrics.push(mean(label(Quantity::ReportedElbo), bounds.map(|b| b.objective)));
    }
    metrics.extend([
        mean(label(Quantity::Reconstruction), bounds.map(|b| b.reconstruction)),
        mean(label(Quantity::KlPrior), bounds.map(|b| b.kl.iter().sum())),
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
fn nats(label: Label, value: Option<f64>) -> Metric {
    let is_enormous = value.is_some_and(|value| value.abs() >= ENORMOUS);
    Metric::new(label, value, if is_enormous { Form::Small } else { Form::Nats(2) })
}

/// On which images and network the bounds are measured: `validation (1,000 images, step 420)`.
fn of_validation(basis: Basis, language: Language) -> String {
    let [images, step] =
        [basis.images as u64, basis.step.into()].map(|count| number::integer(count, language));
    say!(language, "validation ({images} images, step {step})", images, step)
}

/// The images and the network of a measurement: `first 16 images, step 0`.
pub(super) fn of_first(measured: &Measured, language: Language) -> String {
    let step = number::integer(measured.step.into(), language);
    say!(
        language,
        "{first_images}, step {step}",
        first_images = first_images(measured, language),
        step,
    )
}

/// `first 16 images`, those of the validation images that are measured.
pub(super) fn first_images(measured: &Measured, language: Language) -> String {
    say!(language, "first {n} images", n = measured.images.to_string())
}

/// The results about log p(x), on a few validation images; every label names the network, and whether the bounds are
/// those of a newer one.
fn exact(measured: &Measured, newest: u32, language: Language) -> Vec<Metric> {
    let of = of_first(measured, language);
    let label = |quantity| Label::of(quantity, language);
    let log_evidence = |value, error| {
        let evidence = nats(label(Quantity::LogEvidence).qualified(&of), Some(value));
        [evidence, Metric::new(label(Quantity::LogEvidenceError), Some(error), Form::Small)]
    };
    let metrics: Vec<Metric> = match measured.known {
        Known::Exact(split) => {
            let exact = log_evidence(split.log_evidence, split.error);
            exact.into_iter().chain(gap(&split, language)).collect()
        }
        // With the wrong sign q(z|x) leaves the plane: the gap is not split.
        Known::Refuted { log_evidence: value, error, reported } => {
            let label = Label::short(Quantity::EncoderReported, language);
            let reported = nats(label.qualified(SAME.say(language)), Some(reported));
            log_evidence(value, error).into_iter().chain([reported]).collect()
        }
        Known::Bound { iwae, elbo } => {
            let same = label(Quantity::EncoderElbo).qualified(SAME.say(language));
            vec![
                nats(label(Quantity::Iwae).qualified(&of), Some(iwae)).of(BOUND_DRAWS),
                nats(same, Some(elbo)),
            ]
        }
    };
    let Measured { step, images, .. } = *measured;
    let basis = Basis { step, images, is_older: step < newest };
    metrics.into_iter().map(|metric| metric.on(basis)).collect()
}

/// The parts of the gap between the encoder's ELBO and log p(x), on the images of log p(x).
fn gap(split: &GapSplit, language: Language) -> [Metric; 4] {
    let label = |quantity| Label::of(quantity, language);
    let same = |quantity| label(quantity).qualified(SAME.say(language));
    [
        nats(same(Quantity::BestQElbo), Some(split.best_elbo)),
        nats(same(Quantity::EncoderElbo), Some(split.encoder_elbo)),
        nats(label(Quantity::ApproximationGap), Some(split.approximation())),
        nats(label(Quantity::AmortizationGap), Some(split.amortization())),
    ]
}

/// A row for every step with a measurement; cells without one are empty.
pub(super) fn table(moment: &Moment, language: Language) -> Table {
    let label = |quantity| Label::of(quantity, language);
    let validation = text!("validation").say(language);
    let session = moment.session;
    let latent = session.recipe().latent;
    let mut header = vec![
        Column::of(Label::short(Quantity::Step, language)),
        Column::of(Label::short(Quantity::Epoch, language)),
        Column::of(label(Quantity::TrainingElbo)),
        Column::of(label(Quantity::Elbo).qualified(validation)),
        Column::of(label(Quantity::Reconstruction)),
    ];
    // KL(q‖prior) is the sum of its parts, one for each latent dimension.
    header.extend((1..=latent).map(|axis| Column::new(format!("KL_{axis}"), Unit::Nats)));
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

/// The heads of the columns of what is measured on the first images.
fn columns(measured: &Measured, language: Language) -> Vec<Column> {
    let label = |quantity| Label::of(quantity, language);
    let labels = match measured.known {
        Known::Exact(_) => vec![
            label(Quantity::LogEvidence),
            label(Quantity::BestQElbo),
            label(Quantity::EncoderElbo),
        ],
        Known::Refuted { .. } => {
            vec![label(Quantity::LogEvidence), Label::short(Quantity::EncoderReported, language)]
        }
        Known::Bound { .. } => vec![label(Quantity::Iwae), label(Quantity::EncoderElbo)],
    };
    let of = first_images(measured, language);
    labels.into_iter().map(|label| Column::of(label.qualified(&of))).collect()
}

/// The values of these columns.
fn cells(measured: &Measured) -> Vec<f64> {
    match measured.known {
        Known::Exact(split) => vec![split.log_evidence, split.best_elbo, split.encoder_elbo],
        Known::Refuted { log_evidence, reported, .. } => vec![log_evidence, reported],
        Known::Bound { iwae, elbo } => vec![iwae, elbo],
    }
}
