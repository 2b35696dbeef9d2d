//! The notice: what could not be taken as given, shown until it is obsolete or closed.

use leptos::prelude::*;

use crate::app::context::{Notices, Preferences};
use crate::app::shared::shared;
use elboscope::state::Notice;

/// The present notice, if there is one.
#[component]
pub fn Notices() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let notices = shared::<Notices>();
    move || {
        notices.notice.get().map(|Notice { title, lines, .. }| {
            view! {
                <div id="notice" role="alert">
                    <div class="text">
                        {title.map(|title| view! { <strong>{title}</strong> })}
                        {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                    </div>
                    <button
                        type="button"
                        data-action="close-notice"
                        aria-label=preferences.messages().close
                        on:click=move |_| notices.notice.set(None)
                    >
                        "×"
                    </button>
                </div>
            }
        })
    }
}
