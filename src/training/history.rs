//! The recorded curves of a run, at evenly spaced steps, of bounded length.

use serde::{Deserialize, Serialize};

use super::Bounds;

/// Points after which every second one is dropped; even, so that the last one stays.
const MOST_POINTS: usize = 400;
/// A validation bound that rose by less than this many nats has not risen.
const LEAST_GAIN: f64 = 0.1;

/// One moment of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Steps taken.
    pub step: u32,
    /// Passes through the training images.
    pub epoch: f64,
    /// Mean training ELBO per image since the point before, in nats; none before the first step.
    pub training_elbo: Option<f64>,
    /// On the validation images.
    pub validation: Bounds,
}

/// The points of a run so far, evenly spaced.
///
/// When there are 401, every second one is dropped, its training ELBO going into the next one's mean, and from then
/// on points are recorded at twice the distance: between 200 and 400 points whatever the length of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    interval: u32,
    points: Vec<Point>,
}

impl History {
    /// Empty, for a point every `interval` steps.
    pub(super) fn new(interval: u32) -> Self {
        Self { interval: interval.max(1), points: Vec::new() }
    }

    /// The points, oldest first.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The curves as they were after this many steps, at the distance of now.
    pub fn until(&self, step: u32) -> Self {
        let points = self.points.iter().filter(|point| point.step <= step).cloned().collect();
        Self { interval: self.interval, points }
    }

    /// Whether a point has to be recorded after this many steps.
    pub(super) fn is_due(&self, step: u32) -> bool {
        step.is_multiple_of(self.interval)
    }

    /// Adds a point that was due.
    pub(super) fn push(&mut self, point: Point) {
        self.points.push(point);
        if self.points.len() > MOST_POINTS {
            self.interval = self.interval.saturating_mul(2);
            let all = std::mem::take(&mut self.points);
            let mut given_up = None;
            for (index, mut point) in all.into_iter().enumerate() {
                if index % 2 == 1 {
                    given_up = point.training_elbo;
                    continue;
                }
                point.training_elbo = match (given_up, point.training_elbo) {
                    (Some(before), Some(since)) => Some(0.5 * (before + since)),
                    (_, since) => since,
                };
                self.points.push(point);
            }
        }
    }

    /// The step at which early stopping ends the run if the bound does not rise any more, up to the distance of two
    /// points; `None` without patience, or before there is a point that counts.
    pub(super) fn plateaus_at(&self, patience: u32, warm_up: u32) -> Option<u32> {
        let counted = || self.points.iter().filter(|point| point.step >= warm_up);
        let best = |points: &mut dyn Iterator<Item = &Point>| {
            points.map(|point| point.validation.objective).fold(f64::NEG_INFINITY, f64::max)
        };
        let is_last_gain = |last: &&Point| {
            let before = best(&mut counted().take_while(|point| point.step <= last.step));
            let after = best(&mut counted().filter(|point| point.step > last.step));
            after < before + LEAST_GAIN
        };
        let last_gain = counted().find(is_last_gain)?;
        (patience > 0).then(|| last_gain.step.saturating_add(patience))
    }

