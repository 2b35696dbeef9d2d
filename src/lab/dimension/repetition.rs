//! One repetition: K draws whose weights grow dimension by dimension.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;

use super::setting::Setting;
use crate::evidence::{
    LogWeights, LogWeightsError, effective_sample_size, importance, k_hat, max_share,
};

/// The largest shares that are kept for the picture.
pub(super) const LARGEST: usize = 20;

/// The estimate of K draws in their first D dimensions.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DimensionEstimate {
    /// log p̂(x) − log p(x), in nats.
    pub error: f64,
    /// The standard error that the weights indicate.
    pub stderr: Option<f64>,
    /// The effective number of draws.
    pub ess: f64,
    /// The largest weight's share.
    pub max_share: f64,
    /// k̂, in the first repetition only.
    pub k_hat: Option<f64>,
    /// The largest shares in decreasing order, in the first repetition only.
    pub shares: Vec<f64>,
}

/// K draws, and the logs of r = p(z|x)/q(z) in the dimensions so far.
#[derive(Clone, Debug)]
pub(super) struct Repetition {
    rng: Pcg64Mcg,
    log_ratios: Vec<f64>,
    is_first: bool,
}

impl Repetition {
    /// Repetition `index`, without any dimension yet.
    pub(super) fn new(setting: &Setting, index: usize) -> Self {
        // The stream of a repetition does not depend on the number of repetitions.
        let seed = setting.seed * 64 + index as u64;
        let log_ratios = vec![0.0; setting.draws];
        Self { rng: Pcg64Mcg::seed_from_u64(seed), log_ratios, is_first: index == 0 }
    }

    /// Adds a dimension.
    pub(super) fn grow(&mut self, setting: &Setting) -> Result<DimensionEstimate, LogWeightsError> {
        let log_ratio_at = setting.log_ratio();
        for log_ratio in &mut self.log_ratios {
            *log_ratio += log_ratio_at(StandardNormal.sample(&mut self.rng));
        }
        let weights = LogWeights::new(self.log_ratios.clone())?;
        let estimate = importance(&weights);
        Ok(DimensionEstimate {
            error: estimate.log_evidence,
            stderr: estimate.log_stderr,
            // A sum of finite log-ratios never gives only zero weights.
            ess: effective_sample_size(&weights).unwrap_or(1.0),
            max_share: max_share(&weights).unwrap_or(1.0),
            k_hat: if self.is_first { k_hat(&weights).map(|k_hat| k_hat.value) } else { None },
            shares: if self.is_first {
                self.largest_shares(estimate.log_evidence)
            } else {
                Vec::new()
            },
        })
    }

    fn largest_shares(&self, log_mean: f64) -> Vec<f64> {
        let mut sorted = self.log_ratios.clone();
        let count = LARGEST.min(sorted.len());
        if count < sorted.len() {
            sorted.select_nth_unstable_by(count, |a, b| b.total_cmp(a));
        }
        sorted.truncate(count);
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        let log_total = log_mean + (self.log_ratios.len() as f64).ln();
        sorted.iter().map(|log_ratio| (log_ratio - log_total).exp()).collect()
    }
}
