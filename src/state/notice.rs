//! Notices to the user, and the occasions that end them: a notice stays until its cause is gone.

use super::Language;

/// A notice, which is shown until it is obsolete or the user closes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Shown above the lines.
    pub title: Option<String>,
    /// One paragraph each.
    pub lines: Vec<String>,
    /// The language of the texts.
    pub language: Language,
    /// Its subject.
    pub about: About,
}

/// The subject of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The page on the screen: its address, or an error there.
    Page,
    /// The input of a field, at this address.
    Field(String),
    /// A file, a link or a picture that was opened, or the attempt.
    Opening,
    /// A training run, which continues whichever page is shown.
    Run,
}

/// Something that can end a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion<'a> {
    /// Another page, step or address was opened, other than by changing the present state.
    Followed,
    /// A field has accepted a value.
    Taken,
    /// The page has written this address.
    Written(&'a str),
    /// Something is being opened.
    Opened,
    /// This is the language now.
    Spoken(Language),
}

impl Notice {
    /// Whether the occasion makes the notice obsolete.
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
