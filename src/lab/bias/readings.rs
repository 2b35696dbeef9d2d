//! The numbers, the table and the sentences.

use super::BiasRun;
use super::exact;
use super::experiment::{CUBO, DELTA, IWAE, JACKKNIFE_1, JACKKNIFE_2, Mean, RENYI, Seen};
use super::orders::excess;
use super::pictures::{DEVIATIONS, Theory};
use crate::lab::{Metric, Remark, Table};
use crate::quantity::{Form, Quantity};
use crate::state::{Language, Text, number};

/// The mean of an estimator at the largest K.
fn at_largest(seen: &Seen, estimator: usize) -> Mean {
    seen.means[estimator].last().copied().unwrap_or_default()
}

pub(super) fn metrics(run: &BiasRun, seen: &Seen, language: Language) -> Vec<Metric> {
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
pub(super) fn table(run: &BiasRun, seen: &Seen, language: Language) -> Table {
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

pub(super) fn remarks(run: &BiasRun, seen: &Seen, language: Language) -> Vec<Remark> {
    let say = |en: String, pt: String| match language {
        Language::En => en,
        Language::Pt => pt,
    };
    let small = |value: f64| number::small(value, language);
    let plain = |value: f64| number::decimal(value, 2, language);
    let largest = run.setting.largest;
    let k = number::integer(largest as u64, language);
    let half = number::integer(largest as u64 / 2, language);
    let mut remarks = Vec::new();
    let gaps = run.exact.at(largest / 2).zip(run.exact.at(largest));
    let (before, after) = gaps.map_or((0.0, 0.0), |(before, after)| (before.iwae, after.iwae));
    // 1e-12 nats are rounding.
    let slope = (after < -1e-12).then(|| plain((after / before).log2()));
    let of_slope = match (slope, Theory::of(run)) {
        (None, _) if run.oracle.kl() < 1e-12 => Some(Remark::note(say(
            "q is the posterior: all weights are equal, and their log has no bias.".to_owned(),
            "q é a posterior: todos os pesos são iguais, e o log não tem viés.".to_owned(),
        ))),
        (None, _) => None,
        (Some(slope), Theory::Inverse(_)) => Some(Remark::note(say(
            format!(
                "From K = {half} to {k} the exact bias falls with slope {slope}; for finite \
                χ² it tends to −1."
            ),
            format!(
                "De K = {half} a {k} o viés exato cai com inclinação {slope}; com χ² finito, \
                tende a −1."
            ),
        ))),
        (Some(slope), theory) => {
            let tail = plain(run.oracle.tail_index());
            let limit = match theory {
                Theory::Slower(limit) => plain(limit),
                _ => "−1".to_owned(),
            };
            Some(Remark::warning(say(
                format!(
                    "Infinite variance (tail index k = {tail}): slope {slope} here, {limit} = \
                    −(1/k − 1) in the end. −χ²/2K says nothing."
                ),
                format!(
                    "Variância infinita (índice de cauda k = {tail}): inclinação {slope} \
                    aqui, {limit} = −(1/k − 1) no fim. −χ²/2K nada diz."
                ),
            )))
        }
    };
    remarks.extend(of_slope);
    remarks.extend(false_ceiling(run, language));
    let replicates = number::integer(seen.replicates as u64, language);
    match at_largest(seen, IWAE).stderr() {
        None => remarks.push(Remark::note(say(
            "The lines are exact, without a draw; the replicates will fall around them.".to_owned(),
            "As linhas são exatas, sem nenhuma amostra; as réplicas cairão em torno delas."
                .to_owned(),
        ))),
        Some(stderr) if after.abs() < DEVIATIONS * stderr => remarks.push(Remark::note(say(
            format!(
                "At K = {k} the bias of {} nats drowns in the noise of {replicates} \
                replicates (± {}): only the exact curve shows it.",
                small(after),
                small(stderr)
            ),
            format!(
                "Em K = {k} o viés de {} nats some no ruído de {replicates} réplicas (± {}): \
                só a curva exata o mostra.",
                small(after),
                small(stderr)
            ),
        ))),
        Some(stderr) => remarks.push(Remark::note(say(
            format!(
                "At K = {k} the bias of {} nats stands out from the noise of {replicates} \
                replicates (± {}).",
                small(after),
                small(stderr)
            ),
            format!(
                "Em K = {k} o viés de {} nats se destaca do ruído de {replicates} réplicas \
                (± {}).",
                small(after),
                small(stderr)
            ),
        ))),
    }
    if let Some(sd) = seen.sumo.sd() {
        let draws = number::decimal(run.experiment.sumo_draws(), 0, language);
        let sd = plain(sd);
        remarks.push(Remark::note(say(
            format!(
                "SUMO has no bias with about {draws} draws each, but a single estimate scatters \
                by ± {sd} nats."
            ),
            format!(
                "SUMO não tem viés com cerca de {draws} amostras, mas cada estimativa varia \
                ± {sd} nats."
            ),
        )));
    }
    // There is room for three; the one about SUMO comes last.
    remarks.truncate(3);
    remarks
}

/// An upper bound of which K draws tell another number, said where that is no upper bound or never settles.
fn false_ceiling(run: &BiasRun, language: Language) -> Option<Remark> {
    let largest = run.setting.largest;
    let (bound, mean) = (excess(&run.oracle, exact::CUBO_ORDER), run.exact.at(largest)?.cubo);
    let k = number::integer(largest as u64, language);
    let size = number::nats(mean.abs(), 2, language);
    let text = match (bound == f64::INFINITY, mean < -1e-3, language) {
        (false, false, _) => return None,
        (true, false, Language::En) => format!(
            "CUBO is +∞, yet K = {k} draws estimate it on average only {size} nats above log p(x): \
             it will never settle."
        ),
        (true, false, Language::Pt) => format!(
            "O CUBO é +∞, mas K = {k} amostras o estimam em média só {size} nats acima de log p(x): \
             nunca se estabiliza."
        ),
        (_, true, Language::En) => format!(
            "CUBO is an upper bound, yet K = {k} draws estimate it on average {size} nats below \
             log p(x)."
        ),
        (_, true, Language::Pt) => format!(
            "O CUBO é cota superior, mas K = {k} amostras o estimam em média {size} nats abaixo de \
             log p(x)."
        ),
    };
    Some(Remark::warning(text))
}
