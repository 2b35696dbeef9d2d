//! The remarks.

use super::draws::DrawStatistics;
use super::run::Modes;
use super::setting::Family;
use crate::evidence::{KHat, Pool, Tail, Verdict};
use crate::lab::Remark;
use crate::state::{Language, Text, number, text};

/// With fewer draws a missed mode is not mentioned.
const FEW: usize = 32;

pub(super) fn remarks(lab: &Modes, step: usize, language: Language) -> Vec<Remark> {
    let moment = if step == 0 { None } else { lab.moment(step) };
    let estimate = match moment {
        Some(moment) => of_estimate(lab, moment, language),
        None => Remark::note(
            text!("Nothing is drawn yet: where will log-IS come to rest, and will k̂ warn?")
                .say(language),
        ),
    };
    [Some(estimate), Some(of_divergences(lab, language)), of_annealing(lab, language)]
        .into_iter()
        .flatten()
        .collect()
}

/// Whether only one of two modes has been drawn.
pub(super) fn is_missed(lab: &Modes, moment: &DrawStatistics) -> bool {
    lab.world.has_two_modes() && moment.draws >= FEW && moment.sides.contains(&0)
}

fn of_estimate(lab: &Modes, moment: &DrawStatistics, language: Language) -> Remark {
    let world = &lab.world;
    let error = moment.estimate.log_evidence - world.truth.log_evidence();
    let stderr = moment.estimate.log_stderr;
    let psis = moment.psis.flatten();
    let k_hat: Option<&KHat> = psis.as_ref().map(|psis| &psis.k_hat);
    let pool = Pool {
        draws: moment.estimate.draws,
        effective: moment.effective_sample_size,
        max_share: moment.max_share,
        k_hat: k_hat.copied(),
    };
    let has_heavy_tail = matches!(pool.tail(), Tail::Heavy | Tail::NoMean);
    let ess = moment.effective_sample_size.unwrap_or(0.0) / moment.draws as f64;
    let values = [
        ("n", number::integer(moment.draws as u64, language)),
        ("ess", number::percent(ess, 0, language)),
        ("effective", number::grouped(ess * moment.draws as f64, 1, language)),
        ("khat", k_hat.map_or("—".to_owned(), |k| number::decimal(k.value, 2, language))),
        ("error", number::nats(error.abs(), 2, language)),
        ("fine", number::nats(error.abs(), 3, language)),
        ("stderr", stderr.map_or("—".to_owned(), |stderr| number::small(stderr, language))),
        ("below", number::integer(moment.sides[0] as u64, language)),
        ("above", number::integer(moment.sides[1] as u64, language)),
        ("share", number::share(moment.max_share.unwrap_or(0.0), language)),
        ("alpha", number::percent(world.setting.share, 0, language)),
    ];
    let say = |text: Text| text.fill(language, &values);
    if is_missed(lab, moment) {
        // If the rounded value is 0.69.
        let is_half = (error + 0.69).abs() < 0.005;
        return Remark::warning(say(match (is_half, pool.verdict(), has_heavy_tail) {
            (true, Verdict::Fine, _) if pool.tail() == Tail::Good => text!(
                "ESS {ess} and k̂ {khat} are fine, and log-IS is {error} = ln 2 too low: all {n} \
                 draws lie in one mode, and no weight tells of what was never drawn.",
            ),
            (true, _, true) => text!(
                "All {n} draws lie in one mode: log-IS is {error} = ln 2 too low. ESS is {ess}; \
                 k̂ {khat} warns of a tail, not of the other mode.",
            ),
            (true, _, false) => text!(
                "All {n} draws lie in one mode: log-IS is {error} = ln 2 too low. ESS is {ess}; \
                 no weight tells of what was never drawn.",
            ),
            (false, ..) => text!(
                "All {n} draws lie on one side: log-IS is {error} nats off, and its own error, ± \
                 {stderr}, knows nothing of the other mode.",
            ),
        }));
    }
    let is_covered = stderr.is_some_and(|stderr| error.abs() <= 3.0 * stderr + 1e-9);
    let is_defended = world.setting.family == Family::Defensive && world.has_two_modes();
    let has_both = !moment.sides.contains(&0);
    if !is_covered {
        return Remark::warning(say(if error < 0.0 {
            text!(
                "log-IS is {error} nats too low, more than three times its own error ± {stderr}: \
                 draws where p(z|x) is are too rare.",
            )
        } else {
            text!(
                "log-IS is {error} nats too high, more than three times its own error ± {stderr}."
            )
        }));
    }
    match pool.verdict() {
        Verdict::HeavyTail if is_defended && has_both => Remark::note(say(text!(
            "The {alpha} from the prior found the other mode: log-IS is {fine} nats off, error ± \
             {stderr}. k̂ {khat} is a false alarm: no weight exceeds max p(x|z)/α.",
        ))),
        Verdict::HeavyTail => Remark::warning(say(text!(
            "log-IS is {fine} nats off, error ± {stderr}, but k̂ {khat} warns: the tail of the \
             weights looks heavy enough to move it still.",
        ))),
        Verdict::OneCarries => Remark::warning(say(text!(
            "log-IS is {fine} nats off, error ± {stderr}, but one draw alone has {share} of the \
             weight.",
        ))),
        Verdict::FewCarry => Remark::warning(say(text!(
            "log-IS is {fine} nats off, error ± {stderr}, but its {n} draws count as {effective}."
        ))),
        Verdict::Nothing | Verdict::TooFew => Remark::note(say(text!(
            "After {n} draws log-IS is {fine} nats off; so few say little of their error."
        ))),
        Verdict::Uneven | Verdict::Fine => Remark::note(say(text!(
            "{below} draws on the left, {above} on the right: log-IS is {fine} nats from log \
             p(x), within what its error ± {stderr} allows.",
        ))),
    }
}

