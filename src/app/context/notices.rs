//! What the page has to tell the person: notices, what could not be copied, and what is broken.

use leptos::prelude::*;

use super::Preferences;
use elboscope::state::{About, AddressNote, Language, Messages, Notice, Occasion};

/// What has gone wrong so badly that the page says so over everything else.
#[derive(Clone, Debug, PartialEq)]
pub enum Breakdown {
    /// The bench's worker is gone; the page still works.
    BenchWorker(String),
    /// The labs' worker is gone; the page still works.
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
    /// The last text that a person has to copy by hand.
    pub uncopied: RwSignal<Option<String>>,
    /// Something is broken.
    pub breakdown: RwSignal<Option<Breakdown>>,
}

impl Notices {
    /// Nothing to tell; what will be told is told in the language of these preferences.
    pub fn new(preferences: Preferences) -> Self {
        Self {
            preferences,
            notice: RwSignal::new(None),
            uncopied: RwSignal::new(None),
            breakdown: RwSignal::new(None),
        }
    }

    /// Says which parts of an address were not taken as they stood.
    pub fn tell_notes(&self, notes: &[AddressNote]) {
        if notes.is_empty() {
            return;
        }
        let messages = Messages::of(self.preferences.language.get_untracked());
        let lines = notes.iter().map(|note| messages.address_note(note)).collect();
        self.set(Some(messages.notes_title.to_owned()), About::Page, lines);
    }

    /// Tells one sentence, and others under it.
    pub fn tell(&self, about: About, lines: impl IntoIterator<Item = String>) {
        self.set(None, about, lines.into_iter().collect());
    }

    fn set(&self, title: Option<String>, about: About, lines: Vec<String>) {
        let language = self.preferences.language.get_untracked();
        self.notice.set(Some(Notice { title, lines, language, about }));
    }

    /// Takes back what was told, if it no longer holds.
    pub fn end(&self, occasion: Occasion<'_>) {
        let is_ended = |notice: &Option<Notice>| {
            notice.as_ref().is_some_and(|notice| notice.is_ended_by(occasion))
        };
        if self.notice.with_untracked(is_ended) {
            self.notice.set(None);
        }
    }

    /// Chooses a language, or leaves it to the browser; a notice in another one goes.
    pub fn choose_language(&self, chosen: Option<Language>) {
        let language = self.preferences.choose_language(chosen);
        self.end(Occasion::Spoken(language));
    }
}
