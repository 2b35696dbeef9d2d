//! The program of a lab on its page: it opens, follows the state, is copied and saved, and closes.

use elboscope::lab::{LABS, LabState, ParameterKind};
use serde_json::json;

use crate::harness::{Page, key, visit};
use crate::labs::{keep_files, link};
use crate::layout::{assert_none, cut_off, offences, small_text};
use elboscope::state::Language;

/// Opens the program and waits for it.
fn open(page: &Page, place: &str) -> String {
    page.click("[data-action=code]");
    page.wait_for(&format!("the program of {place}"), || text(page).contains("import torch"));
    text(page)
}

fn text(page: &Page) -> String {
    page.text_of("return document.querySelector('#lab-code code').textContent")
}

#[test]
fn the_program_opens_in_each_lab_follows_a_slider_and_closes_with_escape() {
    visit(|page| {
        for lab in LABS {
            page.open(&link(LabState::new(lab), Language::En, None));
            let before = open(page, lab.name);
            page.keys(&[key::ESCAPE]);
            page.wait_for("the program to close", || !page.shows("#lab-code"));

            // The last slider, which affects every program: draws, replicates, or chains.
            let place =
                lab.parameters.iter().rposition(|p| matches!(p.kind, ParameterKind::Power { .. }));
            let place = place.or_else(|| lab.parameters.iter().position(|p| p.name == "d"));
            let place = place.expect("a slider of a whole number");
            let parameter = &lab.parameters[place];
            let [position, min, max, step] = parameter.slider(LabState::new(lab).get(place));
            let other = if position + step <= max { position + step } else { min };
            let value = parameter.value_at(other).to_string();
            let script = "const slider = document.querySelector(arguments[0]);
                slider.value = arguments[1];
                slider.dispatchEvent(new Event('input', { bubbles: true }))";
            page.run(script, json!([format!("#slider-{}", parameter.name), other.to_string()]));
            page.settle();
            page.click("[data-action=code]");
            page.wait_for("the present value", || {
                let now = text(page);
                let is_there = |line: &str| line.contains(&value) && !before.contains(line);
                now != before && now.lines().any(is_there)
            });
            // Once more by keyboard alone: closing returns the focus to the button.
            page.keys(&[key::ESCAPE]);
            page.wait_for("the program to close", || !page.shows("#lab-code"));
            page.press("[data-action=code]", key::ENTER);
            page.wait_for("the program to open", || page.shows("#lab-code"));
            page.press("#lab-code .primary", key::ENTER);
            page.wait_for("the program to close", || !page.shows("#lab-code"));
        }
    });
}

#[test]
fn the_program_is_saved_as_it_is_shown_with_the_network_that_it_loads() {
    visit(|page| {
        let kept = keep_files(page);
        for lab in LABS {
            page.open(&link(LabState::new(lab), Language::Pt, None));
            let shown = open(page, lab.name);
            assert!(shown.contains(lab.title.say(Language::Pt)), "{shown}");
            page.click("[data-action=save-code]");
            let saved = String::from_utf8(kept(&format!("{}.py", lab.name))).expect("text");
            assert_eq!(saved, shown);
            let needs_file = shown.contains("load_file(");
            assert_eq!(page.shows("[data-action=save-network]"), needs_file, "{}", lab.name);
            if needs_file {
                let name = page.text("[data-action=save-network]");
                assert!(shown.contains(&format!("load_file(\"{name}\")")), "{name}");
                page.click("[data-action=save-network]");
                assert!(elboscope::model::read_weights(&kept(&name)).is_ok());
            }
        }
    });
}

#[test]
fn the_program_is_copied_or_saved() {
    visit(|page| {
        page.open(&link(LabState::new(LABS[0]), Language::En, None));
        let shown = open(page, LABS[0].name);
        // Records the copied text, without the system's clipboard.
        page.eval(
            "window.given = '';
             Object.defineProperty(navigator, 'clipboard', { value:
                 { writeText: (text) => { window.given = text; return Promise.resolve() } } })",
        );
        page.click("[data-action=copy-code]");
        page.wait_for("the copy", || page.text_of("return window.given") == shown);
        page.wait_for("the word", || page.text("[data-action=copy-code]") == "Copied");
    });
}

#[test]
fn the_program_fits_the_lecture_hall_and_the_phone() {
    visit(|page| {
        for (width, height) in [(1280, 720), (390, 844)] {
            page.set_viewport(width, height);
            for language in [Language::En, Language::Pt] {
                page.open(&link(LabState::new(LABS[6]), language, None));
                open(page, LABS[6].name);
                let place = format!("{width}×{height}, {}", language.code());
                let outside = "const box = document.querySelector('#lab-code')
                    .getBoundingClientRect();
                    return box.left >= 0 && box.top >= 0 && box.right <= innerWidth
                        && box.bottom <= innerHeight ? [] : [JSON.stringify(box)]";
                assert_none("outside the screen", &place, &offences(page, outside));
                assert_none("cut off", &place, &cut_off(page));
                assert_none("text below 13 px", &place, &small_text(page, 13));
                page.picture(&format!("program-{width}-{}.png", language.code()));
            }
        }
    });
}
