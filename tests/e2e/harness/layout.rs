//! Positions on the screen, and properties of the screen.

use serde_json::json;

use super::{input::Point, page::Page};

/// A box in the viewport, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Page {
    /// Makes the viewport exactly this large; the screen's pixel ratio stays.
    pub fn set_viewport(&self, width: u32, height: u32) {
        self.set_screen([width, height], self.ratio());
    }

    /// Sets the viewport's size in CSS pixels and the screen's pixel ratio, as on another screen.
    pub fn set_screen(&self, [width, height]: [u32; 2], ratio: f64) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": ratio,
                           "mobile": false });
        self.browser.session.devtools("Emulation.setDeviceMetricsOverride", size);
        self.ratio.set(ratio);
        // A real screen sends this event; Chromium's emulation does so only if the size changes as well.
        self.eval(
            "const late = (window.askers ?? []).filter((list) => !list.matches);
             for (const list of late) list.dispatchEvent(new Event('change'))",
        );
    }

    /// Makes the pointer coarse, as on a touch screen.
    pub fn take_fingers(&self) {
        let touch = json!({ "enabled": true, "maxTouchPoints": 5 });
        self.browser.session.devtools("Emulation.setTouchEmulationEnabled", touch);
        assert_eq!(self.eval("return matchMedia('(pointer: coarse)').matches"), json!(true));
    }

    /// Device pixels per CSS pixel.
    pub fn ratio(&self) -> f64 {
        self.ratio.get()
    }

    /// The viewport's size in CSS pixels.
    pub fn viewport(&self) -> [u32; 2] {
        let size = self.eval("return [innerWidth, innerHeight]");
        [0, 1].map(|i| size[i].as_u64().expect("a whole number") as u32)
    }

    /// Sets a media feature such as `prefers-color-scheme`.
    pub fn prefer(&self, feature: &str, value: &str) {
        let media = json!({ "features": [{ "name": feature, "value": value }] });
        self.browser.session.devtools("Emulation.setEmulatedMedia", media);
    }

    /// Makes the browser prefer a language.
    pub fn prefer_language(&self, language: &str) {
        let agent = self.text_of("return navigator.userAgent");
        let settings = json!({ "userAgent": agent, "acceptLanguage": language });
        self.browser.session.devtools("Emulation.setUserAgentOverride", settings);
    }

    /// The box around the first match of a selector.
    pub fn rect(&self, selector: &str) -> Rect {
        let script = "const box = document.querySelector(arguments[0])?.getBoundingClientRect();
            return box && [box.x, box.y, box.width, box.height]";
        let found = self.run(script, json!([selector]));
        let number = |i: usize| found[i].as_f64().unwrap_or_else(|| panic!("no {selector}"));
        Rect { x: number(0), y: number(1), width: number(2), height: number(3) }
    }

    /// The middle of the box around the first match of a selector.
    pub fn centre(&self, selector: &str) -> Point {
        let Rect { x, y, width, height } = self.rect(selector);
        Point { x: x + width / 2.0, y: y + height / 2.0 }
    }

    /// How many CSS pixels are one unit of z on the latent plane.
    pub fn pixels_per_unit(&self) -> f64 {
        let scale = self.attribute("#plane", "data-pixels-per-unit");
        scale.and_then(|scale| scale.parse().ok()).expect("#plane says data-pixels-per-unit")
    }

    /// How bright the page's background is, from 0 (black) to 1 (white).
    pub fn brightness(&self) -> f64 {
        let script = "const brush = document.createElement('canvas').getContext('2d');
            for (const part of [document.documentElement, document.body]) {
                brush.fillStyle = getComputedStyle(part).backgroundColor;
                brush.fillRect(0, 0, 1, 1);
            }
            const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
            return (red + green + blue) / 765";
        self.eval(script).as_f64().expect("a number")
    }
}
