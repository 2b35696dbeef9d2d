//! A sentence that holds what is known only while a program runs, in every language.

use serde::{Deserialize, Serialize};

use crate::{Language, Text};

/// A sentence in every language, so that it can go from one program to another, which knows the reader's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said([String; Language::ALL.len()]);

impl Said {
    /// A sentence from what it is in each language.
    pub fn new(say: impl FnMut(Language) -> String) -> Self {
        Self(Language::ALL.map(say))
    }

    /// The sentence in a language.
    pub fn say(&self, language: Language) -> &str {
        &self.0[language as usize]
    }

    /// The sentence in English, for tests and for what developers read.
    pub fn english(&self) -> &str {
        &self.0[0]
    }
}

impl From<Text> for Said {
    fn from(text: Text) -> Self {
        Self::new(|language| text.say(language).to_owned())
    }
}
