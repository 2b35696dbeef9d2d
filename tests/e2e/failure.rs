//! Parts that cannot be loaded: the page reports it and offers a way to continue.

use crate::harness::{visit, visit_ailing};

#[test]
fn a_missing_worker_is_said_and_can_be_restarted() {
    visit_ailing(|page| {
        page.server.refuse("/worker.js");
        page.load("");
        page.wait_for("the message", || page.shows("#fault"));
        assert!(!page.text("#fault").is_empty());
        assert!(page.shows("#fault button[data-action='reload']"));
        page.server.refuse_nothing();
        page.click("#fault button[data-action='restart-bench-worker']");
        page.wait_for("the message to go", || !page.shows("#fault"));
        page.settle();
        page.assert_sound();
    });
}

#[test]
fn a_missing_lab_worker_is_said_and_can_be_restarted() {
    visit_ailing(|page| {
        page.server.refuse("/lab_worker.js");
        page.load("#/labs/dimension?d=7");
        page.wait_for("the message", || page.shows("#fault"));
        page.server.refuse_nothing();
        page.click("#fault button[data-action='restart-lab-worker']");
        page.wait_for("the message to go", || !page.shows("#fault"));
        page.settle();
        assert!(page.shows("figure[data-figure='shares'] svg"));
        assert!(page.count("dl.numbers [data-value]") > 0, "no numbers");
    });
}

#[test]
fn a_missing_part_of_the_page_is_said_and_can_be_fetched_again() {
    visit_ailing(|page| {
        for (file, address, found) in [
            ("/split_labs.wasm", "#/labs/dimension?d=7", "figure[data-figure='shares'] svg"),
            ("/split_course.wasm", "#/course", ".outline"),
        ] {
            page.server.refuse(file);
            page.load(address);
            page.wait_for("the message", || page.shows("#fault"));
            assert!(page.shows("#fault button[data-action='reload']"));
            // Loaded parts still work.
            page.click("#fault button[data-action='retry-part']");
            let tries =
                || page.server.requested().iter().filter(|path| path.ends_with(file)).count();
            page.wait_for("the second try", || tries() == 2);
            page.wait_for("the message once more", || page.shows("#fault"));
            page.server.refuse_nothing();
            page.click("#fault button[data-action='retry-part']");
            page.wait_for("the message to go", || !page.shows("#fault"));
            page.settle();
            assert!(page.shows(found), "{address}");
        }
    });
}

#[test]
fn files_are_kept_when_what_reads_them_is_missing() {
    visit_ailing(|page| {
        page.server.refuse("/split_opening.wasm");
        page.glance("#/bench?lang=en");
        let file = page.browser.folder().join("small.png");
        let grey =
            image::GrayImage::from_fn(28, 28, |x, _| image::Luma([if x < 14 { 0 } else { 255 }]));
        grey.save(&file).expect("a writable temporary folder");
        let before = page.raw("log-evidence");
        page.give_files(std::slice::from_ref(&file));
        page.wait_for("the notice", || page.shows("#notice"));
        assert!(page.text("#notice").contains("could not be loaded"), "{}", page.text("#notice"));
        assert_eq!(page.raw("log-evidence"), before, "x has changed");
        page.server.refuse_nothing();
        page.give_files(&[file]);
        let is_another =
            "const shown = document.querySelector('[data-metric=log-evidence][data-value]');
            return !!shown && shown.dataset.value !== arguments[0]";
        page.wait_until("another x", is_another, serde_json::json!([before]));
        assert!(!page.shows("#notice"), "{}", page.text("#notice"));
    });
}

#[test]
fn a_worker_that_ends_in_silence_is_noticed() {
    visit_ailing(|page| {
        let session = &page.browser.session;
        let remember = "window.workers = [];
            window.Worker = class extends Worker {
                constructor(...given) { super(...given); window.workers.push(this); }
            }";
        let source = serde_json::json!({ "source": remember });
        session.devtools("Page.addScriptToEvaluateOnNewDocument", source);
        page.glance("");
        assert!(!page.shows("#fault"));
        // As when the browser ends the worker for lack of memory: no error event.
        assert_eq!(
            page.eval(
                "window.workers.forEach((it) => it.terminate()); return window.workers.length"
            ),
            1
        );
        page.wait_for("the message", || page.shows("#fault"));
        page.click("#fault button[data-action='restart-bench-worker']");
        page.wait_for("the message to go", || !page.shows("#fault"));
        page.wait_until(
            "the new worker",
            "return window.workers.length === 2",
            serde_json::json!([]),
        );
        page.settle();
        page.assert_sound();
    });
}

#[test]
fn a_page_that_cannot_start_says_so() {
    visit_ailing(|page| {
        page.server.refuse(".wasm");
        page.load("");
        page.wait_for("the message", || page.shows("#load-failure"));
        assert!(!page.text("#load-failure").is_empty());
    });
}

#[test]
fn the_page_forbids_itself_other_places() {
    visit(|page| {
        page.glance("");
        let policy = page.attribute("meta[http-equiv='Content-Security-Policy' i]", "content");
        let policy = policy.expect("a content security policy");
        let strict = ["default-src 'self'", "default-src 'none'"];
        assert!(strict.iter().any(|rule| policy.contains(rule)), "{policy}");
        let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src"));
        assert!(!scripts.unwrap_or_default().contains("'unsafe-inline'"), "{policy}");
        let inline = page.count("script:not([src]):not([type='application/json'])");
        assert_eq!(inline, 0, "there are inline scripts");
    });
}
