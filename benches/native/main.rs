//! The speed of one native thread: `make bench`, or `cargo bench --bench native -- labs` for one of the modules. The
//! page is measured in a browser (`tests/e2e/bench`).

#[cfg(not(target_arch = "wasm32"))]
mod estimates;
#[cfg(not(target_arch = "wasm32"))]
mod labs;
#[cfg(not(target_arch = "wasm32"))]
mod plain_trainer;
#[cfg(not(target_arch = "wasm32"))]
mod training;

fn main() {
    #[cfg(not(target_arch = "wasm32"))]
    divan::main();
}

/// The shipped model.
#[cfg(not(target_arch = "wasm32"))]
fn shipped() -> elboscope::model::Vae {
    let bytes = include_bytes!("../../public/models/strokes.safetensors");
    elboscope::model::read_weights(bytes).expect("the shipped model is sound")
}
