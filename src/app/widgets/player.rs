//! The player of the page: its buttons (play and pause, one step, slow), and the steps that follow each other.

use std::time::Duration;

use leptos::prelude::*;

use super::play_button::PlayButton;
use crate::app::context::Preferences;
use crate::app::platform::debounce::Debounce;
use crate::app::shared::shared;
use elboscope::state::{Messages, Tempo};

/// A text of the interface.
type Message = fn(&Messages) -> &'static str;

/// What can be played. Cheap to copy.
pub trait Playable: Copy + Send + Sync + 'static {
    /// Whether it plays, and how fast; tracked.
    fn tempo(self) -> Tempo;

    /// Whether it can be played now; tracked.
    fn can_play(self) -> bool {
        true
    }

    /// Plays or pauses.
    fn toggle(self);

    /// Pauses and takes one step.
    fn step(self);

    /// Plays slowly, or at full speed again.
    fn toggle_slow(self);
}

/// What the buttons of a player are called.
#[derive(Clone, Copy)]
pub struct PlayerNames {
    /// `data-action` of play, step and slow, for programs and tests.
    pub actions: [&'static str; 3],
    /// What the button says that plays.
    pub play: Message,
    /// What play does, while it is paused and while it plays.
    pub play_help: [Message; 2],
    /// What step and slow do.
    pub step_help: Message,
    pub slow_help: Message,
}

/// Play, step and slow.
pub fn player_buttons(player: impl Playable, names: PlayerNames) -> AnyView {
    [play_button(player, names), step_buttons(player, names)].collect_view().into_any()
}

/// Play, which pauses while it plays.
pub fn play_button(player: impl Playable, names: PlayerNames) -> AnyView {
    let preferences = shared::<Preferences>();
    let is_playing = Signal::derive(move || player.tempo().is_playing);
    view! {
        <PlayButton
            action=names.actions[0]
            label=names.play
            help=Signal::derive(move || {
                names.play_help[usize::from(is_playing.get())](preferences.messages())
            })
            is_playing
            disabled=Signal::derive(move || !player.can_play())
            on_press=move || player.toggle()
        />
    }
    .into_any()
}

/// Step and slow.
pub fn step_buttons(player: impl Playable, names: PlayerNames) -> AnyView {
    let preferences = shared::<Preferences>();
    let messages = move || preferences.messages();
    let [_, step, slow] = names.actions;
    view! {
        <button
            type="button"
            data-action=step
            title=move || (names.step_help)(messages())
            disabled=move || !player.can_play()
            on:click=move |_| player.step()
        >
            {move || messages().step}
        </button>
        <button
            type="button"
            data-action=slow
            title=move || (names.slow_help)(messages())
            aria-pressed=move || player.tempo().is_slow.to_string()
            on:click=move |_| player.toggle_slow()
        >
            {move || messages().slow}
        </button>
    }
    .into_any()
}

/// Takes one step after the other, each after the pause that the one before asks for, until one asks for none. They
/// take the place of the steps that `beat` has waited with.
pub fn play_on(beat: Debounce, advance: impl Fn() -> Option<Duration> + 'static) {
    if let Some(pause) = advance() {
        beat.call(pause, move || play_on(beat, advance));
    }
}
