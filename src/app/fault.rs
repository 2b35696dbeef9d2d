//! When something breaks: a message with a way to go on instead of a frozen page.

use leptos::prelude::*;

use super::lazy::Parts;
use super::store::{Breakdown, Store};
use super::{engine, workshop_link};

/// A dead worker, a missing model or part: the page itself still works.
#[component]
pub fn Fault() -> impl IntoView {
    let store = expect_context::<Store>();
    let parts = expect_context::<Parts>();
    move || {
        store.breakdown.get().map(|breakdown| {
            let messages = store.messages();
            let (title, help, label, action, reason) = match breakdown {
                Breakdown::Worker(reason) => (
                    messages.worker_died,
                    messages.worker_died_help,
                    messages.worker_restart,
                    "restart-worker",
                    reason,
                ),
                Breakdown::Workshop(reason) => (
                    messages.worker_died,
                    messages.worker_died_help,
                    messages.worker_restart,
                    "restart-workshop",
                    reason,
                ),
                Breakdown::Model(reason) => {
                    (messages.model_not_fetched, "", messages.retry, "retry-model", reason)
                }
                Breakdown::Part(reason) => {
                    (messages.part_not_fetched, "", messages.retry, "retry-part", reason)
                }
            };
            let go_on = move |_| match action {
                "restart-worker" => engine::start_worker(store),
                "restart-workshop" => workshop_link::restart(store),
                "retry-part" => {
                    store.breakdown.set(None);
                    parts.retry();
                }
                _ => engine::fetch_shipped_model(store),
            };
            let reload = |_| {
                // A browser that refuses to reload leaves the message where it is.
                let _ = window().location().reload();
            };
            view! {
                <div id="fault" role="alertdialog" aria-labelledby="fault-title">
                    <h2 id="fault-title">{title}</h2>
                    <p>{help}</p>
                    <details>
                        <summary>{messages.panic_details}</summary>
                        <pre>{reason}</pre>
                    </details>
                    <div class="buttons">
                        <button type="button" class="primary" data-action=action on:click=go_on>
                            {label}
                        </button>
                        <button type="button" data-action="reload" on:click=reload>
                            {messages.panic_reload}
                        </button>
                    </div>
                </div>
            }
        })
    }
}
