//! The parameters and presets of the lab "Modes".

use crate::lab::parameters::{SEED, choices, parameters};
use crate::lab::{LARGEST_SEED, Preset};
use crate::state::{Range, Text};

choices! {
    /// The family of q.
    enum Family {
        /// N(m, sd²).
        Gaussian: "gaussian", Text::new("Gaussian", "Gaussiana");
        /// (1 − α) N(m, sd²) + α N(−m, sd²).
        Mixture: "mixture", Text::new("Two Gaussians ±m", "Duas gaussianas ±m");
        /// (1 − α) N(m, sd²) + α N(0, 1).
        Defensive: "defensive", Text::new("Gaussian + prior", "Gaussiana + priori");
        /// t with 5 degrees of freedom, location m and scale sd.
        StudentT: "student", Text::new("Student t, ν = 5", "t de Student, ν = 5");
    }
}

parameters! {
    /// The family of q.
    family: Choice<Family> {
        name: "family",
        symbol: "q",
        label: Text::new("Family of q", "Família de q"),
        default: Family::Gaussian,
    },
    /// s.
    noise_sd: Ratio {
        name: "s",
        symbol: "s",
        label: Text::new("noise of x", "ruído de x"),
        values: [0.1, 2.0],
        default: 0.3,
    },
    /// x.
    observation: Real {
        name: "x",
        symbol: "x",
        label: Text::new("observation", "observação"),
        values: Range { min: -1.0, max: 5.0, step: 0.05, fine: 0.01, coarse: 0.5 },
        default: 2.25,
    },
    /// m.
    mean: Real {
        name: "m",
        symbol: "m",
        label: Text::new("centre of q", "centro de q"),
        values: Range { min: -3.0, max: 3.0, step: 0.05, fine: 0.01, coarse: 0.5 },
        default: 1.474_432,
    },
    /// sd of q, a scale for the Student t.
    sd: Ratio {
        name: "sd",
        symbol: "σ",
        label: Text::new("width of q", "largura de q"),
        values: [0.02, 2.0],
        default: 0.101_734,
    },
    /// α.
    share: Real {
        name: "alpha",
        symbol: "α",
        label: Text::new("share of prior or −m", "peso da priori ou de −m"),
        values: Range { min: 0.01, max: 0.9, step: 0.05, fine: 0.01, coarse: 0.1 },
        default: 0.1,
    },
    /// K.
    draws: Power {
        name: "k",
        symbol: "K",
        label: Text::new("number of draws", "número de amostras"),
        values: [64, 131_072],
        default: 65_536,
    },
    /// T.
    temperatures: Power {
        name: "t",
        symbol: "T",
        label: Text::new("temperatures of AIS", "temperaturas do AIS"),
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
        label: Text::new("Missed mode", "Moda perdida"),
        help: Text::new(
            "The best Gaussian sits on one mode: ESS 99 %, k̂ fine, and log-IS ln 2 too low.",
            "A melhor gaussiana fica em uma moda: ESS de 99 %, k̂ bom, e log-IS ln 2 abaixo.",
        ),
        values: &[],
    },
    Preset {
        label: Text::new("Repaired: 10 % prior", "Reparo: 10 % priori"),
        help: Text::new(
            "A tenth of the draws comes from the prior; they find the other mode.",
            "Um décimo das amostras vem da priori; elas encontram a outra moda.",
        ),
        values: &[FIELDS.family.at(Family::Defensive)],
    },
    Preset {
        label: Text::new("Two-component q", "q de dois componentes"),
        help: Text::new(
            "A mixture covers both modes: the gap all but closes.",
            "Uma mistura cobre as duas modas: a lacuna quase se fecha.",
        ),
        values: &[FIELDS.family.at(Family::Mixture), FIELDS.share.at(0.5)],
    },
    Preset {
        label: Text::new("Student t", "t de Student"),
        help: Text::new(
            "A heavy tail finds the other mode with a few draws of large weight, and k̂ says so.",
            "A cauda pesada acha a outra moda com poucas amostras de peso grande, e k̂ avisa.",
        ),
        values: &[FIELDS.family.at(Family::StudentT), FIELDS.sd.at(0.5)],
    },
    Preset {
        label: Text::new("Symmetric wins", "Vence a simétrica"),
        help: Text::new(
            "With s = 0.5 and x = 1 the best Gaussian lies between the modes.",
            "Com s = 0,5 e x = 1 a melhor gaussiana fica entre as modas.",
        ),
        values: &[
            FIELDS.noise_sd.at(0.5),
            FIELDS.observation.at(1.0),
            FIELDS.mean.at(0.0),
            FIELDS.sd.at(0.629_841),
        ],
    },
    Preset {
        label: Text::new("One mode wins", "Vence uma moda"),
        help: Text::new(
            "With less noise, s = 0.3, the best Gaussian gives one mode up.",
            "Com menos ruído, s = 0,3, a melhor gaussiana abandona uma moda.",
        ),
        values: &[
            FIELDS.noise_sd.at(0.3),
            FIELDS.observation.at(1.0),
            FIELDS.mean.at(0.937_09),
            FIELDS.sd.at(0.160_07),
        ],
    },
];
