//! A modal dialog with a title.

use leptos::ev::KeyboardEvent;
use leptos::html::Dialog;
use leptos::prelude::*;

/// A `<dialog>` with a title whose `id` is `ID-title`; Escape and `<form method="dialog">` close it.
///
/// Setting `is_open` opens the dialog; closing resets it. `on_key` is called for keys pressed in the dialog.
///
/// A function and not a component: its content is already a view, which saves a kilobyte of the download.
pub fn modal(
    id: &'static str,
    title: Signal<String>,
    is_open: RwSignal<bool>,
    on_key: impl Fn(KeyboardEvent) + 'static,
    content: AnyView,
) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (is_open.get(), dialog.open()) {
            (true, false) => {
                // It fails only for a dialog that is already open.
                let _ = dialog.show_modal();
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
            on:close=move |_| is_open.set(false)
            on:keydown=on_key
        >
            <h2 id=title_id>{title}</h2>
            {content}
        </dialog>
    }
    .into_any()
}
