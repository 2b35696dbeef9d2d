//! The speed of a run, and the remaining time of the epoch and of the run.

use crate::quantity::{Form, Label, Quantity};
use crate::sheet::Metric;
use crate::state::Language;
use crate::training::Session;

/// The end of a shorter epoch, in seconds, is not shown: it would be over before it is read.
const LEAST_EPOCH: f64 = 2.0;

/// Throughput at this number of steps per second, and the time to the end of the epoch and to early stopping.
pub(super) fn metrics(session: &Session, steps: f64, language: Language) -> Vec<Metric> {
    let metric =
        |quantity, value, form| Metric::new(Label::of(quantity, language), Some(value), form);
    let images = session.recipe().batch as f64 * steps;
    let [epoch, rest] = left(session, steps);
    let mut metrics = vec![
        metric(Quantity::MsPerStep, 1e3 / steps, Form::Plain),
        metric(Quantity::ImagesPerSecond, images, Form::Count),
    ];
    let left = [(Quantity::EpochSecondsLeft, epoch), (Quantity::RestSecondsLeft, rest)];
    metrics.extend(
        left.into_iter()
            .filter_map(|(quantity, seconds)| Some(metric(quantity, seconds?, Form::Seconds))),
    );
    metrics
}

/// Seconds to the end of this epoch, unless epochs are short, and to early stopping if the bound does not rise any
/// more.
fn left(session: &Session, steps: f64) -> [Option<f64>; 2] {
    let (taken, epoch) = (f64::from(session.steps()), session.steps_per_epoch() as f64);
    let in_epoch = (epoch - taken.rem_euclid(epoch)) / steps;
    let to_plateau = session.plateaus_at().map(|end| (f64::from(end) - taken).max(0.0) / steps);
    [Some(in_epoch).filter(|_| epoch / steps >= LEAST_EPOCH), to_plateau]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::{Dataset, Recipe};
    use std::num::NonZeroUsize;

    #[test]
    fn the_time_left_is_that_of_the_steps_left() {
        // 60 images, 54 of them to learn from: six steps of eight are an epoch.
        let images = Dataset::pen_strokes(1, NonZeroUsize::new(60).expect("positive"));
        let recipe = Recipe { hidden: 4, batch: 8, patience: 300, ..Recipe::default() };
        let mut session = Session::new(recipe, &images, None).expect("a run");
        assert_eq!(left(&session, 2.0), [Some(3.0), None], "nothing is measured yet");
        for _ in 0..8 {
            session.step().expect("finite");
        }
        // Four steps to the twelfth; the bounds of step 0 are the only ones, and 300 steps patience.
        assert_eq!(left(&session, 2.0), [Some(2.0), Some(146.0)]);
        assert_eq!(left(&session, 100.0), [None, Some(2.92)]);
        let names = |language| -> Vec<String> {
            metrics(&session, 2.0, language).into_iter().map(|metric| metric.label).collect()
        };
        assert_eq!(names(Language::En).len(), 4);
        assert_ne!(names(Language::En)[3], names(Language::Pt)[3]);
        session.ignore_plateau();
        assert_eq!(left(&session, 2.0), [Some(2.0), None], "it goes on for ever");
    }
}
