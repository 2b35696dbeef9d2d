//! The figures of a moment: bounds, latent plane, images from the decoder, KL per latent dimension.

mod curves;
mod digits;
mod gap;
mod latent;

use candle_core::Result;

use super::exact_curve::ExactCurve;
use crate::figure::Figure;
use crate::model::Vae;
use crate::state::Language;
use crate::training::{Objective, Point, Session};

/// Values further from 0, in nats, are cut off, as long as some values remain: longer numbers do not fit beside an
/// axis. Only a run that diverged or has the wrong sign reaches them.
const FURTHEST: f64 = 9e4;

/// The part of a range within this distance from 0, or the range itself if all of it is outside.
fn within_reach([low, high]: [f64; 2]) -> [f64; 2] {
    let inside = [low.max(-FURTHEST), high.min(FURTHEST)];
    if inside[0] < inside[1] { inside } else { [low, high] }
}

/// A network of a run, at the step that is shown.
pub(super) struct Moment<'a> {
    pub session: &'a Session,
    pub model: &'a Vae,
    pub exact: &'a ExactCurve,
    pub step: u32,
    /// Whether it is the newest.
    pub is_now: bool,
}

impl Moment<'_> {
    /// Whether the negative ELBO is maximised as if it were the ELBO.
    pub(super) fn has_wrong_sign(&self) -> bool {
        self.session.recipe().objective == Objective::WrongSign
    }

    /// The last measurement up to this moment.
    pub(super) fn point(&self) -> Option<&Point> {
        let points = self.session.history().points();
        points.iter().rev().find(|point| point.step <= self.step)
    }
}

/// All figures, the main one first.
pub(super) fn figures(moment: &Moment, language: Language) -> Result<Vec<Figure>> {
    let means = latent::means(moment)?;
    Ok(vec![
        curves::bounds(moment, language),
        latent::plane(moment, &means, language),
        digits::manifold(moment, means.reach, language)?,
        gap::split(moment, language),
        curves::kl(moment, language),
        digits::reconstructions(moment, language)?,
    ])
}
