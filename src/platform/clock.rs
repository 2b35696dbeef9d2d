//! A clock for intervals: it runs on when the computer's time of day is set.

use wasm_bindgen::JsCast;
use web_sys::{DedicatedWorkerGlobalScope, Window};

/// Milliseconds since the page or the worker was started; 0 where the browser has no such clock.
pub fn now() -> f64 {
    let global = js_sys::global();
    let performance = match global.dyn_into::<Window>() {
        Ok(window) => window.performance(),
        Err(global) => global
            .dyn_into::<DedicatedWorkerGlobalScope>()
            .ok()
            .and_then(|scope| scope.performance()),
    };
    performance.map_or(0.0, |performance| performance.now())
}
