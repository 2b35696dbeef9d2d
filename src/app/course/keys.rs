//! Keyboard shortcuts of a lesson, which can be switched off.
//!
//! R restores the step's state; Page Down and Page Up, the keys of a presenter, scroll the text and then go to the next
//! or the previous step.

use std::{cell::Cell, rc::Rc};

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use crate::app::context::CoursePages;
use crate::app::navigation::Navigation;
use crate::app::platform::dom;
use elboscope::address::CoursePlace;
use elboscope::state::keys::{Focus, WalkKey};

/// The share of the visible text by which one press scrolls; the last lines stay visible.
const LEAF: f64 = 0.85;

/// Largest margin in pixels below the last line of a text.
const MARGIN: f64 = 14.0;

/// Listens in the capture phase for as long as the page is there, so that no control receives these keys.
pub fn follow(course: CoursePages, navigation: Navigation) {
    let is_focused_by_pointer = focus_follows_pointer();
    dom::listen_first("keydown", move |event| {
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else { return };
        let place = course.place.get_untracked();
        let Some(CoursePlace::Step { .. }) = place else { return };
        let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
        if has_modifier || event.is_composing() || !course.has_keys.get_untracked() {
            return;
        }
        let Some(key) = WalkKey::of(&event.key(), &event.code()) else { return };
        if !key.belongs_to_walk(focus_of(&event), is_focused_by_pointer.get()) {
            return;
        }
        match key {
            WalkKey::Restore => navigation.restore_step(),
            WalkKey::On if leaf(1.0) => {}
            WalkKey::Back if leaf(-1.0) => {}
            WalkKey::On => navigation.walk(1),
            WalkKey::Back => navigation.walk(-1),
        }
        event.prevent_default();
        event.stop_propagation();
    });
}

/// Tracks whether the focused element was focused by a pointer press rather than by the keyboard.
fn focus_follows_pointer() -> Rc<Cell<bool>> {
    let is_focused_by_pointer = Rc::new(Cell::new(false));
    let was_pointer_last = Rc::new(Cell::new(false));
    dom::listen_first("pointerdown", {
        let (is_focused, was_last) = (is_focused_by_pointer.clone(), was_pointer_last.clone());
        move |_| {
            is_focused.set(true);
            was_last.set(true);
        }
    });
    dom::listen_first("keydown", {
        let was_last = was_pointer_last.clone();
        move |_| was_last.set(false)
    });
    dom::listen_first("focusin", {
        let is_focused = is_focused_by_pointer.clone();
        move |_| is_focused.set(was_pointer_last.get())
    });
    is_focused_by_pointer
}

/// Scrolls the lesson's text by almost its height, down or up; returns `false` at its end. In the two-column layout
/// the column scrolls, on a phone the page.
fn leaf(direction: f64) -> bool {
    let document = document();
    let column = document.query_selector(".lesson-body").ok().flatten();
    [column, document.scrolling_element()].into_iter().flatten().any(|part| {
        let (at, height) = (f64::from(part.scroll_top()), f64::from(part.client_height()));
        let room = if direction > 0.0 { f64::from(part.scroll_height()) - height - at } else { at };
        // Scrolling by the column's margin alone would show nothing new.
        let can_leaf = room > MARGIN;
        if can_leaf {
            part.set_scroll_top((at + direction * LEAF * height) as i32);
        }
        can_leaf
    })
}

/// The kind of element that has the focus.
fn focus_of(event: &KeyboardEvent) -> Focus {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return Focus::Other;
    };
    let is_in = |selector: &str| target.closest(selector).is_ok_and(|found| found.is_some());
    let field = target.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::type_);
    if is_in("dialog") {
        Focus::Dialog
    } else if is_in("select") {
        Focus::List
    } else if is_in("[role=slider]") || field.as_deref() == Some("range") {
        Focus::Slider
    } else if is_in("textarea") || field.is_some_and(|kind| !is_button(&kind)) {
        Focus::Text
    } else {
        Focus::Other
    }
}

/// Whether an `<input>` of this type is a button rather than a text field.
fn is_button(kind: &str) -> bool {
    matches!(kind, "checkbox" | "radio" | "button" | "submit" | "reset" | "file")
}
