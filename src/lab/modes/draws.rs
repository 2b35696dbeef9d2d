//! Draws from q and the running estimate, at moments with equal distances in log n.

use std::rc::Rc;

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::exact_modes::{ExactModes, NO_PROPOSAL};
use super::proposal::Candidate;
use crate::density::LogDensity;
use crate::evidence::{
    ImportanceEstimate, LogWeights, LogWeightsError, PsisEstimate, RunningImportance, psis,
};
use crate::model::NonlinearGaussian;
use crate::state::Text;

/// Moments for each doubling of n.
const MOMENTS_PER_DOUBLING: u32 = 6;
/// Number of heaviest draws that are kept for the figure.
const HEAVIEST: usize = 48;

/// The estimates and diagnostics after n draws.
#[derive(Clone, Debug)]
pub(super) struct DrawStatistics {
    pub draws: usize,
    pub estimate: ImportanceEstimate,
    pub effective_sample_size: Option<f64>,
    pub max_share: Option<f64>,
    /// Number of draws below and above 0.
    pub sides: [usize; 2],
    /// log-IS from as many draws of the comparison, in nats.
    pub comparison: Option<f64>,
    /// Smoothed estimate and k̂; the outer `None` until computed, the inner one where there is no k̂.
    pub psis: Option<Option<PsisEstimate>>,
    /// The indices of the draws with the largest weights.
    pub heaviest: Vec<usize>,
}

/// Weighted draws from one q.
struct Stream {
    q: Rc<Candidate>,
    rng: Pcg64Mcg,
    running: RunningImportance,
}

impl Stream {
    fn new(q: Rc<Candidate>, seed: u64) -> Self {
        Self { q, rng: Pcg64Mcg::seed_from_u64(seed), running: RunningImportance::new() }
    }

    /// The next draws with their log-weights, or `None` if one cannot be weighted.
    fn next(&mut self, model: &NonlinearGaussian, count: usize) -> Option<(Vec<f64>, Vec<f64>)> {
        let latents = self.q.proposal.draw(count, &mut self.rng);
        let mut log_weights = model.log_densities(&latents).ok()?;
        let log_densities = self.q.proposal.log_densities(&latents).ok()?;
        for (log_weight, log_density) in log_weights.iter_mut().zip(log_densities) {
            *log_weight -= log_density;
        }
        let taken: Result<(), LogWeightsError> = self.running.push_slice(&log_weights);
        taken.ok()?;
        Some((latents, log_weights))
    }
}

/// The draws so far.
pub(super) struct ModeDraws {
    model: NonlinearGaussian,
    chosen: Stream,
    comparison: Stream,
    /// n at every moment, rising to K.
    moments: Vec<usize>,
    reached: Vec<DrawStatistics>,
    latents: Vec<f64>,
    log_weights: Vec<f64>,
    sides: [usize; 2],
    heaviest: Vec<usize>,
    /// All moments before this one have their k̂.
    smoothed: usize,
    has_failed: bool,
}

impl ModeDraws {
    pub(super) fn new(world: &ExactModes) -> Result<Self, Text> {
        let setting = &world.setting;
        let comparison = Rc::new(setting.comparison().ok_or(NO_PROPOSAL)?);
        let moments = moments(setting.draws);
        Ok(Self {
            model: *world.model(),
            chosen: Stream::new(world.q.clone(), setting.stream(0)),
            comparison: Stream::new(comparison, setting.stream(1)),
            smoothed: moments.len(),
            moments,
            reached: Vec::new(),
            latents: Vec::with_capacity(setting.draws),
            log_weights: Vec::with_capacity(setting.draws),
            sides: [0; 2],
            heaviest: Vec::new(),
            has_failed: false,
        })
    }

    /// Draws up to the next moment; false at the end.
    pub(super) fn advance(&mut self) -> bool {
        let Some(&until) = self.moments.get(self.reached.len()).filter(|_| !self.has_failed) else {
            return false;
        };
        match self.draw_until(until) {
            Some(moment) => self.reached.push(moment),
            None => self.has_failed = true,
        }
        true
    }

