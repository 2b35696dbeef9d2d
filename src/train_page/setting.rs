//! What can be set before a run, and the recipe that it makes.

use serde::{Deserialize, Serialize};

use crate::model::Activation;
use crate::parameters::{LARGEST_SEED, Parameter, Preset, SEED, choices, parameters};
use crate::state::{Text, text};
use crate::training::{DataSource, EncoderGradient, Objective, Recipe};

choices! {
    /// What is learned from.
    enum Images {
        /// Digits in pen strokes.
        Strokes: "strokes", text!("pen strokes");
        /// The images of the file that is open on the page.
        File: "file", text!("the opened file");
        /// Digits in pen strokes, and the user's drawings.
        Drawings: "drawings",
            text!("pen strokes and own drawings");
    }
}

choices! {
    impl Activation {
        Tanh: "tanh", Text::same("tanh");
        Relu: "relu", Text::same("ReLU");
    }
}

choices! {
    /// What is climbed.
    enum Goal {
        /// The ELBO.
        Elbo: "elbo", Text::same("ELBO");
        /// The ELBO with β times its KL.
        Beta: "beta", Text::same("β-VAE");
        /// The bound of K draws.
        Iwae: "iwae", Text::same("IWAE");
        /// The same with the doubly reparameterised gradient for the encoder.
        Dreg: "dreg", Text::same("IWAE, DReG");
        /// What the notes' code climbs.
        WrongSign: "wrong-sign",
            text!("wrong sign (the notes' code)");
    }
}

parameters! {
    /// What is learned from.
    data: Choice<Images> {
        name: "data",
        symbol: "",
        label: text!("images"),
        default: Images::Strokes,
    },
    /// The number of pen-stroke digits.
    digits: Power {
        name: "n",
        symbol: "N",
        label: text!("number of pen-stroke digits"),
        values: [256, 32768],
        default: 8192,
        applies: |setting| setting.data != Images::File,
    },
    /// The seed of their generator: not the run's, so that runs can be compared on the same images.
    digits_seed: Whole {
        name: "digits-seed",
        symbol: "s",
        label: text!("seed of the pen-stroke digits"),
        values: [0, LARGEST_SEED],
        default: 10,
        applies: |setting| setting.data != Images::File,
    },
    /// Hidden units of the encoder.
    hidden: Whole {
        name: "h",
        symbol: "H",
        label: text!("hidden units"),
        values: [1, 512],
        default: 64,
    },
    /// Hidden units of the decoder; 0 for as many as the encoder has.
    decoder_hidden: Whole {
        name: "hd",
        symbol: "H′",
        label: text!("hidden units of the decoder (0: as many as the encoder)"),
        values: [0, 512],
        default: 0,
    },
    /// The nonlinearity of both.
    activation: Choice<Activation> {
        name: "act",
        symbol: "",
        label: text!("nonlinearity"),
        default: Activation::Tanh,
    },
    /// Latent dimensions.
    latent: Whole {
        name: "l",
        symbol: "L",
        label: text!("latent dimensions"),
        values: [1, 20],
        default: 2,
    },
    /// What is climbed.
    goal: Choice<Goal> {
        name: "objective",
        symbol: "",
        label: text!("objective"),
        default: Goal::Elbo,
    },
    /// β of the β-VAE.
    beta: Ratio {
        name: "beta",
        symbol: "β",
        label: text!("weight of the KL (β-VAE)"),
        values: [0.01, 100.0],
        default: 4.0,
        applies: |setting| setting.goal == Goal::Beta,
    },
    /// K of the IWAE.
    draws: Power {
        name: "k",
        symbol: "K",
        label: text!("draws per image (IWAE)"),
        values: [1, 64],
        default: 8,
        applies: |setting| matches!(setting.goal, Goal::Iwae | Goal::Dreg),
    },
    /// Images per step.
    batch: Power {
        name: "batch",
        symbol: "B",
        label: text!("images per step"),
        values: [8, 512],
        default: 128,
    },
    /// Of Adam.
    rate: Ratio {
        name: "rate",
        symbol: "α",
        label: text!("learning rate of Adam"),
        values: [1e-5, 1.0],
        default: 3e-3,
    },
    /// Number of steps in which the KL's weight rises from 0.
    warm_up: Whole {
        name: "warm",
        symbol: "w",
        label: text!("steps in which the KL's weight rises from 0"),
        values: [0, 2000],
        default: 0,
        applies: Setting::has_warm_up,
    },
    /// The seed of the initial weights and of the draws.
    seed: Seed { name: "seed", symbol: "", label: SEED, default: 1, },
}

impl Setting {
    /// Whether the objective has a KL whose weight can rise.
    fn has_warm_up(&self) -> bool {
        matches!(self.goal, Goal::Elbo | Goal::Beta)
    }

