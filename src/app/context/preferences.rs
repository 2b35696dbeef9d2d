//! The user's preferences: language, theme, and the parts of the page that a link hides.

use leptos::prelude::*;

use elboscope::state::{Language, Messages, Part, Text, Theme};

/// Language, theme and hidden parts. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Preferences {
    /// The language in use.
    pub language: RwSignal<Language>,
    /// The language that the address or the user chose.
    pub chosen_language: RwSignal<Option<Language>>,
    /// The theme that the address or the user chose.
    pub chosen_theme: RwSignal<Option<Theme>>,
    /// The parts of the page that the address hides.
    pub hidden_parts: RwSignal<Vec<Part>>,
}

impl Preferences {
    /// The preferences of an address; without a language in it the browser's is used.
    pub fn new(language: Option<Language>, theme: Option<Theme>, hidden: Vec<Part>) -> Self {
        Self {
            language: RwSignal::new(language.unwrap_or_else(browser_language)),
            chosen_language: RwSignal::new(language),
            chosen_theme: RwSignal::new(theme),
            hidden_parts: RwSignal::new(hidden),
        }
    }

    /// Every text in the present language.
    pub fn messages(&self) -> &'static Messages {
        Messages::of(self.language.get())
    }

    /// A text in the present language.
    pub fn say(&self, text: Text) -> &'static str {
        text.say(self.language.get())
    }

    /// Chooses a language, or leaves the choice to the browser; returns the language that is now in use.
    pub fn choose_language(&self, chosen: Option<Language>) -> Language {
        self.chosen_language.set(chosen);
        let language = chosen.unwrap_or_else(browser_language);
        if self.language.get_untracked() != language {
            self.language.set(language);
        }
        language
    }
}

/// The first of the browser's languages that the interface supports, or English.
fn browser_language() -> Language {
    let languages = window().navigator().languages();
    languages
        .iter()
        .filter_map(|tag| Language::from_tag(&tag.as_string()?))
        .next()
        .unwrap_or(Language::En)
}
