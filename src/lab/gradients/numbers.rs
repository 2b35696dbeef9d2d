//! The numbers of the lab: those of the chosen method in m, and a table of all methods.

use super::run::RunAtStep;
use crate::gradient::METHODS;
use crate::lab::{Metric, Table};
use crate::quantity::{Form, Quantity};
use crate::state::Language;

/// The exact values of q, then measured values of the chosen method beside the exact ones.
pub(super) fn metrics(moment: &RunAtStep<'_>) -> Vec<Metric> {
    let problem = &moment.run.problem;
    let method = moment.run.setting.method;
    let labels = match moment.language {
        Language::En => [
            "log p(x), exact",
            "ELBO of q, exact",
            "KL(q‖posterior)",
            "∂/∂m, mean of all",
            "∂/∂m, exact",
            "variance, measured",
            "variance, exact",
            "SNR, measured",
            "SNR, exact",
        ],
        Language::Pt => [
            "log p(x), exato",
            "ELBO de q, exato",
            "KL(q‖posterior)",
            "∂/∂m, média de todas",
            "∂/∂m, exata",
            "variância, medida",
            "variância, exata",
            "SNR, medida",
            "SNR, exata",
        ],
    };
    let measured = moment.measured(method);
    let exact = moment.exact(method);
    let metric = |name, label: &str, value: Option<f64>| {
        Metric::new(name, label, value, form(value.unwrap_or_default()))
    };
    let nats = |name, label: &str, value: f64| Metric::new(name, label, Some(value), Form::Nats(4));
    let snr = measured.and_then(|moments| moments.snr);
    vec![
        nats(Quantity::LogEvidence, labels[0], problem.posterior.log_evidence()),
        nats(Quantity::Elbo, labels[1], problem.weight.elbo()),
        nats(Quantity::KlPosterior, labels[2], problem.kl_to_posterior()),
        metric(Quantity::GradientMean, labels[3], measured.map(|moments| moments.mean))
            .with_stderr(measured.map(|moments| moments.mean_stderr)),
        metric(Quantity::GradientExact, labels[4], exact.map(|exact| exact.mean)),
        metric(Quantity::GradientVariance, labels[5], measured.map(|moments| moments.variance))
            .with_stderr(measured.map(|moments| moments.variance_stderr)),
        metric(Quantity::GradientVarianceExact, labels[6], exact.map(|exact| exact.variance)),
        metric(Quantity::GradientSnr, labels[7], snr.map(|snr| snr.ratio))
            .with_stderr(snr.map(|snr| snr.stderr)),
        metric(Quantity::GradientSnrExact, labels[8], exact.and_then(|exact| exact.snr())),
    ]
}

/// Three decimals, none for the thousands, a power of ten where three decimals would be zeros.
fn form(value: f64) -> Form {
    match value.abs() {
        size if size >= 1000.0 => Form::Nats(0),
        size if size >= 1e-3 || size == 0.0 => Form::Nats(3),
        _ => Form::Small,
    }
}

/// A row per method, in the order of the list.
pub(super) fn table(moment: &RunAtStep<'_>) -> Table {
    let header: [&str; 11] = match moment.language {
        Language::En => [
            "method (place in the list)",
            "∂/∂m, mean (nats per unit of m)",
            "± s.e. of the mean (nats per unit of m)",
            "∂/∂m, exact (nats per unit of m)",
            "variance, measured",
            "± s.e. of the variance",
            "variance, exact",
            "SNR, measured",
            "SNR, exact",
            "steps climbed",
            "gap at the end (nats)",
        ],
        Language::Pt => [
            "método (lugar na lista)",
            "∂/∂m, média (nats por unidade de m)",
            "± e.p. da média (nats por unidade de m)",
            "∂/∂m, exata (nats por unidade de m)",
            "variância, medida",
            "± e.p. da variância",
            "variância, exata",
            "SNR, medida",
            "SNR, exata",
            "passos de subida",
            "lacuna no fim (nats)",
        ],
    };
    let log_evidence = moment.run.problem.posterior.log_evidence();
    let rows = METHODS.iter().enumerate().map(|(index, method)| {
        let measured = moment.measured(method.kind);
        let exact = moment.exact(method.kind);
        let climb = moment.climb(method.kind);
        vec![
            Some((index + 1) as f64),
            measured.map(|moments| moments.mean),
            measured.map(|moments| moments.mean_stderr),
            exact.map(|exact| exact.mean),
            measured.map(|moments| moments.variance),
            measured.map(|moments| moments.variance_stderr),
            exact.map(|exact| exact.variance),
            measured.and_then(|moments| moments.snr).map(|snr| snr.ratio),
            exact.and_then(|exact| exact.snr()),
            climb.map(|climb| (climb.path(moment.step).len() - 1) as f64),
            climb.map(|climb| climb.last_gap(log_evidence, moment.step)),
        ]
    });
    Table { header: header.map(str::to_owned).to_vec(), rows: rows.collect() }
}
