//! Drawing an x: with the pointer, cleared by keyboard, cancelled.

use crate::harness::{Page, Point, key, visit};

/// Opens the pad on the bench.
pub fn open_pad(page: &Page) {
    page.open("#/bench?x=digits.3&seed=7");
    page.click("button[data-action='draw']");
    page.wait_for("the sketch pad", || page.shows("dialog#sketch[open] canvas#sketch-canvas"));
}

/// Draws a rough seven.
pub fn draw(page: &Page) {
    let pad = page.rect("#sketch-canvas");
    let at = |right: f64, down: f64| Point {
        x: pad.x + right * pad.width,
        y: pad.y + down * pad.height,
    };
    page.stroke(&[at(0.25, 0.25), at(0.5, 0.24), at(0.75, 0.25), at(0.6, 0.5), at(0.45, 0.8)]);
}

/// A hash of the pad's content.
fn ink(page: &Page) -> String {
    page.text_of("return document.querySelector('#sketch-canvas').toDataURL()")
}

#[test]
fn a_drawn_digit_becomes_x() {
    visit(|page| {
        open_pad(page);
        let (truth, blank) = (page.raw("log-evidence"), ink(page));
        draw(page);
        assert_ne!(ink(page), blank, "the stroke left nothing on the pad");
        page.click("button[data-action='sketch-use']");
        page.wait_for("the pad to close", || !page.shows("dialog#sketch[open]"));
        page.settle();
        assert_ne!(page.raw("log-evidence"), truth, "x is the same");
        page.assert_sound();
        // A drawn x is in the address like any other.
        let (hash, drawn) = (page.hash(), page.raw("log-evidence"));
        page.open(&hash);
        assert_eq!(page.raw("log-evidence"), drawn, "from the address");
    });
}

#[test]
fn the_pad_is_cleared_by_keyboard() {
    visit(|page| {
        open_pad(page);
        let blank = ink(page);
        draw(page);
        assert_ne!(ink(page), blank);
        page.focus("button[data-action='sketch-clear']");
        page.keys(&[key::ENTER]);
        page.wait_for("an empty pad", || ink(page) == blank);
        assert!(page.shows("dialog#sketch[open]"));
    });
}

#[test]
fn giving_up_changes_nothing() {
    visit(|page| {
        open_pad(page);
        let truth = page.raw("log-evidence");
        draw(page);
        page.click("button[data-action='sketch-cancel']");
        page.wait_for("the pad to close", || !page.shows("dialog#sketch[open]"));
        page.settle();
        assert_eq!(page.raw("log-evidence"), truth);
        page.click("button[data-action='draw']");
        page.wait_for("the sketch pad", || page.shows("dialog#sketch[open]"));
        page.keys(&[key::ESCAPE]);
        page.wait_for("the pad to close", || !page.shows("dialog#sketch[open]"));
        page.settle();
        assert_eq!(page.raw("log-evidence"), truth);
        page.assert_sound();
    });
}
