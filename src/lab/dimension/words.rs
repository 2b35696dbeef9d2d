//! The numbers, the table and the remarks of the lab "Dimension".

use super::Dimension;
use crate::lab::sheet::LARGEST_WEIGHT;
use crate::lab::{Metric, Remark, Table};
use crate::quantity::{BEYOND, Form, Quantity};
use crate::state::{Language, Text, number};

/// Rows of the table at most.
const ROWS: usize = 25;
/// The error for which the draws are counted, in nats.
const EPSILON: f64 = 0.1;
/// From this share on one weight is said to own the estimate.
const OWNER: f64 = 0.25;
/// Closer than so many nats an error is not written as one.
const NEAR: f64 = 0.05;

/// The numbers in so many dimensions; none in none.
pub(super) fn metrics(lab: &Dimension, dimension: usize, language: Language) -> Vec<Metric> {
    let reading = lab.reading(dimension);
    let log_evidence = lab.log_evidence(dimension);
    let known = |value: f64| (dimension > 0).then_some(value);
    let metric =
        |name, label: Text, value, form| Metric::new(name, label.say(language), value, form);
    let draws = lab.setting.draws;
    let bound = mean(&lab.sorted(dimension, |reading| reading.error));
    let (chi_square, form) = Form::of_variance(lab.log_second_moment(dimension));
    vec![
        metric(Quantity::LogEvidence, Text::same("log p(x)"), known(log_evidence), Form::Nats(2)),
        metric(
            Quantity::Elbo,
            Text::same("ELBO"),
            known(log_evidence - lab.kl(dimension)),
            Form::Nats(2),
        ),
        metric(
            Quantity::KlPosterior,
            Text::same("KL(q‖p(z|x))"),
            known(lab.kl(dimension)),
            Form::Nats(2),
        ),
        metric(
            Quantity::Importance,
            Text::new("importance, K draws", "importância, K amostras"),
            reading.map(|reading| log_evidence + reading.error),
            Form::Nats(2),
        )
        .with_stderr(reading.and_then(|reading| reading.stderr)),
        metric(
            Quantity::Iwae,
            Text::new("mean of R such (IWAE-K)", "média de R dessas (IWAE-K)"),
            bound.map(|[mean, _]| log_evidence + mean),
            Form::Nats(2),
        )
        .with_stderr(bound.map(|[_, stderr]| stderr).filter(|stderr| stderr.is_finite()))
        .of(draws),
        metric(Quantity::Ess, Text::same("ESS"), reading.map(|reading| reading.ess), Form::Count),
        metric(
            Quantity::MaxShare,
            LARGEST_WEIGHT,
            reading.map(|reading| reading.max_share),
            Form::Percent,
        ),
        metric(
            Quantity::KHat,
            Text::same("k̂"),
            reading.and_then(|reading| reading.k_hat),
            Form::TailIndex,
        ),
        metric(Quantity::ChiSquare, Text::same("χ²"), chi_square.filter(|_| dimension > 0), form),
    ]
}

/// The mean and its standard error, which is infinite for a single value.
fn mean(values: &[f64]) -> Option<[f64; 2]> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (count > 0.0)
        .then(|| [mean, (squares / (count * (count - 1.0))).sqrt()])
        .map(|[mean, stderr]| [mean, if count > 1.0 { stderr } else { f64::INFINITY }])
}

/// The numbers for some of the dimensions up to the one that is shown.
pub(super) fn table(lab: &Dimension, dimension: usize, language: Language) -> Table {
    let header = match language {
        Language::En => [
            "D",
            "log p(x) (nats)",
            "ELBO (nats)",
            "importance (nats)",
            "mean error (nats)",
            "K/(1+χ²)",
            "ESS",
            LARGEST_WEIGHT.en,
        ],
        Language::Pt => [
            "D",
            "log p(x) (nats)",
            "ELBO (nats)",
            "importância (nats)",
            "erro médio (nats)",
            "K/(1+χ²)",
            "ESS",
            LARGEST_WEIGHT.pt,
        ],
    };
    let every = dimension.div_ceil(ROWS).max(1);
    let row = |d: usize| {
        let reading = lab.reading(d);
        let log_evidence = lab.log_evidence(d);
        vec![
            Some(d as f64),
            Some(log_evidence),
            Some(log_evidence - lab.kl(d)),
            reading.map(|reading| log_evidence + reading.error),
            mean(&lab.sorted(d, |reading| reading.error)).map(|[mean, _]| mean),
            Some(lab.setting.draws as f64 * (-lab.log_second_moment(d)).exp()),
            reading.map(|reading| reading.ess),
            reading.map(|reading| reading.max_share),
        ]
    };
    let chosen = (1..=dimension).filter(|d| d % every == dimension % every);
    Table { header: header.map(str::to_owned).to_vec(), rows: chosen.map(row).collect() }
}

