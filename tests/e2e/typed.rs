//! Typed numbers: groups, decimal marks, units; unreadable input is reported.

use serde_json::json;

use crate::harness::{Page, visit};

#[test]
fn whole_numbers_are_typed_with_separators() {
    visit(|page| {
        for language in ["en", "pt"] {
            page.glance(&format!("#/bench?k=64&lang={language}"));
            for typed in ["1.024", "1,024", "1 024", "1\u{a0}024", "1\u{2009}024", "1024"] {
                page.type_number("k", "64");
                page.type_number("k", typed);
                assert_eq!(page.field("k"), 1024.0, "{typed:?} in {language}");
            }
            page.type_number("seed", "1.000");
            assert_eq!(page.field("seed"), 1000.0, "the seed in {language}");
            page.type_number("seed", "1e3");
            assert_eq!(page.field("seed"), 1000.0, "the seed in {language}");
            assert!(!page.shows("#notice"), "{}", page.text("#notice"));
            page.glance(&format!("#/labs/modes?lang={language}"));
            page.type_number("k", "65.536");
            assert_eq!(page.field("k"), 65_536.0, "in {language}");
        }
    });
}

#[test]
fn a_single_mark_in_a_real_number_is_the_decimal_mark() {
    visit(|page| {
        for language in ["en", "pt"] {
            page.glance(&format!("#/bench?lang={language}"));
            for (typed, value) in [
                ("1.024", 1.024),
                ("1,024", 1.024),
                ("−0,5", -0.5),
                ("–0.25", -0.25),
                ("-0,75 nats", -0.75),
            ] {
                page.type_number("mu1", typed);
                assert_eq!(page.mean()[0], value, "{typed} in {language}");
            }
        }
    });
}

/// Types something that a field does not accept literally; the field shows `kept` and the page says why.
fn assert_said(page: &Page, name: &str, typed: &str, kept: f64, words: &str) {
    page.type_number(name, typed);
    assert_eq!(page.field(name), kept, "{typed} in {name}");
    let said = page.text("#notice");
    assert!(said.contains(typed) && said.contains(words), "{typed} in {name}: {said:?}");
}

#[test]
fn what_a_field_does_not_take_is_said() {
    visit(|page| {
        page.glance("#/bench?k=64&mu=0.5,0&lang=en");
        for typed in ["½", "abc", "2.5"] {
            assert_said(page, "k", typed, 64.0, "whole number");
        }
        assert_said(page, "mu1", "abc", 0.5, "cannot be read as a number");
        assert_said(page, "mu1", "90", 20.0, "out of range");
        page.type_number("mu1", "1");
        assert!(!page.shows("#notice"), "what was said is no longer true");
        page.glance("#/bench?k=64&lang=pt");
        assert_said(page, "k", "½", 64.0, "número inteiro");
        page.glance("#/labs/evidence?lang=pt");
        let x = page.field("x");
        assert_said(page, "x", "abc", x, "não pode ser lido");
        page.glance("#/train?lang=en");
        assert_said(page, "seed", "abc", page.field("seed"), "whole number");
    });
}

#[test]
fn a_guess_that_is_no_number_is_said() {
    visit(|page| {
        let course =
            elboscope::course::course_in(elboscope::state::Language::En).expect("the lessons");
        let place = course.lessons.iter().enumerate().find_map(|(number, lesson)| {
            let is_number = |block: &elboscope::course::Block| {
                matches!(block, elboscope::course::Block::Prediction(prediction)
                    if matches!(prediction.guess, elboscope::course::Guess::Number { .. }))
            };
            let step = lesson.steps.iter().position(|step| step.blocks.iter().any(is_number))?;
            Some((number, step))
        });
        let (lesson, step) = place.expect("a guess of a number");
        let name = elboscope::course::LESSONS[lesson];
        page.glance(&format!("#/course/{name}/{}?lang=en", step + 1));
        let field = ".prediction[data-prediction=open] .guess input";
        page.focus(field);
        page.keys(&"½\u{e007}".chars().collect::<Vec<_>>());
        page.wait_for("a word", || page.text(".guess .problem").contains("cannot be read"));
        page.run("document.querySelector(arguments[0]).value = ''", json!([field]));
        page.focus(field);
        page.keys(&"−1,5 nats\u{e007}".chars().collect::<Vec<_>>());
        page.wait_for("it to be committed", || page.count("[data-prediction=committed]") == 1);
    });
}

#[test]
fn a_telephone_can_type_what_a_field_takes() {
    visit(|page| {
        let emulated = json!({ "enabled": true, "maxTouchPoints": 5 });
        page.browser.session.devtools("Emulation.setTouchEmulationEnabled", emulated);
        page.set_viewport(390, 844);
        let mut seen = 0;
        for hash in [
            "#/bench",
            "#/labs/evidence",
            "#/labs/modes",
            "#/labs/bias",
            "#/train",
            "#/course/area/1",
        ] {
            page.glance(&format!("{hash}?lang=en"));
            assert_eq!(
                page.eval("return matchMedia('(pointer: coarse)').matches"),
                json!(true),
                "the browser does not emulate a finger"
            );
            let fields = page.eval(
                "return [...document.querySelectorAll('input[type=text], select, textarea')]
                    .filter((field) => field.checkVisibility())
                    .map((field) => [field.id, field.inputMode,
                        parseFloat(getComputedStyle(field).fontSize), field.tagName])",
            );
            for field in fields.as_array().expect("a list") {
                let (id, mode) = (field[0].as_str().unwrap_or(""), field[1].as_str().unwrap_or(""));
                let size = field[2].as_f64().expect("a size");
                assert!(size >= 16.0, "{hash}: {field} has type of {size} px");
                let is_negative =
                    ["number-mu1", "number-mu2", "number-rho", "number-x", "number-m"];
                if is_negative.contains(&id) {
                    assert_eq!(mode, "text", "{hash}: {id}");
                    seen += 1;
                }
                if id == "number-k" || id == "number-seed" {
                    assert_eq!(mode, "numeric", "{hash}: {id}");
                    seen += 1;
                }
            }
        }
        assert!(seen >= 8, "only {seen} fields were looked at");
    });
}
