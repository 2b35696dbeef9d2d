//! The page's program: in a window it is the app, in a worker it is the bench's worker.

#[cfg(target_arch = "wasm32")]
mod app;

#[cfg(target_arch = "wasm32")]
fn main() {
    use elboscope::{bench_worker::BenchServer, platform};

    platform::install_panic_hook();
    match platform::worker_scope() {
        Some(scope) => platform::serve(scope, BenchServer::new()),
        None => app::mount(),
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("ELBOscope runs in a browser: `make run` builds and serves it.");
}
