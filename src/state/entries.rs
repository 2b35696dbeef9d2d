//! Names with values as one text, as the browser's own storage keeps them.

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Values by name.
pub type Entries = BTreeMap<String, String>;

/// One line for each entry, name and value with a space between them, both percent-encoded.
pub fn written(entries: &Entries) -> String {
    let encoded = |part: &str| utf8_percent_encode(part, NON_ALPHANUMERIC).to_string();
    let lines = entries.iter().map(|(name, value)| format!("{} {}", encoded(name), encoded(value)));
    lines.collect::<Vec<_>>().join("\n")
}

/// The entries of a text; lines that are none are left out.
pub fn read(text: &str) -> Entries {
    let decoded = |part: &str| percent_decode_str(part).decode_utf8().ok().map(String::from);
    let entry = |line: &str| {
        let (name, value) = line.split_once(' ')?;
        Some((decoded(name)?, decoded(value)?))
    };
    text.lines().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_holds_a_name_and_a_value() {
        let entries = read("area%2F2 q%20%E2%89%88%20p\nlog%2F1%2Fgoal 1");
        let expected = [("area/2", "q ≈ p"), ("log/1/goal", "1")];
        assert_eq!(entries, expected.map(|(n, v)| (n.to_owned(), v.to_owned())).into());
    }

    #[test]
    fn what_is_no_entry_is_left_out() {
        assert_eq!(read(""), Entries::new());
        assert_eq!(read("alone\n%FF 1\na%20b 1"), [("a b".to_owned(), "1".to_owned())].into());
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_it_was_written(entries in prop::collection::btree_map(".*", ".*", 0..5)) {
            prop_assert_eq!(read(&written(&entries)), entries);
        }
    }
}
