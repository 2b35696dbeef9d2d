//! Predictions, answers and reached goals, kept in localStorage, which all tabs share.

use leptos::prelude::*;

use super::local;
use elboscope::state::entries::{self, Entries};

const KEY: &str = "elboscope.course";
/// The key that exists if the lessons' keyboard shortcuts are switched off.
const KEYS_OFF: &str = "elboscope.course.keys-off";

/// The entries by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Notebook {
    entries: Entries,
    /// Whether the storage holds the entries; where it is full, they last as long as the page.
    is_kept: bool,
}

/// The stored entries; empty where there are none.
fn kept() -> Entries {
    entries::read(&local::get(KEY).unwrap_or_default())
}

/// Stores the entries; returns whether that succeeded.
fn keep(entries: &Entries) -> bool {
    let text = (!entries.is_empty()).then(|| entries::written(entries));
    local::set(KEY, text.as_deref())
}

impl Notebook {
    /// Reads the stored entries.
    pub fn open() -> Self {
        Self { entries: kept(), is_kept: true }
    }

    /// The entry of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries.get(name).map(String::as_str)
    }

    /// Reads what another tab has stored. Entries that could not be stored are kept beside it.
    fn take_over(&mut self) {
        let others = kept();
        if self.is_kept {
            self.entries = others;
        } else {
            for (name, value) in others {
                self.entries.entry(name).or_insert(value);
            }
        }
    }

    /// Sets or removes an entry, in the entries that are stored by now.
    pub fn set(&mut self, name: &str, value: Option<String>) {
        self.take_over();
        match value {
            Some(value) => self.entries.insert(name.to_owned(), value),
            None => self.entries.remove(name),
        };
        self.is_kept = keep(&self.entries);
    }

    /// Removes all entries.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.is_kept = keep(&self.entries);
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Follows other tabs: their entries, and whether the lessons' keyboard shortcuts are on.
pub fn follow(notebook: RwSignal<Notebook>, has_keys: RwSignal<bool>) {
    local::follow(KEY, move || {
        let mut present = notebook.get_untracked();
        present.take_over();
        if notebook.with_untracked(|known| *known != present) {
            notebook.set(present);
        }
    });
    local::follow(KEYS_OFF, move || has_keys.set(!are_keys_off()));
}

/// Whether the user has switched the lessons' keyboard shortcuts off.
pub fn are_keys_off() -> bool {
    local::get(KEYS_OFF).is_some()
}

/// Remembers whether the keys of the lessons are on; where there is no room the choice lasts as long as the page.
pub fn keep_keys(are_on: bool) {
    local::set(KEYS_OFF, (!are_on).then_some("1"));
}
