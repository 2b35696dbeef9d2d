//! The lab's computation, a slice per frame, and the moment of it that is shown.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use crate::app::engine;
use crate::app::store::Store;
use crate::lab::{LabState, Run, Sheet};
use crate::state::number;

/// Milliseconds of work between two frames.
const SLICE: f64 = 9.0;
/// Pause between steps when slow, and when not.
const SLOW: Duration = Duration::from_millis(450);
const BRISK: Duration = Duration::from_millis(33);
/// A brisk play takes about so many steps, however many there are.
const BRISK_STEPS: usize = 150;

/// What the page of a lab shows, and how it is played.
#[derive(Clone, Copy)]
pub struct Player {
    store: Store,
    /// What is seen now; the last whole one while the next is computed.
    pub sheet: RwSignal<Option<Arc<Sheet>>>,
    /// The share of the computation that is done.
    pub progress: RwSignal<f64>,
    /// How many moments there are.
    pub steps: RwSignal<usize>,
    /// Which one is shown; `None` is the last.
    pub step: RwSignal<Option<usize>>,
    /// Whether moments follow each other by themselves.
    pub is_playing: RwSignal<bool>,
    /// Whether they follow slowly enough to watch each.
    pub is_slow: RwSignal<bool>,
    run: StoredValue<Option<Box<dyn Run>>, LocalStorage>,
    /// Counts the computations: what an abandoned one still does is not shown.
    version: StoredValue<u32>,
}

impl Player {
    /// Begins the computation for the lab in the store, and again whenever its state changes.
    pub fn start(store: Store) -> Self {
        let player = Self {
            store,
            sheet: RwSignal::new(None),
            progress: RwSignal::new(0.0),
            steps: RwSignal::new(0),
            step: RwSignal::new(None),
            is_playing: RwSignal::new(false),
            is_slow: RwSignal::new(false),
            run: StoredValue::new_local(None),
            version: StoredValue::new(0),
        };
        let is_due = Rc::new(Cell::new(false));
        Effect::new(move |_| {
            store.lab.track();
            // A lab that needs the model begins anew when there is one.
            store.hidden.track();
            store.lab_is_busy.set(true);
            if is_due.replace(true) {
                return;
            }
            let is_due = is_due.clone();
            request_animation_frame(move || {
                is_due.set(false);
                if let Some(state) = store.lab.get_untracked() {
                    player.begin(&state);
                }
            });
        });
        Effect::new(move |_| {
            store.language.track();
            player.step.track();
            player.show();
        });
        // What is still under way when the lab is left finds no player, and ends.
        on_cleanup(move || store.lab_is_busy.set(false));
        player
    }

    fn begin(self, state: &LabState) {
        if self.version.try_get_value().is_none() {
            return;
        }
        let started =
            engine::with_model(self.store, |model| (state.lab.start)(state.values(), model));
        match started {
            Ok(run) => {
                self.steps.set(run.steps());
                self.run.set_value(Some(run));
                self.version.update_value(|version| *version = version.wrapping_add(1));
                self.work(self.version.get_value());
            }
            Err(reason) => {
                self.store.lab_is_busy.set(false);
                let is_waiting =
                    state.lab.needs_model && self.store.hidden.get_untracked().is_none();
                if !is_waiting {
                    self.store.tell([reason.say(self.store.language.get_untracked()).to_owned()]);
                }
            }
        }
    }

    /// Works for a part of a frame, shows what there is, and asks for the next frame if there is more.
    fn work(self, version: u32) {
        if self.version.try_get_value() != Some(version) {
            return;
        }
        let start = now();
        let has_more = self.run.try_update_value(|run| {
            let Some(run) = run else { return false };
            loop {
                if !run.advance() {
                    return false;
                }
                if now() - start > SLICE {
                    return true;
                }
            }
        });
        self.show();
        if has_more == Some(true) {
            request_animation_frame(move || self.work(version));
        } else {
            self.store.lab_is_busy.set(false);
            self.store.lab_is_ready.set(true);
        }
    }

