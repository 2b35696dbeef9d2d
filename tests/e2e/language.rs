//! Two languages: chosen by the browser, switched on the page, numbers written as they should be.

use crate::harness::{Page, visit};

const START: &str = "#/bench?x=digits.3&mu=0.5,-0.25&sigma=0.8,0.5&rho=0.2&k=64&seed=7";

/// The text of log p(x) on the page.
fn evidence(page: &Page) -> String {
    page.text("[data-metric=log-evidence]")
}

fn language(page: &Page) -> String {
    page.attribute("html", "lang").unwrap_or_default()
}

#[test]
fn the_switch_changes_words_and_numbers() {
    visit(|page| {
        page.open(&format!("{START}&lang=en"));
        // The number of draws so far is among the words.
        page.wait_until_idle();
        let (words, values) = (page.text("body"), page.raw("log-evidence"));
        assert_eq!(language(page), "en");
        assert!(
            evidence(page).contains('.') && !evidence(page).contains(','),
            "{}",
            evidence(page)
        );
        page.choose("select#language", "pt");
        assert!(language(page).starts_with("pt"), "{}", language(page));
        assert!(
            evidence(page).contains(',') && !evidence(page).contains('.'),
            "{}",
            evidence(page)
        );
        assert_ne!(page.text("body"), words);
        assert_eq!(page.raw("log-evidence"), values, "the number depends on the language");
        page.choose("select#language", "en");
        assert_eq!(language(page), "en");
        assert_eq!(page.text("body"), words);
        page.choose("select#language", "pt");
        page.settle();
        page.reload();
        assert!(language(page).starts_with("pt"), "a reload forgets the language");
        page.assert_sound();
    });
}

#[test]
fn the_browser_chooses_first() {
    visit(|page| {
        page.prefer_language("pt-BR");
        page.glance(START);
        assert!(language(page).starts_with("pt"), "{}", language(page));
        page.prefer_language("fr-FR");
        page.glance(START);
        assert_eq!(language(page), "en", "for a language the page does not speak");
    });
}

#[test]
fn the_title_and_every_name_change_with_the_language() {
    visit(|page| {
        let names = "return [document.title, ...[...document.querySelectorAll('[aria-label]')]
            .map((named) => named.ariaLabel)].filter((name) => /[a-z]{4}/.test(name))";
        page.glance(&format!("{START}&lang=en"));
        let english = page.list_of(names);
        page.glance(&format!("{START}&lang=pt"));
        let portuguese = page.list_of(names);
        let same: Vec<_> = english[1..].iter().filter(|name| portuguese.contains(name)).collect();
        // A few names may be the same word in both languages.
        assert!(same.len() * 5 <= english.len(), "not translated: {same:#?}");
    });
}
