//! How fast one native thread is: `make bench`, or `cargo bench --bench native -- labs` for one of the modules.
//! Nothing of the page is among them; it is measured in a browser (`tests/e2e/bench`).

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

/// The model that comes with the app.
#[cfg(not(target_arch = "wasm32"))]
fn shipped() -> elboscope::model::Vae {
    let bytes = include_bytes!("../../public/models/strokes.safetensors");
    elboscope::model::read_weights(bytes).expect("the shipped model is sound")
}
