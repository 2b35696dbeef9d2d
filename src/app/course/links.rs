//! Links inside a text: they open in the app and keep language, theme and hidden parts.

use leptos::ev::MouseEvent;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use crate::app::navigation::Navigation;

/// The nearest element around the event's target that matches a selector.
pub fn pointed(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

/// Follows the clicked link if it belongs to the app.
pub fn follow(navigation: Navigation, event: &MouseEvent) {
    // With a modifier key the browser opens a new tab or window.
    let has_modifier = event.ctrl_key() || event.meta_key() || event.shift_key();
    let Some(link) = pointed(event, "a[href^='#/']").filter(|_| !has_modifier) else { return };
    event.prevent_default();
    navigation.follow_link(&link.get_attribute("href").unwrap_or_default());
}
