//! Keeps the address bar and the undo stack in step with the state, and the state in step with them.

use std::time::Duration;

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlInputElement;

use super::Navigation;
use crate::app::platform::debounce::Debounce;
use elboscope::address::{self, Address};
use elboscope::state::Occasion;
use elboscope::state::keys::letter;

/// The debounce before a state is written into the history.
const COMMIT_DELAY: Duration = Duration::from_millis(250);

impl Navigation {
    /// Commits every state once it has stopped changing, and opens the addresses of the browser's buttons and of
    /// pasted links.
    pub fn follow_address_bar(self) {
        let debounce = Debounce::new();
        Effect::new(move |previous: Option<()>| {
            self.stage.page.track();
            self.bench.state.track();
            self.labs.state.track();
            self.training.settings.track();
            self.course.place.track();
            self.course.awaits_step.track();
            let is_moving = self.undo.movement.get().is_some();
            if previous.is_none() || is_moving {
                debounce.cancel();
            } else {
                debounce.call(COMMIT_DELAY, move || self.commit());
            }
        });

        // Language, theme and hidden parts do not change during a drag: they are written at once.
        Effect::new(move |previous: Option<()>| {
            self.preferences.chosen_language.track();
            self.preferences.chosen_theme.track();
            self.preferences.hidden_parts.track();
            if previous.is_some() {
                self.write();
            }
        });

        // All of these listeners last as long as the page. In some browsers a pasted link only fires the second
        // event.
        let _ = window_event_listener(ev::popstate, move |_| self.open());
        let _ = window_event_listener(ev::hashchange, move |_| self.open());
        let _ = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
            let is_command = event.ctrl_key() || event.meta_key();
            // Inside a text field the browser itself undoes typing.
            if !is_command || is_text_field(&event) {
                return;
            }
            match (letter(&event.key(), &event.code()), event.shift_key()) {
                (Some('z'), false) => self.undo(),
                (Some('z'), true) | (Some('y'), _) => self.redo(),
                _ => return,
            }
            event.prevent_default();
        });
    }

    /// Writes the present state into the undo stack and the address bar.
    fn commit(&self) {
        self.undo.history.update(|history| history.commit(untrack(|| self.page())));
        self.write();
    }

    /// Steps back in the undo stack; a state that is not committed yet is committed first.
    pub fn undo(&self) {
        self.commit();
        if let Some(page) = self.undo.history.try_update(|history| history.undo()).flatten() {
            self.show(page);
        }
    }

    /// Whether there is a state to go back to, committed or not.
    pub fn can_undo(&self) -> bool {
        let page = self.page();
        self.undo.history.with(|history| history.can_undo() || *history.present() != page)
    }

    /// Steps forward in the undo stack.
    pub fn redo(&self) {
        if let Some(page) = self.undo.history.try_update(|history| history.redo()).flatten() {
            self.show(page);
        }
    }

    /// Whether there is a state to go forward to.
    pub fn can_redo(&self) -> bool {
        self.undo.history.with(|history| history.can_redo())
    }

    fn write(&self) {
        let text = address::format(&self.address());
        self.notices.end(Occasion::Written(&text));
        if window().location().hash().is_ok_and(|hash| hash == text) {
            return;
        }
        // Browsers refuse more than a few entries per second; the next commit tries again.
        let _ = window()
            .history()
            .and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&text)));
    }

    fn open(&self) {
        let hash = window().location().hash().unwrap_or_default();
        if hash == address::format(&self.address()) {
            return;
        }
        let parsed = address::parse(&hash);
        let Address { page, language, theme, hidden } = parsed.address;
        self.notices.choose_language(language);
        self.preferences.chosen_theme.set(theme);
        self.preferences.hidden_parts.set(hidden);
        self.show(page);
        self.notices.show_notes(&parsed.notes);
    }
}

fn is_text_field(event: &KeyboardEvent) -> bool {
    let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    field.is_some_and(|field| field.type_() != "range")
}