/// What is to be noticed in so many dimensions.
pub(super) fn remarks(lab: &Dimension, dimension: usize, language: Language) -> Vec<Remark> {
    if dimension == 0 {
        return Vec::new();
    }
    let mut remarks: Vec<Remark> = owner(lab, dimension, language).into_iter().collect();
    remarks.push(per_dimension(lab, dimension, language));
    let log_second_moment = lab.log_second_moment(dimension);
    let needed = log_second_moment.exp_m1() / (EPSILON * EPSILON);
    if log_second_moment.is_infinite() {
        let text = Text::new(
            "v ≤ τ²/2: χ² is infinite; the estimate has no standard error, whatever K is.",
            "v ≤ τ²/2: χ² é infinito; a estimativa não tem erro-padrão, seja qual for K.",
        );
        remarks.push(Remark::warning(text.say(language)));
    } else if needed > lab.setting.draws as f64 {
        // Finite all the same, only too large for a floating-point number.
        let needed =
            if needed.is_finite() { number::small(needed, language) } else { BEYOND.to_owned() };
        let error = number::decimal(EPSILON, 1, language);
        remarks.push(Remark::note(match language {
            Language::En => format!("±{error} nat would take {needed} draws."),
            Language::Pt => format!("±{error} nat pediria {needed} amostras."),
        }));
    }
    remarks
}

/// The warning that one draw is the estimate.
fn owner(lab: &Dimension, dimension: usize, language: Language) -> Option<Remark> {
    let reading = lab.reading(dimension).filter(|reading| reading.max_share > OWNER)?;
    let share = number::share(reading.max_share, language);
    let draws = number::integer(lab.setting.draws as u64, language);
    let error = number::nats(reading.error.abs(), 1, language);
    let is_low = reading.error < 0.0;
    if reading.error.abs() < NEAR {
        let near = number::decimal(NEAR, 2, language);
        return Some(Remark::warning(match language {
            Language::En => format!(
                "One of {draws} weights is {share} of the estimate; that it is within {near} nat is luck."
            ),
            Language::Pt => format!(
                "Um de {draws} pesos é {share} da estimativa; estar a menos de {near} nat é sorte."
            ),
        }));
    }
    Some(Remark::warning(match language {
        Language::En => format!(
            "One of {draws} weights is {share} of the estimate, which is {error} nats too {}.",
            if is_low { "low" } else { "high" }
        ),
        Language::Pt => format!(
            "Um de {draws} pesos é {share} da estimativa, que está {error} nats {}.",
            if is_low { "abaixo" } else { "acima" }
        ),
    }))
}

/// What one dimension lacks, and what they lack together.
fn per_dimension(lab: &Dimension, dimension: usize, language: Language) -> Remark {
    let nats = |value: f64| number::small(value, language);
    let (one, all) = (nats(lab.one.kl()), number::nats(lab.kl(dimension), 1, language));
    if lab.one.kl() == 0.0 {
        let text = Text::new(
            "q is the posterior: all weights are equal, and there is no curse.",
            "q é a posterior: todos os pesos são iguais, sem maldição.",
        );
        return Remark::note(text.say(language));
    }
    Remark::note(match language {
        Language::En => format!(
            "Each dimension costs the ELBO {one} nats, {dimension} of them {all}; \
             their 1 + χ² multiply."
        ),
        Language::Pt => format!(
            "Cada dimensão custa {one} nats ao ELBO; {dimension} custam {all}, e \
             os fatores 1 + χ² se multiplicam."
        ),
    })
}
