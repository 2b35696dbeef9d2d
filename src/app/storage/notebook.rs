//! Predictions, answers and goals reached, kept in the browser's own storage, which every tab shares.

use leptos::prelude::*;

use super::local;
use elboscope::state::entries::{self, Entries};

const KEY: &str = "elboscope.course";
/// Present if the keys of the lessons are switched off.
const KEYS_OFF: &str = "elboscope.course.keys-off";

/// What has been done, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Notebook {
    entries: Entries,
    /// The storage holds them too; where it has no room they last as long as the page.
    is_kept: bool,
}

/// What the browser has kept; nothing where it keeps nothing.
fn kept() -> Entries {
    entries::read(&local::get(KEY).unwrap_or_default())
}

/// Keeps the entries; whether there was room.
fn keep(entries: &Entries) -> bool {
    let text = (!entries.is_empty()).then(|| entries::written(entries));
    local::set(KEY, text.as_deref())
}

impl Notebook {
    /// What the browser has kept.
    pub fn open() -> Self {
        Self { entries: kept(), is_kept: true }
    }

    /// What is noted under a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries.get(name).map(String::as_str)
    }

    /// Takes over what another tab has written. Where there was no room for what is noted here, that
    /// stays beside it.
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

    /// Notes something, or strikes it out, in what is kept by now.
    pub fn set(&mut self, name: &str, value: Option<String>) {
        self.take_over();
        match value {
            Some(value) => self.entries.insert(name.to_owned(), value),
            None => self.entries.remove(name),
        };
        self.is_kept = keep(&self.entries);
    }

    /// Strikes everything out.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.is_kept = keep(&self.entries);
    }

    /// Whether nothing is noted.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Takes over what another tab notes, and whether it has switched the keys of the lessons off.
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

/// Whether the person has switched the keys of the lessons off.
pub fn are_keys_off() -> bool {
    local::get(KEYS_OFF).is_some()
}

/// Remembers whether the keys of the lessons are on; where there is no room the choice lasts as long as the page.
pub fn keep_keys(are_on: bool) {
    local::set(KEYS_OFF, (!are_on).then_some("1"));
}
