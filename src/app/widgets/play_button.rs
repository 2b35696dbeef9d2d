//! The button that starts and pauses something that plays.

use leptos::prelude::*;

use crate::app::context::Preferences;
use crate::app::shared::shared;
use elboscope::state::Messages;

/// Shows `label` while nothing plays, and "pause" while it plays.
#[component]
pub fn PlayButton(
    /// The value of `data-action`, for scripts and tests.
    action: &'static str,
    label: fn(&Messages) -> &'static str,
    #[prop(into)] help: Signal<&'static str>,
    #[prop(into)] is_playing: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    on_press: impl Fn() + 'static,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    view! {
        <button
            type="button"
            class="primary"
            data-action=action
            aria-pressed=move || is_playing.get().to_string()
            title=move || help.get()
            disabled=disabled
            on:click=move |_| on_press()
        >
            {move || {
                let messages = preferences.messages();
                if is_playing.get() {
                    format!("{} ❚❚", messages.pause)
                } else {
                    format!("{} ▸", label(messages))
                }
            }}
        </button>
    }
}
