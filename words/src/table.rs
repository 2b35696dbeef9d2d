//! The translations, as the build script has read them from the PO files.

use crate::Language;

/// How many languages are not English.
const OTHERS: usize = Language::ALL.len() - 1;

/// A text with its translations.
struct Row {
    /// The text in English.
    english: &'static str,
    /// What tells it from a text of the same English; mostly empty.
    context: &'static str,
    /// The texts in the other languages, in their order.
    others: [&'static str; OTHERS],
}

/// Sorted by the bytes of the English, then of the context. A constant is no part of a program: what a program uses
/// of it is copied into the program's own constants.
const TABLE: &[Row] = include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// The translations of a text, if the PO files have it.
pub(crate) const fn translations(
    english: &str,
    context: &str,
) -> Option<&'static [&'static str; OTHERS]> {
    let (mut from, mut to) = (0, TABLE.len());
    while from < to {
        let middle = from + (to - from) / 2;
        let row = &TABLE[middle];
        let order = match compare(english, row.english) {
            0 => compare(context, row.context),
            order => order,
        };
        match order {
            0 => return Some(&row.others),
            1.. => from = middle + 1,
            _ => to = middle,
        }
    }
    None
}

/// The order of two texts by their bytes: −1, 0 or 1.
pub(crate) const fn compare(first: &str, second: &str) -> i8 {
    let (first, second) = (first.as_bytes(), second.as_bytes());
    let mut at = 0;
    while at < first.len() && at < second.len() {
        if first[at] != second[at] {
            return if first[at] < second[at] { -1 } else { 1 };
        }
        at += 1;
    }
    match (first.len() > at, second.len() > at) {
        (false, true) => -1,
        (true, false) => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_in_the_order_of_the_standard_library() {
        let texts = ["", "K", "KL", "Kl", "k", "κ", "∞"];
        for first in texts {
            for second in texts {
                assert_eq!(compare(first, second), first.cmp(second) as i8, "{first} {second}");
            }
        }
    }

    #[test]
    fn the_table_is_sorted_so_that_everything_in_it_is_found() {
        assert!(TABLE.is_sorted_by(|a, b| (a.english, a.context) < (b.english, b.context)));
        for row in TABLE {
            assert_eq!(translations(row.english, row.context), Some(&row.others));
        }
        assert_eq!(translations("No such text", ""), None);
    }
}
