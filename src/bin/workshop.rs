//! The second program of the site: computes the labs in a worker, so that the first load is lighter.

#[cfg(target_arch = "wasm32")]
fn main() {
    use elboscope::{platform, workshop::Workshop};

    platform::install_panic_hook();
    if let Some(scope) = platform::worker_scope() {
        platform::serve(scope, Workshop::new(platform::clock::now));
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The workshop runs in a browser: `make run` builds and serves it.");
}
