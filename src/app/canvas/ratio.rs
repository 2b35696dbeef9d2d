//! The screen's pixel ratio, followed while the page is open.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};

/// Device pixels per CSS pixel, at least 1.
#[derive(Clone, Copy)]
pub struct PixelRatio(RwSignal<f64>);

impl PixelRatio {
    /// Reads the ratio and follows it: browser zoom and another screen change it, without a change of any
    /// element's size.
    pub fn follow() -> Self {
        let ratio = Self(RwSignal::new(1.0));
        ratio.read();
        ratio.watch();
        // An engine may round the ratio in a query; zooming changes the window's size as well.
        window_event_listener(ev::resize, move |_| ratio.read());
        ratio
    }

    /// The ratio now, tracked.
    pub fn get(self) -> f64 {
        self.0.get()
    }

    fn read(self) {
        let now = window().device_pixel_ratio().max(1.0);
        // The signal may have ended with its page.
        if self.0.try_get_untracked().is_some_and(|known| known != now) {
            self.0.set(now);
        }
    }

    /// Waits for the ratio to be another one. A query matches one ratio only, so each change asks anew.
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
