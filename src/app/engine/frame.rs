//! Frames: the first change since the last one is computed at once, all others together at the next.

use std::sync::Arc;

use leptos::prelude::*;

use super::image::pixels_of;
use super::marks::mark;
use crate::app::store::Store;
use elboscope::platform::clock;
use elboscope::reason::reason;
use elboscope::state::About;

/// While the state has changed within so many milliseconds, what the worker tells waits for the frame of
/// the next change: a frame of its own would delay that one. Once the hand is still the worker tells more.
const MOVING: f64 = 40.0;

/// Asks for an update at the next frame; asking again before it comes changes nothing.
pub(super) fn request_update(store: Store) {
    store.engine.with_value(|engine| engine.is_stale.set(true));
    request_frame(store);
}

/// Updates now if no frame is due yet, so that all that is left to the frame is to paint it: the first move
/// of a hand since the last frame. Further changes before the frame wait for it.
pub(super) fn update_at_once(store: Store) {
    if store.engine.with_value(|engine| engine.is_frame_due.get()) {
        request_update(store);
    } else {
        request_frame(store);
        update(store);
    }
}

/// Asks for the next frame, which shows what the worker told and brings up to date what is stale.
fn request_frame(store: Store) {
    let is_new = store.engine.with_value(|engine| !engine.is_frame_due.replace(true));
    if is_new {
        request_animation_frame(move || {
            let is_stale = store.engine.with_value(|engine| {
                engine.is_frame_due.set(false);
                engine.is_stale.take()
            });
            if is_stale {
                update(store);
            } else {
                publish(store);
            }
        });
    }
}

/// Shows what the worker told at the next frame, unless a hand is moving q.
pub(super) fn publish_soon(store: Store) {
    let last_change = store.engine.with_value(|engine| engine.last_change.get());
    if clock::now() - last_change > MOVING {
        request_frame(store);
    }
}

/// Shows the readings of what is on the bench now; those of anything else are taken off the page.
pub(super) fn publish(store: Store) {
    let Some(current) = store.engine.try_with_value(|engine| engine.current.clone()) else {
        return;
    };
    show(store.scene, current.scene().cloned(), is_same_allocation);
    show(store.is_fine, current.is_fine(), PartialEq::eq);
    show(store.evidence, current.evidence(), PartialEq::eq);
    show(store.shade, current.shade().cloned(), is_same_allocation);
    show(store.terms, current.terms(), PartialEq::eq);
    show(store.encoder_elbo, current.encoder_elbo(), PartialEq::eq);
    show(store.certified, current.certified(), PartialEq::eq);
    show(store.best, current.best(), PartialEq::eq);
    show(store.awaits_x, current.best().is_none(), PartialEq::eq);
    show(store.readings, current.readings().cloned(), is_same_allocation);
    show(store.running, current.running(), PartialEq::eq);
    show(store.ladder, current.ladder().cloned().unwrap_or_default(), PartialEq::eq);
    show(store.exact_ladder, current.exact_ladder().cloned().unwrap_or_default(), PartialEq::eq);
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

/// Brings everything that depends on the state up to date.
fn update(store: Store) {
    let state = store.state.get_untracked();
    let pixels = pixels_of(store, &state);
    let updated = store.engine.try_update_value(|engine| -> std::result::Result<_, String> {
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
    publish(store);
    show(store.computed_state, Some(state), PartialEq::eq);
    match updated {
        Some(Ok((is_new_proposal, decoded))) => {
            if is_new_proposal {
                store.is_busy.set(true);
            }
            if let Some(decoded) = decoded {
                store.decoded.set(Some(Arc::from(decoded)));
            }
        }
        Some(Err(reason)) => store.tell(About::Page, [reason]),
        None => {}
    }
}
