//! The x that a state describes.

use leptos::prelude::WithValue;

use crate::app::store::Store;
use elboscope::data::{Binarization, BinaryImage, Threshold};
use elboscope::state::{BenchState, BinarizeState, XSource};

/// The x of a state as black and white pixels.
pub fn pixels_of(store: Store, state: &BenchState) -> BinaryImage {
    match state.x {
        XSource::Pixels(pixels) => pixels,
        XSource::Digit(index) => store.gallery.with_value(|gallery| {
            // The index is clamped to the gallery, which is never empty.
            let digit = &gallery[index.min(gallery.len() - 1)];
            binarization(state.bin).apply(&digit.image)
        }),
    }
}

/// The binarization that a state describes.
pub fn binarization(bin: BinarizeState) -> Binarization {
    match bin {
        BinarizeState::Threshold(level) => {
            // Its range lies inside (0, 1), so the default is never needed.
            Threshold::new(level as f32)
                .map_or_else(|_| Binarization::default(), Binarization::Threshold)
        }
        BinarizeState::Bernoulli(seed) => Binarization::Bernoulli { seed: u64::from(seed) },
    }
}
