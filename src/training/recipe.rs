//! All that decides a run: with the same recipe and the same images every number comes out the same.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{EncoderGradient, Objective};
use crate::model::{Activation, Vae};

/// Where the images of a run come from. The images themselves are given to the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DataSource {
    /// Digits written by the stroke generator, any number of them.
    PenStrokes {
        /// How many.
        count: usize,
        /// Of the generator.
        seed: u64,
    },
    /// A file that was opened, such as MNIST's.
    File {
        /// Its name, for the reader alone.
        name: String,
    },
}

/// Settings of a run. Any values can be written; [`Self::check`] decides whether they can be run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The source of the training images.
    pub data: DataSource,
    /// Own drawings that are added to it, up to [`Self::MOST_DRAWINGS`].
    pub drawings: usize,
    /// Width of the encoder's hidden layer, within [`Self::HIDDEN`].
    pub hidden: usize,
    /// That of the decoder's; `None` is the same.
    pub decoder_hidden: Option<usize>,
    /// Latent dimension L, within [`Self::LATENT`].
    pub latent: usize,
    /// Nonlinearity of both hidden layers.
    pub activation: Activation,
    /// The objective; K within [`Self::DRAWS`], β within [`Self::KL_WEIGHT`].
    pub objective: Objective,
    /// Images per step, within [`Self::BATCH`].
    pub batch: usize,
    /// Adam's α, within [`Self::LEARNING_RATE`].
    pub learning_rate: f64,
    /// Steps over which the weight on KL rises in a straight line from 0 to β; 0 is no warm-up.
    pub warm_up: u32,
    /// Steps without a better validation bound after which the run stops by itself; 0 is never.
    pub patience: u32,
    /// Decides weights, order, noise and which images are kept for validation.
    pub seed: u64,
}

/// A setting that cannot be run.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum RecipeError {
    /// A number is out of its range.
    #[error("{setting} is {found}, allowed is {least} to {most}")]
    Outside {
        /// Which setting.
        setting: &'static str,
        /// Its name.
        found: f64,
        /// The least that is allowed.
        least: f64,
        /// The most that is allowed.
        most: f64,
    },
    /// Only the ELBO and the β-VAE have a KL term whose weight can rise.
    #[error("this objective has no weight on KL that could warm up")]
    NoWarmUp,
}

impl Recipe {
    /// Hidden widths on offer.
    pub const HIDDEN: RangeInclusive<usize> = 1..=1024;
    /// Latent dimensions on offer.
    pub const LATENT: RangeInclusive<usize> = 1..=20;
    /// Batch sizes on offer.
    pub const BATCH: RangeInclusive<usize> = 1..=1024;
    /// Draws K per image of the importance-weighted bound on offer.
    pub const DRAWS: RangeInclusive<usize> = 1..=64;
    /// Learning rates on offer.
    pub const LEARNING_RATE: RangeInclusive<f64> = 1e-6..=1.0;
    /// Weights β on KL on offer.
    pub const KL_WEIGHT: RangeInclusive<f64> = 0.0..=1000.0;
    /// More own drawings than these are not taken.
    pub const MOST_DRAWINGS: usize = 100;
    /// Numbers of pen-stroke digits on offer.
    pub const DIGITS: RangeInclusive<usize> = 2..=100_000;

    /// 784-400-40, 20-400-784 with ReLU and Adam at 1e-3, the usual first VAE in PyTorch.
    pub fn classic() -> Self {
        let classic = Self { hidden: 400, latent: 20, learning_rate: 1e-3, ..Self::default() };
        Self { activation: Activation::Relu, ..classic }
    }

    /// Whether it can be run.
    ///
    /// # Errors
    /// [`RecipeError`] names the first setting that cannot.
    pub fn check(&self) -> Result<(), RecipeError> {
        let count = |range: RangeInclusive<usize>| *range.start() as f64..=*range.end() as f64;
        for width in self.hidden_widths() {
            within("the hidden width", width as f64, count(Self::HIDDEN))?;
        }
        within("the latent dimension", self.latent as f64, count(Self::LATENT))?;
        within("the batch", self.batch as f64, count(Self::BATCH))?;
        within("the learning rate", self.learning_rate, Self::LEARNING_RATE)?;
        let drawings = 0.0..=Self::MOST_DRAWINGS as f64;
        within("the number of drawings", self.drawings as f64, drawings)?;
        if let DataSource::PenStrokes { count: digits, .. } = self.data {
            within("the number of digits", digits as f64, count(Self::DIGITS))?;
        }
        match self.objective {
            Objective::Elbo { kl_weight } => {
                return within("the weight on KL", kl_weight, Self::KL_WEIGHT);
            }
            Objective::Iwae { draws, .. } => {
                within("the number of draws K", draws as f64, count(Self::DRAWS))?;
            }
            Objective::WrongSign => {}
        }
        if self.warm_up > 0 { Err(RecipeError::NoWarmUp) } else { Ok(()) }
    }

    /// Widths of the hidden layers, the encoder's first.
    pub fn hidden_widths(&self) -> [usize; 2] {
        [self.hidden, self.decoder_hidden.unwrap_or(self.hidden)]
    }

    /// Whether a network has the widths, latent dimension and nonlinearity of these settings.
    pub fn fits(&self, model: &Vae) -> bool {
        model.activation == self.activation
            && model.latent() == self.latent
            && [model.encoder_hidden(), model.hidden()] == self.hidden_widths()
    }

