//! What the build script says of PO files.

#[path = "../src/places.rs"]
mod places;
#[path = "../reader.rs"]
mod reader;

use reader::{Mistake, read};

const HEADER: &str = "msgid \"\"\nmsgstr \"Language: pt_BR\\n\"\n\n";

/// The lines and the words of what is wrong.
fn mistakes(entries: &str) -> Vec<(usize, String)> {
    let mistakes = read(&format!("{HEADER}{entries}")).expect_err("something is wrong");
    mistakes.into_iter().map(|Mistake { line, what }| (line, what)).collect()
}

#[test]
fn texts_are_read_with_contexts_marks_and_lines() {
    let entries = read(&format!(
        "{HEADER}# For translators.\nmsgid \"Say \\\"{{name}}\\\"\"\nmsgstr \"\"\n\"Diga \"\n\"“{{name}}”\"\n\n\
         msgctxt \"verb\"\nmsgid \"Open\"\nmsgstr \"Abrir\"\n\nmsgid \"Open\"\nmsgstr \"Aberto\"\n\n\
         #~ msgid \"Gone\"\n#~ msgstr \"\"\n"
    ))
    .expect("nothing is wrong");
    let found: Vec<_> = entries
        .iter()
        .map(|((english, context), (text, line))| (&**english, &**context, &**text, *line))
        .collect();
    assert_eq!(
        found,
        [
            ("Open", "", "Aberto", 14),
            ("Open", "verb", "Abrir", 10),
            ("Say \"{name}\"", "", "Diga “{name}”", 4),
        ]
    );
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    let found = mistakes("msgid \"a\"\nmsgstr \"b\"\n\nmsgid \"c\"d\"\nmsgstr \"e\"\n");
    assert_eq!((found.len(), found[0].0), (1, 7), "{found:?}");
    assert!(found[0].1.contains("double quote"), "{found:?}");
}

#[test]
fn every_text_has_one_translation_that_may_be_used() {
    let found = mistakes(
        "msgid \"a\"\nmsgstr \"\"\n\nmsgid \"b\"\nmsgstr \"c\"\n\nmsgid \"b\"\nmsgstr \"d\"\n\n\
         #, fuzzy\nmsgid \"e\"\nmsgstr \"f\"\n\n\
         msgid \"1 g\"\nmsgid_plural \"{n} g\"\nmsgstr[0] \"1 h\"\nmsgstr[1] \"{n} h\"\n",
    );
    let parts = [
        (4, "no translation"),
        (10, "the text of line 7 once more"),
        (13, "fuzzy"),
        (17, "plural"),
    ];
    assert_eq!(found.len(), parts.len(), "{found:?}");
    for ((line, what), (expected, part)) in found.iter().zip(parts) {
        assert!(*line == expected && what.contains(part), "{line}: {what}");
    }
}

#[test]
fn a_translation_has_the_places_of_its_text() {
    for (english, portuguese) in
        [("{a} of {b}", "{a}"), ("{a}", "{a} {b}"), ("{a}", "a"), ("a", "{a}"), ("{a}", "{A}")]
    {
        let found = mistakes(&format!("msgid \"{english}\"\nmsgstr \"{portuguese}\"\n"));
        assert!(found.len() == 1 && found[0].1.contains("places"), "{found:?}");
    }
    let file = format!("{HEADER}msgid \"{{a}} {{b}}\"\nmsgstr \"{{b}} {{a}} {{b}}\"\n");
    assert!(read(&file).is_ok());
}
