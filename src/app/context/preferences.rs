//! What a person prefers: language, theme, and the parts of the page that a link hides.

use leptos::prelude::*;

use elboscope::state::{Language, Messages, Part, Text, Theme};

/// Language, theme and hidden parts. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Preferences {
    /// The language in force.
    pub language: RwSignal<Language>,
    /// The language that the address or the person asked for.
    pub chosen_language: RwSignal<Option<Language>>,
    /// The theme that the address or the person asked for.
    pub chosen_theme: RwSignal<Option<Theme>>,
    /// The parts of the page that the address hides.
    pub hidden_parts: RwSignal<Vec<Part>>,
}

impl Preferences {
    /// As an address asks for them; the language is else the browser's.
    pub fn new(language: Option<Language>, theme: Option<Theme>, hidden: Vec<Part>) -> Self {
        Self {
            language: RwSignal::new(language.unwrap_or_else(browser_language)),
            chosen_language: RwSignal::new(language),
            chosen_theme: RwSignal::new(theme),
            hidden_parts: RwSignal::new(hidden),
        }
    }

    /// Every text in the language in force.
    pub fn messages(&self) -> &'static Messages {
        Messages::of(self.language.get())
    }

    /// A text in the language in force.
    pub fn say(&self, text: Text) -> &'static str {
        text.say(self.language.get())
    }

    /// Chooses a language, or leaves it to the browser; returns the one in force from here on.
    pub fn choose_language(&self, chosen: Option<Language>) -> Language {
        self.chosen_language.set(chosen);
        let language = chosen.unwrap_or_else(browser_language);
        if self.language.get_untracked() != language {
            self.language.set(language);
        }
        language
    }
}

/// The first of the browser's languages that the interface is written in, else English.
fn browser_language() -> Language {
    let languages = window().navigator().languages();
    languages
        .iter()
        .filter_map(|tag| Language::from_tag(&tag.as_string()?))
        .next()
        .unwrap_or(Language::En)
}
