//! The controls of a run of training: play, step, rewind, its moments, and what becomes of its network.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::kept_run::Kept;
use super::moments::Moments;
use super::player::Player;
use super::{export, kept_run};
use crate::app::opening::{LATENT, OpenFiles};
use crate::app::play_button::PlayButton;
use crate::app::store::Store;
use crate::app::{clipboard, engine, workshop_link};
use elboscope::address::Page;
use elboscope::lab::LabState;
use elboscope::lab::training::{self, Order, RunFile};
use elboscope::model::{encoder_proposal, read_weights};
use elboscope::quantity::Quantity;
use elboscope::state::About;
use elboscope::state::messages::opening::RUN_OF_ANOTHER_TAB;
use elboscope::workshop::{Command, Purpose};

/// The name of a saved file, which the PyTorch program loads.
const FILE: &str = "elboscope.safetensors";
/// Pause between two steps when slow.
const SLOW: Duration = Duration::from_millis(400);

/// What goes on here: taken out of the player, which knows whether the workshop still learns.
#[derive(Clone, Copy)]
struct Trainer {
    store: Store,
    player: Player,
    /// One step after the other, slowly.
    is_slow: RwSignal<bool>,
    /// Counts how often it was made slow: only the last time goes on.
    turn: StoredValue<u32>,
}

impl Trainer {
    /// Whether it learns without being asked again.
    fn is_playing(self) -> bool {
        self.is_slow.get() || self.player.goes_on.get()
    }

    fn order(self, order: Order) {
        workshop_link::send(self.store, Command::Train(order));
        self.player.show_whole();
        self.player.ask();
    }

    fn toggle(self) {
        let is_playing = untrack(|| self.is_playing());
        self.is_slow.set(false);
        self.order(if is_playing { Order::Pause } else { Order::Play });
    }

    /// The step that is shown.
    fn step(self) -> Option<f64> {
        self.player.sheet.get_untracked()?.value(Quantity::Step)
    }

    /// Takes the next step once the one before has been shown, until there is none: a run that is broken
    /// goes no further.
    fn creep(self, turn: u32, before: Option<f64>) {
        if self.turn.try_get_value() != Some(turn) || !self.is_slow.get_untracked() {
            return;
        }
        let mut last = before;
        if !self.store.lab_is_busy.get_untracked() {
            last = self.step();
            if before.is_some() && last == before {
                self.is_slow.set(false);
                return;
            }
            self.order(Order::Step);
        }
        set_timeout(move || self.creep(turn, last), SLOW);
    }

    /// Asks for the network of the moment that is shown.
    fn export(self, purpose: Purpose) {
        let moment = self.player.moment.get_untracked();
        workshop_link::send(self.store, Command::Export { moment, purpose });
    }
}

/// Takes in a network that was asked for.
pub fn receive_weights(store: Store, purpose: Purpose, step: u32, values: &[f64], bytes: Vec<u8>) {
    match purpose {
        Purpose::Save => export::save_bytes(&bytes, FILE),
        Purpose::Keep => {
            let kept = kept_run::keep(values, &bytes);
            let could_keep = store
                .can_keep_runs
                .try_update_value(|can| std::mem::replace(can, kept == Kept::Yes));
            let language = store.language.get_untracked();
            // Once said is enough.
            let is_news = could_keep == Some(true);
            match kept {
                Kept::Yes => store.has_kept_run.set(true),
                Kept::NoRoom if is_news => {
                    store.tell(About::Run, [language.messages().run_not_kept.to_owned()]);
                }
                Kept::AnotherTab if is_news => say_not_kept(store),
                Kept::NoRoom | Kept::AnotherTab => {}
            }
        }
        Purpose::Bench => match read_weights(&bytes) {
            Ok(vae) => {
                // q of the network before means nothing in this one's plane.
                let pixels = engine::pixels_of(store, &store.state.get_untracked());
                if let Ok(q) = encoder_proposal(&vae, &pixels) {
                    store.change(|state| *state = state.with_proposal(q.mean(), q.sd(), q.rho()));
                }
                let name = (store.language.get_untracked().messages().trained_name)(step.into());
                engine::use_model(store, vae, bytes, Some(name));
                store.show(Page::Bench(store.state.get_untracked()));
            }
            Err(error) => {
                let messages = store.language.get_untracked().messages();
                store.tell(About::Page, [messages.weights_error(&error)]);
            }
        },
    }
}

/// Says that another tab's run is the one that is kept.
pub fn say_not_kept(store: Store) {
    store.can_keep_runs.set_value(false);
    store.has_kept_run.set(false);
    store.tell(About::Run, [RUN_OF_ANOTHER_TAB.say(store.language.get_untracked()).to_owned()]);
}

