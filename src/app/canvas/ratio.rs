//! The screen's pixel ratio as a signal.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};

/// Device pixels per CSS pixel, at least 1.
#[derive(Clone, Copy)]
pub struct PixelRatio(RwSignal<f64>);

impl PixelRatio {
    /// Reads the ratio and follows it. Browser zoom and a move to another screen change it without resizing any
    /// element.
    pub fn follow() -> Self {
        let ratio = Self(RwSignal::new(1.0));
        ratio.read();
        ratio.watch();
        // A browser may round the ratio in a media query; zooming also resizes the window.
        window_event_listener(ev::resize, move |_| ratio.read());
        ratio
    }

    /// The ratio now, tracked.
    pub fn get(self) -> f64 {
        self.0.get()
    }

    fn read(self) {
        let now = window().device_pixel_ratio().max(1.0);
        // The signal may have been disposed of with its page.
        if self.0.try_get_untracked().is_some_and(|known| known != now) {
            self.0.set(now);
        }
    }

    /// Waits for the ratio to change. A media query matches a single ratio, so that each change needs a new one.
    fn watch(self) {
        let query = format!("(resolution: {}dppx)", window().device_pixel_ratio());
        let Ok(Some(list)) = window().match_media(&query) else { return };
        let asked = list.clone();
        let on_change = Closure::once_into_js(move || {
            asked.set_onchange(None);
            self.read();
            self.watch();
        });
        list.set_onchange(Some(on_change.unchecked_ref()));
    }
}
