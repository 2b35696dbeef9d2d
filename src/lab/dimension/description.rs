//! What the lab "Dimension" is called, what can be set, and where to land.

use crate::lab::{Kind, Lab, Parameter, Preset, always};
use crate::state::{Range, Text};

/// The places of the parameters.
pub(super) const DIMENSION: usize = 0;
pub(super) const RATIO: usize = 1;
pub(super) const OFFSET: usize = 2;
pub(super) const DRAWS: usize = 3;
pub(super) const REPLICATES: usize = 4;
pub(super) const SEED: usize = 5;

/// The largest D.
pub(super) const MOST: usize = 200;

/// The lab.
pub const LAB: Lab = Lab {
    name: "dimension",
    title: Text::new("The curse of dimension", "A maldição da dimensão"),
    question: Text::new(
        "q is almost right in every dimension: what is it worth in D of them at once?",
        "q está quase certa em cada dimensão: quanto vale em D dimensões ao mesmo tempo?",
    ),
    parameters: &[
        Parameter {
            name: "d",
            symbol: "D",
            label: Text::new("Dimensions", "Dimensões"),
            kind: Kind::Whole { min: 1, max: MOST as u32 },
            default: 200.0,
        },
        Parameter {
            name: "ratio",
            symbol: "v/τ²",
            label: Text::new("Variance of q, relative", "Variância de q, relativa"),
            kind: Kind::Ratio { min: 0.2, max: 5.0 },
            default: 1.5,
        },
        Parameter {
            name: "delta",
            symbol: "δ",
            label: Text::new("Offset of q's mean, in τ", "Desvio da média de q, em τ"),
            kind: Kind::Real(Range { min: 0.0, max: 2.0, step: 0.05, fine: 0.01, coarse: 0.25 }),
            default: 0.0,
        },
        Parameter {
            name: "draws",
            symbol: "K",
            label: Text::new("Draws", "Amostras"),
            kind: Kind::Power { min: 16, max: 4096 },
            default: 1024.0,
        },
        Parameter {
            name: "replicates",
            symbol: "R",
            label: Text::new("Repetitions", "Repetições"),
            kind: Kind::Whole { min: 1, max: 32 },
            default: 16.0,
        },
        Parameter::seed(1.0),
    ],
    presets: &[
        Preset {
            label: Text::new("D = 10", "D = 10"),
            help: Text::new(
                "1 + χ² = 1.80: half of the draws count",
                "1 + χ² = 1,80: metade das amostras conta",
            ),
            values: &[("d", 10.0)],
        },
        Preset {
            label: Text::new("D = 50", "D = 50"),
            help: Text::new(
                "1 + χ² = 19: one draw of 19 counts",
                "1 + χ² = 19: uma amostra em 19 conta",
            ),
            values: &[("d", 50.0)],
        },
        Preset {
            label: Text::new("D = 200", "D = 200"),
            help: Text::new(
                "1 + χ² = 130,000: a handful of weights takes nearly everything",
                "1 + χ² = 130.000: um punhado de pesos leva quase tudo",
            ),
            values: &[("d", 200.0)],
        },
        Preset {
            label: Text::new("q = posterior", "q = posterior"),
            help: Text::new(
                "No error in one dimension is none in 200",
                "Sem erro em uma dimensão, sem erro em 200",
            ),
            values: &[("ratio", 1.0)],
        },
        Preset {
            label: Text::new("Infinite variance", "Variância infinita"),
            help: Text::new(
                "v = τ²/2: the ELBO lacks 0.1 nat per dimension, χ² is infinite in each",
                "v = τ²/2: falta 0,1 nat por dimensão ao ELBO, e χ² é infinito em cada uma",
            ),
            values: &[("d", 50.0), ("ratio", 0.5)],
        },
    ],
    needs_model: false,
    applies: always,
};
