//! Predictions, answers and reached goals, kept in localStorage, which all tabs share.

use std::collections::BTreeMap;

use leptos::ev;
use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use web_sys::Storage;

const KEY: &str = "elboscope.course";
/// The key that exists if the lessons' keyboard shortcuts are switched off.
const KEYS_OFF: &str = "elboscope.course.keys-off";

type Entries = BTreeMap<String, String>;

/// The entries by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Notebook {
    entries: Entries,
    /// Whether the storage holds the entries; where it is full, they last as long as the page.
    is_kept: bool,
}

/// `None` where the browser forbids storage.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// The stored entries; empty where there are none.
fn kept() -> Entries {
    let text = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    let decoded = |part: &str| percent_decode_str(part).decode_utf8().ok().map(String::from);
    let mut entries = Entries::new();
    for line in text.unwrap_or_default().lines() {
        if let Some((name, value)) = line.split_once(' ')
            && let (Some(name), Some(value)) = (decoded(name), decoded(value))
        {
            entries.insert(name, value);
        }
    }
    entries
}

/// Stores the entries; returns whether that succeeded.
fn keep(entries: &Entries) -> bool {
    let Some(storage) = storage() else { return false };
    let encoded = |part: &str| utf8_percent_encode(part, NON_ALPHANUMERIC).to_string();
    let lines: Vec<String> = entries
        .iter()
        .map(|(name, value)| format!("{} {}", encoded(name), encoded(value)))
        .collect();
    let done = if lines.is_empty() {
        storage.remove_item(KEY)
    } else {
        storage.set_item(KEY, &lines.join("\n"))
    };
    done.is_ok()
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
    let _ = window_event_listener(ev::storage, move |event| {
        // An event without a key means that the storage was cleared.
        if event.key().is_none_or(|key| key == KEY) {
            let mut present = notebook.get_untracked();
            present.take_over();
            if notebook.with_untracked(|known| *known != present) {
                notebook.set(present);
            }
        }
        if event.key().is_none_or(|key| key == KEYS_OFF) {
            has_keys.set(!are_keys_off());
        }
    });
}

/// Whether the user has switched the lessons' keyboard shortcuts off.
pub fn are_keys_off() -> bool {
    storage().is_some_and(|storage| storage.get_item(KEYS_OFF).is_ok_and(|kept| kept.is_some()))
}

/// Stores whether the lessons' keyboard shortcuts are on.
pub fn keep_keys(are_on: bool) {
    let Some(storage) = storage() else { return };
    // Where storing fails, the choice lasts as long as the page.
    let _ = if are_on { storage.remove_item(KEYS_OFF) } else { storage.set_item(KEYS_OFF, "1") };
}
