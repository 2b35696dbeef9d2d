//! Copies texts: by the Clipboard API, else by `execCommand`, else the user copies them from a dialog.

use leptos::html::Textarea;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Clipboard, Element, FocusOptions, HtmlDocument, HtmlElement, HtmlTextAreaElement};

use super::modal::modal;
use crate::app::context::{Notices, Preferences};
use crate::app::shared::shared;

/// Copies a text, or shows it; returns `true` if it was copied.
pub async fn copy(notices: Notices, text: String) -> bool {
    let is_copied = match clipboard() {
        Some(clipboard) => JsFuture::from(clipboard.write_text(&text)).await.is_ok(),
        None => false,
    };
    // `execCommand` needs a recent user gesture, so that nothing is awaited where there is no Clipboard API.
    let is_copied = is_copied || copy_selected(&text).unwrap_or(false);
    if !is_copied {
        notices.uncopied.set(Some(text));
    }
    is_copied
}

/// The Clipboard API; absent over plain http and in some frames.
fn clipboard() -> Option<Clipboard> {
    let navigator = window().navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &JsValue::from("clipboard")).ok()?;
    // Not checked by class: an extension or a frame may install an object of its own.
    clipboard.is_object().then(|| clipboard.unchecked_into())
}

/// Copies by selecting the text in a field; `None` where no field can be inserted.
fn copy_selected(text: &str) -> Option<bool> {
    let document = document();
    let focused = document.active_element().and_then(|focus| focus.dyn_into::<HtmlElement>().ok());
    // While a modal dialog is open, only its content can be selected.
    let dialogs = document.query_selector_all("dialog:modal").ok()?;
    let dialog = dialogs.length().checked_sub(1).and_then(|last| dialogs.get(last));
    let host = match dialog {
        Some(dialog) => dialog.dyn_into::<Element>().ok()?,
        None => document.body()?.into(),
    };
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    field.set_value(text);
    field.set_read_only(true);
    field.set_class_name("visually-hidden");
    host.append_child(&field).ok()?;
    let stay = FocusOptions::new();
    stay.set_prevent_scroll(true);
    // Where focusing fails, nothing is copied, which is noticed below.
    let _ = field.focus_with_options(&stay);
    field.select();
    let is_copied = document
        .dyn_ref::<HtmlDocument>()
        .is_some_and(|document| document.exec_command("copy").unwrap_or(false));
    field.remove();
    if let Some(focused) = focused {
        // Restores the focus where that is possible.
        let _ = focused.focus_with_options(&stay);
    }
    Some(is_copied)
}

/// The dialog with a text that could not be copied.
#[component]
pub fn UncopiedText() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let notices = shared::<Notices>();
    let messages = move || preferences.messages();
    let field = NodeRef::<Textarea>::new();
    let is_open = RwSignal::new(false);
    Effect::new(move |_| {
        let (Some(field), Some(text)) = (field.get(), notices.uncopied.get()) else { return };
        field.set_value(&text);
        is_open.set(true);
        // In the next frame the dialog is open.
        request_animation_frame(move || {
            // Without the focus the text can still be selected by hand.
            let _ = field.focus();
            field.select();
        });
    });
    let title = Signal::derive(move || messages().copy_by_hand_title.to_owned());
    let content = view! {
        <p>{move || messages().copy_by_hand}</p>
        <textarea
            node_ref=field
            readonly
            rows="6"
            aria-label=move || messages().copy_by_hand_title
            on:focus:target=move |event| event.target().select()
        ></textarea>
        <form method="dialog" class="buttons">
            <button class="primary">{move || messages().close}</button>
        </form>
    }
    .into_any();
    modal("uncopied", title, is_open, |_| {}, content)
}
