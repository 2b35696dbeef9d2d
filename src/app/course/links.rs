//! Links inside a text: they open in place and keep the reader's language, theme and hidden parts.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use crate::app::preferences::choose_language;
use crate::app::store::Store;
use elboscope::address::{self, CoursePlace, Page};
use elboscope::state::Occasion;

/// The element around the pointer, or around the focus, that a selector names.
pub fn pointed(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

/// Follows the link that was clicked, if it is one of the app's own: beside a lesson the bench and the
/// labs open next to the text.
pub fn follow(store: Store, event: &MouseEvent) {
    // A new tab or window is the browser's business.
    let has_modifier = event.ctrl_key() || event.meta_key() || event.shift_key();
    let Some(link) = pointed(event, "a[href^='#/']").filter(|_| !has_modifier) else { return };
    event.prevent_default();
    let parsed = address::parse(&link.get_attribute("href").unwrap_or_default());
    let address = parsed.address;
    if address.language.is_some() {
        choose_language(store, address.language);
    }
    if address.theme.is_some() {
        store.chosen_theme.set(address.theme);
    }
    if !address.hidden.is_empty() {
        store.hidden_parts.set(address.hidden);
    }
    let is_beside = matches!(store.course.place.get_untracked(), Some(CoursePlace::Step { .. }));
    if is_beside && !matches!(address.page, Page::Course(_)) {
        store.end_notice(Occasion::Followed);
        store.show_stage(address.page);
    } else {
        store.show(address.page);
    }
    store.tell_notes(&parsed.notes);
}
