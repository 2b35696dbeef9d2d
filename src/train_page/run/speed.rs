//! The speed of a run, measured by the clock.

/// Time over which the speed is averaged, in milliseconds.
const SPAN: f64 = 1000.0;

/// Steps per second, averaged over about a second.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::train_page) struct Speed {
    /// The time and the step at which the present span began.
    since: Option<(f64, u32)>,
    /// Steps per second in the last complete span.
    steps: Option<f64>,
}

impl Speed {
    /// A step was taken; `now` is in milliseconds.
    pub(super) fn stepped(&mut self, now: f64, step: u32) {
        match self.since {
            None => self.since = Some((now, step)),
            Some((start, first)) if now - start >= SPAN => {
                self.steps = Some(f64::from(step.saturating_sub(first)) * 1e3 / (now - start));
                self.since = Some((now, step));
            }
            Some(_) => {}
        }
    }

    /// `None` before the end of the first span.
    pub(super) fn steps_per_second(&self) -> Option<f64> {
        self.steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_after_a_second_and_renewed_every_second() {
        let mut speed = Speed::default();
        let mut known = Vec::new();
        // 100 steps a second for a second and a half, then 50.
        for step in 0..=250 {
            let now = if step <= 150 { 10 * step } else { 1500 + 20 * (step - 150) };
            speed.stepped(f64::from(now), step);
            known.push(speed.steps_per_second());
        }
        assert_eq!((known[99], known[100]), (None, Some(100.0)));
        // Half a second of each: 50 and 25 steps.
        assert_eq!((known[174], known[175]), (Some(100.0), Some(75.0)));
        assert_eq!(known[225], Some(50.0));
    }
}
