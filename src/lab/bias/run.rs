//! The computation: exact results, then replicates.

use super::exact::Exact;
use super::orders::Orders;
use super::replicates::Experiment;
use super::setting::Setting;
use super::{numbers, pictures, remarks};
use crate::exact::GaussianOracle;
use crate::lab::{Run, Sheet};
use crate::state::{Language, Text, text};

/// The lab with one setting.
pub(super) struct BiasRun {
    pub setting: Setting,
    pub oracle: GaussianOracle,
    pub exact: Exact,
    pub orders: Orders,
    pub experiment: Experiment,
}

impl BiasRun {
    /// The exact results, without replicates.
    ///
    /// # Errors
    /// A sentence if there is no such q.
    pub(super) fn new(setting: Setting) -> Result<Self, Text> {
        let impossible = text!("There is no such Gaussian q.");
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
            metrics: numbers::metrics(self, seen, language),
            table: numbers::table(self, seen, language),
            remarks: remarks::remarks(self, seen, language),
        }
    }
}