    /// Early stopping: whether the validation bound's best value over the last `patience` steps is less than 0.1 nat
    /// above its best before them, counted from the end of the warm-up. A patience of 0 never stops.
    pub(super) fn has_plateaued(&self, patience: u32, warm_up: u32) -> bool {
        let Some(last) = self.points.last() else { return false };
        let Some(since) = last.step.checked_sub(patience) else { return false };
        let best = |is_asked: &dyn Fn(u32) -> bool| {
            let points = self.points.iter().filter(|point| is_asked(point.step));
            points.map(|point| point.validation.objective).fold(f64::NEG_INFINITY, f64::max)
        };
        let before = best(&|step| (warm_up..=since).contains(&step));
        let lately = best(&|step| step > since);
        patience > 0 && before.is_finite() && lately < before + LEAST_GAIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(step: u32, training_elbo: Option<f64>, objective: f64) -> Point {
        let validation = Bounds { objective, reconstruction: 0.0, kl: Vec::new() };
        Point { step, epoch: 0.0, training_elbo, validation }
    }

    fn filled(interval: u32, count: u32, objective: impl Fn(u32) -> f64) -> History {
        let mut history = History::new(interval);
        let mut step = 0;
        for _ in 0..count {
            let elbo = (step > 0).then(|| f64::from(step));
            history.push(point(step, elbo, objective(step)));
            step += 1;
            while !history.is_due(step) {
                step += 1;
            }
        }
        history
    }

    #[test]
    fn a_long_run_has_evenly_spaced_points_from_first_to_last() {
        for count in [1, 2, 400, 401, 402, 1000, 2000] {
            let history = filled(10, count, |_| 0.0);
            let points = history.points();
            assert!(points.len() <= 400, "{count}: {}", points.len());
            assert_eq!(points[0].step, 0);
            assert!(points.windows(2).all(|pair| pair[1].step - pair[0].step == history.interval));
            if count > 400 {
                assert!(points.len() > 200, "{count}: {}", points.len());
            }
        }
    }

    #[test]
    fn what_is_given_up_lives_on_in_the_mean() {
        // Up to 401 points the ELBO since the last one encodes the step itself.
        let history = filled(10, 401, |_| 0.0);
        assert_eq!(history.points().len(), 201);
        assert_eq!(history.points()[0].training_elbo, None);
        for point in &history.points()[1..] {
            // The mean of this step and of the one 10 before.
            assert_eq!(point.training_elbo, Some(f64::from(point.step) - 5.0));
        }
    }

    #[test]
    fn a_bound_has_plateaued_when_its_best_is_old() {
        // Rises by 1 nat in 10 steps up to step 500, then stays.
        let rising = |step: u32| 0.1 * f64::from(step.min(500));
        let has_plateaued = |count| filled(10, count, rising).has_plateaued(100, 0);
        // The last point is at 10 (count − 1): at 590 the last hundred steps still gained a nat.
        assert!(!has_plateaued(60));
        assert!(has_plateaued(61));
        assert!(!filled(10, 61, rising).has_plateaued(0, 0), "without patience there is no end");
        assert!(!filled(10, 61, rising).has_plateaued(1000, 0), "shorter than its patience");
        assert!(!filled(10, 61, rising).has_plateaued(100, 510), "still warming up");
        assert!(
            filled(10, 100, |step| -f64::from(step)).has_plateaued(100, 0),
            "a falling bound rests"
        );
        assert!(!History::new(10).has_plateaued(100, 0));
    }

    #[test]
    fn the_step_of_early_stopping_is_known_beforehand() {
        // Rises by 2 nats at every point until step 500.
        let rising = |step: u32| 0.2 * f64::from(step.min(500));
        for count in [52, 55, 60] {
            assert_eq!(filled(10, count, rising).plateaus_at(100, 0), Some(600), "{count}");
        }
        // While it rises the last point is always the one that counts.
        assert_eq!(filled(10, 31, rising).plateaus_at(100, 0), Some(400));
        let plateaued = filled(10, 61, rising);
        assert!(plateaued.has_plateaued(100, 0) && !filled(10, 60, rising).has_plateaued(100, 0));
        assert_eq!(plateaued.plateaus_at(0, 0), None, "without patience there is no end");
        assert_eq!(plateaued.plateaus_at(100, 601), None, "still warming up");
        assert_eq!(History::new(10).plateaus_at(100, 0), None);
    }

    #[test]
    fn a_tenth_of_a_nat_is_a_gain() {
        let rising = |step: u32| if step < 500 { 0.0 } else { 0.11 };
        assert!(!filled(10, 60, rising).has_plateaued(100, 0));
        let flat = |step: u32| if step < 500 { 0.0 } else { 0.09 };
        assert!(filled(10, 60, flat).has_plateaued(100, 0));
    }
}
