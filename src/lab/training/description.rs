//! The settings of a run, and presets.

use super::presets::PRESETS;
use crate::lab::parameters::{SEED, choices, parameters};
use crate::lab::{LARGEST_SEED, Lab, Parameter};
use crate::model::Activation;
use crate::state::Text;
use crate::training::{DataSource, EncoderGradient, Objective, Recipe};

/// The description.
pub const LAB: Lab = Lab {
    name: "train",
    title: Text::new("Train", "Treinar"),
    question: Text::new(
        "A VAE learns here, in your browser: what rises, the exact log p(x) or only its bound?",
        "Um VAE aprende aqui, no seu navegador: o que sobe, o log p(x) exato ou só sua cota?",
    ),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: false,
    applies: Setting::applies,
};

choices! {
    /// The training images.
    enum Images {
        /// Digits in pen strokes.
        Strokes: "strokes", Text::new("pen strokes", "traços de caneta");
        /// The images of the file that is open on the page.
        File: "file", Text::new("the opened file", "o arquivo aberto");
        /// Digits in pen strokes, and the user's drawings.
        Drawings: "drawings",
            Text::new("pen strokes and own drawings", "traços e desenhos próprios");
    }
}

choices! {
    impl Activation {
        Tanh: "tanh", Text::same("tanh");
        Relu: "relu", Text::same("ReLU");
    }
}

choices! {
    /// The objective.
    enum Goal {
        /// The ELBO.
        Elbo: "elbo", Text::same("ELBO");
        /// The ELBO with β times its KL.
        Beta: "beta", Text::same("β-VAE");
        /// The bound of K draws.
        Iwae: "iwae", Text::same("IWAE");
        /// The same with the doubly reparameterised gradient for the encoder.
        Dreg: "dreg", Text::same("IWAE, DReG");
        /// The objective of the notes' code.
        WrongSign: "wrong-sign",
            Text::new("wrong sign (the notes' code)", "sinal trocado (o código das notas)");
    }
}

parameters! {
    /// The training images.
    data: Choice<Images> {
        name: "data",
        symbol: "",
        label: Text::new("images", "imagens"),
        default: Images::Strokes,
    },
    /// The number of pen-stroke digits.
    digits: Power {
        name: "n",
        symbol: "N",
        label: Text::new("number of pen-stroke digits", "número de dígitos em traços de caneta"),
        values: [256, 32768],
        default: 8192,
        applies: |setting| setting.data != Images::File,
    },
    /// The seed of their generator: not the run's, so that runs can be compared on the same images.
    digits_seed: Whole {
        name: "digits-seed",
        symbol: "s",
        label: Text::new("seed of the pen-stroke digits", "semente dos dígitos em traços de caneta"),
        values: [0, LARGEST_SEED],
        default: 10,
        applies: |setting| setting.data != Images::File,
    },
    /// Hidden units of the encoder.
    hidden: Whole {
        name: "h",
        symbol: "H",
        label: Text::new("hidden units", "unidades ocultas"),
        values: [1, 512],
        default: 64,
    },
    /// Hidden units of the decoder; 0 for as many as the encoder has.
    decoder_hidden: Whole {
        name: "hd",
        symbol: "H′",
        label: Text::new(
            "hidden units of the decoder (0: as many as the encoder)",
            "unidades ocultas do decodificador (0: tantas quantas no codificador)",
        ),
        values: [0, 512],
        default: 0,
    },
    /// The nonlinearity of both.
    activation: Choice<Activation> {
        name: "act",
        symbol: "",
        label: Text::new("nonlinearity", "não linearidade"),
        default: Activation::Tanh,
    },
    /// Latent dimensions.
    latent: Whole {
        name: "l",
        symbol: "L",
        label: Text::new("latent dimensions", "dimensões latentes"),
        values: [1, 20],
        default: 2,
    },
    /// The objective.
    goal: Choice<Goal> {
        name: "objective",
        symbol: "",
        label: Text::new("objective", "objetivo"),
        default: Goal::Elbo,
    },
    /// β of the β-VAE.
    beta: Ratio {
        name: "beta",
        symbol: "β",
        label: Text::new("weight of the KL (β-VAE)", "peso da KL (β-VAE)"),
        values: [0.01, 100.0],
        default: 4.0,
        applies: |setting| setting.goal == Goal::Beta,
    },
    /// K of the IWAE.
    draws: Power {
        name: "k",
        symbol: "K",
        label: Text::new("draws per image (IWAE)", "amostras por imagem (IWAE)"),
        values: [1, 64],
        default: 8,
        applies: |setting| matches!(setting.goal, Goal::Iwae | Goal::Dreg),
    },
    /// Images per step.
    batch: Power {
        name: "batch",
        symbol: "B",
        label: Text::new("images per step", "imagens por passo"),
        values: [8, 512],
        default: 128,
    },
    /// The learning rate of Adam.
    rate: Ratio {
        name: "rate",
        symbol: "α",
        label: Text::new("learning rate of Adam", "taxa de aprendizado do Adam"),
        values: [1e-5, 1.0],
        default: 3e-3,
    },
    /// Number of steps in which the KL's weight rises from 0.
    warm_up: Whole {
        name: "warm",
        symbol: "w",
        label: Text::new(
            "steps in which the KL's weight rises from 0",
            "passos em que o peso da KL sobe de 0",
        ),
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

/// Whether the images are those of an opened file.
pub fn wants_file(values: &[f64]) -> bool {
    Setting::of(values).data == Images::File
}

/// The number of latent dimensions.
pub fn latent_of(values: &[f64]) -> usize {
    Setting::of(values).latent
}

/// Whether own drawings are among the images.
pub(super) fn wants_drawings(values: &[f64]) -> bool {
    Setting::of(values).data == Images::Drawings
}

/// The values in a canonical form: parameters without effect get their defaults, a β of 1 is the ELBO, and a decoder
/// as wide as the encoder is written as 0.
pub fn canonical(values: &[f64]) -> Vec<f64> {
    let mut setting = Setting::of(values);
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
    PARAMETERS.iter().enumerate().map(kept).collect()
}

/// The values that make this recipe, if there are such.
pub fn values_of(recipe: &Recipe) -> Option<Vec<f64>> {
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
    let values = Vec::from(setting);
    // Values out of bounds are not supported.
    let is_on_offer = Setting::of(&values) == setting;
    let is_it = setting.recipe(recipe.data.clone(), recipe.drawings) == *recipe;
    (is_it && is_on_offer).then(|| canonical(&values))
}
