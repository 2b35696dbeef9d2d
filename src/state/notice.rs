//! What a person is told, and what ends it: a notice goes with its cause, and never by itself.

use super::Language;

/// What a person is told until it no longer holds or they close it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Above the lines.
    pub title: Option<String>,
    /// A paragraph each.
    pub lines: Vec<String>,
    /// The language of all of these.
    pub language: Language,
    /// What it is about.
    pub about: About,
}

/// What a notice is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// What is on the page: its address, or what went wrong there.
    Page,
    /// What was typed into a field, while this was the address.
    Field(String),
    /// A file, a link or a picture that was to be opened, or what came of it.
    Opening,
    /// A run of training, which goes on whatever page is shown.
    Run,
}

/// What can end a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion<'a> {
    /// Another page, another step or another address is shown, and not what a hand makes of the present one.
    Followed,
    /// A field has taken a value.
    Taken,
    /// This is what the page has written into the address.
    Written(&'a str),
    /// Something is to be opened.
    Opened,
    /// This language is spoken now.
    Spoken(Language),
}

impl Notice {
    /// Whether it no longer holds.
    pub fn is_ended_by(&self, occasion: Occasion<'_>) -> bool {
        match (occasion, &self.about) {
            (Occasion::Followed, about) => *about != About::Run,
            (Occasion::Taken, about) => matches!(about, About::Field(_)),
            (Occasion::Written(address), About::Field(present)) => address != present,
            (Occasion::Opened, about) => *about == About::Opening,
            (Occasion::Spoken(language), _) => language != self.language,
            (Occasion::Written(_), _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(about: About) -> Notice {
        Notice { title: None, lines: vec!["Said.".to_owned()], language: Language::En, about }
    }

    fn field() -> About {
        About::Field("#/bench?k=64".to_owned())
    }

    #[test]
    fn another_page_ends_all_but_what_is_said_of_a_run() {
        for (about, is_ended) in
            [(About::Page, true), (field(), true), (About::Opening, true), (About::Run, false)]
        {
            assert_eq!(notice(about).is_ended_by(Occasion::Followed), is_ended);
        }
    }

    #[test]
    fn the_page_may_write_its_address_tidily() {
        for about in [About::Page, About::Opening, About::Run] {
            assert!(!notice(about).is_ended_by(Occasion::Written("#/bench?k=64")));
        }
    }

    #[test]
    fn what_is_said_of_a_field_goes_with_the_next_value_or_another_state() {
        assert!(notice(field()).is_ended_by(Occasion::Taken));
        assert!(notice(field()).is_ended_by(Occasion::Written("#/bench?k=1000")));
        assert!(!notice(field()).is_ended_by(Occasion::Written("#/bench?k=64")));
        assert!(!notice(field()).is_ended_by(Occasion::Opened));
        for about in [About::Page, About::Opening, About::Run] {
            assert!(!notice(about).is_ended_by(Occasion::Taken));
        }
    }

    #[test]
    fn what_is_said_of_one_file_goes_when_another_is_opened() {
        assert!(notice(About::Opening).is_ended_by(Occasion::Opened));
        assert!(!notice(About::Page).is_ended_by(Occasion::Opened));
        assert!(!notice(About::Run).is_ended_by(Occasion::Opened));
    }

    #[test]
    fn nothing_is_said_in_a_language_that_is_not_spoken() {
        for about in [About::Page, field(), About::Opening, About::Run] {
            let notice = notice(about);
            assert!(notice.is_ended_by(Occasion::Spoken(Language::Pt)));
            assert!(!notice.is_ended_by(Occasion::Spoken(Language::En)));
        }
    }
}