    /// The objective of step `step`, counted from 0: with less weight on KL during the warm-up.
    pub fn objective_at(&self, step: u32) -> Objective {
        match self.objective {
            Objective::Elbo { kl_weight } if step < self.warm_up => {
                Objective::Elbo { kl_weight: kl_weight * f64::from(step) / f64::from(self.warm_up) }
            }
            objective => objective,
        }
    }

    /// The importance-weighted bound with K draws, DReG for the encoder if `doubly`.
    pub fn iwae(draws: usize, doubly: bool) -> Objective {
        let encoder = if doubly {
            EncoderGradient::DoublyReparameterised
        } else {
            EncoderGradient::Reparameterised
        };
        Objective::Iwae { draws, encoder }
    }
}

impl Default for Recipe {
    /// A VAE that trains within seconds: 784-64-4, 2-64-784 on ten thousand digits.
    fn default() -> Self {
        Self {
            data: DataSource::PenStrokes { count: 10_000, seed: 10 },
            drawings: 0,
            hidden: 64,
            decoder_hidden: None,
            latent: 2,
            activation: Activation::Tanh,
            objective: Objective::ELBO,
            batch: 128,
            learning_rate: 3e-3,
            warm_up: 0,
            patience: 2000,
            seed: 1,
        }
    }
}

fn within(
    setting: &'static str,
    found: f64,
    allowed: RangeInclusive<f64>,
) -> Result<(), RecipeError> {
    if allowed.contains(&found) {
        return Ok(());
    }
    Err(RecipeError::Outside { setting, found, least: *allowed.start(), most: *allowed.end() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_presets_can_be_run() {
        for recipe in [Recipe::default(), Recipe::classic()] {
            assert_eq!(recipe.check(), Ok(()));
        }
        let classic = Recipe::classic();
        assert_eq!((classic.hidden, classic.latent, classic.learning_rate), (400, 20, 1e-3));
        assert_eq!(classic.activation, Activation::Relu);
    }

    #[test]
    fn every_setting_has_its_limits() {
        let good = Recipe::default();
        let elbo = |kl_weight| Objective::Elbo { kl_weight };
        let digits = |count| DataSource::PenStrokes { count, seed: 1 };
        let bad = [
            ("the hidden width", Recipe { hidden: 0, ..good.clone() }),
            ("the hidden width", Recipe { hidden: 1025, ..good.clone() }),
            ("the hidden width", Recipe { decoder_hidden: Some(0), ..good.clone() }),
            ("the hidden width", Recipe { decoder_hidden: Some(1025), ..good.clone() }),
            ("the latent dimension", Recipe { latent: 0, ..good.clone() }),
            ("the latent dimension", Recipe { latent: 21, ..good.clone() }),
            ("the batch", Recipe { batch: 0, ..good.clone() }),
            ("the learning rate", Recipe { learning_rate: 0.0, ..good.clone() }),
            ("the learning rate", Recipe { learning_rate: 1.5, ..good.clone() }),
            ("the learning rate", Recipe { learning_rate: f64::NAN, ..good.clone() }),
            ("the number of drawings", Recipe { drawings: 101, ..good.clone() }),
            ("the number of digits", Recipe { data: digits(1), ..good.clone() }),
            ("the weight on KL", Recipe { objective: elbo(-0.1), ..good.clone() }),
            ("the weight on KL", Recipe { objective: elbo(f64::INFINITY), ..good.clone() }),
            ("the number of draws K", Recipe { objective: Recipe::iwae(0, true), ..good.clone() }),
            (
                "the number of draws K",
                Recipe { objective: Recipe::iwae(65, false), ..good.clone() },
            ),
        ];
        for (name, recipe) in bad {
            match recipe.check() {
                Err(RecipeError::Outside { setting, .. }) => assert_eq!(setting, name),
                other => panic!("{name}: {other:?}"),
            }
        }
        for objective in [Recipe::iwae(8, true), Objective::WrongSign] {
            let cold = Recipe { objective, ..good.clone() };
            assert_eq!(cold.check(), Ok(()));
            let warm = Recipe { warm_up: 1, ..cold };
            assert_eq!(warm.check(), Err(RecipeError::NoWarmUp));
        }
    }

    #[test]
    fn the_weight_on_kl_rises_in_a_straight_line() {
        let recipe = Recipe {
            objective: Objective::Elbo { kl_weight: 2.0 },
            warm_up: 100,
            ..Recipe::default()
        };
        for (step, expected) in [(0, 0.0), (25, 0.5), (99, 1.98), (100, 2.0), (5000, 2.0)] {
            let Objective::Elbo { kl_weight } = recipe.objective_at(step) else { panic!() };
            assert!((kl_weight - expected).abs() < 1e-15, "{step}: {kl_weight}");
        }
        let cold = Recipe::default();
        assert_eq!(cold.objective_at(0), Objective::ELBO);
    }

    #[test]
    fn a_recipe_survives_being_written_down() {
        let data = DataSource::File { name: "train-images-idx3-ubyte.gz".into() };
        let iwae = Recipe { objective: Recipe::iwae(8, true), data, ..Recipe::classic() };
        let wrong = Recipe { objective: Objective::WrongSign, ..Recipe::default() };
        let narrow = Recipe { decoder_hidden: Some(3), ..Recipe::default() };
        for recipe in [Recipe::default(), iwae, wrong, narrow] {
            let bytes = postcard::to_allocvec(&recipe).expect("plain data");
            assert_eq!(postcard::from_bytes::<Recipe>(&bytes).as_ref(), Ok(&recipe));
        }
    }
}
