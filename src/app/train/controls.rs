//! The controls of a run of training: play, step, rewind, its moments, and what becomes of its network.

use leptos::prelude::*;

use super::answers::FILE;
use super::trainer::Trainer;
use crate::app::context::{LATENT, Preferences, Training};
use crate::app::opening::OpenFiles;
use crate::app::shared::shared;
use crate::app::sheet::Moments;
use crate::app::storage::kept_run;
use crate::app::widgets::play_button::PlayButton;
use elboscope::lab_worker::Purpose;

/// Play, step, slow, rewind, the moments of the run, and where its network can go.
#[component]
pub fn TrainerControls() -> impl IntoView {
    let trainer = expect_context::<Trainer>();
    let preferences = shared::<Preferences>();
    let training = shared::<Training>();
    let messages = move || preferences.messages();
    let is_plane = move || training.settings.get().latent() == LATENT;
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
                on:click=move |_| trainer.step()
            >
                {move || messages().step}
            </button>
            <button
                type="button"
                data-action="train-slow"
                title=move || messages().train_slow_help
                aria-pressed=move || trainer.is_slow.get().to_string()
                on:click=move |_| trainer.toggle_slow()
            >
                {move || messages().slow}
            </button>
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
