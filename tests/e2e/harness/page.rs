//! A page of the site in a browser: opening, waiting, reading.

use std::{
    cell::Cell,
    fs::{self, OpenOptions},
    io::Write,
    panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use base64::Engine;
use serde_json::{Value, json};

use super::{
    browser::Browser,
    health,
    server::{Server, site},
};

/// The time after which waiting fails; far longer than anything should take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The background starts its last refinements only after so many milliseconds: most tests have left the page by then,
/// and two of them share two processors.
const IDLE: &str = "?idle=1000";

/// The site, served and open in a browser.
pub struct Page {
    pub server: Server,
    pub browser: Browser,
    /// Whether numbers from the coarse lattice suffice.
    is_content: Cell<bool>,
    /// Whether the background waits only for the pointer, as for a visitor.
    is_eager: Cell<bool>,
    /// Device pixels per CSS pixel.
    pub(super) ratio: Cell<f64>,
}

/// The pixel ratio of a dense screen, as of most phones and many laptops.
pub const DENSE: f64 = 2.0;

/// Runs a test on a fresh page; afterwards no error may have been reported and no request may have
/// left the site. A failure leaves a picture in `target/e2e/`.
///
/// Every second test runs on a dense screen: [`ratio_of`] decides by the line of the call. Dragging and drawing use a
/// dense screen in any case: see [`Page::stroke`].
#[track_caller]
pub fn visit(test: impl FnOnce(&Page)) {
    visit_folder(&site(), test);
}

/// Like [`visit`], for another site, whose files are in `root`.
#[track_caller]
pub fn visit_folder(root: &Path, test: impl FnOnce(&Page)) {
    let page = run(root, |page| {
        test(page);
        page.assert_healthy();
    });
    page.browser.give_back();
}

/// Like [`visit`], for a page that is made to fail: errors are allowed.
#[track_caller]
pub fn visit_ailing(test: impl FnOnce(&Page)) {
    run(&site(), test);
}

#[track_caller]
fn run(root: &Path, test: impl FnOnce(&Page)) -> Page {
    let (place, start) = (Location::caller(), Instant::now());
    let (server, browser) = (Server::start(root), Browser::borrow());
    let ratio = Cell::new(ratio_of(place));
    let page =
        Page { server, browser, is_content: Cell::new(false), is_eager: Cell::new(false), ratio };
    let limits = json!({ "script": 2 * PATIENCE.as_millis() as u64 });
    page.browser.session.post("/timeouts", &limits);
    health::watch(&page);
    page.set_viewport(1280, 720);
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| test(&page))) {
        let file = Path::new(place.file()).file_stem().unwrap_or_default().to_string_lossy();
        eprintln!("the screen had {} device pixels per CSS pixel", page.ratio());
        page.picture_of_failure(&format!("failure-{file}-{}.png", place.line()));
        resume_unwind(panic);
    }
    note_time(place, start.elapsed());
    page
}

/// Adds a line with the seconds that a test took to `target/e2e/times.txt`.
fn note_time(place: &Location<'_>, time: Duration) {
    let file = OpenOptions::new().create(true).append(true).open(results().join("times.txt"));
    writeln!(file.expect("a writable target folder"), "{:6.1} s  {place}", time.as_secs_f64())
        .expect("a writable target folder");
}

/// The pixel ratio of a test by the line of its `visit`: 1 on odd lines, that of a dense screen on even ones.
fn ratio_of(place: &Location<'_>) -> f64 {
    if place.line() % 2 == 1 { 1.0 } else { DENSE }
}

/// The folder for pictures and tables of the tests.
pub fn results() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/e2e");
    fs::create_dir_all(&folder).expect("a writable target folder");
    folder
}

impl Page {
    /// Loads the site afresh at an address such as `#/bench?k=64` and waits until it is settled.
    pub fn open(&self, hash: &str) {
        self.load(hash);
        self.settle();
    }

    /// Like [`Self::open`], but satisfied with a first complete set of numbers, from the coarse lattice: for tests
    /// that do not compare exact numbers.
    pub fn glance(&self, hash: &str) {
        self.load(hash);
        self.is_content.set(true);
        self.settle();
    }

    /// From now on pages are opened as by a visitor, without a delay of the background.
    pub fn come_as_a_visitor(&self) {
        self.is_eager.set(true);
    }

    /// Whether numbers from the coarse lattice suffice.
    pub fn is_content(&self) -> bool {
        self.is_content.get()
    }

    /// Follows an address on the page that is open, as a pasted link does, and waits.
    pub fn go(&self, hash: &str) {
        self.run("location.hash = arguments[0]", json!([hash]));
        self.settle();
    }

    /// Loads the site afresh without waiting for the application.
    pub fn load(&self, hash: &str) {
        self.is_content.set(false);
        // Via another page: between two addresses of one page the browser would only scroll.
        self.browser.session.post("/url", &json!({ "url": "about:blank" }));
        let query = if self.is_eager.get() { "" } else { IDLE };
        let address = format!("{}/{query}{hash}", self.server.origin());
        self.browser.session.post("/url", &json!({ "url": address }));
    }

    /// Loads the same address again.
    pub fn reload(&self) {
        self.browser.session.post("/refresh", &json!({}));
        self.settle();
    }

    /// The browser's own back button.
    pub fn back(&self) {
        self.browser.session.post("/back", &json!({}));
        self.settle();
    }

