//! When a goal is reached: its condition has held for a while, in numbers that are at rest.

use std::time::Duration;

/// A condition must have held for so many milliseconds, in which none of its numbers has changed.
const REST: f64 = 300.0;

/// What is seen of a goal on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Whether its condition holds; `None` while a number that it names is not known.
    pub holds: Option<bool>,
    /// The numbers belong to the state that the page is in, at the end of what is computed.
    pub is_settled: bool,
    /// It has been reached before, and stays so.
    pub is_met: bool,
}

/// What comes of a look at the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is reached.
    Reached,
    /// It may be after this time: look again.
    Again(Duration),
    /// Its condition does not hold any more.
    Open,
}

/// Between changes of numbers and looks at the clock. It knows no browser: whoever uses it waits, once at a time.
#[derive(Clone, Copy, Debug, Default)]
pub struct GoalWatch {
    /// Since when the condition has held unchanged, in milliseconds.
    since: Option<f64>,
    /// Somebody waits already.
    is_awaited: bool,
}

impl GoalWatch {
    /// Something that decides the goal has changed now, in milliseconds from any origin; returns after which time
    /// to [`Self::look`], unless somebody waits already or there is nothing to wait for.
    pub fn change(&mut self, sight: Sight, now: f64) -> Option<Duration> {
        let counts = sight.holds == Some(true) && sight.is_settled && !sight.is_met;
        self.since = counts.then_some(now);
        if !counts || self.is_awaited {
            return None;
        }
        self.is_awaited = true;
        Some(pause(REST))
    }

    /// The time to wait is over.
    pub fn look(&mut self, now: f64) -> Look {
        let Some(since) = self.since else {
            self.is_awaited = false;
            return Look::Open;
        };
        let left = since + REST - now;
        if left > 0.0 {
            return Look::Again(pause(left));
        }
        *self = Self::default();
        Look::Reached
    }
}

/// Whole milliseconds, as timers know them, and never too few.
fn pause(milliseconds: f64) -> Duration {
    Duration::from_millis(milliseconds.ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLDS: Sight = Sight { holds: Some(true), is_settled: true, is_met: false };
    const FAILS: Sight = Sight { holds: Some(false), ..HOLDS };

    fn millis(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn a_condition_that_goes_on_holding_is_reached_once() {
        let mut watch = GoalWatch::default();
        assert_eq!(watch.change(HOLDS, 1000.0), Some(millis(300)));
        assert_eq!(watch.look(1300.0), Look::Reached);
        // What is noted changes what is seen, and begins nothing.
        assert_eq!(watch.change(Sight { is_met: true, ..HOLDS }, 1301.0), None);
        assert_eq!(watch.look(1700.0), Look::Open);
        // Struck out of the notebook it can be reached again.
        assert_eq!(watch.change(HOLDS, 2000.0), Some(millis(300)));
        assert_eq!(watch.look(2300.5), Look::Reached);
    }

    #[test]
    fn every_change_begins_the_rest_anew_with_one_wait_at_a_time() {
        let mut watch = GoalWatch::default();
        assert_eq!(watch.change(HOLDS, 0.0), Some(millis(300)));
        for frame in 1..=16 {
            assert_eq!(watch.change(HOLDS, 16.0 * f64::from(frame)), None, "somebody waits");
        }
        // The last change was at 256.
        assert_eq!(watch.look(300.0), Look::Again(millis(256)));
        assert_eq!(watch.look(556.0), Look::Reached);
    }

    #[test]
    fn a_timer_that_is_early_is_no_fault() {
        let mut watch = GoalWatch::default();
        watch.change(HOLDS, 0.25);
        assert_eq!(watch.look(299.75), Look::Again(millis(1)));
        assert_eq!(watch.look(300.75), Look::Reached);
    }

    #[test]
    fn what_passes_through_on_its_way_is_not_reached() {
        let mut watch = GoalWatch::default();
        watch.change(HOLDS, 0.0);
        assert_eq!(watch.change(FAILS, 299.0), None);
        assert_eq!(watch.look(300.0), Look::Open);
        // The next time somebody waits for it anew.
        assert_eq!(watch.change(HOLDS, 400.0), Some(millis(300)));
        // Left and back while somebody waits.
        watch.change(FAILS, 500.0);
        assert_eq!(watch.change(HOLDS, 600.0), None);
        assert_eq!(watch.look(700.0), Look::Again(millis(200)));
        assert_eq!(watch.look(900.0), Look::Reached);
    }

    #[test]
    fn numbers_that_are_unknown_or_not_of_this_state_do_not_count() {
        for sight in [
            Sight { holds: None, ..HOLDS },
            Sight { is_settled: false, ..HOLDS },
            Sight { is_met: true, ..HOLDS },
            FAILS,
        ] {
            let mut watch = GoalWatch::default();
            assert_eq!(watch.change(sight, 0.0), None, "{sight:?}");
            assert_eq!(watch.look(1e6), Look::Open, "{sight:?}");
        }
    }
}
