//! The address bar and the undo stack follow the state, and the state follows them.

use std::time::Duration;

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlInputElement;

use super::debounce::Debounce;
use super::preferences::choose_language;
use super::store::Store;
use elboscope::address::{self, Address};
use elboscope::state::Occasion;
use elboscope::state::keys::letter;

/// A state that has rested this long is worth an entry in the history.
const REST: Duration = Duration::from_millis(250);

/// Commits every state that comes to rest, and opens what the browser's buttons or a pasted link ask for.
pub fn follow(store: Store) {
    let rest = Debounce::new();
    Effect::new(move |previous: Option<()>| {
        store.state.track();
        store.lab.track();
        store.course.place.track();
        store.course.awaits_step.track();
        let is_moving = store.movement.get().is_some();
        if previous.is_none() || is_moving {
            rest.cancel();
        } else {
            rest.call(REST, move || commit(store));
        }
    });

    // Language, theme and hidden parts are no movement: they are written at once.
    Effect::new(move |previous: Option<()>| {
        store.chosen_language.track();
        store.chosen_theme.track();
        store.hidden_parts.track();
        if previous.is_some() {
            write(store);
        }
    });

    // All last as long as the page; a pasted link gives only the second one in some browsers.
    let _ = window_event_listener(ev::popstate, move |_| open(store));
    let _ = window_event_listener(ev::hashchange, move |_| open(store));
    let _ = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        let is_command = event.ctrl_key() || event.meta_key();
        // Inside a text field the browser undoes the typing.
        if !is_command || is_text_field(&event) {
            return;
        }
        match (letter(&event.key(), &event.code()), event.shift_key()) {
            (Some('z'), false) => undo(store),
            (Some('z'), true) | (Some('y'), _) => redo(store),
            _ => return,
        }
        event.prevent_default();
    });
}

/// Puts the present state into the undo stack and the address bar.
fn commit(store: Store) {
    store.history.update(|history| history.commit(untrack(|| store.page())));
    write(store);
}

/// Steps back in the undo stack; a state that has not come to rest yet is a step of its own.
pub fn undo(store: Store) {
    commit(store);
    if let Some(page) = store.history.try_update(|history| history.undo()).flatten() {
        store.show(page);
    }
}

/// Whether there is anything to step back from, at rest or not.
pub fn can_undo(store: Store) -> bool {
    let page = store.page();
    store.history.with(|history| history.can_undo() || *history.present() != page)
}

/// Steps forward in the undo stack.
pub fn redo(store: Store) {
    if let Some(page) = store.history.try_update(|history| history.redo()).flatten() {
        store.show(page);
    }
}

fn is_text_field(event: &KeyboardEvent) -> bool {
    let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    field.is_some_and(|field| field.type_() != "range")
}

fn write(store: Store) {
    let text = address::format(&store.address());
    store.end_notice(Occasion::Written(&text));
    if window().location().hash().is_ok_and(|hash| hash == text) {
        return;
    }
    // Browsers refuse more than a few entries a second; the next rest tries again.
    let _ = window()
        .history()
        .and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&text)));
}

fn open(store: Store) {
    let hash = window().location().hash().unwrap_or_default();
    if hash == address::format(&store.address()) {
        return;
    }
    let parsed = address::parse(&hash);
    let Address { page, language, theme, hidden } = parsed.address;
    choose_language(store, language);
    store.chosen_theme.set(theme);
    store.hidden_parts.set(hidden);
    store.show(page);
    store.tell_notes(&parsed.notes);
}
