//! The controls of a training run: play, step, rewind, its moments, and the exports of its network.

use leptos::prelude::*;

use super::answers::FILE;
use super::trainer::Trainer;
use crate::app::context::{LATENT, Preferences, Training};
use crate::app::opening::OpenFiles;
use crate::app::shared::shared;
use crate::app::sheet::Moments;
use crate::app::storage::kept_run;
use crate::app::widgets::player::{Playable, PlayerNames, player_buttons};
use elboscope::lab_worker::Purpose;
use elboscope::state::Tempo;

const NAMES: PlayerNames = PlayerNames {
    actions: ["play", "train-step", "train-slow"],
    play: |messages| messages.play,
    play_help: [|messages| messages.train_play_help, |messages| messages.train_pause_help],
    step_help: |messages| messages.train_step_help,
    slow_help: |messages| messages.train_slow_help,
};

impl Playable for Trainer {
    fn tempo(self) -> Tempo {
        Tempo { is_playing: self.is_playing(), is_slow: self.is_slow.get() }
    }

    fn toggle(self) {
        Trainer::toggle(self);
    }

    fn step(self) {
        Trainer::step(self);
    }

    fn toggle_slow(self) {
        Trainer::toggle_slow(self);
    }
}

/// The buttons play, step, slow and rewind, the slider through the run, and the exports of its network.
#[component]
pub fn TrainerControls() -> impl IntoView {
    let trainer = expect_context::<Trainer>();
    let preferences = shared::<Preferences>();
    let training = shared::<Training>();
    let messages = move || preferences.messages();
    let is_plane = move || training.settings.get().latent() == LATENT;
    view! {
        <div class="player" role="group" aria-label=move || messages().train>
            {player_buttons(trainer, NAMES)}
            <button
                type="button"
                data-action="rewind"
                title=move || messages().rewind_help
                on:click=move |_| trainer.rewind()
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
                on:click=move |_| trainer.ask_program(FILE)
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
