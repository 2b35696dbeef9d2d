//! The remarks.

use super::exact;
use super::numbers::at_largest;
use super::orders::excess;
use super::pictures::{DEVIATIONS, Theory};
use super::replicates::{IWAE, ReplicateStatistics};
use super::run::BiasRun;
use crate::lab::Remark;
use crate::state::{Language, number};

pub(super) fn remarks(
    run: &BiasRun,
    seen: &ReplicateStatistics,
    language: Language,
) -> Vec<Remark> {
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
    // Differences below 1e-12 nats are rounding.
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
    // At most three remarks are shown; the one about SUMO comes last.
    remarks.truncate(3);
    remarks
}

/// The remark that the estimate of an upper bound from K draws is no upper bound, or does not converge.
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
