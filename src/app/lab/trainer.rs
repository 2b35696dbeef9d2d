//! The controls of a training run: play, step, rewind, its moments, and the exports of its network.

use std::time::Duration;

use leptos::prelude::*;

use super::answers::FILE;
use super::moments::Moments;
use super::player::Player;
use crate::app::context::{LATENT, LabPhase, Labs, Preferences, Training};
use crate::app::opening::OpenFiles;
use crate::app::shared::shared;
use crate::app::storage::kept_run;
use crate::app::widgets::play_button::PlayButton;
use crate::app::workers::LabWorker;
use elboscope::lab::LabState;
use elboscope::lab::training::{self, Order};
use elboscope::lab_worker::{LabCommand, Purpose};
use elboscope::quantity::Quantity;

/// Pause between two steps when slow.
const SLOW: Duration = Duration::from_millis(400);

/// The state of the controls; the player knows whether the worker is training.
#[derive(Clone, Copy)]
struct Trainer {
    labs: Labs,
    worker: LabWorker,
    player: Player,
    /// Whether it takes one step after the other, slowly.
    is_slow: RwSignal<bool>,
    /// Counts how often slow stepping was started: only the newest sequence of steps continues.
    turn: StoredValue<u32>,
}

impl Trainer {
    /// Whether the worker trains without further requests.
    fn is_playing(self) -> bool {
        self.is_slow.get() || self.player.goes_on.get()
    }

    fn order(self, order: Order) {
        self.worker.send(LabCommand::Train(order));
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

    /// Takes the next step once the previous one has been shown, until there is none: a run that diverged takes no
    /// more steps.
    fn creep(self, turn: u32, before: Option<f64>) {
        if self.turn.try_get_value() != Some(turn) || !self.is_slow.get_untracked() {
            return;
        }
        let mut last = before;
        if self.labs.phase.get_untracked() != LabPhase::Computing {
            last = self.step();
            if before.is_some() && last == before {
                self.is_slow.set(false);
                return;
            }
            self.order(Order::Step);
        }
        set_timeout(move || self.creep(turn, last), SLOW);
    }

    /// Requests the network of the moment that is shown.
    fn export(self, purpose: Purpose) {
        let moment = self.player.moment.get_untracked();
        self.worker.send(LabCommand::Export { moment, purpose });
    }
}

/// The buttons play, step, slow and rewind, the slider through the run, and the exports of its network.
#[component]
pub fn TrainerControls() -> impl IntoView {
    let player = expect_context::<Player>();
    let preferences = shared::<Preferences>();
    let labs = shared::<Labs>();
    let training = shared::<Training>();
    let worker = shared::<LabWorker>();
    let (is_slow, turn) = (RwSignal::new(false), StoredValue::new(0));
    let trainer = Trainer { labs, worker, player, is_slow, turn };
    // Another run starts paused.
    Effect::new(move |previous: Option<()>| {
        labs.state.track();
        if previous.is_some() {
            is_slow.set(false);
        }
    });
    let messages = move || preferences.messages();
    let is_plane = move || {
        let has_plane = |state: &LabState| training::latent_of(state.values()) == LATENT;
        labs.state.with(|lab| lab.as_ref().is_some_and(has_plane))
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
                        worker.send(LabCommand::Train(Order::Pause));
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
                    worker.send(LabCommand::Train(Order::Pause));
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
                    worker.send(LabCommand::Program { moment, file: FILE.to_owned() });
                }
            >
                "PyTorch"
            </button>
            <button
                type="button"
                data-action="forget-run"
                hidden=move || !training.has_kept_run.get()
                title=move || messages().forget_run_help
                on:click=move |_| {
                    kept_run::forget();
                    training.has_kept_run.set(false);
                }
            >
                {move || messages().forget_run}
            </button>
        </div>
    }
}
