//! The numbers and the table.

use super::exact;
use super::orders::excess;
use super::pictures::Theory;
use super::replicates::{CUBO, DELTA, IWAE, JACKKNIFE_1, JACKKNIFE_2, Mean, RENYI, Seen};
use super::run::BiasRun;
use crate::lab::{Metric, Table};
use crate::quantity::{Form, Quantity};
use crate::state::{Language, Text, number, text};

/// The mean of an estimator at the largest K.
pub(super) fn at_largest(seen: &Seen, estimator: usize) -> Mean {
    seen.means[estimator].last().copied().unwrap_or_default()
}

pub(super) fn metrics(run: &BiasRun, seen: &Seen, language: Language) -> Vec<Metric> {
    let say = |text: Text| text.say(language);
    let log_p = run.oracle.log_evidence();
    let largest = run.setting.largest;
    let nats = Form::Nats(4);
    let exact = run.exact.at(largest).map(|gap| log_p + gap.iwae);
    let mean = |name, label: &str, mean: Mean| {
        Metric::new(name, label, mean.value().map(|gap| log_p + gap), nats)
            .with_stderr(mean.stderr())
    };
    let (chi_square, form) = Form::of_variance(run.oracle.log_ratio_moment(2.0));
    let bound = |order: f64| log_p + excess(&run.oracle, order);
    let order = run.setting.alpha;
    let renyi = format!(
        "{} α = {}, {}",
        say(text!("Rényi bound")),
        number::decimal(order, 2, language),
        say(text!("exact", "feminine"))
    );
    let iwae = say(text!("L_K, mean of replicates"));
    vec![
        Metric::new(Quantity::LogEvidence, say(text!("log p(x), exact")), Some(log_p), nats),
        Metric::new(Quantity::Elbo, say(text!("ELBO = L₁, exact")), Some(run.oracle.elbo()), nats),
        Metric::new(Quantity::IwaeExact, say(text!("E L_K, exact")), exact, nats).of(largest),
        mean(Quantity::Iwae, iwae, at_largest(seen, IWAE)).of(largest),
        mean(Quantity::Delta, say(text!("delta-corrected")), at_largest(seen, DELTA)),
        mean(Quantity::Jackknife1, "JVI-1", at_largest(seen, JACKKNIFE_1)),
        mean(Quantity::Jackknife2, "JVI-2", at_largest(seen, JACKKNIFE_2)),
        mean(Quantity::Sumo, "SUMO", seen.sumo),
        Metric::new(Quantity::RenyiBound, renyi, Some(bound(order)), nats),
        mean(Quantity::Renyi, say(text!("Rényi, mean of replicates")), at_largest(seen, RENYI))
            .of(largest),
        Metric::new(
            Quantity::CuboBound,
            say(text!("CUBO, exact")),
            Some(bound(exact::CUBO_ORDER)),
            nats,
        ),
        mean(Quantity::Cubo, say(text!("CUBO, mean of replicates")), at_largest(seen, CUBO))
            .of(largest),
        Metric::new(Quantity::ChiSquare, say(text!("χ², variance of w/p(x)")), chi_square, form),
        Metric::new(
            Quantity::KHat,
            say(text!("tail index k̂")),
            seen.k_hat.map(|k_hat| k_hat.value),
            Form::TailIndex,
        ),
    ]
}

/// The bias at every rung, exact and measured.
pub(super) fn table(run: &BiasRun, seen: &Seen, language: Language) -> Table {
    let say = |text: Text| text.say(language).to_owned();
    let nats = |label: String| format!("{label} (nats)");
    let stderr = |of: &str| nats(format!("{}, {of}", say(text!("standard error"))));
    let renyi = format!("Rényi α = {}", number::decimal(run.setting.alpha, 2, language));
    let header = vec![
        "K".to_owned(),
        nats(say(text!("bias, exact"))),
        say(text!("estimates")),
        nats(say(text!("bias, measured"))),
        stderr("L_K"),
        nats("−χ²/2K".to_owned()),
        nats("delta".to_owned()),
        stderr("delta"),
        nats(say(text!("JVI-1, exact"))),
        nats("JVI-1".to_owned()),
        stderr("JVI-1"),
        nats(say(text!("JVI-2, exact"))),
        nats("JVI-2".to_owned()),
        stderr("JVI-2"),
        nats(say(text!("CUBO, exact mean"))),
        nats("CUBO".to_owned()),
        stderr("CUBO"),
        nats(format!("{renyi}, {}", say(text!("exact mean")))),
        nats(renyi.clone()),
        stderr(&renyi),
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
