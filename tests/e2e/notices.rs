//! Notices disappear with their cause, and not before.

use std::fs;

use crate::files::stroke;
use crate::harness::{Page, visit};

/// Waits until a notice contains these words, and then until the page has written its address.
fn wait_for_notice(page: &Page, words: &str) {
    page.wait_for("a notice", || page.text("#notice").contains(words));
    page.settle();
    assert!(page.text("#notice").contains(words), "{words:?} has vanished by itself");
}

fn is_gone(page: &Page, why: &str) {
    page.wait_for(why, || !page.shows("#notice"));
}

#[test]
fn what_is_said_of_an_address_goes_with_the_next_one() {
    visit(|page| {
        let clamped = "#/labs/evidence?x=99&lang=en";
        page.glance(clamped);
        wait_for_notice(page, "out of range");
        page.type_number("seed", "7");
        page.wait_for("the tidied address", || !page.hash().contains("x=99"));
        page.act("play");
        wait_for_notice(page, "out of range");
        page.go("#/bench?lang=en");
        is_gone(page, "the bench without a notice");
        page.go(clamped);
        wait_for_notice(page, "out of range");
        page.click("button[data-preset='1']");
        is_gone(page, "the preset without a notice");
        page.go("#/course/modes/99?lang=en");
        wait_for_notice(page, "modes: 99 is out of range");
        page.go("#/course/modes/2?lang=en");
        is_gone(page, "another step without a notice");
    });
}

#[test]
fn what_is_said_of_a_field_goes_with_the_next_value() {
    visit(|page| {
        page.glance("#/bench?k=64&lang=en");
        page.type_number("k", "12.5");
        wait_for_notice(page, "12.5");
        page.type_number("mu1", "1");
        is_gone(page, "another field’s value");
        page.type_number("mu1", "90");
        wait_for_notice(page, "out of range");
        page.act("prior");
        is_gone(page, "another mean");
        page.type_number("k", "12.5");
        wait_for_notice(page, "12.5");
        page.go("#/bench?k=1000&lang=en");
        is_gone(page, "another K");
    });
}

#[test]
fn what_is_said_of_a_file_goes_with_the_next_one() {
    visit(|page| {
        page.glance("#/bench?lang=en");
        let (bad, good) =
            (page.browser.folder().join("a.pdf"), page.browser.folder().join("b.png"));
        fs::write(&bad, "%PDF-1.4\n1 0 obj\n").expect("a writable temporary folder");
        let grey = image::GrayImage::from_raw(28, 28, stroke(0, 28)).expect("as many pixels");
        grey.save(&good).expect("a writable temporary folder");
        page.give_files(std::slice::from_ref(&bad));
        wait_for_notice(page, "PDF document");
        page.give_files(&[good]);
        is_gone(page, "the good file");
        page.settle();
        page.give_files(&[bad]);
        wait_for_notice(page, "PDF document");
        page.go("#/labs/evidence?lang=en");
        is_gone(page, "another page");
    });
}

#[test]
fn what_is_said_is_in_the_language_of_the_page() {
    visit(|page| {
        page.glance("#/bench?mu=99,0&lang=en");
        wait_for_notice(page, "out of range");
        page.choose("select#language", "pt");
        is_gone(page, "the other language");
        // An address that contains its language.
        page.go("#/bench?mu=99,0&lang=en");
        wait_for_notice(page, "out of range");
        page.go("#/bench?mu=98,0&lang=pt");
        page.wait_for("Portuguese", || page.text("#notice").contains("98"));
        assert!(!page.text("#notice").contains("out of range"), "{}", page.text("#notice"));
    });
}