    fn show(self) {
        let language = self.store.language.get_untracked();
        let step = self.step.get_untracked();
        let shown = self.run.try_with_value(|run| {
            let run = run.as_ref()?;
            let steps = run.steps();
            Some((run.sheet(step.unwrap_or(steps).min(steps), language), run.progress(), steps))
        });
        if let Some(Some((sheet, progress, steps))) = shown {
            self.steps.set(steps);
            self.progress.set(progress);
            self.sheet.set(Some(Arc::new(sheet)));
        }
    }

    /// Plays from the beginning, or from where it was paused.
    fn toggle(self) {
        let is_playing = !self.is_playing.get_untracked();
        self.is_playing.set(is_playing);
        if is_playing {
            if self.step.get_untracked().is_none_or(|step| step >= self.steps.get_untracked()) {
                self.step.set(Some(0));
            }
            self.play();
        }
    }

    fn play(self) {
        if self.is_playing.try_get_untracked() != Some(true) {
            return;
        }
        let steps = self.steps.get_untracked();
        let is_slow = self.is_slow.get_untracked();
        let stride = if is_slow { 1 } else { steps.div_ceil(BRISK_STEPS).max(1) };
        if !self.go(stride) {
            self.is_playing.set(false);
            return;
        }
        set_timeout(move || self.play(), if is_slow { SLOW } else { BRISK });
    }

    /// Goes so many steps on; false at the end.
    fn go(self, stride: usize) -> bool {
        let steps = self.steps.get_untracked();
        let next = self.step.get_untracked().unwrap_or(0) + stride;
        self.step.set((next < steps).then_some(next));
        next < steps
    }
}

fn now() -> f64 {
    window().performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// Play, step, slow, reset, and a slider through the moments.
#[component]
pub fn PlayerControls() -> impl IntoView {
    let player = expect_context::<Player>();
    let store = player.store;
    let messages = move || store.messages();
    let shown = move || player.step.get().unwrap_or(player.steps.get());
    view! {
        <div class="player" role="group" aria-label=move || messages().player_name>
            <button
                type="button"
                class="primary"
                data-action="play"
                aria-pressed=move || player.is_playing.get().to_string()
                title=move || messages().play_help
                on:click=move |_| player.toggle()
            >
                {move || {
                    if player.is_playing.get() {
                        format!("{} ❚❚", messages().pause)
                    } else {
                        format!("{} ▸", messages().play)
                    }
                }}
            </button>
            <button
                type="button"
                data-action="play-step"
                title=move || messages().play_step_help
                on:click=move |_| {
                    player.is_playing.set(false);
                    if player.step.get_untracked().is_none() {
                        player.step.set(Some(0));
                    } else {
                        player.go(1);
                    }
                }
            >
                {move || messages().step}
            </button>
            <button
                type="button"
                data-action="play-slow"
                title=move || messages().play_slow_help
                aria-pressed=move || player.is_slow.get().to_string()
                on:click=move |_| {
                    player.is_slow.update(|is_slow| *is_slow = !*is_slow);
                    if player.is_slow.get_untracked() && !player.is_playing.get_untracked() {
                        player.toggle();
                    }
                }
            >
                {move || messages().slow}
            </button>
            <button
                type="button"
                data-action="play-reset"
                title=move || messages().reset_help
                on:click=move |_| {
                    player.is_playing.set(false);
                    player.step.set(None);
                    store.change_lab(|state| *state = LabState::new(state.lab));
                }
            >
                {move || messages().reset}
            </button>
            <input
                type="range"
                id="moment"
                min="0"
                max=move || player.steps.get()
                step="1"
                aria-label=move || messages().moment_name
                aria-valuetext=move || number::integer(shown() as u64, store.language.get())
                prop:value=move || shown().to_string()
                on:input:target=move |event| {
                    player.is_playing.set(false);
                    if let Some(step) = number::parse_number(&event.target().value()) {
                        let step = step.max(0.0) as usize;
                        player.step.set((step < player.steps.get_untracked()).then_some(step));
                    }
                }
            />
            <progress
                max="1"
                hidden=move || player.progress.get() >= 1.0
                prop:value=move || player.progress.get()
                aria-label=move || messages().computing_name
            ></progress>
        </div>
    }
}
