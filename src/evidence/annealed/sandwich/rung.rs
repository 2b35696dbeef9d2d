//! The bounds of log p(x) from one number of temperatures.

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use crate::evidence::annealed::Acceptance;
use crate::evidence::sample_mean::SampleMean;
use crate::evidence::{LogInterval, LogWeights};

/// A bound of log p(x) on average, as estimated from independent runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// The estimate, in nats; −∞ for a lower and +∞ for an upper one if a run has weight zero.
    pub mean: f64,
    /// Its standard error, in nats; `None` if the runs do not determine it.
    pub stderr: Option<f64>,
}

/// The bounds of log p(x) from T temperatures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SandwichRung {
    /// T.
    pub steps: NonZeroUsize,
    /// E log ŵ of a single AIS chain: a lower bound.
    pub ais: Bound,
    /// E log Ẑ of an SMC population: a lower bound, usually a tighter one.
    pub smc: Bound,
    /// U = −E log w_rev of a single reverse chain: an upper bound. `None` without exact draws.
    pub bdmc: Option<Bound>,
    /// log of the mean weight of all AIS chains, in nats: the best forward estimate.
    pub log_evidence_forward: f64,
    /// −log of the mean weight of all reverse chains, in nats. `None` without exact draws.
    pub log_evidence_reverse: Option<f64>,
    /// Moves accepted by the AIS chains.
    pub acceptance: Acceptance,
}

impl Bound {
    pub(super) fn of(log_weights: &LogWeights) -> Self {
        let SampleMean { mean, stderr } = SampleMean::of(log_weights.as_slice());
        Self { mean, stderr }
    }

    /// The interval of z standard errors about the bound, in nats; `None` if its error is unknown.
    pub fn interval(&self, z: f64) -> Option<LogInterval> {
        let reach = z.abs() * self.stderr?;
        Some(LogInterval { low: self.mean - reach, high: self.mean + reach })
    }
}

impl SandwichRung {
    /// An interval that contains log p(x) with probability at least 1 − `error_rate`, for every kernel, by Markov's
    /// inequality.
    ///
    /// # Formula
    /// P(log p̂ > log p + b) ≤ e^{−b} for the mean forward weight, which is unbiased for p(x), and
    /// P(−log r̂ < log p − b) ≤ e^{−b} for the mean reverse weight, unbiased for 1/p(x); b = ln(2/α),
    /// half of the error rate α on each side. Without exact draws the upper end is +∞ and b = ln(1/α).
    ///
    /// # Errors
    /// `None` unless `error_rate` lies strictly between 0 and 1.
    pub fn certificate(&self, error_rate: f64) -> Option<LogInterval> {
        if !(error_rate > 0.0 && error_rate < 1.0) {
            return None;
        }
        let sides = if self.log_evidence_reverse.is_some() { 2.0_f64 } else { 1.0 };
        let reach = (sides / error_rate).ln();
        let high = self.log_evidence_reverse.map_or(f64::INFINITY, |reverse| reverse + reach);
        Some(LogInterval { low: self.log_evidence_forward - reach, high })
    }
}
