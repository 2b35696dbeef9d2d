//! The second program of the site: computes the labs in a worker, so that the first load is lighter.

#[cfg(target_arch = "wasm32")]
fn main() {
    elboscope::app::start_workshop();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The workshop runs in a browser: `make run` builds and serves it.");
}
