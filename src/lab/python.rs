//! Python source: comments in one language, and literals.

use crate::state::{Language, Text};

/// The longest line of a list of numbers.
const WIDTH: usize = 88;

/// A program with its comments in one language: in the source each comment has both, separated by " | ".
pub(super) fn spoken(program: &str, language: Language) -> String {
    let mut spoken = String::with_capacity(program.len());
    for line in program.lines() {
        let both = line.split_once("# ").and_then(|(code, comment)| {
            let (en, pt) = comment.split_once(" | ")?;
            Some((code, en, pt))
        });
        match (both, language) {
            (None, _) => spoken += line,
            (Some((code, en, _)), Language::En) => spoken += &format!("{code}# {en}"),
            (Some((code, _, pt)), Language::Pt) => spoken += &format!("{code}# {pt}"),
        }
        spoken.push('\n');
    }
    spoken
}

/// The first lines of every program: its title and question in both languages, and its requirements.
pub(super) fn heading(title: Text, question: Text) -> String {
    format!(
        "# ELBOscope, {}: {} | ELBOscope, {}: {}\n\
         # Needs: pip install torch | Precisa de: pip install torch\n",
        title.en, question.en, title.pt, question.pt
    )
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
