//! Keys while a lesson is open: R goes back to the step's state, Page Down and Page Up leaf through the
//! text and then through the steps, as the button in a lecturer's hand does. They can be switched off.

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::app::store::Store;
use crate::state::CoursePlace;

/// How much of the visible text a press leafs over; the last lines stay to read on from.
const LEAF: f64 = 0.85;

/// Pixels below the last line of a text, at most.
const MARGIN: f64 = 14.0;

/// Listens as long as the page is there.
pub fn follow(store: Store) {
    let _ = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        let place = store.course.place.get_untracked();
        let Some(CoursePlace::Step { .. }) = place else { return };
        if !store.course.has_keys.get_untracked() {
            return;
        }
        let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
        if has_modifier || event.default_prevented() || takes_keys(&event) {
            return;
        }
        match event.key().as_str() {
            "r" | "R" => store.restore_step(),
            "PageDown" if leaf(1.0) => {}
            "PageUp" if leaf(-1.0) => {}
            "PageDown" => store.walk(1),
            "PageUp" => store.walk(-1),
            _ => return,
        }
        event.prevent_default();
    });
}

/// Scrolls on in the lesson's text by nearly its height, down or up; `false` at its end. Beside the page
/// the column scrolls, on a phone the page does.
fn leaf(direction: f64) -> bool {
    let document = document();
    let column = document.query_selector(".lesson-body").ok().flatten();
    [column, document.scrolling_element()].into_iter().flatten().any(|part| {
        let (at, height) = (f64::from(part.scroll_top()), f64::from(part.client_height()));
        let room = if direction > 0.0 { f64::from(part.scroll_height()) - height - at } else { at };
        // The column's own margin is not worth a press.
        let can_leaf = room > MARGIN;
        if can_leaf {
            part.set_scroll_top((at + direction * LEAF * height) as i32);
        }
        can_leaf
    })
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
