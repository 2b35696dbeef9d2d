//! The parameters and presets of the lab "Discrete".

use crate::lab::Preset;
use crate::lab::parameters::{SEED, choices, parameters};
use crate::state::{Range, Text};

/// The most draws of each method.
pub(super) const MOST_DRAWS: u32 = 65_536;

choices! {
    /// The model p(x, z).
    enum ModelChoice {
        /// A product over the bits, with a closed form.
        Bits: "bits", Text::new("independent bits", "bits independentes");
        /// Binary causes that jointly explain x.
        Net: "net", Text::new("sigmoid belief net", "rede de crença sigmoide");
    }
}

parameters! {
    /// The model p(x, z).
    model: Choice<ModelChoice> {
        name: "model",
        symbol: "p",
        label: Text::new("Model", "Modelo"),
        default: ModelChoice::Bits,
    },
    /// n.
    bits: Whole {
        name: "n",
        symbol: "n",
        label: Text::new("Bits of z", "Bits de z"),
        values: [1, 20],
        default: 12,
    },
    /// π.
    sharpness: Real {
        name: "pi",
        symbol: "π",
        label: Text::new("Sharpness of p(z|x)", "Concentração de p(z|x)"),
        values: Range { min: 0.5, max: 0.99, step: 0.01, fine: 0.005, coarse: 0.1 },
        default: 0.98,
    },
    /// a.
    nearness: Real {
        name: "near",
        symbol: "a",
        label: Text::new("q: fair coin → posterior", "q: moeda honesta → posterior"),
        values: Range { min: 0.0, max: 1.0, step: 0.05, fine: 0.01, coarse: 0.25 },
        default: 0.8,
    },
    /// N.
    draws: Power {
        name: "draws",
        symbol: "N",
        label: Text::new("Draws of each method", "Amostras por método"),
        values: [1, MOST_DRAWS],
        default: 256,
    },
    /// The seed of the model and of the draws.
    seed: Seed { name: "seed", symbol: "", label: SEED, default: 3, },
}

/// In the order of the buttons.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        label: Text::new("Needle", "Agulha"),
        help: Text::new(
            "20 bits, 82 % of the posterior on one state: counting beats uniform draws",
            "20 bits, 82 % da posterior em um estado: enumerar vence o sorteio uniforme",
        ),
        values: &[
            FIELDS.bits.at(20),
            FIELDS.sharpness.at(0.99),
            FIELDS.nearness.at(0.9),
            FIELDS.draws.at(4096),
            FIELDS.seed.at(1),
        ],
    },
    Preset {
        label: Text::new("Mild", "Suave"),
        help: Text::new(
            "10 bits and a broad posterior: all methods work",
            "10 bits e uma posterior larga: todos os métodos funcionam",
        ),
        values: &[
            FIELDS.bits.at(10),
            FIELDS.sharpness.at(0.7),
            FIELDS.nearness.at(0.7),
            FIELDS.draws.at(1024),
        ],
    },
    Preset {
        label: Text::new("Uniform posterior", "Posterior uniforme"),
        help: Text::new(
            "x says nothing about z: one draw is enough",
            "x nada diz sobre z: uma amostra basta",
        ),
        values: &[FIELDS.sharpness.at(0.5)],
    },
    Preset {
        label: Text::new("q = posterior", "q = posterior"),
        help: Text::new(
            "The posterior factorises and q is it: all weights are equal",
            "A posterior se fatora e q é igual a ela: todos os pesos são iguais",
        ),
        values: &[FIELDS.bits.at(20), FIELDS.sharpness.at(0.99), FIELDS.nearness.at(1.0)],
    },
    Preset {
        label: Text::new("Belief net", "Rede de crença"),
        help: Text::new(
            "Causes that explain x together: the posterior does not factorise",
            "Causas que explicam x em conjunto: a posterior não se fatora",
        ),
        values: &[
            FIELDS.model.at(ModelChoice::Net),
            FIELDS.bits.at(12),
            FIELDS.sharpness.at(0.97),
            FIELDS.nearness.at(0.9),
            FIELDS.draws.at(2048),
        ],
    },
    Preset {
        label: Text::new("Net, q = marginals", "Rede, q = marginais"),
        help: Text::new(
            "The right marginals are not the right posterior",
            "As marginais certas não são a posterior certa",
        ),
        values: &[
            FIELDS.model.at(ModelChoice::Net),
            FIELDS.bits.at(12),
            FIELDS.sharpness.at(0.97),
            FIELDS.nearness.at(1.0),
            FIELDS.draws.at(2048),
        ],
    },
];
