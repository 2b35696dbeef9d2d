//! The remarks.

use super::run::Dimension;
use crate::lab::Remark;
use crate::quantity::BEYOND;
use crate::state::{Language, number, say, text};

/// The target error, in nats, for the number of draws.
const EPSILON: f64 = 0.1;
/// From this share on one weight is said to dominate the estimate.
const OWNER: f64 = 0.25;
/// Smaller errors in nats are not mentioned.
const NEAR: f64 = 0.05;

/// The remarks in this many dimensions.
pub(super) fn remarks(lab: &Dimension, dimension: usize, language: Language) -> Vec<Remark> {
    if dimension == 0 {
        return Vec::new();
    }
    let mut remarks: Vec<Remark> = owner(lab, dimension, language).into_iter().collect();
    remarks.push(per_dimension(lab, dimension, language));
    let log_second_moment = lab.log_second_moment(dimension);
    let needed = log_second_moment.exp_m1() / (EPSILON * EPSILON);
    if log_second_moment.is_infinite() {
        let text =
            text!("v ≤ τ²/2: χ² is infinite; the estimate has no standard error, whatever K is.");
        remarks.push(Remark::warning(text.say(language)));
    } else if needed > lab.setting.draws as f64 {
        // Finite, but too large for a floating-point number.
        let needed =
            if needed.is_finite() { number::small(needed, language) } else { BEYOND.to_owned() };
        let error = number::decimal(EPSILON, 1, language);
        remarks.push(Remark::note(say!(
            language,
            "±{error} nat would take {needed} draws.",
            error,
            needed
        )));
    }
    remarks
}

/// The warning that one draw dominates the estimate.
fn owner(lab: &Dimension, dimension: usize, language: Language) -> Option<Remark> {
    let reading = lab.reading(dimension).filter(|reading| reading.max_share > OWNER)?;
    let share = number::share(reading.max_share, language);
    let draws = number::integer(lab.setting.draws as u64, language);
    let error = number::nats(reading.error.abs(), 1, language);
    if reading.error.abs() < NEAR {
        let near = number::decimal(NEAR, 2, language);
        return Some(Remark::warning(say!(
            language,
            "One of {draws} weights is {share} of the estimate; that it is within {near} nat is \
             luck.",
            draws,
            share,
            near,
        )));
    }
    Some(Remark::warning(if reading.error < 0.0 {
        say!(
            language,
            "One of {draws} weights is {share} of the estimate, which is {error} nats too low.",
            draws,
            share,
            error,
        )
    } else {
        say!(
            language,
            "One of {draws} weights is {share} of the estimate, which is {error} nats too high.",
            draws,
            share,
            error,
        )
    }))
}

/// The gap of one dimension, and of all together.
fn per_dimension(lab: &Dimension, dimension: usize, language: Language) -> Remark {
    let nats = |value: f64| number::small(value, language);
    let (one, all) = (nats(lab.one.kl()), number::nats(lab.kl(dimension), 1, language));
    if lab.one.kl() == 0.0 {
        let text = text!("q is the posterior: all weights are equal, and there is no curse.");
        return Remark::note(text.say(language));
    }
    Remark::note(say!(
        language,
        "Each dimension costs the ELBO {one} nats, {dimension} of them {all}; their 1 + χ² \
         multiply.",
        one,
        dimension = dimension.to_string(),
        all,
    ))
}
