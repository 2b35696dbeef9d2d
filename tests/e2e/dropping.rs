//! Dropping and pasting: files, pictures of other pages, links; each is opened, or refused with a reason.

use base64::Engine;
use serde_json::json;

use crate::files::{START, refused_by, stroke};
use crate::harness::{Page, visit};

/// Drops something on the page, or pastes it: texts by their media type, and files by their names.
const TRANSFER: &str = "
    const [kind, texts, files] = arguments;
    const transfer = new DataTransfer();
    for (const [type, text] of Object.entries(texts)) transfer.setData(type, text);
    for (const [name, base64] of Object.entries(files)) {
        const bytes = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
    }
    const how = { bubbles: true, cancelable: true };
    const event = kind === 'paste'
        ? new ClipboardEvent(kind, { ...how, clipboardData: transfer })
        : new DragEvent(kind, { ...how, dataTransfer: transfer });
    (document.activeElement ?? document.body).dispatchEvent(event);
    return event.defaultPrevented";

fn transfer(page: &Page, kind: &str, texts: serde_json::Value, files: serde_json::Value) -> bool {
    page.run(TRANSFER, json!([kind, texts, files])).as_bool().unwrap_or_default()
}

fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// A PNG file of a stroke.
fn png(i: usize) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let grey = image::GrayImage::from_raw(28, 28, stroke(i, 28)).expect("as many pixels");
    grey.write_to(&mut file, image::ImageFormat::Png).expect("into memory");
    file.into_inner()
}

/// Acts, and waits until x has changed.
fn changes_x(page: &Page, what: &str, act: impl FnOnce()) {
    let before = page.raw("log-evidence");
    act();
    page.wait_for(what, || page.raw("log-evidence") != before);
    page.settle();
    assert!(!page.shows("#notice"), "{what}: {}", page.text("#notice"));
}

#[test]
fn pictures_are_dropped_and_pasted() {
    visit(|page| {
        page.glance(START);
        changes_x(page, "a dropped file", || {
            transfer(page, "drop", json!({}), json!({ "a.png": base64(&png(0)) }));
        });
        changes_x(page, "a pasted screenshot", || {
            transfer(page, "paste", json!({}), json!({ "image.png": base64(&png(1)) }));
        });
        // A picture that is embedded in another page.
        let address = format!("data:image/png;base64,{}", base64(&png(2)));
        changes_x(page, "a picture dragged from another page", || {
            let html = format!("<img alt='3' src=\"{address}\">");
            transfer(page, "drop", json!({ "text/html": html }), json!({}));
        });
        changes_x(page, "the address of a picture", || {
            let address = format!("data:image/png;base64,{}", base64(&png(0)));
            transfer(page, "drop", json!({ "text/uri-list": address }), json!({}));
        });
    });
}

#[test]
fn links_are_dropped_and_pasted() {
    visit(|page| {
        page.glance(START);
        let link = "#/bench?x=digits.5&mu=0.25,–0.5&amp;sigma=0.4,0.8&rho=0&k=8&seed=2.";
        let is_there = || page.hash().contains("mu=0.25,-0.5") && page.hash().contains("seed=2");
        transfer(page, "paste", json!({ "text/plain": link }), json!({}));
        page.wait_for("the pasted state", is_there);
        page.go(START);
        let address = format!("{}/{link}", page.server.origin());
        transfer(
            page,
            "drop",
            json!({ "text/uri-list": address, "text/plain": address }),
            json!({}),
        );
        page.wait_for("the dropped state", is_there);
        assert!(!page.shows("#notice"), "{}", page.text("#notice"));
        // On a page without a button for files as well.
        page.go("#/labs/dimension?d=7&lang=en");
        transfer(page, "paste", json!({ "text/plain": "#/course/modes/2" }), json!({}));
        page.wait_for("the lesson", || page.hash().starts_with("#/course/modes/2"));
    });
}

#[test]
fn what_cannot_be_opened_is_said() {
    visit(|page| {
        page.glance(&format!("{START}&lang=en"));
        let elsewhere = json!({ "text/uri-list": "https://a.test/3.png",
                                "text/html": "<img src='https://a.test/3.png'>" });
        let said = refused_by(page, || {
            transfer(page, "drop", elsewhere, json!({}));
        });
        assert!(said.contains("fetches nothing from other sites"), "{said}");
        for kind in ["drop", "paste"] {
            let said = refused_by(page, || {
                transfer(page, kind, json!({ "text/plain": "see you tomorrow" }), json!({}));
            });
            assert!(said.contains("no link of ELBOscope") || said.contains("nor a link"), "{said}");
        }
        // A text that is dropped into a field belongs to the field.
        page.focus("#number-mu1");
        assert!(!transfer(page, "paste", json!({ "text/plain": "0.5" }), json!({})));
        assert!(!page.shows("#notice"), "{}", page.text("#notice"));
    });
}
