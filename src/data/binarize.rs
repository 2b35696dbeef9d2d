//! Binarization of grey images: by a threshold, or by one Bernoulli draw per pixel with a seed.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use thiserror::Error;

use super::{BinaryImage, GreyImage};

/// The rule that turns a [`GreyImage`] into the x of the model. A Bernoulli likelihood is defined for zeros and ones
/// only: for grey values it is not normalised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Binarization {
    /// Ink above the threshold is 1.
    Threshold(Threshold),
    /// Each pixel is 1 with probability equal to its ink, independently: "dynamic" binarization, as in Salakhutdinov
    /// & Murray (2008), but fixed by a seed.
    Bernoulli {
        /// The same seed and image give the same zeros and ones.
        seed: u64,
    },
}

/// A share of ink strictly between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Threshold(f32);

/// Why a number is not a [`Threshold`].
#[derive(Clone, Copy, Debug, Error, PartialEq)]
#[error("a threshold of {found}: it must lie strictly between 0 and 1")]
pub struct ThresholdError {
    /// The number.
    pub found: f32,
}

impl Threshold {
    /// One half.
    pub const HALF: Self = Self(0.5);

    /// Checks that `share` lies strictly between 0 and 1.
    ///
    /// # Errors
    /// Anything else, NaN included.
    pub fn new(share: f32) -> Result<Self, ThresholdError> {
        if share > 0.0 && share < 1.0 {
            Ok(Self(share))
        } else {
            Err(ThresholdError { found: share })
        }
    }

    /// The share of ink.
    pub fn share(self) -> f32 {
        self.0
    }
}

impl Default for Binarization {
    fn default() -> Self {
        Self::Threshold(Threshold::HALF)
    }
}

impl Binarization {
    /// Turns `image` into zeros and ones. Paper stays 0 and full ink stays 1 under every rule.
    pub fn apply(&self, image: &GreyImage) -> BinaryImage {
        let ink = image.pixels();
        match *self {
            Self::Threshold(threshold) => BinaryImage::from_fn(|index| ink[index] > threshold.0),
            Self::Bernoulli { seed } => {
                // One random number per pixel, even where it is not needed: a pixel does not depend on the ink of
                // others.
                let mut rng = Pcg64Mcg::seed_from_u64(seed);
                BinaryImage::from_fn(|index| rng.random::<f32>() < ink[index])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::PIXELS;

    fn ramp() -> GreyImage {
        GreyImage::from_fn(|row, column| (row * 28 + column) as f32 / (PIXELS - 1) as f32)
    }

    #[test]
    fn only_numbers_between_zero_and_one_are_thresholds() {
        for share in [0.0, -0.0, 1.0, -0.1, 1.1, f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(Threshold::new(share).is_err(), "{share}");
        }
        for share in [f32::MIN_POSITIVE, 0.25, 0.5, 1.0 - f32::EPSILON] {
            assert_eq!(Threshold::new(share).map(Threshold::share), Ok(share));
        }
    }

    #[test]
    fn threshold_keeps_what_is_strictly_above_it() {
        let image = GreyImage::from_fn(|row, _| [0.0, 0.25, 0.5, 0.75][row % 4]);
        let x = Binarization::default().apply(&image);
        for (index, is_ink) in x.pixels().enumerate() {
            assert_eq!(is_ink, (index / 28) % 4 == 3, "pixel {index}");
        }
    }

    #[test]
    fn bernoulli_is_repeatable_and_depends_on_its_seed() {
        let image = ramp();
        let draw = |seed| Binarization::Bernoulli { seed }.apply(&image);
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn bernoulli_leaves_paper_and_full_ink_alone() {
        let image = GreyImage::from_fn(|row, _| (row % 2) as f32);
        for seed in 0..200 {
            let x = Binarization::Bernoulli { seed }.apply(&image);
            assert!(x.pixels().enumerate().all(|(index, ink)| ink == ((index / 28) % 2 == 1)));
        }
    }

    #[test]
    fn bernoulli_draws_as_often_as_the_ink_says() {
        let image = GreyImage::from_fn(|_, _| 0.3);
        let draws = 200;
        let ones: usize = (0..draws)
            .map(|seed| {
                let x = Binarization::Bernoulli { seed }.apply(&image);
                x.pixels().filter(|&ink| ink).count()
            })
            .sum();
        let n = (draws as usize * PIXELS) as f64;
        let z = (ones as f64 - 0.3 * n) / (n * 0.3 * 0.7).sqrt();
        // Normal approximation of the binomial: a false alarm once in 1.6e4 choices of seeds.
        assert!(z.abs() < 4.0, "z = {z}");
    }

    #[test]
    fn more_ink_never_draws_less_with_the_same_seed() {
        let (faint, dark) = (
            GreyImage::from_fn(|row, column| ((row + column) % 5) as f32 / 8.0),
            GreyImage::from_fn(|row, column| ((row + column) % 5) as f32 / 5.0),
        );
        for seed in 0..50 {
            let rule = Binarization::Bernoulli { seed };
            let (few, many) = (rule.apply(&faint), rule.apply(&dark));
            assert!(few.pixels().zip(many.pixels()).all(|(few, many)| many || !few));
        }
    }
}
