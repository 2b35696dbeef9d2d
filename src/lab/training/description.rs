//! What can be set before a run, and settings worth starting from.

use super::presets::PRESETS;
use crate::lab::{Choice, Kind, LARGEST_SEED, Lab, Parameter};
use crate::model::Activation;
use crate::state::Text;
use crate::training::{DataSource, EncoderGradient, Objective, Recipe};

/// What is seen here.
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
    applies,
};

/// The number of digits is that of pen strokes, β the β-VAE's, K the IWAE's, and a warm-up needs a KL.
fn applies(place: usize, values: &[f64]) -> bool {
    let objective = value(values, place::OBJECTIVE);
    match place {
        place::DIGITS | place::DIGITS_SEED => !wants_file(values),
        place::BETA => objective == 1.0,
        place::DRAWS => objective == 2.0 || objective == 3.0,
        place::WARM_UP => objective < 2.0,
        _ => true,
    }
}

/// The places of the parameters.
mod place {
    pub const DATA: usize = 0;
    pub const DIGITS: usize = 1;
    pub const DIGITS_SEED: usize = 2;
    pub const HIDDEN: usize = 3;
    pub const DECODER_HIDDEN: usize = 4;
    pub const ACTIVATION: usize = 5;
    pub const LATENT: usize = 6;
    pub const OBJECTIVE: usize = 7;
    pub const BETA: usize = 8;
    pub const DRAWS: usize = 9;
    pub const BATCH: usize = 10;
    pub const RATE: usize = 11;
    pub const WARM_UP: usize = 12;
    pub const SEED: usize = 13;
}

const SOURCES: &[Choice] = &[
    Choice { name: "strokes", label: Text::new("pen strokes", "traços de caneta") },
    Choice { name: "file", label: Text::new("the opened file", "o arquivo aberto") },
    Choice {
        name: "drawings",
        label: Text::new("pen strokes and own drawings", "traços e desenhos próprios"),
    },
];

const ACTIVATIONS: &[Choice] = &[
    Choice { name: "tanh", label: Text::same("tanh") },
    Choice { name: "relu", label: Text::same("ReLU") },
];

const OBJECTIVES: &[Choice] = &[
    Choice { name: "elbo", label: Text::same("ELBO") },
    Choice { name: "beta", label: Text::same("β-VAE") },
    Choice { name: "iwae", label: Text::same("IWAE") },
    Choice { name: "dreg", label: Text::same("IWAE, DReG") },
    Choice {
        name: "wrong-sign",
        label: Text::new("wrong sign (the notes' code)", "sinal trocado (o código das notas)"),
    },
];

const fn slider(
    name: &'static str,
    symbol: &'static str,
    label: Text,
    kind: Kind,
    default: f64,
) -> Parameter {
    Parameter { name, symbol, label, kind, default }
}

const fn list(name: &'static str, label: Text, choices: &'static [Choice]) -> Parameter {
    Parameter { name, symbol: "", label, kind: Kind::Choice(choices), default: 0.0 }
}

const PARAMETERS: &[Parameter] = &[
    list("data", Text::new("images", "imagens"), SOURCES),
    slider(
        "n",
        "N",
        Text::new("number of pen-stroke digits", "número de dígitos em traços de caneta"),
        Kind::Power { min: 256, max: 32768 },
        8192.0,
    ),
    slider(
        "digits-seed",
        "s",
        Text::new("seed of the pen-stroke digits", "semente dos dígitos em traços de caneta"),
        Kind::Whole { min: 0, max: LARGEST_SEED },
        10.0,
    ),
    slider(
        "h",
        "H",
        Text::new("hidden units", "unidades ocultas"),
        Kind::Whole { min: 1, max: 512 },
        64.0,
    ),
    slider(
        "hd",
        "H′",
        Text::new(
            "hidden units of the decoder (0: as many as the encoder)",
            "unidades ocultas do decodificador (0: tantas quantas no codificador)",
        ),
        Kind::Whole { min: 0, max: 512 },
        0.0,
    ),
    list("act", Text::new("nonlinearity", "não linearidade"), ACTIVATIONS),
    slider(
        "l",
        "L",
        Text::new("latent dimensions", "dimensões latentes"),
        Kind::Whole { min: 1, max: 20 },
        2.0,
    ),
    list("objective", Text::new("objective", "objetivo"), OBJECTIVES),
    slider(
        "beta",
        "β",
        Text::new("weight of the KL (β-VAE)", "peso da KL (β-VAE)"),
        Kind::Ratio { min: 0.01, max: 100.0 },
        4.0,
    ),
    slider(
        "k",
        "K",
        Text::new("draws per image (IWAE)", "amostras por imagem (IWAE)"),
        Kind::Power { min: 1, max: 64 },
        8.0,
    ),
    slider(
        "batch",
        "B",
        Text::new("images per step", "imagens por passo"),
        Kind::Power { min: 8, max: 512 },
        128.0,
    ),
    slider(
        "rate",
        "α",
        Text::new("learning rate of Adam", "taxa de aprendizado do Adam"),
        Kind::Ratio { min: 1e-5, max: 1.0 },
        3e-3,
    ),
    slider(
        "warm",
        "w",
        Text::new(
            "steps in which the KL's weight rises from 0",
            "passos em que o peso da KL sobe de 0",
        ),
        Kind::Whole { min: 0, max: 2000 },
        0.0,
    ),
    Parameter::seed(1.0),
];

