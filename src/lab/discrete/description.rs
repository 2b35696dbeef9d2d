//! What the lab "Discrete" is called, what can be set, and where to land.

use crate::lab::{Choice, Kind, Lab, Parameter, Preset, always};
use crate::state::{Range, Text};

/// The places of the parameters.
pub(super) const MODEL: usize = 0;
pub(super) const BITS: usize = 1;
pub(super) const SHARPNESS: usize = 2;
pub(super) const NEARNESS: usize = 3;
pub(super) const DRAWS: usize = 4;
pub(super) const SEED: usize = 5;

/// The most draws of each method.
pub(super) const MOST_DRAWS: u32 = 65_536;

/// The lab.
pub const LAB: Lab = Lab {
    name: "discrete",
    title: Text::new("Needle in 2ⁿ", "Agulha em 2ⁿ"),
    question: Text::new(
        "A sum over 2ⁿ states: how many of them must be looked at to know log p(x)?",
        "Uma soma sobre 2ⁿ estados: quantos deles é preciso visitar para conhecer log p(x)?",
    ),
    parameters: &[
        Parameter {
            name: "model",
            symbol: "p",
            label: Text::new("Model", "Modelo"),
            kind: Kind::Choice(&[
                Choice { name: "bits", label: Text::new("independent bits", "bits independentes") },
                Choice {
                    name: "net",
                    label: Text::new("sigmoid belief net", "rede de crença sigmoide"),
                },
            ]),
            default: 0.0,
        },
        Parameter {
            name: "n",
            symbol: "n",
            label: Text::new("Bits of z", "Bits de z"),
            kind: Kind::Whole { min: 1, max: 20 },
            default: 12.0,
        },
        Parameter {
            name: "pi",
            symbol: "π",
            label: Text::new("Sharpness of p(z|x)", "Concentração de p(z|x)"),
            kind: Kind::Real(Range { min: 0.5, max: 0.99, step: 0.01, fine: 0.005, coarse: 0.1 }),
            default: 0.98,
        },
        Parameter {
            name: "near",
            symbol: "a",
            label: Text::new("q: fair coin → posterior", "q: moeda honesta → posterior"),
            kind: Kind::Real(Range { min: 0.0, max: 1.0, step: 0.05, fine: 0.01, coarse: 0.25 }),
            default: 0.8,
        },
        Parameter {
            name: "draws",
            symbol: "N",
            label: Text::new("Draws of each method", "Amostras por método"),
            kind: Kind::Power { min: 1, max: MOST_DRAWS },
            default: 256.0,
        },
        Parameter::seed(3.0),
    ],
    presets: &[
        Preset {
            label: Text::new("Needle", "Agulha"),
            help: Text::new(
                "20 bits, 82 % of the posterior on one state: counting beats uniform draws",
                "20 bits, 82 % da posterior em um estado: enumerar vence o sorteio uniforme",
            ),
            values: &[("n", 20.0), ("pi", 0.99), ("near", 0.9), ("draws", 4096.0), ("seed", 1.0)],
        },
        Preset {
            label: Text::new("Mild", "Suave"),
            help: Text::new(
                "10 bits and a broad posterior: all methods work",
                "10 bits e uma posterior larga: todos os métodos funcionam",
            ),
            values: &[("n", 10.0), ("pi", 0.7), ("near", 0.7), ("draws", 1024.0)],
        },
        Preset {
            label: Text::new("Uniform posterior", "Posterior uniforme"),
            help: Text::new(
                "x says nothing about z: one draw is enough",
                "x nada diz sobre z: uma amostra basta",
            ),
            values: &[("pi", 0.5)],
        },
        Preset {
            label: Text::new("q = posterior", "q = posterior"),
            help: Text::new(
                "The posterior factorises and q is it: all weights are equal",
                "A posterior se fatora e q é igual a ela: todos os pesos são iguais",
            ),
            values: &[("n", 20.0), ("pi", 0.99), ("near", 1.0)],
        },
        Preset {
            label: Text::new("Belief net", "Rede de crença"),
            help: Text::new(
                "Causes that explain x together: the posterior does not factorise",
                "Causas que explicam x em conjunto: a posterior não se fatora",
            ),
            values: &[("model", 1.0), ("n", 12.0), ("pi", 0.97), ("near", 0.9), ("draws", 2048.0)],
        },
        Preset {
            label: Text::new("Net, q = marginals", "Rede, q = marginais"),
            help: Text::new(
                "The right marginals are not the right posterior",
                "As marginais certas não são a posterior certa",
            ),
            values: &[("model", 1.0), ("n", 12.0), ("pi", 0.97), ("near", 1.0), ("draws", 2048.0)],
        },
    ],
    needs_model: false,
    applies: always,
};