    /// The browser's own forward button.
    pub fn forward(&self) {
        self.browser.session.post("/forward", &json!({}));
        self.settle();
    }

    /// The part of the address from `#` on.
    pub fn hash(&self) -> String {
        self.text_of("return location.hash")
    }

    /// Runs the body of a JavaScript function in the page (a promise is awaited).
    pub fn run(&self, script: &str, arguments: Value) -> Value {
        self.browser.session.run(script, arguments)
    }

    /// Like [`Self::run`], for a script without arguments.
    pub fn eval(&self, script: &str) -> Value {
        self.run(script, json!([]))
    }

    /// Like [`Self::eval`], for a script that returns a text.
    pub fn text_of(&self, script: &str) -> String {
        self.eval(script).as_str().unwrap_or_default().to_owned()
    }

    /// Like [`Self::eval`], for a script that returns a list of texts.
    pub fn list_of(&self, script: &str) -> Vec<String> {
        let list = self.eval(script);
        let texts = list.as_array().map(Vec::as_slice).unwrap_or_default();
        texts.iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// An attribute of the first match of a selector.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let script = "return document.querySelector(arguments[0])?.getAttribute(arguments[1])";
        self.run(script, json!([selector, name])).as_str().map(str::to_owned)
    }

    /// The text of the first match of a selector, as rendered; empty where nothing is shown.
    pub fn text(&self, selector: &str) -> String {
        let script = "const found = document.querySelector(arguments[0]);
            return found?.checkVisibility() ? (found.innerText ?? found.textContent).trim() : ''";
        self.run(script, json!([selector])).as_str().unwrap_or_default().to_owned()
    }

    /// Whether the first match of a selector is shown.
    pub fn shows(&self, selector: &str) -> bool {
        // A group of an SVG that is not rendered is visible to checkVisibility, but has no box.
        let script = "const found = document.querySelector(arguments[0]);
            return !!found?.checkVisibility({ visibilityProperty: true })
                && found.getClientRects().length > 0";
        self.run(script, json!([selector])).as_bool().unwrap_or_default()
    }

    /// How many elements match a selector.
    pub fn count(&self, selector: &str) -> usize {
        let script = "return document.querySelectorAll(arguments[0]).length";
        self.run(script, json!([selector])).as_u64().unwrap_or_default() as usize
    }

    /// Waits until the page is ready and the exact lattice is the fine one of the state shown (after
    /// [`Self::glance`] any); samples may still accumulate in the background.
    pub fn settle(&self) {
        let condition = if self.is_content() {
            "return document.documentElement.dataset.ready === 'true'"
        } else {
            "const { ready, busy, exact } = document.documentElement.dataset;
             return ready === 'true' && (busy === 'false' || exact === 'fine')"
        };
        self.wait_calm(condition, "the page to settle");
    }

    /// Waits until no background work is left.
    pub fn wait_until_idle(&self) {
        self.wait_calm(
            "const { ready, busy } = document.documentElement.dataset;
             return ready === 'true' && busy === 'false'",
            "the background to come to rest",
        );
    }

    /// Waits until a JavaScript condition holds continuously for 0.3 s, longer than the debounce of the address.
    fn wait_calm(&self, condition: &str, what: &str) {
        let script = "return (async (condition, limit) => {
            const holds = new Function(condition);
            const end = performance.now() + limit;
            let calm = 0;
            while (calm < 15 && performance.now() < end) {
                await new Promise((next) => setTimeout(next, 20));
                calm = holds() ? calm + 1 : 0;
            }
            return calm === 15;
        })(...arguments)";
        let held = self.run(script, json!([condition, PATIENCE.as_millis() as u64]));
        assert_eq!(held, json!(true), "waited in vain for {what}");
    }

    /// Waits until a JavaScript condition on the given arguments holds; the page itself checks it every few
    /// milliseconds.
    pub fn wait_until(&self, what: &str, condition: &str, arguments: Value) {
        let script = "return (async (condition, given, limit) => {
            const holds = new Function(condition);
            const end = performance.now() + limit;
            while (performance.now() < end) {
                if (holds(...given)) return true;
                await new Promise((next) => setTimeout(next, 10));
            }
            return false;
        })(...arguments)";
        let held = self.run(script, json!([condition, arguments, PATIENCE.as_millis() as u64]));
        assert_eq!(held, json!(true), "waited in vain for {what}");
    }

    /// Waits until a condition holds.
    pub fn wait_for(&self, what: &str, mut condition: impl FnMut() -> bool) {
        let start = Instant::now();
        while !condition() {
            assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
            thread::sleep(Duration::from_millis(40));
        }
    }

    /// Writes a picture of the viewport to `target/e2e/NAME`.
    pub fn picture(&self, name: &str) {
        let shot = self.browser.session.get("/screenshot");
        let bytes = base64::engine::general_purpose::STANDARD.decode(shot.as_str().unwrap_or(""));
        fs::write(results().join(name), bytes.expect("base64")).expect("a writable target folder");
    }

    fn picture_of_failure(&self, name: &str) {
        let attempt = catch_unwind(AssertUnwindSafe(|| {
            self.picture(name);
            for complaint in self.complaints() {
                eprintln!("reported by the page: {complaint}");
            }
        }));
        match attempt {
            Ok(()) => eprintln!("picture: target/e2e/{name}"),
            Err(_) => eprintln!("no picture: the browser does not answer"),
        }
    }
}
