//! Frames: the first change after a frame is computed at once, all further ones together at the next frame.

use std::sync::Arc;

use leptos::prelude::*;

use super::BenchWorker;
use super::marks::mark;
use elboscope::platform::clock;
use elboscope::reason::reason;
use elboscope::state::frames::{OnChange, OnFrame};
use elboscope::state::{About, Frames};

impl BenchWorker {
    /// Requests an update at the next frame; a second request before it changes nothing.
    pub(super) fn request_update(self) {
        self.ask_for_frame(Frames::request_computation);
    }

    /// Handles a change of the state: updates now if no frame is due, so that only painting is left to the frame.
    pub(super) fn update_at_once(self) {
        let is_first = |frames: &mut Frames| frames.change(clock::now()) == OnChange::ComputeNow;
        if self.ask_for_frame(is_first) {
            self.update();
        }
    }

    /// Publishes the worker's results at the next frame, unless q is being dragged.
    pub(super) fn publish_soon(self) {
        self.ask_for_frame(|frames| frames.request_publication(clock::now()));
    }

    /// Requests the next frame from the browser if the frames need one; returns whether they do.
    fn ask_for_frame(self, wants_one: impl FnOnce(&mut Frames) -> bool) -> bool {
        let asked = self.inner.try_update_value(|inner| wants_one(&mut inner.frames));
        let is_asked = asked == Some(true);
        if is_asked {
            request_animation_frame(move || {
                match self.inner.try_update_value(|inner| inner.frames.frame()) {
                    Some(OnFrame::Compute) => self.update(),
                    Some(OnFrame::Publish) => self.publish(),
                    None => {}
                }
            });
        }
        is_asked
    }

    /// Publishes the readings that belong to the present state, and removes all others.
    pub(super) fn publish(self) {
        let Some(current) = self.inner.try_with_value(|inner| inner.current.clone()) else {
            return;
        };
        show(self.numbers.scene, current.scene().cloned(), is_same_allocation);
        show(self.numbers.is_fine, current.is_fine(), PartialEq::eq);
        show(self.numbers.evidence, current.evidence(), PartialEq::eq);
        show(self.numbers.shade, current.shade().cloned(), is_same_allocation);
        show(self.numbers.terms, current.terms(), PartialEq::eq);
        show(self.numbers.encoder_elbo, current.encoder_elbo(), PartialEq::eq);
        show(self.numbers.certified, current.certified(), PartialEq::eq);
        show(self.numbers.best, current.best(), PartialEq::eq);
        show(self.numbers.readings, current.readings().cloned(), is_same_allocation);
        show(self.numbers.running, current.running(), PartialEq::eq);
        show(self.numbers.ladder, current.ladder().cloned().unwrap_or_default(), PartialEq::eq);
        show(
            self.numbers.exact_ladder,
            current.exact_ladder().cloned().unwrap_or_default(),
            PartialEq::eq,
        );
    }

    /// Brings everything that depends on the state up to date.
    fn update(self) {
        let state = self.bench.state.get_untracked();
        let pixels = self.bench.pixels_of(&state);
        let updated = self.inner.try_update_value(|inner| -> std::result::Result<_, String> {
            if inner.model.is_some() && inner.image.as_ref().is_none_or(|i| i.pixels != pixels) {
                // Before the fine lattice is ready, the measured time would contain that of the model.
                if inner.current.is_fine() {
                    mark("elboscope:x");
                }
                inner.set_image(pixels).map_err(|error| reason(&error))?;
                inner.decoded_at = None;
            }
            let is_new_proposal = inner.propose(&state);
            let Some(decoded) = inner.decode(&state).map_err(|error| reason(&error))? else {
                return Ok((is_new_proposal, None));
            };
            inner.read(&state).map_err(|error| error.to_string())?;
            Ok((is_new_proposal, decoded))
        });
        self.publish();
        show(self.numbers.computed_state, Some(state), PartialEq::eq);
        match updated {
            Some(Ok((is_new_proposal, decoded))) => {
                if is_new_proposal {
                    self.bench.begin();
                }
                if let Some(decoded) = decoded {
                    self.numbers.decoded.set(Some(Arc::from(decoded)));
                }
            }
            Some(Err(reason)) => self.notices.show(About::Page, [reason]),
            None => {}
        }
    }
}

/// Compares by identity, for values with millions of numbers.
fn is_same_allocation<T>(a: &Option<Arc<T>>, b: &Option<Arc<T>>) -> bool {
    a.as_ref().map(Arc::as_ptr) == b.as_ref().map(Arc::as_ptr)
}

/// Sets a signal unless it already holds the same value.
fn show<T: Send + Sync + 'static>(signal: RwSignal<T>, value: T, is_same: impl Fn(&T, &T) -> bool) {
    if !signal.with_untracked(|shown| is_same(shown, &value)) {
        signal.set(value);
    }
}
