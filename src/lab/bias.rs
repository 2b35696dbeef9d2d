//! The lab "Bias": what the logarithm costs, exactly and by experiment, what corrections give back, and
//! the bounds of every Rényi order.
//!
//! The model is that of the Gaussian oracle, z ~ N(0, 1), x|z ~ N(1.5 z + 0.25, 0.8²), x = 1.75. The
//! distribution of w/p(x) depends on q only through its shift δ = (m − μ)/τ and its ratio v/τ².

mod exact;
mod experiment;
mod orders;
mod pictures;
mod program;
mod readings;

use super::{Kind, Lab, Parameter, Preset, Run, Sheet, always};
use crate::evidence::Alpha;
use crate::exact::{GaussianOracle, LinearModel, Normal, OracleError};
use crate::model::Vae;
use crate::state::{Language, Range, Text};
use exact::Exact;
use experiment::Experiment;
use orders::Orders;
pub(super) use program::program;

/// Places of the parameters that a handle moves.
const SHIFT: usize = 0;
const RATIO: usize = 1;
const ALPHA: usize = 4;

/// The model and its x.
const MODEL: LinearModel = LinearModel { slope: 1.5, offset: 0.25, noise: 0.8, x: 1.75 };
/// δ and v/τ² of the oracle's proposals "wide" (0.5, 0.4), "narrow" (0.5, 0.1) and of the prior.
const OFF: f64 = -0.591_911_764_705_882_4;
const WIDE: f64 = 1.806_25;
const NARROW: f64 = 0.451_562_5;
const PRIOR: [f64; 2] = [-1.654_411_764_705_882_3, 4.515_625];

/// What is seen here.
pub const LAB: Lab = Lab {
    name: "bias",
    title: Text::new("Bias", "Viés"),
    question: Text::new(
        "The mean weight is unbiased, its log is not: how fast does the gap close with K?",
        "O peso médio não tem viés, seu log tem: com que rapidez a lacuna se fecha com K?",
    ),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: false,
    applies: always,
};

const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "shift",
        symbol: "δ",
        label: Text::new("shift of q, (m − μ)/τ", "desvio de q, (m − μ)/τ"),
        kind: Kind::Real(Range { min: -3.0, max: 3.0, step: 0.05, fine: 0.01, coarse: 0.5 }),
        default: OFF,
    },
    Parameter {
        name: "ratio",
        symbol: "v/τ²",
        label: Text::new("variance of q, v/τ²", "variância de q, v/τ²"),
        kind: Kind::Ratio { min: 0.1, max: 10.0 },
        default: WIDE,
    },
    Parameter {
        name: "k",
        symbol: "K",
        label: Text::new("largest K", "maior K"),
        kind: Kind::Power { min: 4, max: 1024 },
        default: 1024.0,
    },
    Parameter {
        name: "replicates",
        symbol: "R",
        label: Text::new("replicates", "réplicas"),
        kind: Kind::Power { min: 1, max: 1024 },
        default: 128.0,
    },
    Parameter {
        name: "alpha",
        symbol: "α",
        label: Text::new("order of the Rényi bound", "ordem da cota de Rényi"),
        kind: Kind::Real(Range {
            min: orders::ENDS[0],
            max: orders::ENDS[1],
            step: 0.1,
            fine: 0.05,
            coarse: 0.5,
        }),
        default: 0.5,
    },
    Parameter::seed(1.0),
];

const PRESETS: &[Preset] = &[
    Preset {
        label: Text::new("Wide q", "q larga"),
        help: Text::new(
            "Finite variance: the gap soon falls like χ²/2K.",
            "Variância finita: a lacuna logo cai como χ²/2K.",
        ),
        values: &[("shift", OFF), ("ratio", WIDE)],
    },
    Preset {
        label: Text::new("Narrow q", "q estreita"),
        help: Text::new(
            "Nearly the same ELBO, infinite variance: the gap falls more slowly than 1/K.",
            "Quase o mesmo ELBO, variância infinita: a lacuna cai mais devagar que 1/K.",
        ),
        values: &[("shift", OFF), ("ratio", NARROW)],
    },
    Preset {
        label: Text::new("Needle q", "q agulha"),
        help: Text::new(
            "A tail index of 0.85: even 1024 draws leave 0.1 nats, and no correction mends it.",
            "Índice de cauda 0,85: com 1024 amostras ainda falta 0,1 nat; correção alguma resolve.",
        ),
        values: &[("shift", 0.0), ("ratio", 0.15)],
    },
    Preset {
        label: Text::new("q = prior", "q = a priori"),
        help: Text::new(
            "The ELBO lacks 2.4 nats, 1024 draws only 0.0006.",
            "Ao ELBO faltam 2,4 nats; com 1024 amostras, só 0,0006.",
        ),
        values: &[("shift", PRIOR[0]), ("ratio", PRIOR[1])],
    },
    Preset {
        label: Text::new("Near the posterior", "Perto da posterior"),
        help: Text::new(
            "A gap of 0.01 nats: there is little to correct.",
            "Uma lacuna de 0,01 nat: há pouco a corrigir.",
        ),
        values: &[("shift", 0.1), ("ratio", 1.1)],
    },
    Preset {
        label: Text::new("Lognormal weights", "Pesos lognormais"),
        help: Text::new(
            "The right width in the wrong place: χ² = e^δ² − 1, and 1/K is reached late.",
            "A largura certa no lugar errado: χ² = e^δ² − 1, e o 1/K demora a valer.",
        ),
        values: &[("shift", 1.5), ("ratio", 1.0)],
    },
];

