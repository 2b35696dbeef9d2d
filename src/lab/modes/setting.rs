//! The parameters and presets of the lab "Modes".

use crate::lab::{LARGEST_SEED, Preset};
use crate::parameters::{SEED, choices, parameters};
use crate::state::{Range, text};

choices! {
    /// The family of q.
    enum Family {
        /// N(m, sd²).
        Gaussian: "gaussian", text!("Gaussian");
        /// (1 − α) N(m, sd²) + α N(−m, sd²).
        Mixture: "mixture", text!("Two Gaussians ±m");
        /// (1 − α) N(m, sd²) + α N(0, 1).
        Defensive: "defensive", text!("Gaussian + prior");
        /// t with 5 degrees of freedom, location m and scale sd.
        StudentT: "student", text!("Student t, ν = 5");
    }
}

parameters! {
    /// The family of q.
    family: Choice<Family> {
        name: "family",
        symbol: "q",
        label: text!("Family of q"),
        default: Family::Gaussian,
    },
    /// s.
    noise_sd: Ratio {
        name: "s",
        symbol: "s",
        label: text!("noise of x"),
        values: [0.1, 2.0],
        default: 0.3,
    },
    /// x.
    observation: Real {
        name: "x",
        symbol: "x",
        label: text!("observation"),
        values: Range { min: -1.0, max: 5.0, step: 0.05, fine: 0.01, coarse: 0.5 },
        default: 2.25,
    },
    /// m.
    mean: Real {
        name: "m",
        symbol: "m",
        label: text!("centre of q"),
        values: Range { min: -3.0, max: 3.0, step: 0.05, fine: 0.01, coarse: 0.5 },
        default: 1.474_432,
    },
    /// sd of q, a scale for the Student t.
    sd: Ratio {
        name: "sd",
        symbol: "σ",
        label: text!("width of q"),
        values: [0.02, 2.0],
        default: 0.101_734,
    },
    /// α.
    share: Real {
        name: "alpha",
        symbol: "α",
        label: text!("share of prior or −m"),
        values: Range { min: 0.01, max: 0.9, step: 0.05, fine: 0.01, coarse: 0.1 },
        default: 0.1,
    },
    /// K.
    draws: Power {
        name: "k",
        symbol: "K",
        label: text!("number of draws"),
        values: [64, 131_072],
        default: 65_536,
    },
    /// T.
    temperatures: Power {
        name: "t",
        symbol: "T",
        label: text!("temperatures of AIS"),
        values: [1, 256],
        default: 64,
    },
    /// The seed of the draws and of AIS.
    seed: Seed { name: "seed", symbol: "", label: SEED, default: 1, },
}

impl Setting {
    /// A separate stream of random numbers for each use; different seeds give different streams.
    pub(super) fn stream(&self, number: u64) -> u64 {
        self.seed + number * (u64::from(LARGEST_SEED) + 1)
    }
}

/// In the order of the buttons.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        label: text!("Missed mode"),
        help: text!(
            "The best Gaussian sits on one mode: ESS 99 %, k̂ fine, and log-IS ln 2 too low."
        ),
        values: &[],
    },
    Preset {
        label: text!("Repaired: 10 % prior"),
        help: text!("A tenth of the draws comes from the prior; they find the other mode."),
        values: &[FIELDS.family.at(Family::Defensive)],
    },
    Preset {
        label: text!("Two-component q"),
        help: text!("A mixture covers both modes: the gap all but closes."),
        values: &[FIELDS.family.at(Family::Mixture), FIELDS.share.at(0.5)],
    },
    Preset {
        label: text!("Student t"),
        help: text!(
            "A heavy tail finds the other mode with a few draws of large weight, and k̂ says so."
        ),
        values: &[FIELDS.family.at(Family::StudentT), FIELDS.sd.at(0.5)],
    },
    Preset {
        label: text!("Symmetric wins"),
        help: text!("With s = 0.5 and x = 1 the best Gaussian lies between the modes."),
        values: &[
            FIELDS.noise_sd.at(0.5),
            FIELDS.observation.at(1.0),
            FIELDS.mean.at(0.0),
            FIELDS.sd.at(0.629_841),
        ],
    },
    Preset {
        label: text!("One mode wins"),
        help: text!("With less noise, s = 0.3, the best Gaussian gives one mode up."),
        values: &[
            FIELDS.noise_sd.at(0.3),
            FIELDS.observation.at(1.0),
            FIELDS.mean.at(0.937_09),
            FIELDS.sd.at(0.160_07),
        ],
    },
];
