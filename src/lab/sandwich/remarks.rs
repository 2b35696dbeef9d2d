//! The remarks: at most three sentences.

use super::numbers::width;
use crate::evidence::annealed::{ExactDraws, SandwichRung};
use crate::lab::Remark;
use crate::lab::sandwich::plan::{ModelPlan, Source};
use crate::lab::sandwich::run::SandwichBounds;
use crate::state::{Language, number, say, text};

/// A bound that is wrong by more than this many standard errors is not wrong by chance.
const ERRORS: f64 = 4.0;
/// Below this share of accepted moves chains hardly move.
const FEW: f64 = 0.5;

/// The remarks for the part that is shown.
pub(super) fn remarks(
    run: &SandwichBounds,
    rungs: &[SandwichRung],
    language: Language,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if let Some(trouble) = &run.trouble {
        let stopped = text!("The computation stopped").say(language);
        remarks.push(Remark::warning(format!("{stopped}: {trouble}.")));
    }
    let Some(rung) = rungs.last() else {
        let text = text!(
            "The chains start at draws from a density we know and are led to the posterior, one \
             temperature at a time; T is how many there are.",
        );
        remarks.push(Remark::note(text.say(language)));
        return remarks;
    };
    remarks.push(enclosure(run, rung, language));
    remarks.push(draws(run, language));
    remarks.extend(doubt(run, rung, language));
    remarks.truncate(3);
    remarks
}

/// The interval of log p(x) according to the last T.
fn enclosure(run: &SandwichBounds, rung: &SandwichRung, language: Language) -> Remark {
    let nats = |value: f64| number::nats(value, decimals(run), language);
    let steps = number::integer(rung.steps.get() as u64, language);
    let (lower, known) = (rung.ais.mean, run.world.truth.known().map(|known| known.log_evidence));
    let Some((upper, width)) = rung.bdmc.map(|bound| bound.mean).zip(width(rung)) else {
        return Remark::note(match known {
            Some(exact) => {
                let off = nats((exact - lower).abs());
                if lower <= exact {
                    say!(
                        language,
                        "At T = {steps} AIS lies {off} nats below the exact value; AIS alone \
                         cannot tell that.",
                        steps,
                        off,
                    )
                } else {
                    say!(
                        language,
                        "At T = {steps} AIS lies {off} nats above the exact value; AIS alone \
                         cannot tell that.",
                        steps,
                        off,
                    )
                }
            }
            None => say!(
                language,
                "At T = {steps} log p(x) is at least {lower} on average; how much more, nobody \
                 knows.",
                steps,
                lower = nats(lower),
            ),
        });
    };
    let (low, high, wide) = (nats(lower), nats(upper), nats(width.abs()));
    let text = match known {
        None => say!(
            language,
            "Nobody knows log p(x) here, but on average it lies between the bounds: at T = \
             {steps} {low} and {high}, {wide} nats apart.",
            steps,
            low,
            high,
            wide,
        ),
        Some(exact) => {
            let is_inside = (lower..=upper).contains(&exact);
            let off = nats((lower - exact).max(exact - upper));
            if is_inside {
                say!(
                    language,
                    "At T = {steps} the bounds are {wide} nats apart, and the exact value lies \
                     between them.",
                    steps,
                    wide,
                )
            } else {
                say!(
                    language,
                    "At T = {steps} the bounds are {wide} nats apart and the exact value is {off} \
                     outside: they hold on average, not for every run.",
                    steps,
                    wide,
                    off,
                )
            }
        }
    };
    Remark::note(text)
}

/// The exact draws of the upper bound, or why there is none.
fn draws(run: &SandwichBounds, language: Language) -> Remark {
    let text = match (&run.world.exact_draws, run.plan.source, run.plan.model) {
        (_, Source::Digit(_), _) => {
            let text = text!(
                "No BDMC bound: this x was not simulated from the model, so no exact draw from \
                 its posterior came with it for the reverse chains to start from. In two \
                 dimensions one could be drawn; for a model of any size nobody can.",
            );
            return Remark::warning(text.say(language));
        }
        (_, _, ModelPlan::LinePerfect) => {
            let [elbo, eubo] = run.ends();
            let width = eubo.zip(elbo).map_or(f64::NAN, |(eubo, elbo)| eubo - elbo);
            let width = number::nats(width, 4, language);
            return Remark::note(say!(
                language,
                "With perfect moves AIS is the left sum of the integral and BDMC the right one: \
                 the width is (EUBO − ELBO)/T = {width}/T on equal steps.",
                width,
            ));
        }
        (Some(ExactDraws::Simulated { .. }), ..) => text!(
            "x was simulated, so the z that made it is an exact draw from the posterior; it is a \
             single one, and the upper bound gets no ±.",
        ),
        _ => text!(
            "The posterior is known, so every reverse chain starts from an exact draw of its own."
        ),
    };
    Remark::note(text.say(language))
}

/// A reason why the bounds are not reliable, or differ from what was set.
fn doubt(run: &SandwichBounds, rung: &SandwichRung, language: Language) -> Option<Remark> {
    if let Some(rate) = rung.acceptance.rate().filter(|rate| *rate < FEW) {
        let rate = number::share(rate, language);
        return Some(Remark::warning(say!(
            language,
            "Only {rate} of the moves are accepted: the chains hardly move, and lag behind the \
             temperatures.",
            rate,
        )));
    }
    let crossed = rung.bdmc.zip(rung.ais.stderr).is_some_and(|(upper, error)| {
        rung.ais.mean - upper.mean > ERRORS * error.hypot(upper.stderr.unwrap_or(0.0)).max(1e-9)
    });
    if crossed {
        let is_of_one = matches!(run.world.exact_draws, Some(ExactDraws::Simulated { .. }));
        let text = if is_of_one {
            text!(
                "The bounds have crossed: the one z behind the upper bound is untypical. Try \
                 another seed.",
            )
        } else {
            text!("The bounds have crossed by more than their errors explain.")
        };
        return Some(Remark::warning(text.say(language)));
    }
    run.plan.is_cut.then(|| {
        let chains = number::integer(run.plan.chains.get() as u64, language);
        let most = number::integer(run.plan.most() as u64, language);
        Remark::warning(say!(
            language,
            "So much would take minutes here: {chains} chains and T up to {most} are used.",
            chains,
            most,
        ))
    })
}

fn decimals(run: &SandwichBounds) -> usize {
    if run.plan.model.is_line() { 4 } else { 3 }
}
