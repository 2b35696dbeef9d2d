//! Links inside a text: they open in place and keep the reader's language, theme and hidden parts.

use leptos::ev::MouseEvent;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use crate::app::navigation::Navigation;

/// The element around the pointer, or around the focus, that a selector names.
pub fn pointed(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

/// Follows the link that was clicked, if it is one of the app's own.
pub fn follow(navigation: Navigation, event: &MouseEvent) {
    // A new tab or window is the browser's business.
    let has_modifier = event.ctrl_key() || event.meta_key() || event.shift_key();
    let Some(link) = pointed(event, "a[href^='#/']").filter(|_| !has_modifier) else { return };
    event.prevent_default();
    navigation.follow_link(&link.get_attribute("href").unwrap_or_default());
}