/// Whether the images are those of an opened file.
pub fn wants_file(values: &[f64]) -> bool {
    value(values, place::DATA) == 1.0
}

/// Whether own drawings are among the images.
pub(super) fn wants_drawings(values: &[f64]) -> bool {
    value(values, place::DATA) == 2.0
}

/// The number of pen-stroke digits that are asked for, and their generator's seed.
///
/// It is not the run's seed, so that runs can be compared on the same images.
pub(super) fn digits(values: &[f64]) -> (usize, u64) {
    (value(values, place::DIGITS) as usize, value(values, place::DIGITS_SEED) as u64)
}

/// The settings of a run on `data` and so many drawings.
pub(super) fn recipe(values: &[f64], data: DataSource, drawings: usize) -> Recipe {
    let at = |place| value(values, place);
    let (objective, draws) = (at(place::OBJECTIVE) as usize, at(place::DRAWS) as usize);
    Recipe {
        data,
        drawings,
        hidden: at(place::HIDDEN) as usize,
        decoder_hidden: match at(place::DECODER_HIDDEN) as usize {
            0 => None,
            width => Some(width),
        },
        latent: at(place::LATENT) as usize,
        activation: if at(place::ACTIVATION) == 0.0 { Activation::Tanh } else { Activation::Relu },
        objective: match objective {
            0 => Objective::ELBO,
            1 => Objective::Elbo { kl_weight: at(place::BETA) },
            2 => Recipe::iwae(draws, false),
            3 => Recipe::iwae(draws, true),
            _ => Objective::WrongSign,
        },
        batch: at(place::BATCH) as usize,
        learning_rate: at(place::RATE),
        warm_up: if objective < 2 { at(place::WARM_UP) as u32 } else { 0 },
        seed: at(place::SEED) as u64,
        ..Recipe::default()
    }
}

/// The same run by the values that decide it: what does not apply is as it opens, a β of 1 is the ELBO,
/// and a decoder as wide as the encoder is said by 0.
pub fn canonical(values: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = (0..PARAMETERS.len()).map(|place| value(values, place)).collect();
    if values[place::OBJECTIVE] == 1.0 && values[place::BETA] == 1.0 {
        values[place::OBJECTIVE] = 0.0;
    }
    if values[place::DECODER_HIDDEN] == values[place::HIDDEN] {
        values[place::DECODER_HIDDEN] = 0.0;
    }
    for (place, parameter) in PARAMETERS.iter().enumerate() {
        if !applies(place, &values) {
            values[place] = parameter.default;
        }
    }
    values
}

/// The values that make this recipe, if there are such.
pub fn values_of(recipe: &Recipe) -> Option<Vec<f64>> {
    let mut values: Vec<f64> = PARAMETERS.iter().map(|parameter| parameter.default).collect();
    match &recipe.data {
        DataSource::PenStrokes { count, seed } => {
            values[place::DATA] = if recipe.drawings > 0 { 2.0 } else { 0.0 };
            values[place::DIGITS] = *count as f64;
            values[place::DIGITS_SEED] = *seed as f64;
        }
        DataSource::File { .. } if recipe.drawings > 0 => return None,
        DataSource::File { .. } => values[place::DATA] = 1.0,
    }
    values[place::HIDDEN] = recipe.hidden as f64;
    values[place::DECODER_HIDDEN] = recipe.decoder_hidden.map_or(0.0, |width| width as f64);
    values[place::ACTIVATION] = f64::from(u8::from(recipe.activation == Activation::Relu));
    values[place::LATENT] = recipe.latent as f64;
    match recipe.objective {
        Objective::ELBO => {}
        Objective::Elbo { kl_weight } => {
            values[place::OBJECTIVE] = 1.0;
            values[place::BETA] = kl_weight;
        }
        Objective::Iwae { draws, encoder } => {
            let is_double = encoder == EncoderGradient::DoublyReparameterised;
            values[place::OBJECTIVE] = if is_double { 3.0 } else { 2.0 };
            values[place::DRAWS] = draws as f64;
        }
        Objective::WrongSign => values[place::OBJECTIVE] = 4.0,
    }
    values[place::BATCH] = recipe.batch as f64;
    values[place::RATE] = recipe.learning_rate;
    values[place::WARM_UP] = f64::from(recipe.warm_up);
    values[place::SEED] = recipe.seed as f64;
    let is_on_offer = |(parameter, value): (&Parameter, &f64)| parameter.clamp(*value) == *value;
    let is_it = self::recipe(&values, recipe.data.clone(), recipe.drawings) == *recipe;
    (is_it && PARAMETERS.iter().zip(&values).all(is_on_offer)).then(|| canonical(&values))
}

fn value(values: &[f64], place: usize) -> f64 {
    values.get(place).copied().unwrap_or_else(|| PARAMETERS[place].default)
}
