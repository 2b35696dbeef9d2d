//! The browser's own storage: a text under each key, which every tab shares and which may be forbidden or full.

use leptos::ev;
use leptos::prelude::{window, window_event_listener};
use web_sys::Storage;

/// `None` where the browser forbids storage.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// What is kept under a key.
pub fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Keeps a text under a key, or nothing any more; whether that was done.
pub fn set(key: &str, text: Option<&str>) -> bool {
    storage().is_some_and(|storage| match text {
        Some(text) => storage.set_item(key, text).is_ok(),
        None => storage.remove_item(key).is_ok(),
    })
}

/// Calls `on_change` whenever another tab has changed what is kept under a key.
pub fn follow(key: &'static str, on_change: impl Fn() + 'static) {
    let _ = window_event_listener(ev::storage, move |event| {
        // An event without a key means that the storage was cleared.
        if event.key().is_none_or(|changed| changed == key) {
            on_change();
        }
    });
}
