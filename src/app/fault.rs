//! The message about a breakdown, with a way to continue.

use leptos::prelude::*;

use super::context::{Breakdown, Notices, Preferences};
use super::lazy::Parts;
use super::workers::{BenchWorker, LabWorker};
use crate::app::shared::shared;

/// A worker that ended, or a missing model or part: the page itself still works.
#[component]
pub fn Fault() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let notices = shared::<Notices>();
    let bench_worker = shared::<BenchWorker>();
    let lab_worker = shared::<LabWorker>();
    let parts = expect_context::<Parts>();
    move || {
        notices.breakdown.get().map(|breakdown| {
            let messages = preferences.messages();
            let (title, help, label, action, reason) = match breakdown {
                Breakdown::BenchWorker(reason) => (
                    messages.worker_died,
                    messages.worker_died_help,
                    messages.worker_restart,
                    "restart-bench-worker",
                    reason,
                ),
                Breakdown::LabWorker(reason) => (
                    messages.worker_died,
                    messages.worker_died_help,
                    messages.worker_restart,
                    "restart-lab-worker",
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
                "restart-bench-worker" => bench_worker.start(),
                "restart-lab-worker" => lab_worker.restart(),
                "retry-part" => {
                    notices.breakdown.set(None);
                    parts.retry();
                }
                _ => bench_worker.fetch_shipped_model(),
            };
            let reload = |_| {
                // Where the browser refuses to reload, the message stays.
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
