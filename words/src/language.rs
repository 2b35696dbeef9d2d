//! The languages of the interface, and what is known of each.

use serde::{Deserialize, Serialize};

/// A language the whole interface is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English.
    En,
    /// Brazilian Portuguese.
    Pt,
}

impl Language {
    /// Every language, in the order of the switch: first English, which stands in the code.
    pub const ALL: [Self; 2] = [Self::En, Self::Pt];

    /// The name in the address and of its files: `en`, `pt`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Pt => "pt",
        }
    }

    /// What its speakers call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Pt => "Português",
        }
    }

    /// The value of `<html lang>`.
    pub fn html_lang(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Pt => "pt-BR",
        }
    }

    /// The mark before the decimals of a number.
    pub fn decimal_mark(self) -> char {
        match self {
            Self::En => '.',
            Self::Pt => ',',
        }
    }

    /// The mark between groups of three digits.
    pub fn group_mark(self) -> char {
        match self {
            Self::En => ',',
            Self::Pt => '.',
        }
    }

    /// Reads a language tag such as `pt`, `pt-BR` or `en_GB`; `None` for any other language.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.code()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_stand_at_their_places() {
        for (place, language) in Language::ALL.into_iter().enumerate() {
            assert_eq!(language as usize, place);
            assert_ne!(language.decimal_mark(), language.group_mark());
        }
    }

    #[test]
    fn reads_the_tags_browsers_send() {
        for (tag, language) in [
            ("en", Some(Language::En)),
            ("en-US", Some(Language::En)),
            ("pt-BR", Some(Language::Pt)),
            ("PT_pt", Some(Language::Pt)),
            ("la", None),
            ("ptx", None),
            ("", None),
        ] {
            assert_eq!(Language::from_tag(tag), language, "{tag}");
        }
    }
}
