//! Frames: the first change since the last one is computed at once, all others together at the next.

use std::sync::Arc;

use leptos::prelude::*;

use super::Told;
use super::image::pixels_of;
use super::marks::mark;
use crate::app::store::Store;
use crate::bench::Readings;

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
            show_told(store);
            if is_stale {
                update(store);
            }
        });
    }
}

/// Shows what the worker told at the next frame, unless a hand is moving q.
pub(super) fn show_told_soon(store: Store) {
    let last_change = store.engine.with_value(|engine| engine.last_change.get());
    if js_sys::Date::now() - last_change > MOVING {
        request_frame(store);
    }
}

/// Shows what the worker told since the last frame.
pub(super) fn show_told(store: Store) {
    let told = store.engine.try_update_value(|engine| std::mem::take(&mut engine.told));
    let Some(Told { running, ladder, exact_ladder }) = told else { return };
    if running.is_some() {
        store.running.set(running);
    }
    if let Some(ladder) = ladder {
        store.ladder.set(ladder);
    }
    if let Some(exact_ladder) = exact_ladder {
        store.exact_ladder.set(exact_ladder);
    }
}

/// Brings everything that depends on the state up to date.
fn update(store: Store) {
    let state = store.state.get_untracked();
    let pixels = pixels_of(store, &state);
    let Ok(q) = state.proposal() else { return };
    let mut is_new_image = false;
    let updated = store.engine.try_update_value(|engine| -> std::result::Result<_, String> {
        if engine.model.is_some() && engine.image.as_ref().is_none_or(|i| i.pixels != pixels) {
            // Before the fine lattice is there, the time would be the model's.
            if store.is_fine.get_untracked() {
                mark("elboscope:x");
            }
            engine.set_image(pixels).map_err(|error| error.to_string())?;
            engine.decoded_at = None;
            is_new_image = true;
        }
        let is_new_proposal = engine.propose(q, state.seed);
        let noise = engine.noise(state.seed, state.k.get()).to_vec();
        let (Some(model), Some(image)) = (&engine.model, &engine.image) else {
            return Ok((is_new_proposal, None, None));
        };
        let point = state.probe.unwrap_or(state.mu);
        let decoded = (engine.decoded_at != Some(point))
            .then(|| model.vae.mean_image(&point))
            .transpose()
            .map_err(|error| error.to_string())?;
        let has_fields = image.inner.is_some() && image.outer.is_some();
        let scene = store.scene.get_untracked().filter(|_| has_fields);
        let readings = scene
            .map(|scene| Readings::new(&scene, &model.vae, &image.term, &q, &noise))
            .transpose()
            .map_err(|error| error.to_string())?;
        engine.decoded_at = Some(point);
        Ok((is_new_proposal, decoded, readings))
    });
    if is_new_image {
        // An interval around another x would contradict this one's value.
        store.certified.set(None);
        store.awaits_x.set(true);
    }
    match updated {
        Some(Ok((is_new_proposal, decoded, readings))) => {
            if is_new_proposal {
                store.is_busy.set(true);
            }
            if let Some(decoded) = decoded {
                store.decoded.set(Some(Arc::from(decoded)));
            }
            if let Some(readings) = readings {
                store.readings.set(Some(Arc::new(readings)));
            }
        }
        Some(Err(reason)) => store.tell([reason]),
        None => {}
    }
}
