//! The schedule of the page's computations: the first change after a frame at once, all others at the next frame.

/// While the last change is fewer milliseconds ago, results of a worker wait for the frame of the next change: a
/// frame of their own would delay that one. After a drag the worker sends more of them.
const MOVING: f64 = 40.0;

/// What a change of the state requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnChange {
    /// Compute now and request a frame, which then only paints.
    ComputeNow,
    /// Nothing: the requested frame will compute it.
    Wait,
}

/// What a frame requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFrame {
    /// Compute the changes since the last frame and publish them.
    Compute,
    /// Publish the worker's results.
    Publish,
}

/// The scheduler. It does not depend on a browser: its user requests frames and calls it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frames {
    is_due: bool,
    /// Whether something has changed that the requested frame has to compute.
    is_stale: bool,
    /// The time of the last change, in milliseconds.
    last_change: f64,
}

impl Frames {
    /// The state has changed at `now`, in milliseconds from any origin.
    pub fn change(&mut self, now: f64) -> OnChange {
        self.last_change = now;
        if self.is_due {
            self.is_stale = true;
            return OnChange::Wait;
        }
        self.is_due = true;
        OnChange::ComputeNow
    }

    /// Something has to be computed at the next frame; returns `true` if a frame has to be requested.
    #[must_use]
    pub fn request_computation(&mut self) -> bool {
        self.is_stale = true;
        self.request()
    }

    /// A result of a worker has to be published; returns `true` if a frame has to be requested. During a drag the
    /// frame of the next change publishes it.
    #[must_use]
    pub fn request_publication(&mut self, now: f64) -> bool {
        now - self.last_change > MOVING && self.request()
    }

    fn request(&mut self) -> bool {
        !std::mem::replace(&mut self.is_due, true)
    }

    /// The requested frame has come.
    pub fn frame(&mut self) -> OnFrame {
        self.is_due = false;
        if std::mem::take(&mut self.is_stale) { OnFrame::Compute } else { OnFrame::Publish }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_change_is_computed_at_once_and_its_frame_only_paints() {
        let mut frames = Frames::default();
        assert_eq!(frames.change(0.0), OnChange::ComputeNow);
        assert_eq!(frames.frame(), OnFrame::Publish);
    }

    #[test]
    fn further_changes_are_computed_together_at_the_frame() {
        let mut frames = Frames::default();
        assert_eq!(frames.change(0.0), OnChange::ComputeNow);
        assert_eq!(frames.change(3.0), OnChange::Wait);
        assert_eq!(frames.change(6.0), OnChange::Wait);
        assert_eq!(frames.frame(), OnFrame::Compute);
        assert_eq!(frames.change(20.0), OnChange::ComputeNow);
    }

    #[test]
    fn what_a_worker_tells_waits_while_a_hand_moves() {
        let mut frames = Frames::default();
        frames.change(0.0);
        frames.frame();
        assert!(!frames.request_publication(MOVING), "the next change has a frame for it");
        assert!(frames.request_publication(MOVING + 1.0));
        assert!(!frames.request_publication(MOVING + 2.0), "a frame is due already");
        assert_eq!(frames.frame(), OnFrame::Publish);
    }

    #[test]
    fn a_computation_is_asked_for_once() {
        let mut frames = Frames::default();
        assert!(frames.request_computation());
        assert!(!frames.request_computation());
        assert_eq!(frames.frame(), OnFrame::Compute);
        assert!(frames.request_computation());
    }

    proptest! {
        /// At most one frame is requested at a time, and after it every change has been computed.
        #[test]
        fn nothing_is_left_uncomputed(events in prop::collection::vec(0..4_u8, 0..60)) {
            let (mut frames, mut is_due, mut is_uncomputed) = (Frames::default(), false, false);
            for (at, event) in events.into_iter().enumerate() {
                let now = 25.0 * at as f64;
                match event {
                    0 => match frames.change(now) {
                        OnChange::ComputeNow => {
                            prop_assert!(!is_due);
                            (is_due, is_uncomputed) = (true, false);
                        }
                        OnChange::Wait => {
                            prop_assert!(is_due);
                            is_uncomputed = true;
                        }
                    },
                    1 => {
                        prop_assert_eq!(frames.request_computation(), !is_due);
                        (is_due, is_uncomputed) = (true, true);
                    }
                    2 => {
                        let is_asked = frames.request_publication(now);
                        prop_assert!(!(is_asked && is_due));
                        is_due |= is_asked;
                    }
                    _ if is_due => {
                        let todo = frames.frame();
                        prop_assert_eq!(todo == OnFrame::Compute, is_uncomputed);
                        (is_due, is_uncomputed) = (false, false);
                    }
                    _ => {}
                }
            }
        }
    }
}
