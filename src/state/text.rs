//! Texts in every language of the interface.

use serde::{Deserialize, Serialize};

use super::Language;

/// One text per language; a missing one is a compile error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// In English.
    pub en: &'static str,
    /// In Brazilian Portuguese.
    pub pt: &'static str,
}

impl Text {
    /// A text in both languages.
    pub const fn new(en: &'static str, pt: &'static str) -> Self {
        Self { en, pt }
    }

    /// A text that is the same in every language: a symbol, a method.
    pub const fn same(text: &'static str) -> Self {
        Self { en: text, pt: text }
    }

    /// The text in a language.
    pub fn say(self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Pt => self.pt,
        }
    }
}

/// A sentence composed at run time, in every language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// In English.
    pub en: String,
    /// In Brazilian Portuguese.
    pub pt: String,
}

impl Said {
    /// A sentence in both languages.
    pub fn new(en: impl Into<String>, pt: impl Into<String>) -> Self {
        Self { en: en.into(), pt: pt.into() }
    }

    /// The sentence in a language.
    pub fn say(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Pt => &self.pt,
        }
    }
}

impl From<Text> for Said {
    fn from(Text { en, pt }: Text) -> Self {
        Self::new(en, pt)
    }
}
