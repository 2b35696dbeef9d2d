//! The numbers and the table.

use super::exact;
use super::orders::excess;
use super::pictures::Theory;
use super::replicates::{
    CUBO, DELTA, IWAE, JACKKNIFE_1, JACKKNIFE_2, Mean, RENYI, ReplicateStatistics,
};
use super::run::BiasRun;
use crate::lab::{Metric, Table};
use crate::quantity::{Column, Form, Label, Quantity, Unit};
use crate::state::{Language, Text, number, text};

/// The mean of an estimator at the largest K.
pub(super) fn at_largest(seen: &ReplicateStatistics, estimator: usize) -> Mean {
    seen.means[estimator].last().copied().unwrap_or_default()
}

pub(super) fn metrics(
    run: &BiasRun,
    seen: &ReplicateStatistics,
    language: Language,
) -> Vec<Metric> {
    let label = |quantity| Label::of(quantity, language);
    let log_p = run.oracle.log_evidence();
    let largest = run.setting.largest;
    let nats = Form::Nats(4);
    let exact = run.exact.at(largest).map(|gap| log_p + gap.iwae);
    let mean = |label: Label, mean: Mean| {
        Metric::new(label, mean.value().map(|gap| log_p + gap), nats).with_stderr(mean.stderr())
    };
    let (chi_square, form) = Form::of_variance(run.oracle.log_ratio_moment(2.0));
    let bound = |order: f64| log_p + excess(&run.oracle, order);
    let of_replicates = text!("mean of replicates").say(language);
    let iwae = Label::short(Quantity::Iwae, language).qualified(of_replicates);
    let order = run.setting.alpha;
    let renyi = label(Quantity::RenyiBound).qualified(alpha(run, language));
    vec![
        Metric::new(label(Quantity::LogEvidence), Some(log_p), nats),
        Metric::new(label(Quantity::Elbo).equal_to("L₁").exact(), Some(run.oracle.elbo()), nats),
        Metric::new(label(Quantity::IwaeExact), exact, nats).of(largest),
        mean(iwae, at_largest(seen, IWAE)).of(largest),
        mean(label(Quantity::Delta), at_largest(seen, DELTA)),
        mean(label(Quantity::Jackknife1), at_largest(seen, JACKKNIFE_1)),
        mean(label(Quantity::Jackknife2), at_largest(seen, JACKKNIFE_2)),
        mean(label(Quantity::Sumo), seen.sumo),
        Metric::new(renyi, Some(bound(order)), nats),
        mean(label(Quantity::Renyi), at_largest(seen, RENYI)).of(largest),
        Metric::new(label(Quantity::CuboBound), Some(bound(exact::CUBO_ORDER)), nats),
        mean(label(Quantity::Cubo), at_largest(seen, CUBO)).of(largest),
        Metric::new(label(Quantity::ChiSquare), chi_square, form),
        Metric::new(label(Quantity::KHat), seen.k_hat.map(|k_hat| k_hat.value), Form::TailIndex),
    ]
}

/// The order of Rényi's bound: "α = 0.50".
fn alpha(run: &BiasRun, language: Language) -> String {
    format!("α = {}", number::decimal(run.setting.alpha, 2, language))
}

/// The bias at every rung, exact and measured.
pub(super) fn table(run: &BiasRun, seen: &ReplicateStatistics, language: Language) -> Table {
    let say = |text: Text| text.say(language);
    let short = |quantity| Label::short(quantity, language);
    let nats = |name: &str| Column::new(name, Unit::Nats);
    let exact_mean = say(text!("exact mean"));
    let renyi = || short(Quantity::Renyi).qualified(alpha(run, language));
    let header = vec![
        Column::new("K", Unit::Count),
        nats(say(text!("bias, exact"))),
        Column::new(say(text!("estimates")), Unit::Count),
        nats(say(text!("bias, measured"))),
        Column::standard_errors_of(short(Quantity::Iwae)),
        nats("−χ²/2K"),
        Column::of(short(Quantity::Delta)),
        Column::standard_errors_of(short(Quantity::Delta)),
        Column::of(short(Quantity::Jackknife1).exact()),
        Column::of(short(Quantity::Jackknife1)),
        Column::standard_errors_of(short(Quantity::Jackknife1)),
        Column::of(short(Quantity::Jackknife2).exact()),
        Column::of(short(Quantity::Jackknife2)),
        Column::standard_errors_of(short(Quantity::Jackknife2)),
        Column::of(short(Quantity::Cubo).qualified(exact_mean)),
        Column::of(short(Quantity::Cubo)),
        Column::standard_errors_of(short(Quantity::Cubo)),
        Column::of(renyi().qualified(exact_mean)),
        Column::of(renyi()),
        Column::standard_errors_of(renyi()),
    ];
    let rows = run.setting.rungs().enumerate().map(|(rung, k)| {
        let gap = run.exact.at(k);
        let mean = |estimator: usize| seen.means[estimator].get(rung).copied().unwrap_or_default();
        let series = match Theory::of(run) {
            Theory::Inverse(half) => Some(-half / k as f64),
            _ => None,
        };
        vec![
            Some(k as f64),
            gap.map(|gap| gap.iwae),
            Some(mean(IWAE).count() as f64),
            mean(IWAE).value(),
            mean(IWAE).stderr(),
            series,
            mean(DELTA).value(),
            mean(DELTA).stderr(),
            gap.and_then(|gap| gap.jackknife_1),
            mean(JACKKNIFE_1).value(),
            mean(JACKKNIFE_1).stderr(),
            gap.and_then(|gap| gap.jackknife_2),
            mean(JACKKNIFE_2).value(),
            mean(JACKKNIFE_2).stderr(),
            gap.map(|gap| gap.cubo),
            mean(CUBO).value(),
            mean(CUBO).stderr(),
            gap.map(|gap| gap.renyi),
            mean(RENYI).value(),
            mean(RENYI).stderr(),
        ]
    });
    Table { header, rows: rows.collect() }
}
