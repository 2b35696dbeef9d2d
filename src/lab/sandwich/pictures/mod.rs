//! The figures: bounds against T, the paths of the chains, and the thermodynamic integral.

mod bounds;
mod integral;
mod ways;

pub(super) use bounds::bounds;
pub(super) use integral::integral;
pub(super) use ways::ways;

use super::run::ReplayMoment;
use super::run::SandwichBounds;

/// The part of the run that is shown at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReplayView {
    /// The number of T that are complete.
    pub whole: usize,
    /// The T whose chains are drawn, and the share of their path; `None` before the first.
    pub drawn: Option<ReplayMoment>,
}

impl ReplayView {
    /// The part that is shown after so many steps, as far as it is computed.
    pub(super) fn new(run: &SandwichBounds, step: usize) -> Self {
        let Some(moment) = run.moment(step) else { return Self { whole: 0, drawn: None } };
        let whole = if moment.share < 1.0 { moment.rung } else { moment.rung + 1 };
        let drawn = match run.traces.len() {
            0 => None,
            traces if traces <= moment.rung => Some(ReplayMoment { rung: traces - 1, share: 1.0 }),
            _ => Some(moment),
        };
        Self { whole: whole.min(run.rungs().len()), drawn }
    }
}
