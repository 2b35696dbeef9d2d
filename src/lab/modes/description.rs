//! The lab "Modes" in words: its controls and the states worth landing in.

use crate::lab::{Choice, Kind, Lab, Parameter, Preset, always};
use crate::state::{Range, Text};

/// The lab.
pub const LAB: Lab = Lab {
    name: "modes",
    title: Text::new("Modes", "Modas"),
    question: Text::new(
        "The posterior has two modes and q sees one: which of the numbers notices?",
        "A posterior tem duas modas e q só vê uma: qual dos números percebe?",
    ),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: false,
    applies: always,
};

const FAMILIES: &[Choice] = &[
    Choice { name: "gaussian", label: Text::new("Gaussian", "Gaussiana") },
    Choice { name: "mixture", label: Text::new("Two Gaussians ±m", "Duas gaussianas ±m") },
    Choice { name: "defensive", label: Text::new("Gaussian + prior", "Gaussiana + priori") },
    Choice { name: "student", label: Text::new("Student t, ν = 5", "t de Student, ν = 5") },
];

/// In the order of the places in [`super::proposal`].
const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "family",
        symbol: "q",
        label: Text::new("Family of q", "Família de q"),
        kind: Kind::Choice(FAMILIES),
        default: 0.0,
    },
    Parameter {
        name: "s",
        symbol: "s",
        label: Text::new("noise of x", "ruído de x"),
        kind: Kind::Ratio { min: 0.1, max: 2.0 },
        default: 0.3,
    },
    Parameter {
        name: "x",
        symbol: "x",
        label: Text::new("observation", "observação"),
        kind: Kind::Real(Range { min: -1.0, max: 5.0, step: 0.05, fine: 0.01, coarse: 0.5 }),
        default: 2.25,
    },
    Parameter {
        name: "m",
        symbol: "m",
        label: Text::new("centre of q", "centro de q"),
        kind: Kind::Real(Range { min: -3.0, max: 3.0, step: 0.05, fine: 0.01, coarse: 0.5 }),
        default: 1.474_432,
    },
    Parameter {
        name: "sd",
        symbol: "σ",
        label: Text::new("width of q", "largura de q"),
        kind: Kind::Ratio { min: 0.02, max: 2.0 },
        default: 0.101_734,
    },
    Parameter {
        name: "alpha",
        symbol: "α",
        label: Text::new("share of prior or −m", "peso da priori ou de −m"),
        kind: Kind::Real(Range { min: 0.01, max: 0.9, step: 0.05, fine: 0.01, coarse: 0.1 }),
        default: 0.1,
    },
    Parameter {
        name: "k",
        symbol: "K",
        label: Text::new("number of draws", "número de amostras"),
        kind: Kind::Power { min: 64, max: 131_072 },
        default: 65_536.0,
    },
    Parameter {
        name: "t",
        symbol: "T",
        label: Text::new("temperatures of AIS", "temperaturas do AIS"),
        kind: Kind::Power { min: 1, max: 256 },
        default: 64.0,
    },
    Parameter::seed(1.0),
];

const PRESETS: &[Preset] = &[
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
        values: &[("family", 2.0)],
    },
    Preset {
        label: Text::new("Two-component q", "q de dois componentes"),
        help: Text::new(
            "A mixture covers both modes: the gap all but closes.",
            "Uma mistura cobre as duas modas: a lacuna quase se fecha.",
        ),
        values: &[("family", 1.0), ("alpha", 0.5)],
    },
    Preset {
        label: Text::new("Student t", "t de Student"),
        help: Text::new(
            "A heavy tail finds the other mode with a few draws of large weight, and k̂ says so.",
            "A cauda pesada acha a outra moda com poucas amostras de peso grande, e k̂ avisa.",
        ),
        values: &[("family", 3.0), ("sd", 0.5)],
    },
    Preset {
        label: Text::new("Symmetric wins", "Vence a simétrica"),
        help: Text::new(
            "With s = 0.5 and x = 1 the best Gaussian lies between the modes.",
            "Com s = 0,5 e x = 1 a melhor gaussiana fica entre as modas.",
        ),
        values: &[("s", 0.5), ("x", 1.0), ("m", 0.0), ("sd", 0.629_841)],
    },
    Preset {
        label: Text::new("One mode wins", "Vence uma moda"),
        help: Text::new(
            "With less noise, s = 0.3, the best Gaussian gives one mode up.",
            "Com menos ruído, s = 0,3, a melhor gaussiana abandona uma moda.",
        ),
        values: &[("s", 0.3), ("x", 1.0), ("m", 0.937_09), ("sd", 0.160_07)],
    },
];