    /// The recipe of a run on `data` and this number of drawings.
    pub(super) fn recipe(&self, data: DataSource, drawings: usize) -> Recipe {
        Recipe {
            data,
            drawings,
            hidden: self.hidden,
            decoder_hidden: Some(self.decoder_hidden).filter(|width| *width > 0),
            latent: self.latent,
            activation: self.activation,
            objective: match self.goal {
                Goal::Elbo => Objective::ELBO,
                Goal::Beta => Objective::Elbo { kl_weight: self.beta },
                Goal::Iwae => Recipe::iwae(self.draws, false),
                Goal::Dreg => Recipe::iwae(self.draws, true),
                Goal::WrongSign => Objective::WrongSign,
            },
            batch: self.batch,
            learning_rate: self.rate,
            warm_up: if self.has_warm_up() { self.warm_up as u32 } else { 0 },
            seed: self.seed,
            ..Recipe::default()
        }
    }
}

/// The settings of a run, a value for each of [`PARAMETERS`](super::PARAMETERS), inside its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<f64>", into = "Vec<f64>")]
pub struct RunSettings(Setting);

impl Default for RunSettings {
    /// As the page opens.
    fn default() -> Self {
        Self(Setting::of(&[]))
    }
}

impl From<Vec<f64>> for RunSettings {
    /// Reads values in the order of the parameters: clamped, and the default for a missing one.
    fn from(values: Vec<f64>) -> Self {
        Self(Setting::of(&values))
    }
}

impl From<RunSettings> for Vec<f64> {
    fn from(settings: RunSettings) -> Self {
        settings.0.into()
    }
}

impl RunSettings {
    /// Those of a preset.
    pub fn preset(preset: &Preset) -> Self {
        preset.values_in(PARAMETERS).into()
    }

    /// The values, in the order of the parameters.
    pub fn values(self) -> Vec<f64> {
        self.into()
    }

    /// The value of the parameter at a place; 0 if there is none.
    pub fn get(self, place: usize) -> f64 {
        self.values().get(place).copied().unwrap_or_default()
    }

    /// Sets one parameter, clamped to its range.
    pub fn set(&mut self, place: usize, value: f64) {
        let mut values = self.values();
        if let Some(slot) = values.get_mut(place) {
            *slot = value;
            *self = values.into();
        }
    }

    /// Whether the parameter at a place changes anything; otherwise it is not shown.
    pub fn applies(self, place: usize) -> bool {
        Setting::applies(place, &self.values())
    }

    /// Whether the images are those of an opened file.
    pub fn wants_file(self) -> bool {
        self.0.data == Images::File
    }

    /// Whether own drawings are among the images.
    pub fn wants_drawings(self) -> bool {
        self.0.data == Images::Drawings
    }

    /// The setting by name and type.
    pub(super) fn setting(&self) -> &Setting {
        &self.0
    }

    /// The number of latent dimensions.
    pub fn latent(self) -> usize {
        self.0.latent
    }

    /// The values in a canonical form: parameters without effect get their defaults, a β of 1 is the ELBO, and a decoder
    /// as wide as the encoder is written as 0.
    pub fn canonical(self) -> Self {
        let mut setting = self.0;
        if setting.goal == Goal::Beta && setting.beta == 1.0 {
            setting.goal = Goal::Elbo;
        }
        if setting.decoder_hidden == setting.hidden {
            setting.decoder_hidden = 0;
        }
        let values = Vec::from(setting);
        let kept = |(place, parameter): (usize, &Parameter)| {
            if Setting::applies(place, &values) { values[place] } else { parameter.default }
        };
        Self::from(PARAMETERS.iter().enumerate().map(kept).collect::<Vec<f64>>())
    }

    /// The settings that make this recipe, if there are such.
    pub fn of_recipe(recipe: &Recipe) -> Option<Self> {
        let mut setting = Setting::of(&[]);
        match &recipe.data {
            DataSource::PenStrokes { count, seed } => {
                setting.data = if recipe.drawings > 0 { Images::Drawings } else { Images::Strokes };
                setting.digits = *count;
                setting.digits_seed = usize::try_from(*seed).ok()?;
            }
            DataSource::File { .. } if recipe.drawings > 0 => return None,
            DataSource::File { .. } => setting.data = Images::File,
        }
        setting.hidden = recipe.hidden;
        setting.decoder_hidden = recipe.decoder_hidden.unwrap_or(0);
        setting.activation = recipe.activation;
        setting.latent = recipe.latent;
        match recipe.objective {
            Objective::ELBO => {}
            Objective::Elbo { kl_weight } => {
                setting.goal = Goal::Beta;
                setting.beta = kl_weight;
            }
            Objective::Iwae { draws, encoder } => {
                let is_double = encoder == EncoderGradient::DoublyReparameterised;
                setting.goal = if is_double { Goal::Dreg } else { Goal::Iwae };
                setting.draws = draws;
            }
            Objective::WrongSign => setting.goal = Goal::WrongSign,
        }
        setting.batch = recipe.batch;
        setting.rate = recipe.learning_rate;
        setting.warm_up = recipe.warm_up as usize;
        setting.seed = recipe.seed;
        // Values out of bounds are not supported.
        let is_on_offer = Setting::of(&Vec::from(setting)) == setting;
        let is_it = setting.recipe(recipe.data.clone(), recipe.drawings) == *recipe;
        (is_it && is_on_offer).then(|| Self(setting).canonical())
    }
}
