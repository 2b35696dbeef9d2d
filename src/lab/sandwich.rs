//! The lab "Sandwich": log p(x) between a lower and an upper bound that close as the temperatures
//! become more, beside the exact value where there is one (Grosse, Ghahramani & Adams 2015).

mod mover;
mod pictures;
mod program;
mod run;
mod setting;
mod trace;
mod truth;
mod words;
mod world;

use super::{Choice, Kind, Lab, Parameter, Preset, Run, always};
use crate::model::Vae;
use crate::state::Text;

pub(super) use program::{program, program_file, program_network};
use run::Bounds;
use setting::Setting;

const MODELS: &[Choice] = &[
    Choice {
        name: "line",
        label: Text::new("1-D Gaussian, perfect moves", "Gaussiana 1-D, movimentos perfeitos"),
    },
    Choice { name: "line-hmc", label: Text::new("1-D Gaussian, HMC", "Gaussiana 1-D, HMC") },
    Choice { name: "vae", label: Text::new("the VAE, D = 2", "o VAE, D = 2") },
    Choice { name: "blocks-5", label: Text::new("5 VAEs, D = 10", "5 VAEs, D = 10") },
    Choice { name: "blocks-10", label: Text::new("10 VAEs, D = 20", "10 VAEs, D = 20") },
    Choice {
        name: "random-10",
        label: Text::new("random decoder, D = 10", "decodificador aleatório, D = 10"),
    },
    Choice {
        name: "random-20",
        label: Text::new("random decoder, D = 20", "decodificador aleatório, D = 20"),
    },
];

const SOURCES: &[Choice] = &[
    Choice { name: "simulated", label: Text::new("from the model itself", "do próprio modelo") },
    Choice { name: "0", label: Text::new("digit 0", "dígito 0") },
    Choice { name: "1", label: Text::new("digit 1", "dígito 1") },
    Choice { name: "2", label: Text::new("digit 2", "dígito 2") },
    Choice { name: "3", label: Text::new("digit 3", "dígito 3") },
    Choice { name: "4", label: Text::new("digit 4", "dígito 4") },
    Choice { name: "5", label: Text::new("digit 5", "dígito 5") },
    Choice { name: "6", label: Text::new("digit 6", "dígito 6") },
    Choice { name: "7", label: Text::new("digit 7", "dígito 7") },
    Choice { name: "8", label: Text::new("digit 8", "dígito 8") },
    Choice { name: "9", label: Text::new("digit 9", "dígito 9") },
];

const STARTS: &[Choice] = &[
    Choice { name: "q", label: Text::new("q (the encoder's)", "q (do codificador)") },
    Choice { name: "prior", label: Text::new("the prior", "a priori") },
];

const SPACINGS: &[Choice] = &[
    Choice { name: "uniform", label: Text::new("uniform", "uniforme") },
    Choice { name: "sigmoidal", label: Text::new("denser at the ends", "mais denso nos extremos") },
];

const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "model",
        symbol: "",
        label: Text::new("Model", "Modelo"),
        kind: Kind::Choice(MODELS),
        default: 2.0,
    },
    Parameter {
        name: "x",
        symbol: "x",
        label: Text::new("Where x comes from", "De onde vem x"),
        kind: Kind::Choice(SOURCES),
        default: 0.0,
    },
    Parameter {
        name: "start",
        symbol: "",
        label: Text::new("Paths start from", "Caminhos partem de"),
        kind: Kind::Choice(STARTS),
        default: 0.0,
    },
    Parameter {
        name: "temperatures",
        symbol: "T",
        label: Text::new("Largest T", "Maior T"),
        kind: Kind::Power { min: 1, max: 1024 },
        default: 64.0,
    },
    Parameter {
        name: "chains",
        symbol: "N",
        label: Text::new("Chains", "Cadeias"),
        kind: Kind::Power { min: 4, max: 4096 },
        default: 16.0,
    },
    Parameter {
        name: "leapfrog",
        symbol: "L",
        label: Text::new("Leapfrog steps", "Passos leapfrog"),
        kind: Kind::Whole { min: 1, max: 10 },
        default: 3.0,
    },
    Parameter {
        name: "spacing",
        symbol: "β",
        label: Text::new("Spacing of β", "Espaçamento de β"),
        kind: Kind::Choice(SPACINGS),
        default: 0.0,
    },
    Parameter::seed(5.0),
];

const PRESETS: &[Preset] = &[
    Preset {
        label: Text::new("Oracle: T = 1, 10, 100", "Oráculo: T = 1, 10, 100"),
        help: Text::new(
            "Perfect moves: the width is 0.4521/T, known in closed form.",
            "Movimentos perfeitos: a largura é 0,4521/T, conhecida em forma fechada.",
        ),
        values: &[("model", 0.0), ("temperatures", 100.0), ("chains", 4096.0)],
    },
    Preset {
        label: Text::new("VAE 2-D", "VAE 2-D"),
        help: Text::new(
            "An image simulated from the VAE: both bounds close on the lattice's value.",
            "Uma imagem simulada do VAE: as duas cotas se fecham sobre o valor da grade.",
        ),
        values: &[("model", 2.0)],
    },
    Preset {
        label: Text::new("From the prior", "Da priori à posterior"),
        help: Text::new(
            "The paths start a hundred nats away and still arrive.",
            "Os caminhos partem a mais de cem nats de distância e ainda assim chegam.",
        ),
        values: &[
            ("model", 2.0),
            ("start", 1.0),
            ("spacing", 1.0),
            ("chains", 8.0),
            ("temperatures", 256.0),
        ],
    },
    Preset {
        label: Text::new("D = 20, exact", "D = 20, exato"),
        help: Text::new(
            "Ten VAEs side by side: twenty latents, and log p(x) is the sum of ten lattices.",
            "Dez VAEs lado a lado: vinte variáveis latentes, e log p(x) é a soma de dez grades.",
        ),
        values: &[("model", 4.0), ("temperatures", 64.0), ("chains", 8.0), ("leapfrog", 2.0)],
    },
    Preset {
        label: Text::new("D = 20, no truth", "D = 20, sem gabarito"),
        help: Text::new(
            "A random decoder: nobody knows log p(x), and the sandwich is all there is.",
            "Um decodificador aleatório: ninguém conhece log p(x), e só resta o sanduíche.",
        ),
        values: &[("model", 6.0), ("temperatures", 512.0), ("spacing", 1.0), ("chains", 8.0)],
    },
    Preset {
        label: Text::new("A digit: the lower side only", "Um dígito: só o lado de baixo"),
        help: Text::new(
            "x was not simulated from the model: no exact draw came with it, so no reverse chain runs.",
            "x não foi simulado do modelo: nenhuma amostra exata veio com ele, e nenhuma cadeia \
            reversa corre.",
        ),
        values: &[("model", 2.0), ("x", 4.0)],
    },
];

/// The lab.
pub const LAB: Lab = Lab {
    name: "sandwich",
    title: Text::new("Sandwich", "Sanduíche"),
    question: Text::new(
        "How closely can log p(x) be enclosed between a lower and an upper bound, with no exact \
        value at hand?",
        "Até que ponto se pode cercar log p(x) entre uma cota inferior e uma superior, sem ter o \
        valor exato?",
    ),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: true,
    applies: always,
};

pub(super) fn start(values: &[f64], vae: Option<&Vae>) -> Result<Box<dyn Run>, Text> {
    Ok(Box::new(Bounds::new(Setting::new(values), vae)?))
}

#[cfg(test)]
mod tests;
