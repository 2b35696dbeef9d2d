//! Stochastic ascent on the ELBO over the Gaussian family, with Adam, until convergence.

use std::collections::VecDeque;

use super::PathwiseGradient;
use super::adam::AdamMoments;
use crate::family::BivariateGaussian;

/// Adam (Kingma & Ba 2015) on φ = (μ, ln σ, artanh ρ), with a rate that halves whenever progress stalls.
#[derive(Clone, Debug)]
pub struct ProposalOptimizer {
    adam: AdamMoments<5>,
    rate: f64,
    recent: VecDeque<f64>,
}

const START_RATE: f64 = 0.08;
/// The ascent has converged once the rate is below this.
const LAST_RATE: f64 = 0.003;
/// β₁ and β₂: shorter than usual, as a climb has some hundred steps.
const DECAY: [f64; 2] = [0.9, 0.99];
/// Steps over which progress is judged: the mean ELBO of the newer half against that of the older.
const WINDOW: usize = 24;
/// Gain in nats between the halves of a window below which the rate is halved.
const LEAST_GAIN: f64 = 1e-3;

impl Default for ProposalOptimizer {
    fn default() -> Self {
        Self {
            adam: AdamMoments::new(DECAY),
            rate: START_RATE,
            recent: VecDeque::with_capacity(WINDOW),
        }
    }
}

impl ProposalOptimizer {
    /// Whether the ascent has converged.
    pub fn steps(&self) -> usize {
        self.adam.steps()
    }

    /// Whether the ascent has come to rest.
    pub fn has_converged(&self) -> bool {
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
        let slope = [
            gradient.mean[0],
            gradient.mean[1],
            gradient.log_sd[0],
            gradient.log_sd[1],
            gradient.atanh_rho,
        ];
        let change = self.adam.step(slope, self.rate);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Exact ELBO and gradient for a model whose posterior is N((t₁, t₂), diag(s₁², s₂²)), of evidence 1:
    /// ELBO = −KL(q ‖ posterior).
    fn exact(q: &BivariateGaussian, t: [f64; 2], s: [f64; 2]) -> (f64, PathwiseGradient) {
        let ratio = [0, 1].map(|axis| (q.sd()[axis] / s[axis]).powi(2));
        let off = [0, 1].map(|axis| (q.mean()[axis] - t[axis]) / s[axis]);
        let kl = 0.5 * (ratio[0] + ratio[1] + off[0] * off[0] + off[1] * off[1] - 2.0)
            - 0.5 * (ratio[0].ln() + ratio[1].ln() + (1.0 - q.rho() * q.rho()).ln());
        let gradient = PathwiseGradient {
            mean: [-off[0] / s[0], -off[1] / s[1]],
            log_sd: [1.0 - ratio[0], 1.0 - ratio[1]],
            atanh_rho: -q.rho(),
        };
        (-kl, gradient)
    }

    #[test]
    fn the_first_step_has_the_length_of_the_rate_whatever_the_slope() {
        // Adam's first step is rate · sign(slope), up to ε.
        let q = BivariateGaussian::new([0.5, -1.0], [0.25, 2.0], 0.0).unwrap();
        let gradient =
            PathwiseGradient { mean: [1e-3, -1e5], log_sd: [7.0, -0.5], atanh_rho: 0.25 };
        let mut climb = ProposalOptimizer::default();
        let (mean, sd, rho) = climb.step(&q, &gradient, -100.0);
        assert_eq!(climb.steps(), 1);
        let expected =
            [0.58, -1.08, 0.25 * 0.08_f64.exp(), 2.0 * (-0.08_f64).exp(), 0.08_f64.tanh()];
        for (found, expected) in [mean[0], mean[1], sd[0], sd[1], rho].into_iter().zip(expected) {
            assert!((found - expected).abs() < 2e-6, "{found} {expected}");
        }
    }

    #[test]
    fn with_exact_gradients_it_converges_to_the_posterior() {
        for (t, s) in
            [([1.0, -2.0], [0.3, 0.5]), ([-3.5, 3.5], [0.1, 0.9]), ([0.0, 0.0], [1.0, 1.0])]
        {
            let mut q = BivariateGaussian::new([0.6, -0.5], [0.5, 0.3], -0.4).unwrap();
            let mut climb = ProposalOptimizer::default();
            while !climb.has_converged() {
                assert!(climb.steps() < 600, "{q:?}");
                let (elbo, gradient) = exact(&q, t, s);
                let (mean, sd, rho) = climb.step(&q, &gradient, elbo);
                q = BivariateGaussian::new(mean, sd, rho).unwrap();
            }
            let (elbo, _) = exact(&q, t, s);
            assert!(elbo > -0.05, "{elbo} at {q:?} after {}", climb.steps());
        }
    }

    #[test]
    fn it_does_not_converge_while_it_gains_and_does_so_soon_afterwards() {
        let q = BivariateGaussian::standard();
        let flat = PathwiseGradient { mean: [0.0; 2], log_sd: [0.0; 2], atanh_rho: 0.0 };
        let mut gaining = ProposalOptimizer::default();
        for step in 0..2000 {
            // 0.01 nat per step: 0.12 between the halves of a window.
            gaining.step(&q, &flat, 0.01 * f64::from(step));
        }
        assert!(!gaining.has_converged());
        // 0.08 falls below 0.003 after five halvings, each after a window of 24.
        let mut stalled = ProposalOptimizer::default();
        for step in 0..120 {
            assert!(!stalled.has_converged(), "{step}");
            stalled.step(&q, &flat, -100.0);
        }
        assert!(stalled.has_converged());
    }

    #[test]
    fn no_slope_moves_nothing() {
        let q = BivariateGaussian::new([0.5, -1.0], [0.25, 2.0], 0.5).unwrap();
        let flat = PathwiseGradient { mean: [0.0; 2], log_sd: [0.0; 2], atanh_rho: 0.0 };
        let (mean, sd, rho) = ProposalOptimizer::default().step(&q, &flat, 0.0);
        assert_eq!((mean, sd), (q.mean(), q.sd()));
        assert!((rho - 0.5).abs() < 1e-15);
    }
}
