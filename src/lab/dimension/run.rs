//! The computation: repetitions, to which dimensions are added one by one.

use super::repetition::{DimensionEstimate, Repetition};
use super::setting::Setting;
use super::{MODEL, numbers, pictures, remarks};
use crate::exact::{GaussianOracle, Normal, OracleError};
use crate::lab::{Run, Sheet};
use crate::state::Language;

/// Draws per slice of work: about a millisecond.
const SLICE: usize = 32_768;

/// The lab with one setting.
#[derive(Debug)]
pub(super) struct Dimension {
    pub setting: Setting,
    /// One dimension, in closed form.
    pub one: GaussianOracle,
    /// Readings of each repetition at D = 1, 2, …
    pub readings: Vec<Vec<DimensionEstimate>>,
    /// The repetition in progress.
    pub growing: Option<Repetition>,
}

impl Dimension {
    /// Nothing is drawn yet.
    ///
    /// # Errors
    /// [`OracleError`] if there is no such q.
    pub(super) fn new(setting: Setting) -> Result<Self, OracleError> {
        let standard = Normal::new(0.0, 1.0)?;
        let posterior = GaussianOracle::of_model(MODEL, standard)?.posterior();
        let (mean, sd) = (posterior.mean(), posterior.variance().sqrt());
        let q = Normal::new(mean + setting.offset * sd, setting.ratio * posterior.variance())?;
        let one = GaussianOracle::of_model(MODEL, q)?;
        Ok(Self { setting, one, readings: Vec::new(), growing: None })
    }

    /// log p(x) of D dimensions, in nats.
    pub(super) fn log_evidence(&self, dimension: usize) -> f64 {
        dimension as f64 * self.one.log_evidence()
    }

    /// KL(q‖p(z|x)) of D dimensions, in nats.
    pub(super) fn kl(&self, dimension: usize) -> f64 {
        dimension as f64 * self.one.kl()
    }

    /// log(1 + χ²) of D dimensions; +∞ from v ≤ τ²/2 on.
    pub(super) fn log_second_moment(&self, dimension: usize) -> f64 {
        dimension as f64 * self.one.log_ratio_moment(2.0)
    }

    /// The estimate of the first repetition at D.
    pub(super) fn reading(&self, dimension: usize) -> Option<&DimensionEstimate> {
        self.readings.first()?.get(dimension.checked_sub(1)?)
    }

    /// The values of all repetitions that have reached D, in ascending order.
    pub(super) fn sorted(&self, dimension: usize, read: fn(&DimensionEstimate) -> f64) -> Vec<f64> {
        let at = |readings: &Vec<DimensionEstimate>| {
            Some(read(readings.get(dimension.checked_sub(1)?)?))
        };
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
            // Log-ratios are finite, so that every weight is accepted.
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
            metrics: numbers::metrics(self, dimension, language),
            table: numbers::table(self, dimension, language),
            remarks: remarks::remarks(self, dimension, language),
        }
    }
}
