//! Frames: the first change since the last one is computed at once, all others together at the next.

use std::sync::Arc;

use leptos::prelude::*;

use super::BenchWorker;
use super::marks::mark;
use elboscope::platform::clock;
use elboscope::reason::reason;
use elboscope::state::About;

/// While the state has changed within so many milliseconds, what the worker tells waits for the frame of
/// the next change: a frame of its own would delay that one. Once the hand is still the worker tells more.
const MOVING: f64 = 40.0;

impl BenchWorker {
    /// Asks for an update at the next frame; asking again before it comes changes nothing.
    pub(super) fn request_update(self) {
        self.engine.with_value(|engine| engine.is_stale.set(true));
        self.request_frame();
    }

    /// Updates now if no frame is due yet, so that all that is left to the frame is to paint it: the first move
    /// of a hand since the last frame. Further changes before the frame wait for it.
    pub(super) fn update_at_once(self) {
        if self.engine.with_value(|engine| engine.is_frame_due.get()) {
            self.request_update();
        } else {
            self.request_frame();
            self.update();
        }
    }

    /// Asks for the next frame, which shows what the worker told and brings up to date what is stale.
    fn request_frame(self) {
        let is_new = self.engine.with_value(|engine| !engine.is_frame_due.replace(true));
        if is_new {
            request_animation_frame(move || {
                let is_stale = self.engine.with_value(|engine| {
                    engine.is_frame_due.set(false);
                    engine.is_stale.take()
                });
                if is_stale {
                    self.update();
                } else {
                    self.publish();
                }
            });
        }
    }

    /// Shows what the worker told at the next frame, unless a hand is moving q.
    pub(super) fn publish_soon(self) {
        let last_change = self.engine.with_value(|engine| engine.last_change.get());
        if clock::now() - last_change > MOVING {
            self.request_frame();
        }
    }

    /// Shows the readings of what is on the bench now; those of anything else are taken off the page.
    pub(super) fn publish(self) {
        let Some(current) = self.engine.try_with_value(|engine| engine.current.clone()) else {
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
        let updated = self.engine.try_update_value(|engine| -> std::result::Result<_, String> {
            if engine.model.is_some() && engine.image.as_ref().is_none_or(|i| i.pixels != pixels) {
                // Before the fine lattice is there, the time would be the model's.
                if engine.current.is_fine() {
                    mark("elboscope:x");
                }
                engine.set_image(pixels).map_err(|error| reason(&error))?;
                engine.decoded_at = None;
            }
            let is_new_proposal = engine.propose(&state);
            let Some(decoded) = engine.decode(&state).map_err(|error| reason(&error))? else {
                return Ok((is_new_proposal, None));
            };
            engine.read(&state).map_err(|error| error.to_string())?;
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
            Some(Err(reason)) => self.notices.tell(About::Page, [reason]),
            None => {}
        }
    }
}

/// Compares without looking inside, for what has millions of numbers.
fn is_same_allocation<T>(a: &Option<Arc<T>>, b: &Option<Arc<T>>) -> bool {
    a.as_ref().map(Arc::as_ptr) == b.as_ref().map(Arc::as_ptr)
}

/// Sets a signal unless it holds the same value.
fn show<T: Send + Sync + 'static>(signal: RwSignal<T>, value: T, is_same: impl Fn(&T, &T) -> bool) {
    if !signal.with_untracked(|shown| is_same(shown, &value)) {
        signal.set(value);
    }
}
