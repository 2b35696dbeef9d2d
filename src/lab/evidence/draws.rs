//! Draws from q and from the prior, in slices.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;

use super::setting::Setting;
use crate::evidence::{
    ImportanceEstimate, LogWeights, Pool, PsisEstimate, RunningImportance, psis,
};
use crate::lab::moments::moments;
use crate::model::NonlinearGaussian;

/// Draws before the first sheet.
pub(super) const FIRST: usize = 1024;
/// The prior has a random stream of its own.
const PRIOR_STREAM: u64 = 1 << 32;

/// The estimates after some number of draws.
#[derive(Clone, Copy, Debug)]
pub(super) struct DrawSnapshot {
    pub sampling: ImportanceEstimate,
    pub prior: ImportanceEstimate,
    pub effective: Option<f64>,
    pub max_share: Option<f64>,
    pub psis: Option<PsisEstimate>,
    /// The index of the draw with the largest weight.
    pub heaviest: usize,
}

/// The draws of one run, with the estimates at each of its moments.
pub(super) struct LineDraws {
    setting: Setting,
    model: Option<NonlinearGaussian>,
    /// The numbers of draws at the moments.
    moments: Vec<usize>,
    latents: Vec<f64>,
    log_weights: Vec<f64>,
    heaviest: usize,
    noise: Pcg64Mcg,
    prior_noise: Pcg64Mcg,
    sampling: RunningImportance,
    prior: RunningImportance,
    snapshots: Vec<DrawSnapshot>,
}

/// The part of the run up to one of its moments.
pub(super) struct DrawsSoFar<'a> {
    pub latents: &'a [f64],
    pub log_weights: &'a [f64],
    /// The numbers of draws at the moments so far, and their estimates.
    pub moments: &'a [usize],
    pub snapshots: &'a [DrawSnapshot],
    /// The estimates at the last moment so far of the whole run.
    pub last: Option<&'a DrawSnapshot>,
    /// The largest log-weight of the whole run so far.
    pub largest: f64,
}

impl DrawsSoFar<'_> {
    pub(super) fn now(&self) -> Option<&DrawSnapshot> {
        self.snapshots.last()
    }

    /// The diagnostics of these weights.
    pub(super) fn pool(&self) -> Option<Pool> {
        let now = self.now()?;
        Some(Pool {
            draws: now.sampling.draws,
            effective: now.effective,
            max_share: now.max_share,
            k_hat: now.psis.map(|psis| psis.k_hat),
        })
    }

    /// The indices of the latest draws.
    pub(super) fn latest(&self, most: usize) -> std::ops::Range<usize> {
        self.latents.len().saturating_sub(most)..self.latents.len()
    }
}

impl LineDraws {
    /// No draw yet. The same seed gives the same noise for every q, so that estimates change continuously with q.
    pub(super) fn new(setting: &Setting) -> Self {
        Self {
            setting: *setting,
            model: setting.model(),
            moments: moments(setting.count),
            latents: Vec::new(),
            log_weights: Vec::new(),
            heaviest: 0,
            noise: Pcg64Mcg::seed_from_u64(setting.seed),
            prior_noise: Pcg64Mcg::seed_from_u64(setting.seed + PRIOR_STREAM),
            sampling: RunningImportance::new(),
            prior: RunningImportance::new(),
            snapshots: Vec::new(),
        }
    }

    pub(super) fn moments(&self) -> &[usize] {
        &self.moments
    }

    pub(super) fn progress(&self) -> f64 {
        self.latents.len() as f64 / self.setting.count as f64
    }

    /// Draws until there are `count`, or all.
    pub(super) fn reach(&mut self, count: usize) {
        while self.latents.len() < count && self.advance() {}
    }

    /// Draws up to the next moment; false if that was the last.
    pub(super) fn advance(&mut self) -> bool {
        let (Some(&until), Some(model)) = (self.moments.get(self.snapshots.len()), self.model)
        else {
            return false;
        };
        let (mean, sd) = (self.setting.mean, self.setting.sd());
        let first = self.latents.len();
        let mut likelihoods = Vec::with_capacity(until - first);
        for index in first..until {
            let z = mean + sd * sample(&mut self.noise);
            let log_weight = model.log_joint(z) - self.setting.log_q(z);
            self.latents.push(z);
            self.log_weights.push(log_weight);
            if log_weight > self.log_weights[self.heaviest] {
                self.heaviest = index;
            }
            likelihoods.push(model.log_likelihood(sample(&mut self.prior_noise)));
        }
        // Parameters within their bounds give finite weights.
        let is_valid = self.sampling.push_slice(&self.log_weights[first..]).is_ok()
            && self.prior.push_slice(&likelihoods).is_ok();
        let (Some(sampling), Some(prior), true) =
            (self.sampling.estimate(), self.prior.estimate(), is_valid)
        else {
            return false;
        };
        self.snapshots.push(DrawSnapshot {
            sampling,
            prior,
            effective: self.sampling.effective_sample_size(),
            max_share: self.sampling.max_share(),
            psis: LogWeights::new(self.log_weights.clone()).ok().and_then(|w| psis(&w)),
            heaviest: self.heaviest,
        });
        self.snapshots.len() < self.moments.len()
    }

    /// The run up to its moment number `step`, or up to the last one so far.
    pub(super) fn seen(&self, step: usize) -> DrawsSoFar<'_> {
        let step = step.min(self.snapshots.len());
        let count = if step == 0 { 0 } else { self.moments[step - 1] };
        DrawsSoFar {
            latents: &self.latents[..count],
            log_weights: &self.log_weights[..count],
            moments: &self.moments[..step],
            snapshots: &self.snapshots[..step],
            last: self.snapshots.last(),
            largest: self.log_weights.get(self.heaviest).copied().unwrap_or(f64::NEG_INFINITY),
        }
    }
}

fn sample(rng: &mut Pcg64Mcg) -> f64 {
    StandardNormal.sample(rng)
}
