//! The numbers and the table.

use super::exact;
use super::orders::excess;
use super::pictures::Theory;
use super::replicates::{
    CUBO, DELTA, IWAE, JACKKNIFE_1, JACKKNIFE_2, Mean, RENYI, ReplicateStatistics,
};
use super::run::BiasRun;
use crate::lab::{Metric, Table};
use crate::quantity::{Form, Quantity};
use crate::state::{Language, Text, number};

/// The mean of an estimator at the largest K.
pub(super) fn at_largest(seen: &ReplicateStatistics, estimator: usize) -> Mean {
    seen.means[estimator].last().copied().unwrap_or_default()
}

pub(super) fn metrics(
    run: &BiasRun,
    seen: &ReplicateStatistics,
    language: Language,
) -> Vec<Metric> {
    let say = |en, pt| Text::new(en, pt).say(language);
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
        say("Rényi bound", "cota de Rényi"),
        number::decimal(order, 2, language),
        say("exact", "exata")
    );
    let iwae = say("L_K, mean of replicates", "L_K, média das réplicas");
    vec![
        Metric::new(
            Quantity::LogEvidence,
            say("log p(x), exact", "log p(x), exato"),
            Some(log_p),
            nats,
        ),
        Metric::new(
            Quantity::Elbo,
            say("ELBO = L₁, exact", "ELBO = L₁, exato"),
            Some(run.oracle.elbo()),
            nats,
        ),
        Metric::new(Quantity::IwaeExact, say("E L_K, exact", "E L_K, exato"), exact, nats)
            .of(largest),
        mean(Quantity::Iwae, iwae, at_largest(seen, IWAE)).of(largest),
        mean(Quantity::Delta, say("delta-corrected", "correção delta"), at_largest(seen, DELTA)),
        mean(Quantity::Jackknife1, "JVI-1", at_largest(seen, JACKKNIFE_1)),
        mean(Quantity::Jackknife2, "JVI-2", at_largest(seen, JACKKNIFE_2)),
        mean(Quantity::Sumo, "SUMO", seen.sumo),
        Metric::new(Quantity::RenyiBound, renyi, Some(bound(order)), nats),
        mean(
            Quantity::Renyi,
            say("Rényi, mean of replicates", "Rényi, média das réplicas"),
            at_largest(seen, RENYI),
        )
        .of(largest),
        Metric::new(
            Quantity::CuboBound,
            say("CUBO, exact", "CUBO, exato"),
            Some(bound(exact::CUBO_ORDER)),
            nats,
        ),
        mean(
            Quantity::Cubo,
            say("CUBO, mean of replicates", "CUBO, média das réplicas"),
            at_largest(seen, CUBO),
        )
        .of(largest),
        Metric::new(
            Quantity::ChiSquare,
            say("χ², variance of w/p(x)", "χ², variância de w/p(x)"),
            chi_square,
            form,
        ),
        Metric::new(
            Quantity::KHat,
            say("tail index k̂", "índice de cauda k̂"),
            seen.k_hat.map(|k_hat| k_hat.value),
            Form::TailIndex,
        ),
    ]
}

/// The bias at every rung, exact and measured.
pub(super) fn table(run: &BiasRun, seen: &ReplicateStatistics, language: Language) -> Table {
    let say = |en: &'static str, pt: &'static str| Text::new(en, pt).say(language).to_owned();
    let nats = |label: String| format!("{label} (nats)");
    let stderr = |of: &str| nats(format!("{}, {of}", say("standard error", "erro-padrão")));
    let renyi = format!("Rényi α = {}", number::decimal(run.setting.alpha, 2, language));
    let header = vec![
        "K".to_owned(),
        nats(say("bias, exact", "viés, exato")),
        say("estimates", "estimativas"),
        nats(say("bias, measured", "viés, medido")),
        stderr("L_K"),
        nats("−χ²/2K".to_owned()),
        nats("delta".to_owned()),
        stderr("delta"),
        nats(say("JVI-1, exact", "JVI-1, exato")),
        nats("JVI-1".to_owned()),
        stderr("JVI-1"),
        nats(say("JVI-2, exact", "JVI-2, exato")),
        nats("JVI-2".to_owned()),
        stderr("JVI-2"),
        nats(say("CUBO, exact mean", "CUBO, média exata")),
        nats("CUBO".to_owned()),
        stderr("CUBO"),
        nats(format!("{renyi}, {}", say("exact mean", "média exata"))),
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