fn of_divergences(lab: &Modes, language: Language) -> Remark {
    let landscape = &lab.landscape;
    let shown = |kl: Option<f64>| kl.map_or("—".to_owned(), |kl| number::nats(kl, 2, language));
    let fine = |kl: Option<f64>| kl.map_or("—".to_owned(), |kl| number::nats(kl, 3, language));
    let values = [
        ("symmetric", shown(Some(landscape.symmetric))),
        ("one", shown(landscape.one_mode.map(|valley| valley[1]))),
        ("reverse", fine(lab.world.terms.map(|terms| terms.kl_posterior))),
        ("forward", fine(lab.world.kl_forward)),
    ];
    let text = match (lab.world.setting.family, landscape.one_mode) {
        (Family::Gaussian, Some([_, kl])) if kl < landscape.symmetric => text!(
            "Reverse KL seeks a mode: the best Gaussian on one is {one} off, the best over both \
             {symmetric}. Forward KL would cover both, with m = 0.",
        ),
        (Family::Gaussian, Some(_)) => text!(
            "Here even reverse KL covers both modes: the best symmetric Gaussian is {symmetric} \
             off, the best on one mode {one}.",
        ),
        (Family::Gaussian, None) => text!(
            "Both directions of KL want m = 0 here: the best Gaussian is {symmetric} nats off."
        ),
        _ => text!(
            "Reverse KL {reverse}, forward KL {forward}: the first punishes q for being where \
             p(z|x) is not, the second for being absent where p(z|x) is.",
        ),
    };
    Remark::note(text.fill(language, &values))
}

fn of_annealing(lab: &Modes, language: Language) -> Option<Remark> {
    let annealing = lab.annealing.borrow();
    let estimate = annealing.estimate()?;
    let stderr = estimate.log_stderr?;
    let error = estimate.log_evidence - lab.world.truth.log_evidence();
    let values = [
        ("t", number::integer(lab.world.setting.temperatures as u64, language)),
        ("error", number::nats(error.abs(), 2, language)),
        ("stderr", number::small(stderr, language)),
        ("cost", number::integer(annealing.evaluations() as u64, language)),
    ];
    let is_off = error.abs() > 3.0 * stderr;
    let text = if is_off {
        text!(
            "AIS with T = {t} is {error} nats off, beyond its error ± {stderr}: take more \
             temperatures.",
        )
    } else if !lab.world.has_two_modes() {
        text!("AIS from the prior is {error} nats off, ± {stderr}, for {cost} evaluations.")
    } else {
        text!(
            "AIS begins at the prior, where both modes can be reached: {error} nats off, ± \
             {stderr}, for {cost} evaluations.",
        )
    };
    let text = text.fill(language, &values);
    Some(if is_off { Remark::warning(text) } else { Remark::note(text) })
}
