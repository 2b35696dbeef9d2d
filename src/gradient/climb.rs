//! Stochastic ascent on the ELBO over the Gaussian family, with Adam, until it rests.

use std::collections::VecDeque;

use super::PathwiseGradient;
use crate::family::BivariateGaussian;

/// Adam (Kingma & Ba 2015) on φ = (μ, ln σ, artanh ρ), with a rate that halves whenever progress stalls.
#[derive(Clone, Debug)]
pub struct Climb {
    first_moment: [f64; 5],
    second_moment: [f64; 5],
    steps: i32,
    rate: f64,
    recent: VecDeque<f64>,
}

const START_RATE: f64 = 0.08;
/// The ascent rests once the rate has fallen below this.
const LAST_RATE: f64 = 0.003;
const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.99;
const EPSILON: f64 = 1e-8;
/// Steps over which progress is judged: the mean ELBO of the newer half against that of the older.
const WINDOW: usize = 24;
/// Gain in nats between the halves of a window below which the rate is halved.
const LEAST_GAIN: f64 = 1e-3;

impl Default for Climb {
    fn default() -> Self {
        Self {
            first_moment: [0.0; 5],
            second_moment: [0.0; 5],
            steps: 0,
            rate: START_RATE,
            recent: VecDeque::with_capacity(WINDOW),
        }
    }
}

impl Climb {
    /// Number of steps taken.
    pub fn steps(&self) -> usize {
        self.steps as usize
    }

    /// Whether the ascent has come to rest.
    pub fn is_at_rest(&self) -> bool {
        self.rate < LAST_RATE
    }

    /// One step uphill from `q`, given a gradient there and the exact ELBO of `q`, which judges progress.
    ///
    /// Returns (μ, σ, ρ); the caller decides which of them are allowed.
    pub fn step(
        &mut self,
        q: &BivariateGaussian,
        gradient: &PathwiseGradient,
        elbo: f64,
    ) -> ([f64; 2], [f64; 2], f64) {
        self.judge(elbo);
        self.steps += 1;
        let slope = [
            gradient.mean[0],
            gradient.mean[1],
            gradient.log_sd[0],
            gradient.log_sd[1],
            gradient.atanh_rho,
        ];
        let correction_1 = 1.0 - BETA_1.powi(self.steps);
        let correction_2 = 1.0 - BETA_2.powi(self.steps);
        let mut change = [0.0; 5];
        for (index, &slope) in slope.iter().enumerate() {
            let first = &mut self.first_moment[index];
            let second = &mut self.second_moment[index];
            *first += (1.0 - BETA_1) * (slope - *first);
            *second += (1.0 - BETA_2) * (slope * slope - *second);
            change[index] = self.rate * (*first / correction_1)
                / ((*second / correction_2).sqrt() + EPSILON);
        }
        let ([m1, m2], [s1, s2]) = (q.mean(), q.sd());
        (
            [m1 + change[0], m2 + change[1]],
            [s1 * change[2].exp(), s2 * change[3].exp()],
            (q.rho().atanh() + change[4]).tanh(),
        )
    }

    fn judge(&mut self, elbo: f64) {
        self.recent.push_back(elbo);
        if self.recent.len() < WINDOW {
            return;
        }
        let half = WINDOW / 2;
        let older: f64 = self.recent.iter().take(half).sum();
        let newer: f64 = self.recent.iter().skip(half).sum();
        if newer - older < LEAST_GAIN * half as f64 {
            self.rate *= 0.5;
            self.recent.clear();
        } else {
            self.recent.pop_front();
        }
    }
}
