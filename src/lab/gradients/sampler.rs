//! Many estimates by several methods from the same noise, a slice at a time.

use std::num::NonZeroUsize;

use super::problem::Problem;
use crate::gradient::{DrawPool, Method, MethodKind, Moments, normals, replicates};

/// Draws per slice: about a millisecond.
const SLICE: usize = 2048;

/// The estimates made so far with K draws each.
#[derive(Clone, Debug)]
pub(super) struct Sampler {
    draws: NonZeroUsize,
    target: usize,
    made: usize,
    seed: u32,
    // Drawn before the first estimate, and dropped after the last.
    noise: Vec<f64>,
    columns: Vec<Column>,
}

/// The estimates by one method.
#[derive(Clone, Debug)]
pub(super) struct Column {
    method: &'static Method,
    /// In m and in ln σ, in the order in which they were made.
    pub values: [Vec<f64>; 2],
}

impl Sampler {
    /// `target` estimates by each of `methods` that works with K = `draws`.
    pub(super) fn new(
        methods: impl IntoIterator<Item = MethodKind>,
        draws: NonZeroUsize,
        target: usize,
        seed: u32,
    ) -> Self {
        let columns = methods
            .into_iter()
            .map(MethodKind::method)
            .filter(|method| method.least_draws <= draws.get())
            .map(|method| Column { method, values: [Vec::new(), Vec::new()] })
            .collect();
        Self { draws, target, made: 0, seed, noise: Vec::new(), columns }
    }

    /// Makes some more estimates; false once all are made.
    pub(super) fn advance(&mut self, problem: &Problem) -> bool {
        let count = (SLICE / self.draws).clamp(1, self.target).min(self.target - self.made);
        if count == 0 {
            return false;
        }
        let draws = self.draws.get();
        if self.made == 0 {
            self.noise = normals(self.seed, self.target * draws);
        }
        let noise = self.noise[self.made * draws..(self.made + count) * draws].to_vec();
        self.made += count;
        // Within the controls' bounds every draw has a weight and every batch an estimate; a batch without one would
        // be skipped.
        let Ok(pool) = DrawPool::new(&problem.joint, &problem.proposal, noise) else {
            return self.made < self.target;
        };
        for Column { method, values: [in_mean, in_log_sd] } in &mut self.columns {
            let estimates = replicates(method, &pool, self.draws, &problem.baselines);
            for estimate in estimates.unwrap_or_default() {
                in_mean.extend(estimate.mean);
                in_log_sd.extend(estimate.log_sd);
            }
        }
        if self.made == self.target {
            self.noise = Vec::new();
        }
        self.made < self.target
    }

    /// The share that is done.
    pub(super) fn progress(&self) -> f64 {
        self.made as f64 / self.target as f64
    }

    /// K.
    pub(super) fn draws(&self) -> NonZeroUsize {
        self.draws
    }

    /// The estimates by a method; `None` if it is not defined for so few draws.
    pub(super) fn column(&self, method: MethodKind) -> Option<&Column> {
        self.columns.iter().find(|column| column.method.kind == method)
    }

    /// The moments in m of the first `count` estimates by a method; `None` of fewer than two.
    pub(super) fn moments(
        &self,
        method: MethodKind,
        count: usize,
        problem: &Problem,
    ) -> Option<Moments> {
        let in_mean = &self.column(method)?.values[0];
        let moments = Moments::of(in_mean.get(..count.min(in_mean.len()))?).ok()?;
        let least = problem.rounding(0);
        // Where every estimate is zero, as for sticking the landing at the posterior, the variance is zero and the
        // ratio undefined.
        Some(if moments.variance.sqrt() < least {
            let mean = if moments.mean.abs() < least { 0.0 } else { moments.mean };
            let (mean_stderr, variance, variance_stderr) = (0.0, 0.0, 0.0);
            Moments { mean, mean_stderr, variance, variance_stderr, snr: None, ..moments }
        } else {
            moments
        })
    }
}
