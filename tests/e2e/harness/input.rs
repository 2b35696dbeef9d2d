//! Input to a page: pointer, keys, choices, files.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::page::{DENSE, Page};

/// A position in the viewport, in CSS pixels from its top left.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// Keys without a character, as WebDriver writes them.
pub mod key {
    pub const SHIFT: char = '\u{e008}';
    pub const CONTROL: char = '\u{e009}';
    pub const TAB: char = '\u{e004}';
    pub const ENTER: char = '\u{e007}';
    pub const PAGE_DOWN: char = '\u{e00f}';
    pub const ESCAPE: char = '\u{e00c}';
    pub const PAGE_UP: char = '\u{e00e}';
    pub const END: char = '\u{e010}';
    pub const HOME: char = '\u{e011}';
    pub const LEFT: char = '\u{e012}';
    pub const UP: char = '\u{e013}';
    pub const RIGHT: char = '\u{e014}';
    pub const DOWN: char = '\u{e015}';
}

/// The path of one of several pointers.
pub struct Stroke {
    /// "mouse", "pen" or "touch".
    pub kind: &'static str,
    /// The number of the others' moves before it is pressed.
    pub delay: usize,
    pub path: Vec<Point>,
}

impl Stroke {
    /// A straight line of ten moves.
    pub fn line(kind: &'static str, delay: usize, from: Point, to: Point) -> Self {
        let at = |step: i32| {
            let share = f64::from(step) / 10.0;
            from.moved(share * (to.x - from.x), share * (to.y - from.y))
        };
        Self { kind, delay, path: (0..=10).map(at).collect() }
    }
}

impl Point {
    /// The position this far to the right and down.
    pub fn moved(self, right: f64, down: f64) -> Self {
        Self { x: self.x + right, y: self.y + down }
    }
}

impl Page {
    /// Opens what keeps the first match of a selector behind a button, as a visitor does first.
    pub fn reveal(&self, selector: &str) {
        let script = "const target = document.querySelector(arguments[0]);
            for (let part = target; part; part = part.parentElement) {
                if (part.matches('details') && !part.querySelector('summary').contains(target)) part.open = true;
                if (part.matches('[popover]:not(:popover-open)')) part.showPopover();
            }";
        self.run(script, json!([selector]));
    }

    /// Clicks the first match of a selector, after scrolling to it.
    pub fn click(&self, selector: &str) {
        self.reveal(selector);
        let session = &self.browser.session;
        let element = session.element(selector);
        let done = session.try_post(&format!("/element/{element}/click"), &json!({}));
        done.unwrap_or_else(|error| panic!("clicking {selector}: {error}"));
    }

    /// Clicks the button of an action and waits until the page has settled.
    pub fn act(&self, action: &str) {
        self.click(&format!("button[data-action='{action}']"));
        self.settle();
    }

    /// Chooses an option of a list by its value.
    pub fn choose(&self, list: &str, value: &str) {
        self.click(&format!("{list} option[value='{value}']"));
        self.eval("document.querySelector(':popover-open')?.hidePopover()");
        self.settle();
    }

    /// Presses the pointer at the first position, moves it along the others, and releases it.
    ///
    /// On a screen with one device pixel per CSS pixel a confusion of the two would not show: such a screen is made
    /// dense first.
    pub fn stroke(&self, path: &[Point]) {
        if self.ratio() == 1.0 {
            self.set_screen(self.viewport(), DENSE);
        }
        let travel = |point: &Point, time: u32| {
            json!({ "type": "pointerMove", "origin": "viewport", "duration": time,
                    "x": point.x, "y": point.y })
        };
        let mut actions = vec![travel(&path[0], 0), json!({ "type": "pointerDown", "button": 0 })];
        actions.extend(path[1..].iter().map(|point| travel(point, 20)));
        actions.push(json!({ "type": "pointerUp", "button": 0 }));
        self.perform(json!({ "type": "pointer", "id": "mouse",
                             "parameters": { "pointerType": "mouse" }, "actions": actions }));
    }

    /// Several pointers at once, each pressed at its first position, moved along the others and released.
    pub fn strokes(&self, pointers: &[Stroke]) {
        let sources = pointers.iter().enumerate().map(|(number, stroke)| {
            let travel = |point: &Point, time: u32| {
                json!({ "type": "pointerMove", "origin": "viewport", "duration": time,
                        "x": point.x, "y": point.y })
            };
            let wait = json!({ "type": "pause", "duration": 20 });
            let mut actions = vec![wait; stroke.delay];
            actions.push(travel(&stroke.path[0], 0));
            actions.push(json!({ "type": "pointerDown", "button": 0 }));
            actions.extend(stroke.path[1..].iter().map(|point| travel(point, 20)));
            actions.push(json!({ "type": "pointerUp", "button": 0 }));
            json!({ "type": "pointer", "id": format!("{} {number}", stroke.kind),
                    "parameters": { "pointerType": stroke.kind }, "actions": actions })
        });
        let sources: Vec<Value> = sources.collect();
        self.browser.session.post("/actions", &json!({ "actions": sources }));
        // Otherwise the next actions would continue from these positions.
        self.browser.session.delete("/actions");
    }

    /// Drags the middle of an element by so many pixels, in ten steps, and waits.
    pub fn drag(&self, selector: &str, right: f64, down: f64) {
        let start = self.centre(selector);
        let step = |i: i32| start.moved(right * f64::from(i) / 10.0, down * f64::from(i) / 10.0);
        self.stroke(&(0..=10).map(step).collect::<Vec<_>>());
        self.settle();
    }

    /// Focuses an element.
    pub fn focus(&self, selector: &str) {
        self.reveal(selector);
        let script = "const found = document.querySelector(arguments[0]);
            found?.focus();
            return !!found && document.activeElement === found";
        assert_eq!(self.run(script, json!([selector])), json!(true), "{selector} takes no focus");
    }

    /// Types characters and keys at the focus.
    pub fn keys(&self, keys: &[char]) {
        self.chord(&[], keys);
    }

    /// Types keys at the focus while others are held.
    pub fn chord(&self, held: &[char], keys: &[char]) {
        let down = |key: &char| json!({ "type": "keyDown", "value": key });
        let up = |key: &char| json!({ "type": "keyUp", "value": key });
        let mut actions: Vec<Value> = held.iter().map(down).collect();
        actions.extend(keys.iter().flat_map(|key| [down(key), up(key)]));
        actions.extend(held.iter().map(up));
        self.perform(json!({ "type": "key", "id": "keyboard", "actions": actions }));
    }

    /// Focuses an element, types one key there, and waits until the page has settled.
    pub fn press(&self, selector: &str, key: char) {
        self.focus(selector);
        self.keys(&[key]);
        self.settle();
    }

    /// Replaces what a number field holds, leaves the field, and waits until the page has settled.
    pub fn type_number(&self, name: &str, number: &str) {
        self.enter_number(name, number);
        self.settle();
    }

    /// Replaces what a number field holds, and leaves the field.
    pub fn enter_number(&self, name: &str, number: &str) {
        self.focus(&format!("#number-{name}"));
        self.chord(&[key::CONTROL], &['a']);
        self.keys(&number.chars().chain([key::TAB]).collect::<Vec<_>>());
    }

    /// Gives files to the page's file input.
    pub fn give_files(&self, files: &[PathBuf]) {
        let session = &self.browser.session;
        let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
        let element = session.element("input#file");
        session.post(&format!("/element/{element}/value"), &json!({ "text": names.join("\n") }));
    }

    fn perform(&self, source: Value) {
        self.browser.session.post("/actions", &json!({ "actions": [source] }));
    }
}