/// Whether the run in a file can be gone on with, before anything changes; `images` is the name of the file
/// of images that will be open by then.
///
/// # Errors
/// Says why not.
pub fn check_run(store: Store, bytes: &[u8], images: Option<&str>) -> Result<(), String> {
    let language = store.language.get_untracked();
    let read = RunFile::read(bytes, images);
    read.map(|_| ()).map_err(|reason| reason.say(language).to_owned())
}

/// Shows the run of an opened file, with which the workshop goes on by now.
pub fn show_run(store: Store, values: &[f64]) {
    let take = |state: &mut LabState| {
        for (place, &value) in values.iter().enumerate() {
            state.set(place, value);
        }
    };
    let is_shown = |lab: &Option<LabState>| lab.as_ref().is_some_and(|it| it.lab.is_training());
    if !store.lab.with_untracked(is_shown) {
        store.training.update(take);
        return;
    }
    store.change_lab(take);
    // The same settings are another run now.
    store.run_replacements.update(|count| *count = count.wrapping_add(1));
}

/// Puts the PyTorch program into the clipboard, and says which file it loads.
pub fn copy_program(store: Store, text: String) {
    let messages = store.language.get_untracked().messages();
    spawn_local(async move {
        if clipboard::copy(store, text).await {
            store.tell(About::Page, [(messages.program_copied)(FILE)]);
        }
    });
}

/// Play, step, slow, rewind, the moments of the run, and where its network can go.
#[component]
pub fn TrainerControls() -> impl IntoView {
    let player = expect_context::<Player>();
    let store = expect_context::<Store>();
    let (is_slow, turn) = (RwSignal::new(false), StoredValue::new(0));
    let trainer = Trainer { store, player, is_slow, turn };
    // Another run does not begin by itself.
    Effect::new(move |previous: Option<()>| {
        store.lab.track();
        if previous.is_some() {
            is_slow.set(false);
        }
    });
    let messages = move || store.messages();
    let is_plane = move || {
        let has_plane = |state: &LabState| training::latent_of(state.values()) == LATENT;
        store.lab.with(|lab| lab.as_ref().is_some_and(has_plane))
    };
    view! {
        <div class="player" role="group" aria-label=move || messages().train>
            <PlayButton
                action="play"
                label=|messages| messages.play
                help=Signal::derive(move || {
                    if trainer.is_playing() {
                        messages().train_pause_help
                    } else {
                        messages().train_play_help
                    }
                })
                is_playing=Signal::derive(move || trainer.is_playing())
                on_press=move || trainer.toggle()
            />
            <button
                type="button"
                data-action="train-step"
                title=move || messages().train_step_help
                on:click=move |_| {
                    trainer.is_slow.set(false);
                    if player.goes_on.get_untracked() {
                        workshop_link::send(store, Command::Train(Order::Pause));
                    }
                    trainer.order(Order::Step);
                }
            >
                {move || messages().step}
            </button>
            <button
                type="button"
                data-action="train-slow"
                title=move || messages().train_slow_help
                aria-pressed=move || trainer.is_slow.get().to_string()
                on:click=move |_| {
                    let is_slow = !trainer.is_slow.get_untracked();
                    trainer.is_slow.set(is_slow);
                    workshop_link::send(store, Command::Train(Order::Pause));
                    trainer.turn.update_value(|turn| *turn = turn.wrapping_add(1));
                    if is_slow {
                        trainer.creep(trainer.turn.get_value(), None);
                    }
                }
            >
                {move || messages().slow}
            </button>
            <button
                type="button"
                data-action="rewind"
                title=move || messages().rewind_help
                on:click=move |_| {
                    trainer.is_slow.set(false);
                    trainer.order(Order::Rewind);
                }
            >
                {move || messages().rewind}
            </button>
            <Moments name=|messages| messages.checkpoint_name />
        </div>
        <div class="buttons">
            <OpenFiles />
            <button
                type="button"
                data-action="to-bench"
                disabled=move || !is_plane()
                title=move || {
                    if is_plane() { messages().to_bench_help } else { messages().bench_needs_plane }
                }
                on:click=move |_| trainer.export(Purpose::Bench)
            >
                {move || messages().to_bench}
            </button>
            <button
                type="button"
                data-action="save-weights"
                title=move || messages().save_weights_help
                on:click=move |_| trainer.export(Purpose::Save)
            >
                {move || messages().save_weights}
            </button>
            <button
                type="button"
                data-action="copy-pytorch"
                title=move || messages().copy_pytorch_help
                on:click=move |_| {
                    let moment = player.moment.get_untracked();
                    workshop_link::send(store, Command::Program { moment, file: FILE.to_owned() });
                }
            >
                "PyTorch"
            </button>
            <button
                type="button"
                data-action="forget-run"
                hidden=move || !store.has_kept_run.get()
                title=move || messages().forget_run_help
                on:click=move |_| {
                    kept_run::forget();
                    store.has_kept_run.set(false);
                }
            >
                {move || messages().forget_run}
            </button>
        </div>
    }
}
