//! The parameters and presets of the lab "Discrete".

use crate::lab::Preset;
use crate::parameters::{SEED, choices, parameters};
use crate::state::{Range, text};

/// The most draws of each method.
pub(super) const MOST_DRAWS: u32 = 65_536;

choices! {
    /// The model p(x, z).
    enum ModelChoice {
        /// A product over the bits, with a closed form.
        Bits: "bits", text!("independent bits");
        /// Binary causes that jointly explain x.
        Net: "net", text!("sigmoid belief net");
    }
}

parameters! {
    /// The model p(x, z).
    model: Choice<ModelChoice> {
        name: "model",
        symbol: "p",
        label: text!("Model"),
        default: ModelChoice::Bits,
    },
    /// n.
    bits: Whole {
        name: "n",
        symbol: "n",
        label: text!("Bits of z"),
        values: [1, 20],
        default: 12,
    },
    /// π.
    sharpness: Real {
        name: "pi",
        symbol: "π",
        label: text!("Sharpness of p(z|x)"),
        values: Range { min: 0.5, max: 0.99, step: 0.01, fine: 0.005, coarse: 0.1 },
        default: 0.98,
    },
    /// a.
    nearness: Real {
        name: "near",
        symbol: "a",
        label: text!("q: fair coin → posterior"),
        values: Range { min: 0.0, max: 1.0, step: 0.05, fine: 0.01, coarse: 0.25 },
        default: 0.8,
    },
    /// N.
    draws: Power {
        name: "draws",
        symbol: "N",
        label: text!("Draws of each method"),
        values: [1, MOST_DRAWS],
        default: 256,
    },
    /// The seed of the model and of the draws.
    seed: Seed { name: "seed", symbol: "", label: SEED, default: 3, },
}

/// In the order of the buttons.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        label: text!("Needle"),
        help: text!("20 bits, 82 % of the posterior on one state: counting beats uniform draws"),
        values: &[
            FIELDS.bits.at(20),
            FIELDS.sharpness.at(0.99),
            FIELDS.nearness.at(0.9),
            FIELDS.draws.at(4096),
            FIELDS.seed.at(1),
        ],
    },
    Preset {
        label: text!("Mild"),
        help: text!("10 bits and a broad posterior: all methods work"),
        values: &[
            FIELDS.bits.at(10),
            FIELDS.sharpness.at(0.7),
            FIELDS.nearness.at(0.7),
            FIELDS.draws.at(1024),
        ],
    },
    Preset {
        label: text!("Uniform posterior"),
        help: text!("x says nothing about z: one draw is enough"),
        values: &[FIELDS.sharpness.at(0.5)],
    },
    Preset {
        label: text!("q = posterior"),
        help: text!("The posterior factorises and q is it: all weights are equal"),
        values: &[FIELDS.bits.at(20), FIELDS.sharpness.at(0.99), FIELDS.nearness.at(1.0)],
    },
    Preset {
        label: text!("Belief net"),
        help: text!("Causes that explain x together: the posterior does not factorise"),
        values: &[
            FIELDS.model.at(ModelChoice::Net),
            FIELDS.bits.at(12),
            FIELDS.sharpness.at(0.97),
            FIELDS.nearness.at(0.9),
            FIELDS.draws.at(2048),
        ],
    },
    Preset {
        label: text!("Net, q = marginals"),
        help: text!("The right marginals are not the right posterior"),
        values: &[
            FIELDS.model.at(ModelChoice::Net),
            FIELDS.bits.at(12),
            FIELDS.sharpness.at(0.97),
            FIELDS.nearness.at(1.0),
            FIELDS.draws.at(2048),
        ],
    },
];
