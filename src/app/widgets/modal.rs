//! A modal dialog with a title.

use leptos::ev::KeyboardEvent;
use leptos::html::Dialog;
use leptos::prelude::*;

/// The browser's own dialog: Escape and `<form method="dialog">` close it.
#[component]
pub fn Modal(
    /// The title's is `ID-title`.
    id: &'static str,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] is_open: Signal<bool>,
    /// It has been opened.
    #[prop(optional)]
    on_open: Option<Callback<()>>,
    /// It has been closed, by the person or by the page.
    on_close: Callback<()>,
    /// A key is pressed in it.
    #[prop(optional)]
    on_key: Option<Callback<KeyboardEvent>>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (is_open.get(), dialog.open()) {
            (true, false) => {
                // It fails only for a dialog that is open already.
                let _ = dialog.show_modal();
                if let Some(on_open) = on_open {
                    untrack(|| on_open.run(()));
                }
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    view! {
        <dialog
            id=id
            node_ref=dialog
            aria-labelledby=labelled_by
            on:close=move |_| on_close.run(())
            on:keydown=move |event| {
                if let Some(on_key) = on_key {
                    on_key.run(event);
                }
            }
        >
            <h2 id=title_id>{title}</h2>
            {children()}
        </dialog>
    }
}
