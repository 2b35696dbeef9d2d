//! The model that the site ships and the digits of its gallery.

use elboscope::data::{Binarization, BinaryImage, gallery};

/// The tests assume only that these bytes are weights with tanh units.
pub const WEIGHTS: &[u8] = include_bytes!("../../public/models/strokes.safetensors");

/// Digits of the gallery in black and white, by index.
pub fn digits(places: &[usize]) -> Vec<BinaryImage> {
    let gallery = gallery();
    places.iter().map(|&place| Binarization::default().apply(&gallery[place].image)).collect()
}
