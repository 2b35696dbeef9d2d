//! A button that copies a text and confirms it for a moment.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::context::{Notices, Preferences};
use crate::app::platform::debounce::Debounce;
use crate::app::shared::shared;
use crate::app::widgets::clipboard;

/// How long the confirmation is shown.
const SAID: Duration = Duration::from_secs(2);

/// `text` is called when the button is pressed.
#[component]
pub fn CopyButton(
    /// The value of `data-action`, for scripts and tests.
    action: &'static str,
    #[prop(into)] label: Signal<&'static str>,
    text: impl Fn() -> String + 'static,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let notices = shared::<Notices>();
    let has_copied = RwSignal::new(false);
    let said = Debounce::new();
    let copy = move |_| {
        let text = text();
        spawn_local(async move {
            if clipboard::copy(notices, text).await {
                // The page may have been left in the meantime: then the value comes back.
                if has_copied.try_set(true).is_none() {
                    said.call(SAID, move || has_copied.set(false));
                }
            }
        });
    };
    view! {
        <button type="button" class=class data-action=action on:click=copy>
            {move || if has_copied.get() { preferences.messages().copied } else { label.get() }}
        </button>
    }
}
