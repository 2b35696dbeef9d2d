//! A button that shows a sign and has a name.

use leptos::prelude::*;

use crate::app::context::Preferences;
use crate::app::shared::shared;
use elboscope::state::Messages;

/// The sign is shown; `name` is the tooltip and the accessible name.
#[component]
pub fn IconButton(
    /// The value of `data-action`, for scripts and tests.
    action: &'static str,
    /// One character.
    sign: &'static str,
    name: fn(&Messages) -> &'static str,
    #[prop(optional, into)] disabled: Signal<bool>,
    on_press: impl Fn() + 'static,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    view! {
        <button
            type="button"
            class="icon"
            data-action=action
            title=move || name(preferences.messages())
            aria-label=move || name(preferences.messages())
            disabled=disabled
            on:click=move |_| on_press()
        >
            {sign}
        </button>
    }
}
