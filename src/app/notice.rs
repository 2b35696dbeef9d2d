//! Messages to the person: what could not be taken as it was, until it no longer holds or they close it.

use leptos::prelude::*;

use super::store::Store;
use elboscope::state::Notice;

/// The present notice, if there is one.
#[component]
pub fn Notices() -> impl IntoView {
    let store = expect_context::<Store>();
    move || {
        store.notice.get().map(|Notice { title, lines, .. }| {
            view! {
                <div id="notice" role="alert">
                    <div class="text">
                        {title.map(|title| view! { <strong>{title}</strong> })}
                        {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                    </div>
                    <button
                        type="button"
                        data-action="close-notice"
                        aria-label=store.messages().close
                        on:click=move |_| store.notice.set(None)
                    >
                        "×"
                    </button>
                </div>
            }
        })
    }
}