    fn draw_until(&mut self, until: usize) -> Option<DrawStatistics> {
        let count = until - self.latents.len();
        let (latents, log_weights) = self.chosen.next(&self.model, count)?;
        self.comparison.next(&self.model, count)?;
        for z in &latents {
            self.sides[usize::from(*z > 0.0)] += 1;
        }
        let first = self.latents.len();
        self.latents.extend(latents);
        self.log_weights.extend(log_weights);
        self.rank_from(first);
        let running = &self.chosen.running;
        Some(DrawStatistics {
            draws: until,
            estimate: running.estimate()?,
            effective_sample_size: running.effective_sample_size(),
            max_share: running.max_share(),
            sides: self.sides,
            comparison: self.comparison.running.estimate().map(|e| e.log_evidence),
            psis: None,
            heaviest: self.heaviest.clone(),
        })
    }

    /// Inserts the draws from `first` on into the list of the heaviest.
    fn rank_from(&mut self, first: usize) {
        let weights = &self.log_weights;
        for index in first..weights.len() {
            let is_full = self.heaviest.len() >= HEAVIEST;
            let lightest = self.heaviest.last().map(|last| weights[*last]);
            if is_full && lightest.is_some_and(|lightest| weights[index] <= lightest) {
                continue;
            }
            let place = self.heaviest.partition_point(|other| weights[*other] >= weights[index]);
            self.heaviest.insert(place, index);
            self.heaviest.truncate(HEAVIEST);
        }
    }

    /// Computes k̂ of the last moment, which is shown first; returns whether there was work to do.
    pub(super) fn smooth_last(&mut self) -> bool {
        let is_due = self.reached.last().is_some_and(|last| last.psis.is_none());
        if is_due {
            self.smoothed = self.reached.len();
            self.smooth_next();
        }
        is_due
    }

    /// Computes k̂ of the latest moment without one; false at the end.
    pub(super) fn smooth_next(&mut self) -> bool {
        let Some(index) = self.smoothed.min(self.reached.len()).checked_sub(1) else {
            self.smoothed = 0;
            return false;
        };
        let draws = self.reached[index].draws;
        let weights = LogWeights::new(self.log_weights[..draws].to_vec());
        self.reached[index].psis = Some(weights.ok().and_then(|weights| psis(&weights)));
        self.smoothed = index;
        index > 0
    }

    /// The shares of the draws, and of the k̂, that are done.
    pub(super) fn progress(&self) -> (f64, f64) {
        let all = self.moments.len() as f64;
        let drawn = if self.has_failed { 1.0 } else { self.reached.len() as f64 / all };
        let smoothed = if self.reached.is_empty() && self.has_failed {
            1.0
        } else {
            1.0 - self.smoothed as f64 / all
        };
        (drawn, smoothed)
    }

    /// The number of moments.
    pub(super) fn steps(&self) -> usize {
        self.moments.len()
    }

    /// The moments reached.
    pub(super) fn reached(&self) -> &[DrawStatistics] {
        &self.reached
    }

    /// z and ℓ of one draw.
    pub(super) fn draw(&self, index: usize) -> Option<(f64, f64)> {
        Some((*self.latents.get(index)?, *self.log_weights.get(index)?))
    }
}

/// 1 … K, with this many for each doubling and without repetition; every power of two is included.
fn moments(draws: usize) -> Vec<usize> {
    let last = MOMENTS_PER_DOUBLING * draws.ilog2();
    let at = |i: u32| 2_f64.powf(f64::from(i) / f64::from(MOMENTS_PER_DOUBLING)).round() as usize;
    let mut moments: Vec<usize> = (0..=last).map(at).collect();
    moments.dedup();
    moments.retain(|n| *n <= draws);
    if moments.last() != Some(&draws) {
        moments.push(draws);
    }
    moments
}
