//! Predictions, answers and goals reached, kept in the browser's own storage.

use std::collections::BTreeMap;

use leptos::prelude::window;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use web_sys::Storage;

const KEY: &str = "elboscope.course";

/// What has been done, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notebook(BTreeMap<String, String>);

/// None where the browser forbids it.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

impl Notebook {
    /// What the browser has kept; nothing where it keeps nothing.
    pub fn open() -> Self {
        let text = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
        let decoded = |part: &str| percent_decode_str(part).decode_utf8().ok().map(String::from);
        let entry = |line: &str| {
            let (name, value) = line.split_once(' ')?;
            Some((decoded(name)?, decoded(value)?))
        };
        Self(text.unwrap_or_default().lines().filter_map(entry).collect())
    }

    /// What is noted under a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Notes something, or strikes it out.
    pub fn set(&mut self, name: &str, value: Option<String>) {
        match value {
            Some(value) => self.0.insert(name.to_owned(), value),
            None => self.0.remove(name),
        };
        self.keep();
    }

    /// Strikes everything out.
    pub fn clear(&mut self) {
        self.0.clear();
        self.keep();
    }

    /// Whether nothing is noted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn keep(&self) {
        let Some(storage) = storage() else { return };
        let encoded = |part: &str| utf8_percent_encode(part, NON_ALPHANUMERIC).to_string();
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|(name, value)| format!("{} {}", encoded(name), encoded(value)))
            .collect();
        // Where there is no room the work lasts as long as the page.
        let _ = if lines.is_empty() {
            storage.remove_item(KEY)
        } else {
            storage.set_item(KEY, &lines.join("\n"))
        };
    }
}
