//! The lab "Dimension": D independent copies of one linear-Gaussian problem, with the same small error
//! of q in each. Per dimension 1 + χ² multiplies, and log-weights add up.

use self::run::{Reading, Repetition};
use self::setting::{PARAMETERS, PRESETS, Setting};
use super::{Lab, Run, Sheet};
use crate::exact::{GaussianOracle, LinearModel, Normal, OracleError};
use crate::model::Vae;
use crate::state::{Language, Text};

pub(super) use self::program::program;

/// The lab.
pub const LAB: Lab = Lab {
    name: "dimension",
    title: Text::new("The curse of dimension", "A maldição da dimensão"),
    question: Text::new(
        "q is almost right in every dimension: what is it worth in D of them at once?",
        "q está quase certa em cada dimensão: quanto vale em D dimensões ao mesmo tempo?",
    ),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: false,
    applies: Setting::applies,
};

/// In every dimension z ~ N(0, 1), x|z ~ N(wz + b, s²), at one x.
const MODEL: LinearModel = LinearModel { slope: 1.5, offset: 0.25, noise: 0.8, x: 1.75 };
/// Draws in one slice of work: about a millisecond.
const SLICE: usize = 32_768;

const NO_MODEL: Text = Text::new("There is no such q.", "Não existe uma q com esses parâmetros.");

pub(super) fn start(values: &[f64], _: Option<&Vae>) -> Result<Box<dyn Run>, Text> {
    match Dimension::new(Setting::of(values)) {
        Ok(run) => Ok(Box::new(run)),
        Err(_) => Err(NO_MODEL),
    }
}

/// The computation.
#[derive(Debug)]
struct Dimension {
    setting: Setting,
    /// One dimension, in closed form.
    one: GaussianOracle,
    /// Readings of each repetition at D = 1, 2, …
    readings: Vec<Vec<Reading>>,
    /// The repetition that is growing.
    growing: Option<Repetition>,
}

impl Dimension {
    fn new(setting: Setting) -> Result<Self, OracleError> {
        let standard = Normal::new(0.0, 1.0)?;
        let posterior = GaussianOracle::of_model(MODEL, standard)?.posterior();
        let (mean, sd) = (posterior.mean(), posterior.variance().sqrt());
        let q = Normal::new(mean + setting.offset * sd, setting.ratio * posterior.variance())?;
        let one = GaussianOracle::of_model(MODEL, q)?;
        Ok(Self { setting, one, readings: Vec::new(), growing: None })
    }

    /// log p(x) of D dimensions, in nats.
    fn log_evidence(&self, dimension: usize) -> f64 {
        dimension as f64 * self.one.log_evidence()
    }

    /// KL(q‖p(z|x)) of D dimensions, in nats.
    fn kl(&self, dimension: usize) -> f64 {
        dimension as f64 * self.one.kl()
    }

    /// log(1 + χ²) of D dimensions; +∞ from v ≤ τ²/2 on.
    fn log_second_moment(&self, dimension: usize) -> f64 {
        dimension as f64 * self.one.log_ratio_moment(2.0)
    }

    /// The reading of the first repetition at D.
    fn reading(&self, dimension: usize) -> Option<&Reading> {
        self.readings.first()?.get(dimension.checked_sub(1)?)
    }

    /// What every repetition that has come so far says at D, in ascending order.
    fn sorted(&self, dimension: usize, read: fn(&Reading) -> f64) -> Vec<f64> {
        let at = |readings: &Vec<Reading>| Some(read(readings.get(dimension.checked_sub(1)?)?));
        let mut values: Vec<f64> = self.readings.iter().filter_map(at).collect();
        values.sort_by(f64::total_cmp);
        values
    }
}

impl Run for Dimension {
    fn advance(&mut self) -> bool {
        let Setting { dimension, draws, replicates, .. } = self.setting;
        for _ in 0..(SLICE / draws.max(1)).max(1) {
            let is_whole = self.readings.last().is_none_or(|last| last.len() == dimension);
            if is_whole {
                if self.readings.len() == replicates {
                    return false;
                }
                self.growing = Some(Repetition::new(&self.setting, self.readings.len()));
                self.readings.push(Vec::with_capacity(dimension));
            }
            let (Some(growing), Some(readings)) = (&mut self.growing, self.readings.last_mut())
            else {
                return false;
            };
            // Log-ratios are finite, so that no weight is refused.
            let Ok(reading) = growing.grow(&self.setting) else { return false };
            readings.push(reading);
        }
        true
    }

    fn progress(&self) -> f64 {
        let done: usize = self.readings.iter().map(Vec::len).sum();
        done as f64 / (self.setting.dimension * self.setting.replicates) as f64
    }

    fn steps(&self) -> usize {
        self.setting.dimension
    }

    fn sheet(&self, step: usize, language: Language) -> Sheet {
        let dimension = step.min(self.setting.dimension);
        Sheet {
            figures: vec![
                pictures::shares(self, dimension, language),
                pictures::effective(self, dimension, language),
                pictures::error(self, dimension, language),
            ],
            metrics: words::metrics(self, dimension, language),
            table: words::table(self, dimension, language),
            remarks: words::remarks(self, dimension, language),
        }
    }
}

mod pictures;
mod program;
mod run;
mod setting;
#[cfg(test)]
mod tests;
mod words;