/// What a person set.
#[derive(Clone, Copy, Debug)]
struct Setting {
    /// δ.
    shift: f64,
    /// v/τ².
    ratio: f64,
    /// The largest K.
    largest: usize,
    replicates: usize,
    /// α.
    order: Alpha,
    seed: u64,
}

impl Setting {
    /// The values in the order of the parameters; a missing one is 0.
    fn of(values: &[f64]) -> Self {
        let value = |place: usize| values.get(place).copied().unwrap_or_default();
        Self {
            shift: value(SHIFT),
            ratio: value(RATIO),
            largest: (value(2) as usize).max(1),
            replicates: (value(3) as usize).max(1),
            order: Alpha::new(value(ALPHA)).unwrap_or(Alpha::HALF),
            seed: value(5) as u64,
        }
    }

    fn oracle(&self) -> Result<GaussianOracle, OracleError> {
        let any = GaussianOracle::of_model(MODEL, Normal::new(0.0, 1.0)?)?;
        let (mean, variance) = (any.posterior().mean(), any.posterior().variance());
        let mean = mean + self.shift * variance.sqrt();
        GaussianOracle::of_model(MODEL, Normal::new(mean, self.ratio * variance)?)
    }

    /// 1, 2, 4, … up to the largest K, which is a power of two.
    fn rungs(&self) -> impl Iterator<Item = usize> + Clone + use<> {
        let largest = self.largest;
        std::iter::successors(Some(1), |k| Some(2 * k)).take_while(move |k| *k <= largest)
    }

    /// log w/p(x) in nats where the noise of the draw is ε: z = μ + τ(δ + ε √(v/τ²)).
    fn log_ratio(&self, noise: f64) -> f64 {
        let place = self.shift + self.ratio.sqrt() * noise;
        0.5 * ((noise - place) * (noise + place) + self.ratio.ln())
    }
}

struct BiasRun {
    setting: Setting,
    oracle: GaussianOracle,
    exact: Exact,
    orders: Orders,
    experiment: Experiment,
}

pub(super) fn start(values: &[f64], _: Option<&Vae>) -> Result<Box<dyn Run>, Text> {
    Ok(Box::new(BiasRun::new(Setting::of(values))?))
}

impl BiasRun {
    fn new(setting: Setting) -> Result<Self, Text> {
        let impossible =
            Text::new("There is no such Gaussian q.", "Não existe uma q gaussiana assim.");
        let oracle = setting.oracle().map_err(|_| impossible)?;
        let exact = Exact::of(&setting).map_err(|_| impossible)?;
        let orders = Orders::of(&setting).map_err(|_| impossible)?;
        Ok(Self { setting, oracle, exact, orders, experiment: Experiment::new(&setting) })
    }
}

impl Run for BiasRun {
    fn advance(&mut self) -> bool {
        self.experiment.advance()
    }

    fn progress(&self) -> f64 {
        self.experiment.progress()
    }

    fn steps(&self) -> usize {
        self.experiment.steps()
    }

    fn sheet(&self, step: usize, language: Language) -> Sheet {
        let seen = self.experiment.seen(step);
        Sheet {
            figures: pictures::figures(self, seen, language),
            metrics: readings::metrics(self, seen, language),
            table: readings::table(self, seen, language),
            remarks: readings::remarks(self, seen, language),
        }
    }
}

#[cfg(test)]
mod order_tests;
#[cfg(test)]
mod tests;
