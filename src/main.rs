//! The one program of the page: in a window it is the app, in a worker the loop that serves it.

#[cfg(target_arch = "wasm32")]
fn main() {
    elboscope::app::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("ELBOscope runs in a browser: `make run` builds and serves it.");
}
