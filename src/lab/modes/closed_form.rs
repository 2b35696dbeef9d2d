//! KL(q‖p(z|x)) of a Gaussian q in closed form, and its minimum over v at every m.
//!
//! E_q log p(x, z) depends only on E_q z² = m² + v and E_q z⁴ = m⁴ + 6m²v + 3v².

use std::f64::consts::TAU;

use super::setting::Setting;

/// Largest m of the curve, and the distance of its points.
const REACH: f64 = 3.0;
const STEP: f64 = 0.05;

/// The minimum of KL(q‖p(z|x)) over all Gaussians with mean m, as a function of m ≥ 0.
#[derive(Clone, Debug)]
pub(super) struct Landscape {
    noise_sd: f64,
    observation: f64,
    log_evidence: f64,
    /// (m, KL in nats), from m = 0.
    pub points: Vec<[f64; 2]>,
    /// KL of the best symmetric q, m = 0.
    pub symmetric: f64,
    /// (m, KL) of the best q beside 0, if there is a local minimum.
    pub one_mode: Option<[f64; 2]>,
}

impl Landscape {
    pub(super) fn new(setting: &Setting, log_evidence: f64) -> Self {
        let mut landscape = Self {
            noise_sd: setting.noise_sd,
            observation: setting.observation,
            log_evidence,
            points: Vec::new(),
            symmetric: 0.0,
            one_mode: None,
        };
        let count = (REACH / STEP).round() as usize;
        let points = (0..=count).map(|i| STEP * i as f64).map(|m| [m, landscape.least(m)]);
        landscape.points = points.collect();
        landscape.symmetric = landscape.least(0.0);
        landscape.one_mode = landscape.valley();
        landscape
    }

    /// KL(N(m, v)‖p(z|x)) in nats.
    pub(super) fn divergence(&self, m: f64, v: f64) -> f64 {
        let (s2, x) = (self.noise_sd * self.noise_sd, self.observation);
        let (second, fourth) = (m * m + v, m.powi(4) + 6.0 * m * m * v + 3.0 * v * v);
        let residual = x * x - 2.0 * x * second + fourth;
        let log_likelihood = -0.5 * (TAU * s2).ln() - 0.5 * residual / s2;
        let log_prior = -0.5 * TAU.ln() - 0.5 * second;
        let entropy = 0.5 * ((TAU * v).ln() + 1.0);
        self.log_evidence - log_likelihood - log_prior - entropy
    }

    /// The v at which it is smallest: 6v²/s² + v (1 + (6m² − 2x)/s²) = 1.
    pub(super) fn best_variance(&self, m: f64) -> f64 {
        let s2 = self.noise_sd * self.noise_sd;
        let (a, b) = (6.0 / s2, 1.0 + (6.0 * m * m - 2.0 * self.observation) / s2);
        let root = (b * b + 4.0 * a).sqrt();
        // Of the two forms of the positive root the one without cancellation.
        if b > 0.0 { 2.0 / (b + root) } else { (root - b) / (2.0 * a) }
    }

    /// The ELBO of the best of all Gaussians, in nats.
    pub(super) fn best_elbo(&self) -> f64 {
        let one_mode = self.one_mode.map_or(f64::INFINITY, |valley| valley[1]);
        self.log_evidence - self.symmetric.min(one_mode)
    }

    fn least(&self, m: f64) -> f64 {
        self.divergence(m, self.best_variance(m))
    }

    /// The lowest local minimum beside m = 0, by golden section between the neighbours of the lowest point.
    fn valley(&self) -> Option<[f64; 2]> {
        const SECTION: f64 = 0.618_033_988_749_894_9;
        let heights = &self.points;
        let is_valley =
            |i: &usize| heights[*i][1] < heights[i - 1][1] && heights[*i][1] <= heights[i + 1][1];
        let lowest = (1..heights.len().saturating_sub(1))
            .filter(is_valley)
            .min_by(|a, b| heights[*a][1].total_cmp(&heights[*b][1]))?;
        let (mut low, mut high) = (heights[lowest - 1][0], heights[lowest + 1][0]);
        for _ in 0..60 {
            let (left, right) = (high - SECTION * (high - low), low + SECTION * (high - low));
            if self.least(left) < self.least(right) {
                high = right;
            } else {
                low = left;
            }
        }
        let m = 0.5 * (low + high);
        Some([m, self.least(m)])
    }
}
