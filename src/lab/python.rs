//! Python source: comments in one language, and literals.

use crate::state::{Language, Text, text};

/// The longest line of a list of numbers.
const WIDTH: usize = 88;

/// What divides the languages of a comment while a program is being written.
const DIVIDER: &str = " | ";

/// The comments of the `.py` files in every language: the build script has found them.
const COMMENTS: &[Text] = include!(concat!(env!("OUT_DIR"), "/comments.rs"));

/// Lines of a `.py` file, each comment in every language, for [`spoken`] to choose from; what is no comment of a file
/// stays as it is.
pub(super) fn in_every_language(lines: &str) -> String {
    let lines = lines.split_inclusive('\n').map(|line| {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        let found = line.split_once("# ").and_then(|(code, comment)| {
            Some((code, COMMENTS.iter().find(|known| known.english() == comment)?))
        });
        match found {
            Some((code, comment)) => {
                format!("{code}{}{end}", comment_of(|language| comment.say(language)))
            }
            None => format!("{line}{end}"),
        }
    });
    lines.collect()
}

/// A comment in every language.
fn comment_of<T: AsRef<str>>(say: impl Fn(Language) -> T) -> String {
    let texts = Language::ALL.map(say);
    format!("# {}", texts.each_ref().map(AsRef::as_ref).join(DIVIDER))
}

/// A program whose comments are in one language.
pub(super) fn spoken(program: &str, language: Language) -> String {
    let mut spoken = String::with_capacity(program.len());
    for line in program.lines() {
        let comment = line.split_once("# ").and_then(|(code, comment)| {
            comment
                .contains(DIVIDER)
                .then_some((code, comment.split(DIVIDER).nth(language as usize)?))
        });
        match comment {
            Some((code, comment)) => spoken += &format!("{code}# {comment}"),
            None => spoken += line,
        }
        spoken.push('\n');
    }
    spoken
}

/// The first lines of every program: what it is about, and what it needs, in every language.
pub(super) fn heading(title: Text, question: Text) -> String {
    let about = comment_of(|language| {
        format!("ELBOscope, {}: {}", title.say(language), question.say(language))
    });
    let needs = comment_of(|language| text!("Needs: pip install torch").say(language));
    format!("{about}\n{needs}\n")
}

/// Numbers with nine decimals, ten in a line, as the inside of a list.
pub(super) fn numbers(values: &[f64]) -> String {
    wrapped(values.iter().map(|value| {
        let text = format!("{value:.9}");
        let short = text.trim_end_matches('0');
        if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
    }))
}

/// Entries of a list, in as many lines as they need.
pub(super) fn wrapped(entries: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    let mut width = WIDTH;
    for entry in entries {
        if width + entry.len() + 2 > WIDTH {
            text.push_str("\n    ");
            width = 4;
        } else {
            text.push(' ');
        }
        width += entry.len() + 2;
        text += &entry;
        text.push(',');
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_comments_and_the_same_code() {
        assert_eq!(
            in_every_language("a = 1  # Exact: sums over a fine grid\n# one\nb = 2"),
            "a = 1  # Exact: sums over a fine grid | Exato: somas sobre uma grade fina\n# one\nb = 2"
        );
        let both = "a = 1  # one | um\nb = 2\n# end | fim";
        assert_eq!(spoken(both, Language::En), "a = 1  # one\nb = 2\n# end\n");
        assert_eq!(spoken(both, Language::Pt), "a = 1  # um\nb = 2\n# fim\n");
    }

    #[test]
    fn numbers_are_short_and_lines_too() {
        assert_eq!(numbers(&[0.5, 1.0, -0.020_000_000_000_000_018]), "\n    0.5, 1.0, -0.02,\n");
        let many = numbers(&[-1.0 / 3.0; 40]);
        assert!(many.lines().all(|line| line.len() <= WIDTH + 1), "{many}");
    }
}
