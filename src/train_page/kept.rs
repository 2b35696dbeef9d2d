//! Which run a browser keeps: a short text that every tab can read, beside the run's bytes.

use super::RunSettings;

/// What is said of the run that is kept, in three lines: its settings, nothing, and the tab that keeps it.
///
/// The first versions of this page had the run itself in the second line, in base64, and the first of all no third.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptRun {
    /// Its settings; `None` if another version of this page wrote them.
    pub settings: Option<RunSettings>,
    /// Where its bytes are.
    pub place: KeptPlace,
    /// The tab that keeps it, or kept it last.
    pub tab: String,
}

/// Where the bytes of a kept run are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptPlace {
    /// In the database, under the tab's name.
    Database,
    /// In the text itself, in base64.
    Text(String),
}

/// Whose run is kept, as far as one tab knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeper {
    /// No tab's, or that of a page loaded earlier.
    Nobody,
    /// Its own.
    ThisTab,
    /// That of another.
    AnotherTab,
}

/// The tab of a run that does not name it.
const EARLIER_TAB: &str = "earlier";

impl KeptRun {
    /// A run that a tab keeps in the database.
    pub fn new(settings: RunSettings, tab: &str) -> Self {
        Self {
            settings: Some(settings.canonical()),
            place: KeptPlace::Database,
            tab: tab.to_owned(),
        }
    }

    /// Reads the text.
    pub fn read(text: &str) -> Self {
        let mut lines = text.splitn(3, '\n');
        let mut line = || lines.next().unwrap_or_default();
        let (settings, bytes, tab) = (RunSettings::from_name(line()), line(), line());
        let place = match bytes {
            "" => KeptPlace::Database,
            bytes => KeptPlace::Text(bytes.to_owned()),
        };
        let tab = if tab.is_empty() { EARLIER_TAB } else { tab };
        Self { settings, place, tab: tab.to_owned() }
    }

    /// The text of a run in the database; `None` without settings, which no run of this version is.
    pub fn text(&self) -> Option<String> {
        Some(format!("{}\n\n{}", self.settings?.name(), self.tab))
    }

    /// Whether it is the run with these settings.
    pub fn is_of(&self, settings: RunSettings) -> bool {
        self.settings == Some(settings.canonical())
    }
}

impl Keeper {
    /// Whose run this text is of, for a tab.
    pub fn of(text: Option<&str>, tab: &str) -> Self {
        match text {
            None => Self::Nobody,
            Some(text) if KeptRun::read(text).tab == tab => Self::ThisTab,
            Some(_) => Self::AnotherTab,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train_page::{PARAMETERS, PRESETS};

    #[test]
    fn a_text_is_short_and_read_back() {
        for preset in PRESETS {
            let settings = RunSettings::preset(preset);
            let run = KeptRun::new(settings, "0f");
            let text = run.text().unwrap();
            assert!(text.len() < 300, "{text}");
            assert_eq!(KeptRun::read(&text), run);
            assert!(run.is_of(settings));
        }
    }

    #[test]
    fn what_does_not_decide_a_run_does_not_matter() {
        let run = KeptRun::new(RunSettings::default(), "0f");
        let place = |name| PARAMETERS.iter().position(|parameter| parameter.name == name).unwrap();
        let mut settings = RunSettings::default();
        settings.set(place("beta"), 50.0);
        assert!(run.is_of(settings), "the ELBO has no β");
        settings.set(place("seed"), 7.0);
        assert!(!run.is_of(settings));
    }

    #[test]
    fn texts_of_earlier_versions_are_read() {
        let name = RunSettings::default().name();
        let text = |tab: &str| format!("{name}\nAAEC/w=={tab}");
        for (text, tab) in [(text("\n5e"), "5e"), (text(""), EARLIER_TAB)] {
            let run = KeptRun::read(&text);
            assert!(run.is_of(RunSettings::default()), "{text}");
            assert_eq!(run.place, KeptPlace::Text("AAEC/w==".to_owned()));
            assert_eq!(run.tab, tab);
            // Once its bytes are elsewhere.
            let moved = KeptRun { place: KeptPlace::Database, ..run };
            assert_eq!(KeptRun::read(&moved.text().unwrap()), moved);
        }
        let strange = KeptRun::read("another\nAAAA\nsomebody");
        assert_eq!((strange.settings, strange.text(), &*strange.tab), (None, None, "somebody"));
        assert!(!KeptRun::read("").is_of(RunSettings::default()));
    }

    #[test]
    fn each_tab_knows_whose_run_it_is() {
        let text = KeptRun::new(RunSettings::default(), "0f").text().unwrap();
        assert_eq!(Keeper::of(None, "0f"), Keeper::Nobody);
        assert_eq!(Keeper::of(Some(&text), "0f"), Keeper::ThisTab);
        // The end of a name is not the name.
        assert_eq!(Keeper::of(Some(&text), "f"), Keeper::AnotherTab);
        assert_eq!(Keeper::of(Some("another\nAAAA\nsomebody"), "0f"), Keeper::AnotherTab);
    }
}
