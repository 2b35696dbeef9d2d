//! The two languages of the interface.

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
    /// Every language, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::En, Self::Pt];

    /// The name in the address, `en` or `pt`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Pt => "pt",
        }
    }

    /// The value of `<html lang>`.
    pub fn html_lang(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Pt => "pt-BR",
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
    fn reads_the_tags_browsers_send() {
        for (tag, language) in [
            ("en", Some(Language::En)),
            ("en-US", Some(Language::En)),
            ("pt-BR", Some(Language::Pt)),
            ("PT_pt", Some(Language::Pt)),
            ("de", None),
            ("ptx", None),
            ("", None),
        ] {
            assert_eq!(Language::from_tag(tag), language, "{tag}");
        }
    }
}
