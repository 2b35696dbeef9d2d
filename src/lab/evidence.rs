//! The lab "Evidence": log p(x) as an area over one latent dimension, and what draws from q make of it.
//!
//! z ~ N(0, 1), x|z ~ N(w g(z) + b, s²), q = N(m, v).

mod computation;
mod pictures;
mod program;
mod readings;

use super::{Choice, Kind, Lab, Parameter, Preset, Run, Sheet, always};
use crate::model::{Link, Vae};
use crate::state::{Language, Range, Text};
use computation::{Draws, Setting, Truth};
use pictures::Pictures;
pub(super) use program::program;

/// Places of the parameters that a handle moves.
const M: usize = 5;
const V: usize = 6;

/// What is seen here.
pub const LAB: Lab = Lab {
    name: "evidence",
    title: Text::new("Evidence", "Evidência"),
    question: Text::new(
        "log p(x) is the log of an area: how near do draws from q come to it?",
        "log p(x) é o logaritmo de uma área: quão perto dela chegam as amostras de q?",
    ),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: false,
    applies: always,
};

const MODELS: &[Choice] = &[
    Choice { name: "linear", label: Text::same("w z + b") },
    Choice { name: "square", label: Text::same("w z² + b") },
    Choice { name: "abs", label: Text::same("w |z| + b") },
    Choice { name: "sine", label: Text::new("w sin z + b", "w sen z + b") },
];

const fn range(min: f64, max: f64) -> Range {
    Range { min, max, step: 0.05, fine: 0.01, coarse: 0.5 }
}

const fn real(
    name: &'static str,
    en: &'static str,
    pt: &'static str,
    [min, max]: [f64; 2],
    default: f64,
) -> Parameter {
    let kind = Kind::Real(range(min, max));
    Parameter { name, symbol: name, label: Text::new(en, pt), kind, default }
}

const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "model",
        symbol: "f",
        label: Text::new("mean of x given z", "média de x dado z"),
        kind: Kind::Choice(MODELS),
        default: 0.0,
    },
    real("w", "coefficient of z", "coeficiente de z", [-3.0, 3.0], 1.5),
    real("b", "offset of x", "deslocamento de x", [-2.0, 2.0], 0.25),
    Parameter {
        name: "s",
        symbol: "s",
        label: Text::new("noise of x", "ruído de x"),
        kind: Kind::Ratio { min: 0.1, max: 3.0 },
        default: 0.8,
    },
    real("x", "observation x", "observação x", [-4.0, 4.0], 1.75),
    real("m", "mean of q", "média de q", [-4.0, 4.0], 0.5),
    Parameter {
        name: "v",
        symbol: "v",
        label: Text::new("variance of q", "variância de q"),
        kind: Kind::Ratio { min: 0.005, max: 9.0 },
        default: 0.4,
    },
    Parameter {
        name: "k",
        symbol: "K",
        label: Text::new("draws from q", "amostras de q"),
        kind: Kind::Power { min: 1, max: 131_072 },
        default: 256.0,
    },
    Parameter::seed(1.0),
];

/// τ² and μ of the default model.
const POSTERIOR_VARIANCE: f64 = 0.221_453_287_197_231_84;
const POSTERIOR_MEAN: f64 = 0.778_546_712_802_768_2;

const PRESETS: &[Preset] = &[
    Preset {
        label: Text::new("Wide q", "q larga"),
        help: Text::new(
            "The ELBO lacks 0.28 nats; 256 draws are enough to make it good.",
            "Ao ELBO faltam 0,28 nats; 256 amostras bastam para compensar.",
        ),
        values: &[("m", 0.5), ("v", 0.4)],
    },
    Preset {
        label: Text::new("Narrow q", "q estreita"),
        help: Text::new(
            "Nearly the same ELBO as the wide q, but weights of infinite variance.",
            "Quase o mesmo ELBO que o da q larga, mas pesos de variância infinita.",
        ),
        values: &[("m", 0.5), ("v", 0.1), ("k", 1024.0)],
    },
    Preset {
        label: Text::new("Good ELBO, variance ∞", "ELBO bom, variância ∞"),
        help: Text::new(
            "v just below half the posterior's: the ELBO lacks 0.1 nats, the variance is infinite.",
            "v logo abaixo da metade da variância da posterior: falta 0,1 nat ao ELBO, \
             variância infinita.",
        ),
        values: &[("m", POSTERIOR_MEAN), ("v", 0.11), ("k", 4096.0)],
    },
    Preset {
        label: Text::new("q = prior", "q = a priori"),
        help: Text::new(
            "An ELBO 2.4 nats too low, and importance sampling that hardly minds.",
            "Um ELBO 2,4 nats abaixo, e a amostragem por importância quase não se importa.",
        ),
        values: &[("m", 0.0), ("v", 1.0)],
    },
    Preset {
        label: Text::new("q = posterior", "q = posterior"),
        help: Text::new(
            "Every weight is p(x): one draw would do.",
            "Todo peso é p(x): uma única amostra bastaria.",
        ),
        values: &[("m", POSTERIOR_MEAN), ("v", POSTERIOR_VARIANCE), ("k", 64.0)],
    },
    Preset {
        label: Text::new("Missed mode", "Moda perdida"),
        help: Text::new(
            "x can come from z or −z; q knows one of them, and nothing in its draws tells.",
            "x pode vir de z ou de −z; q só conhece um deles, e nada nas amostras o denuncia.",
        ),
        values: &[
            ("model", 1.0),
            ("w", 1.0),
            ("b", 0.0),
            ("s", 0.3),
            ("x", 2.25),
            ("m", 1.474_432),
            ("v", 0.010_35),
            ("k", 65_536.0),
        ],
    },
];

struct EvidenceRun {
    setting: Setting,
    truth: Truth,
    draws: Draws,
    pictures: Pictures,
}

pub(super) fn start(values: &[f64], _: Option<&Vae>) -> Result<Box<dyn Run>, Text> {
    let setting = Setting::of(values);
    let truth = Truth::of(&setting).ok_or(Text::new(
        "These values are too extreme: p(x, z) cannot be integrated.",
        "Estes valores são extremos demais: não é possível integrar p(x, z).",
    ))?;
    let pictures = Pictures::of(&setting, &truth);
    let mut draws = Draws::new(&setting);
    draws.reach(computation::FIRST);
    Ok(Box::new(EvidenceRun { setting, truth, draws, pictures }))
}

impl Run for EvidenceRun {
    fn advance(&mut self) -> bool {
        self.draws.advance()
    }

    fn progress(&self) -> f64 {
        self.draws.progress()
    }

    fn steps(&self) -> usize {
        self.draws.moments().len()
    }

    fn sheet(&self, step: usize, language: Language) -> Sheet {
        let seen = self.draws.seen(step);
        Sheet {
            figures: self.pictures.figures(&self.setting, &self.truth, &seen, language),
            metrics: readings::metrics(&self.truth, &seen, language),
            table: readings::table(&self.truth, &seen, language),
            remarks: readings::remarks(&self.setting, &self.truth, &seen, language),
        }
    }
}

/// g of an entry of the list.
fn link(place: f64) -> Link {
    Link::ALL.get(place as usize).copied().unwrap_or(Link::Linear)
}

#[cfg(test)]
mod tests;
