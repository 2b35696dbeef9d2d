//! A text in every language, and sentences with values in them.

use crate::Language;
use crate::places::next_place;
use crate::table::{compare, translations};

/// One text per language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text([&'static str; Language::ALL.len()]);

/// A text in every language, from its English: `text!("Close")`.
///
/// Without a translation in the PO files it does not compile. Where one English text has two translations, a context
/// tells which is meant, gettext's `msgctxt`: `text!("exact", "feminine")`.
///
/// ```compile_fail,E0080
/// elboscope_words::text!("Nobody has translated this");
/// ```
#[macro_export]
macro_rules! text {
    ($english:literal $(,)?) => {
        $crate::text!($english, "")
    };
    ($english:literal, $context:literal $(,)?) => {{
        // Named, so that cargo check evaluates it as well.
        const TEXT: $crate::Text = $crate::Text::translated($english, $context);
        TEXT
    }};
}

/// A sentence with values, as a `String` in a language: `say!(language, "{file}, {index} of {count}", file, index,
/// count = integer(count, language))`.
///
/// Values are strings: numbers are written in the language's form before they go in. A place without a value, or a
/// value without a place, does not compile. A context stands after the sentence, as in [`text!`].
///
/// ```compile_fail,E0080
/// use elboscope_words::{Language, say};
/// say!(Language::En, "trained, step {step}");
/// ```
#[macro_export]
macro_rules! say {
    (@value $name:ident) => { $name };
    (@value $name:ident $value:expr) => { $value };
    (@sentence $language:expr, $english:literal, $context:literal, $($name:ident $(= $value:expr)?),*) => {{
        const SENTENCE: $crate::Text = $crate::Text::translated($english, $context)
            .with_places(&[$(stringify!($name)),*]);
        SENTENCE.fill::<&str>(
            $language,
            &[$((stringify!($name), ::core::convert::AsRef::<str>::as_ref(
                &$crate::say!(@value $name $($value)?),
            ))),*],
        )
    }};
    ($language:expr, $english:literal, $context:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $crate::say!(@sentence $language, $english, $context, $($name $(= $value)?),*)
    };
    ($language:expr, $english:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $crate::say!(@sentence $language, $english, "", $($name $(= $value)?),*)
    };
}

impl Text {
    /// What [`text!`] expands to.
    ///
    /// # Panics
    /// If no PO file has the text; then what calls it does not compile.
    #[doc(hidden)]
    pub const fn translated(english: &'static str, context: &str) -> Self {
        let Some(others) = translations(english, context) else {
            panic!("this text has no translation: add it to the files words/*.po");
        };
        let mut texts = [english; Language::ALL.len()];
        let mut at = 0;
        while at < others.len() {
            texts[at + 1] = others[at];
            at += 1;
        }
        Self(texts)
    }

    /// A name that is the same everywhere: a symbol, a method.
    pub const fn same(text: &'static str) -> Self {
        Self([text; Language::ALL.len()])
    }

    /// The text in a language.
    pub const fn say(self, language: Language) -> &'static str {
        self.0[language as usize]
    }

    /// The text in English, which also stands for it in tests and in what developers read.
    pub const fn english(self) -> &'static str {
        self.0[0]
    }

    /// What [`say!`] asks of a sentence: that its places are exactly these.
    ///
    /// # Panics
    /// If they are not; then what calls it does not compile.
    #[doc(hidden)]
    pub const fn with_places(self, names: &[&str]) -> Self {
        let english = self.english();
        let mut index = 0;
        while index < names.len() {
            assert!(
                has_place(english, names[index]),
                "a value of this sentence has no place in it"
            );
            index += 1;
        }
        let mut from = 0;
        while let Some((open, close)) = next_place(english, from) {
            let (name, _) = english.split_at(close);
            let (_, name) = name.split_at(open + 1);
            assert!(is_among(name, names), "a place of this sentence has no value");
            from = close;
        }
        self
    }

    /// The text in a language with a value in each `{name}`; a name that has none stays as it is.
    pub fn fill<V: AsRef<str>>(self, language: Language, values: &[(&str, V)]) -> String {
        let text = self.say(language);
        let mut filled = String::with_capacity(text.len());
        let mut rest = 0;
        while let Some((open, close)) = next_place(text, rest) {
            filled.push_str(&text[rest..open]);
            let name = &text[open + 1..close];
            match values.iter().find(|(of, _)| *of == name) {
                Some((_, value)) => filled.push_str(value.as_ref()),
                None => filled.push_str(&text[open..=close]),
            }
            rest = close + 1;
        }
        filled.push_str(&text[rest..]);
        filled
    }
}

const fn is_among(name: &str, names: &[&str]) -> bool {
    let mut index = 0;
    while index < names.len() {
        if compare(name, names[index]) == 0 {
            return true;
        }
        index += 1;
    }
    false
}

const fn has_place(text: &str, name: &str) -> bool {
    let mut from = 0;
    while let Some((open, close)) = next_place(text, from) {
        let (found, _) = text.split_at(close);
        let (_, found) = found.split_at(open + 1);
        if compare(found, name) == 0 {
            return true;
        }
        from = close;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_where_each_language_has_their_place() {
        let mut text = Text::same("{a} of {b_2}");
        text.0[Language::Pt as usize] = "{b_2}, {a}, {b_2}";
        let values = [("a", "1{b_2}"), ("b_2", "")];
        assert_eq!(text.fill(Language::En, &values), "1{b_2} of ");
        assert_eq!(text.fill(Language::Pt, &values), ", 1{b_2}, ");
    }

    #[test]
    fn braces_around_anything_but_a_name_stay() {
        for text in ["{\"a\": \"b\"}", "{}", "{1}", "{a", "a}", "{ a }", "{{", "{A}", "é{"] {
            assert_eq!(Text::same(text).fill(Language::En, &[("a", "b")]), text);
        }
        assert_eq!(Text::same("{{a}}").fill(Language::En, &[("a", "b")]), "{b}");
    }

    #[test]
    fn a_place_has_one_value_and_a_value_a_place() {
        let text = Text::same("{a}, {b}, {a}");
        assert_eq!(text.with_places(&["b", "a"]), text);
        for names in [["a", "c"].as_slice(), &["a"], &["a", "b", "c"], &[]] {
            let result = std::panic::catch_unwind(|| text.with_places(names));
            assert!(result.is_err(), "{names:?}");
        }
    }

    #[test]
    fn a_text_without_a_translation_is_not_made() {
        assert!(std::panic::catch_unwind(|| Text::translated("No such text", "")).is_err());
        assert!(std::panic::catch_unwind(|| Text::translated("Close", "no context")).is_err());
        assert_eq!(Text::translated("Close", "").say(Language::Pt), "Fechar");
    }
}
