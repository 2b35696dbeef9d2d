//! Keys while a lesson is open: R goes back to the step's state, Page Down and Page Up leaf through the
//! text and then through the steps, as the button in a lecturer's hand does. They can be switched off.

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

/// How much of the visible text a press leafs over; the last lines stay to read on from.
const LEAF: f64 = 0.85;

/// Pixels below the last line of a text, at most.
const MARGIN: f64 = 14.0;

/// Listens as long as the page is there, and before the controls do: a key of the walk never reaches one.
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

/// Whether what has the focus was pressed with a pointer, or got it through a press of one, and was not
/// reached by keyboard.
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

/// What the event went to.
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

/// Whether an input element of this type is pressed and not typed into.
fn is_button(kind: &str) -> bool {
    matches!(kind, "checkbox" | "radio" | "button" | "submit" | "reset" | "file")
}
