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
mod setting;

use super::{Lab, Run, Sheet};
use crate::exact::{GaussianOracle, LinearModel};
use crate::model::Vae;
use crate::state::{Language, Text};
use exact::Exact;
use experiment::Experiment;
use orders::Orders;
pub(super) use program::program;
use setting::{PARAMETERS, PRESETS, Setting};

/// The model and its x.
const MODEL: LinearModel = LinearModel { slope: 1.5, offset: 0.25, noise: 0.8, x: 1.75 };

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
    applies: Setting::applies,
};

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
