//! The checks of `web_numerics`, run natively with the same constants.

use crate::common::everywhere;

#[test]
fn the_gallery_is_the_same_everywhere() {
    everywhere::the_gallery_is_the_same_everywhere();
}

#[test]
fn the_noise_is_the_same_everywhere() {
    everywhere::the_noise_is_the_same_everywhere();
}

#[test]
fn the_quadratic_oracle_holds() {
    everywhere::the_quadratic_oracle_holds();
}

#[test]
fn the_shipped_model_is_the_scalar_decoder() {
    everywhere::the_shipped_model_is_the_scalar_decoder();
}

#[test]
fn the_gradient_in_single_precision_is_close() {
    everywhere::the_gradient_in_single_precision_is_close();
}

#[test]
fn diagnostics_have_their_known_values() {
    everywhere::diagnostics_have_their_known_values();
}

#[test]
fn decimal_notation_is_correctly_rounded() {
    everywhere::decimal_notation_is_correctly_rounded();
}
