//! The numerical checks in a real browser: the same values as natively.
#![cfg(target_arch = "wasm32")]

mod common {
    pub mod everywhere;
    pub mod quadratic;
    pub mod scalar_decoder;
    pub mod shipped;
}

use common::everywhere;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_gallery_is_the_same_everywhere() {
    everywhere::the_gallery_is_the_same_everywhere();
}

#[wasm_bindgen_test]
fn the_noise_is_the_same_everywhere() {
    everywhere::the_noise_is_the_same_everywhere();
}

#[wasm_bindgen_test]
fn the_quadratic_oracle_holds() {
    everywhere::the_quadratic_oracle_holds();
}

#[wasm_bindgen_test]
fn the_shipped_model_is_the_scalar_decoder() {
    everywhere::the_shipped_model_is_the_scalar_decoder();
}

#[wasm_bindgen_test]
fn the_gradient_in_single_precision_is_close() {
    everywhere::the_gradient_in_single_precision_is_close();
}

#[wasm_bindgen_test]
fn diagnostics_have_their_known_values() {
    everywhere::diagnostics_have_their_known_values();
}

#[wasm_bindgen_test]
fn decimal_notation_is_correctly_rounded() {
    everywhere::decimal_notation_is_correctly_rounded();
}
