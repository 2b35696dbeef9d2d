//! Copying and presenting where the browser does not help: over plain http and in a frame.

use serde_json::json;

use crate::harness::{Page, key, visit};

/// The bench as *Copy link* writes it.
const BENCH: &str = "#/bench?x=digits.3&mu=0.9,-1.4&sigma=0.2,0.12&rho=-0.5&k=64&seed=7";

/// Removes the Clipboard API, as over plain http; `then` replaces `execCommand`.
fn take_clipboard_away(page: &Page, then: &str) {
    page.eval(&format!(
        "Object.defineProperty(navigator, 'clipboard', {{ value: undefined }});
         window.copied = [];
         document.execCommand = (command) => {{ {then} }}"
    ));
}

/// Records the selection and reports success.
const OLD_WAY: &str = "const field = document.activeElement;
    window.copied.push(field.value.slice(field.selectionStart, field.selectionEnd));
    return command === 'copy'";

#[test]
fn without_a_clipboard_a_text_is_copied_the_old_way() {
    visit(|page| {
        page.glance(BENCH);
        take_clipboard_away(page, OLD_WAY);
        page.click("[data-action=copy-link]");
        page.wait_for("the word Copied", || page.text("[data-action=copy-link]") == "Copied");
        let copied = || page.list_of("return window.copied");
        assert_eq!(copied(), [page.text_of("return location.href")]);
        let focused = page.text_of("return document.activeElement.dataset.action ?? ''");
        assert_eq!(focused, "copy-link", "the button has the focus again");

        // In a dialog, outside which nothing can be selected.
        page.open("#/labs/evidence");
        take_clipboard_away(page, OLD_WAY);
        page.click("[data-action=code]");
        page.wait_for("the program", || page.text("#lab-code .program").contains("import torch"));
        page.click("[data-action=copy-code]");
        page.wait_for("the word Copied", || page.text("[data-action=copy-code]") == "Copied");
        let program = page.text_of("return document.querySelector('#lab-code code').textContent");
        assert_eq!(copied(), [program]);

        page.open("#/course/teacher?lang=en");
        take_clipboard_away(page, OLD_WAY);
        page.click("[data-action=copy-made-link]");
        page.wait_for("the link", || copied().len() == 1);
        assert_eq!(copied(), [page.text_of("return document.querySelector('#made-link').value")]);

        page.open("#/train");
        take_clipboard_away(page, OLD_WAY);
        page.click("[data-action=copy-pytorch]");
        page.wait_for("the program", || copied().len() == 1);
        assert!(copied()[0].contains("import torch"), "{}", copied()[0]);
        page.wait_for("the file that it loads", || {
            page.text("#notice").contains("elboscope.safetensors")
        });
    });
}

#[test]
fn what_cannot_be_copied_is_shown_selected() {
    visit(|page| {
        for (language, words) in [("en", "press Ctrl+C"), ("pt", "pressione Ctrl+C")] {
            page.glance(&format!("{BENCH}&lang={language}"));
            take_clipboard_away(page, "return false");
            page.click("[data-action=copy-link]");
            page.wait_for("the dialog", || page.shows("dialog#uncopied[open]"));
            assert!(page.text("#uncopied").contains(words), "{}", page.text("#uncopied"));
            let selected = page.text_of(
                "const field = document.querySelector('#uncopied textarea');
                 return document.activeElement === field
                     ? field.value.slice(field.selectionStart, field.selectionEnd) : ''",
            );
            assert_eq!(selected, page.text_of("return location.href"));
            page.picture(&format!("uncopied-{language}.png"));
            page.keys(&[key::ESCAPE]);
            page.wait_for("it to close", || !page.shows("dialog#uncopied[open]"));
        }
    });
}

#[test]
fn a_clipboard_that_refuses_is_no_end() {
    visit(|page| {
        page.glance("#/bench?x=digits.3");
        page.eval(
            "Object.defineProperty(navigator, 'clipboard',
                 { value: Object.create(Clipboard.prototype,
                     { writeText: { value: () => Promise.reject(new Error('not allowed')) } }) });
             document.execCommand = () => false",
        );
        page.click("[data-action=copy-link]");
        page.wait_for("the dialog", || page.shows("dialog#uncopied[open]"));
    });
}

#[test]
fn presenting_without_full_screen_has_large_type_and_says_so() {
    visit(|page| {
        for (refusal, language, words) in [
            ("() => Promise.reject(new TypeError('not granted'))", "en", "no full screen"),
            ("undefined", "pt", "tela cheia"),
        ] {
            page.glance(&format!("#/bench?lang={language}"));
            page.eval(&format!("document.documentElement.requestFullscreen = {refusal}"));
            let size = || {
                let script = "return parseFloat(getComputedStyle(document.body).fontSize)";
                page.eval(script).as_f64().expect("a size")
            };
            let before = size();
            page.click("[data-action=present]");
            page.wait_for("a word", || page.text("#notice").contains(words));
            assert!(size() > before, "the type is large all the same");
            assert_eq!(
                page.attribute("[data-action=present]", "aria-pressed").as_deref(),
                Some("true")
            );
            page.click("[data-action=present]");
            page.wait_until(
                "the type as before",
                "return parseFloat(
                getComputedStyle(document.body).fontSize) === arguments[0]",
                json!([before]),
            );
        }
    });
}
