//! Browser interfaces that both programs use, in a window and in a worker.

pub mod clock;
mod panic;
mod serve;

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

pub use panic::install_panic_hook;
pub use serve::{PING, READY, serve};

/// The worker that this program runs in; `None` in a window.
pub fn worker_scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}
