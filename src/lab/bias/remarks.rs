//! The remarks.

use super::exact;
use super::numbers::at_largest;
use super::orders::excess;
use super::pictures::{DEVIATIONS, Theory};
use super::replicates::{IWAE, ReplicateStatistics};
use super::run::BiasRun;
use crate::lab::Remark;
use crate::state::{Language, number, say, text};

pub(super) fn remarks(
    run: &BiasRun,
    seen: &ReplicateStatistics,
    language: Language,
) -> Vec<Remark> {
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
        (None, _) if run.oracle.kl() < 1e-12 => Some(Remark::note(
            text!("q is the posterior: all weights are equal, and their log has no bias.")
                .say(language),
        )),
        (None, _) => None,
        (Some(slope), Theory::Inverse(_)) => Some(Remark::note(say!(
            language,
            "From K = {half} to {k} the exact bias falls with slope {slope}; for finite χ² it \
             tends to −1.",
            half,
            k,
            slope,
        ))),
        (Some(slope), theory) => {
            let tail = plain(run.oracle.tail_index());
            let limit = match theory {
                Theory::Slower(limit) => plain(limit),
                _ => "−1".to_owned(),
            };
            Some(Remark::warning(say!(
                language,
                "Infinite variance (tail index k = {tail}): slope {slope} here, {limit} = −(1/k − \
                 1) in the end. −χ²/2K says nothing.",
                tail,
                slope,
                limit,
            )))
        }
    };
    remarks.extend(of_slope);
    remarks.extend(false_ceiling(run, language));
    let replicates = number::integer(seen.replicates as u64, language);
    match at_largest(seen, IWAE).stderr() {
        None => remarks.push(Remark::note(
            text!("The lines are exact, without a draw; the replicates will fall around them.")
                .say(language),
        )),
        Some(stderr) if after.abs() < DEVIATIONS * stderr => remarks.push(Remark::note(say!(
            language,
            "At K = {k} the bias of {after} nats drowns in the noise of {replicates} replicates \
             (± {stderr}): only the exact curve shows it.",
            k,
            after = small(after),
            replicates,
            stderr = small(stderr),
        ))),
        Some(stderr) => remarks.push(Remark::note(say!(
            language,
            "At K = {k} the bias of {after} nats stands out from the noise of {replicates} \
             replicates (± {stderr}).",
            k,
            after = small(after),
            replicates,
            stderr = small(stderr),
        ))),
    }
    if let Some(sd) = seen.sumo.sd() {
        let draws = number::decimal(run.experiment.sumo_draws(), 0, language);
        let sd = plain(sd);
        remarks.push(Remark::note(say!(
            language,
            "SUMO has no bias with about {draws} draws each, but a single estimate scatters by ± \
             {sd} nats.",
            draws,
            sd,
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
    let text = match (bound == f64::INFINITY, mean < -1e-3) {
        (false, false) => return None,
        (true, false) => say!(
            language,
            "CUBO is +∞, yet K = {k} draws estimate it on average only {size} nats above log \
             p(x): it will never settle.",
            k,
            size,
        ),
        (_, true) => say!(
            language,
            "CUBO is an upper bound, yet K = {k} draws estimate it on average {size} nats below \
             log p(x).",
            k,
            size,
        ),
    };
    Some(Remark::warning(text))
}
