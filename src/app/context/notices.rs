//! Messages to the user: notices, a text to be copied by hand, and breakdowns.

use leptos::prelude::*;

use super::Preferences;
use elboscope::state::{About, AddressNote, Language, Messages, Notice, Occasion};

/// A failure that is shown above everything else.
#[derive(Clone, Debug, PartialEq)]
pub enum Breakdown {
    /// The bench's worker ended; the page still works.
    BenchWorker(String),
    /// The labs' worker ended; the page still works.
    LabWorker(String),
    /// The shipped model could not be fetched.
    Model(String),
    /// A part of the page could not be fetched.
    Part(String),
}

/// Messages to the person. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Notices {
    preferences: Preferences,
    /// The notice on the page.
    pub notice: RwSignal<Option<Notice>>,
    /// The last text that the browser could not copy.
    pub uncopied: RwSignal<Option<String>>,
    /// The failure, if there is one.
    pub breakdown: RwSignal<Option<Breakdown>>,
}

impl Notices {
    /// No message yet. Messages are written in the language of `preferences`.
    pub fn new(preferences: Preferences) -> Self {
        Self {
            preferences,
            notice: RwSignal::new(None),
            uncopied: RwSignal::new(None),
            breakdown: RwSignal::new(None),
        }
    }

    /// Reports the parts of an address that were not taken literally.
    pub fn show_notes(&self, notes: &[AddressNote]) {
        if notes.is_empty() {
            return;
        }
        let messages = Messages::of(self.preferences.language.get_untracked());
        let lines = notes.iter().map(|note| messages.address_note(note)).collect();
        self.set(Some(messages.notes_title.to_owned()), About::Page, lines);
    }

    /// Shows a notice: the first line, and the others below it.
    pub fn show(&self, about: About, lines: impl IntoIterator<Item = String>) {
        self.set(None, about, lines.into_iter().collect());
    }

    fn set(&self, title: Option<String>, about: About, lines: Vec<String>) {
        let language = self.preferences.language.get_untracked();
        self.notice.set(Some(Notice { title, lines, language, about }));
    }

    /// Removes the notice if the occasion makes it obsolete.
    pub fn end(&self, occasion: Occasion<'_>) {
        let is_ended = |notice: &Option<Notice>| {
            notice.as_ref().is_some_and(|notice| notice.is_ended_by(occasion))
        };
        if self.notice.with_untracked(is_ended) {
            self.notice.set(None);
        }
    }

    /// Chooses a language, or leaves the choice to the browser; removes a notice in another language.
    pub fn choose_language(&self, chosen: Option<Language>) {
        let language = self.preferences.choose_language(chosen);
        self.end(Occasion::Spoken(language));
    }
}
