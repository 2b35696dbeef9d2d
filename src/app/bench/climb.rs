//! The climb: gradient ascent on the ELBO, played at the speed the person chose.

use std::time::Duration;

use leptos::prelude::*;

use crate::app::store::{Movement, Store};
use elboscope::bench::Noise;
use elboscope::exact::exact_elbo;
use elboscope::gradient::{Climb, pathwise_gradient};
use elboscope::reason::reason;
use elboscope::state::{About, BenchState};

/// Pause between steps when slow, and when not.
const SLOW: Duration = Duration::from_millis(450);
const BRISK: Duration = Duration::from_millis(30);
/// Points of the trace that are kept.
const LONGEST_TRACE: usize = 1000;
/// Draws behind one gradient: few enough to see it wobble, many enough to arrive.
const DRAWS: usize = 64;

/// What the climb shows of itself.
#[derive(Clone, Copy)]
pub struct ClimbSignals {
    /// Whether steps follow each other by themselves.
    pub is_playing: RwSignal<bool>,
    /// Whether they follow slowly enough to watch each.
    pub is_slow: RwSignal<bool>,
    /// Steps after which it came to rest.
    pub arrived_after: RwSignal<Option<usize>>,
    /// Where q's mean has been.
    pub trace: RwSignal<Vec<[f64; 2]>>,
    climb: StoredValue<Option<Ascent>>,
}

/// A climb in progress, its noise, and where it left q: if a hand has moved q since, it starts anew.
#[derive(Clone)]
struct Ascent {
    climb: Climb,
    noise: Noise,
    left_at: BenchState,
}

/// Makes the signals available to every part of the bench.
pub fn provide(store: Store) {
    let signals = ClimbSignals {
        is_playing: RwSignal::new(false),
        is_slow: RwSignal::new(false),
        arrived_after: RwSignal::new(None),
        trace: RwSignal::new(Vec::new()),
        climb: StoredValue::new(None),
    };
    provide_context(signals);
    // Another x has another landscape.
    Effect::new(move |previous: Option<_>| {
        let x = store.state.get().x;
        if previous.is_some_and(|previous| previous != x) {
            stop();
            signals.trace.set(Vec::new());
            signals.arrived_after.set(None);
        }
        x
    });
}

/// Stops the climb; a hand on q always wins.
pub fn stop() {
    if let Some(signals) = use_context::<ClimbSignals>() {
        signals.is_playing.set(false);
    }
}

/// Plays or pauses.
pub fn toggle(store: Store, signals: ClimbSignals) {
    let is_playing = !signals.is_playing.get_untracked();
    signals.is_playing.set(is_playing);
    if is_playing {
        // Its steps are one movement for the history.
        store.movement.set(Some(Movement::Climb));
        signals.arrived_after.set(None);
        play(store, signals);
    } else {
        end_movement(store);
    }
}

/// The climb moves q no longer; a hand that took q from it may.
fn end_movement(store: Store) {
    if store.movement.get_untracked() == Some(Movement::Climb) {
        store.movement.set(None);
    }
}

/// Plays slowly enough to watch each step, or at full speed again.
pub fn toggle_slow(store: Store, signals: ClimbSignals) {
    signals.is_slow.update(|is_slow| *is_slow = !*is_slow);
    if signals.is_slow.get_untracked() && !signals.is_playing.get_untracked() {
        toggle(store, signals);
    }
}

/// One step.
pub fn step_once(store: Store, signals: ClimbSignals) {
    signals.is_playing.set(false);
    signals.arrived_after.set(None);
    step(store, signals);
}

fn play(store: Store, signals: ClimbSignals) {
    // Paused, or the bench was left.
    if signals.is_playing.try_get_untracked() != Some(true) {
        end_movement(store);
        return;
    }
    let has_more = step(store, signals);
    if !has_more {
        signals.is_playing.set(false);
        end_movement(store);
        return;
    }
    let pause = if signals.is_slow.get_untracked() { SLOW } else { BRISK };
    set_timeout(move || play(store, signals), pause);
}

/// Takes a step; false once the climb has come to rest or cannot go on.
fn step(store: Store, signals: ClimbSignals) -> bool {
    let state = store.state.get_untracked();
    let (Ok(q), Some(scene)) = (state.proposal(), store.scene.get_untracked()) else {
        return false;
    };
    let kept = signals.climb.try_update_value(Option::take).flatten();
    let mut ascent = kept
        .filter(|ascent| ascent.left_at == state && !ascent.climb.is_at_rest())
        .unwrap_or_else(|| {
            signals.trace.set(vec![state.mu]);
            Ascent { climb: Climb::default(), noise: Noise::new(state.seed), left_at: state }
        });
    let noise = ascent.noise.take(DRAWS);
    let gradient = store.engine.with_value(|engine| {
        let (model, term) = engine.model_and_term()?;
        Some(pathwise_gradient(model, term, &q, &noise))
    });
    let gradient = match gradient {
        Some(Ok(gradient)) => gradient,
        Some(Err(error)) => {
            store.tell(About::Page, [reason(&error)]);
            return false;
        }
        None => return false,
    };
    let (mean, sd, rho) = ascent.climb.step(&q, &gradient, exact_elbo(&q, &scene.field));
    let next = state.with_proposal(mean, sd, rho);
    store.change(|state| *state = next);
    signals.trace.update(|trace| {
        if trace.len() < LONGEST_TRACE {
            trace.push(next.mu);
        }
    });
    ascent.left_at = next;
    let is_at_rest = ascent.climb.is_at_rest();
    if is_at_rest {
        signals.arrived_after.set(Some(ascent.climb.steps()));
    }
    signals.climb.set_value(Some(ascent));
    !is_at_rest
}
