//! A monotonic clock: it does not follow changes of the system time.

use wasm_bindgen::JsCast;
use web_sys::{DedicatedWorkerGlobalScope, Window};

/// Milliseconds since the page or the worker was started; 0 where the browser has no `performance`.
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
