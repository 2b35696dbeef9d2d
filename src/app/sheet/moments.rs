//! The slider through the moments of a computation, with its progress.

use leptos::prelude::*;

use super::Display;
use crate::app::context::Preferences;
use crate::app::shared::shared;
use elboscope::sheet::Playback;
use elboscope::state::{Messages, number};

/// A slider to every moment; its last position follows the newest one.
#[component]
pub fn Moments(
    /// Its accessible name.
    name: fn(&Messages) -> &'static str,
) -> impl IntoView {
    let display = expect_context::<Display>();
    let preferences = shared::<Preferences>();
    let shown = move || display.playback.with(Playback::place);
    view! {
        <input
            type="range"
            id="moment"
            min="0"
            max=move || display.playback.with(Playback::moments)
            step="1"
            aria-label=move || name(preferences.messages())
            aria-valuetext=move || number::integer(shown() as u64, preferences.language.get())
            prop:value=move || shown().to_string()
            on:input:target=move |event| {
                let moment = event.target().value_as_number().max(0.0) as usize;
                display.update(|playback| playback.seek(moment));
            }
        />
        <progress
            max="1"
            hidden=move || display.progress.get() >= 1.0
            prop:value=move || display.progress.get()
            aria-label=move || preferences.messages().computing_name
        ></progress>
    }
}
