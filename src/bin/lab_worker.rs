//! The labs' worker as a program of its own, so that the first load does not contain it.

#[cfg(target_arch = "wasm32")]
fn main() {
    use elboscope::{lab_worker::LabServer, platform};

    platform::install_panic_hook();
    if let Some(scope) = platform::worker_scope() {
        platform::serve(scope, LabServer::new(platform::clock::now));
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The labs' worker runs in a browser: `make run` builds and serves it.");
}
