//! Keys while a lesson is open: R goes back to the step's state, Page Down and Page Up walk through the
//! steps, as the button in a lecturer's hand does.

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::app::store::Store;
use crate::state::CoursePlace;

/// Listens as long as the page is there.
pub fn follow(store: Store) {
    let _ = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        let place = store.course.place.get_untracked();
        let Some(CoursePlace::Step { .. }) = place else { return };
        let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
        if has_modifier || event.default_prevented() || takes_keys(&event) {
            return;
        }
        match event.key().as_str() {
            "r" | "R" => store.restore_step(),
            "PageDown" => store.walk(1),
            "PageUp" => store.walk(-1),
            _ => return,
        }
        event.prevent_default();
    });
}

/// Whether the element with the focus has a use of its own for letters and paging keys.
fn takes_keys(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        target
            .closest("input, textarea, select, [role=slider], dialog")
            .is_ok_and(|found| found.is_some())
    })
}
