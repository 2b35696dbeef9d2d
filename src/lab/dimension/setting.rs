//! The parameters and presets of the lab "Dimension".

use crate::lab::Preset;
use crate::parameters::{SEED, parameters};
use crate::state::{Range, text};

/// The largest D.
pub(super) const MOST: usize = 200;

parameters! {
    /// D.
    dimension: Whole {
        name: "d",
        symbol: "D",
        label: text!("Dimensions"),
        values: [1, MOST as u32],
        default: MOST,
    },
    /// v/τ².
    ratio: Ratio {
        name: "ratio",
        symbol: "v/τ²",
        label: text!("Variance of q, relative"),
        values: [0.2, 5.0],
        default: 1.5,
    },
    /// (m − μ)/τ.
    offset: Real {
        name: "delta",
        symbol: "δ",
        label: text!("Offset of q's mean, in τ"),
        values: Range { min: 0.0, max: 2.0, step: 0.05, fine: 0.01, coarse: 0.25 },
        default: 0.0,
    },
    /// K.
    draws: Power {
        name: "draws",
        symbol: "K",
        label: text!("Draws"),
        values: [16, 4096],
        default: 1024,
    },
    /// The number of repetitions.
    replicates: Whole {
        name: "replicates",
        symbol: "R",
        label: text!("Repetitions"),
        values: [1, 32],
        default: 16,
    },
    /// The seed of the repetitions.
    seed: Seed { name: "seed", symbol: "", label: SEED, default: 1, },
}

impl Setting {
    /// log p(z|x) − log q(z) of one dimension at z = m + √v ε, as a function of ε.
    pub(super) fn log_ratio(&self) -> impl Fn(f64) -> f64 + use<> {
        let (offset, sd, log_ratio) = (self.offset, self.ratio.sqrt(), self.ratio.ln());
        move |noise| {
            // In units of τ about μ.
            let z = offset + sd * noise;
            0.5 * (noise * noise - z * z + log_ratio)
        }
    }
}

/// In the order of the buttons.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        label: text!("D = 10"),
        help: text!("1 + χ² = 1.80: half of the draws count"),
        values: &[FIELDS.dimension.at(10)],
    },
    Preset {
        label: text!("D = 50"),
        help: text!("1 + χ² = 19: one draw of 19 counts"),
        values: &[FIELDS.dimension.at(50)],
    },
    Preset {
        label: text!("D = 200"),
        help: text!("1 + χ² = 130,000: a handful of weights takes nearly everything"),
        values: &[FIELDS.dimension.at(200)],
    },
    Preset {
        label: text!("q = posterior"),
        help: text!("No error in one dimension is none in 200"),
        values: &[FIELDS.ratio.at(1.0)],
    },
    Preset {
        label: text!("Infinite variance"),
        help: text!("v = τ²/2: the ELBO lacks 0.1 nat per dimension, χ² is infinite in each"),
        values: &[FIELDS.dimension.at(50), FIELDS.ratio.at(0.5)],
    },
];
