//! Bits observed independently through noise: the posterior factorises, and everything has a closed form.

use rand::Rng;

use super::{BinaryLatent, BinaryLatentError, open_bits};
use crate::family::BernoulliBits;

/// Fair coins z_j, each reported by x_j = 1 with probability π_j if z_j = 1 and 1 − π_j if z_j = 0, at
/// x = (1, …, 1).
///
/// So p(z|x) = Π_j Bernoulli(z_j; π_j), and p(x) = 2⁻ⁿ.
#[derive(Clone, Debug, PartialEq)]
pub struct IndependentBits {
    posterior: BernoulliBits,
}

impl IndependentBits {
    /// The model with posterior probabilities π.
    ///
    /// # Errors
    /// [`BinaryLatentError`] if their number is not between 1 and 20 or one is not strictly between 0
    /// and 1.
    pub fn new(probabilities: &[f64]) -> Result<Self, BinaryLatentError> {
        Ok(Self { posterior: open_bits(probabilities)? })
    }

    /// p(z|x), exactly.
    pub fn posterior(&self) -> &BernoulliBits {
        &self.posterior
    }

    /// log p(x) = −n ln 2 in nats.
    pub fn log_evidence(&self) -> f64 {
        -(self.posterior.bits() as f64) * std::f64::consts::LN_2
    }

    /// The relative variance of one draw of uniform or prior Monte Carlo, 2ⁿ Σ_z p(z|x)² − 1.
    ///
    /// # Formula
    /// Π_j 2(π_j² + (1 − π_j)²) − 1.
    pub fn uniform_variance(&self) -> f64 {
        let factor = |p: f64| 2.0 * (p * p + (1.0 - p) * (1.0 - p));
        self.posterior.probabilities().map(factor).product::<f64>() - 1.0
    }

    /// An exact draw from p(z|x).
    pub fn draw_posterior(&self, rng: &mut dyn Rng) -> u32 {
        self.posterior.draw_one(rng)
    }
}

/// The state and its log posterior mass.
impl BinaryLatent for IndependentBits {
    type Walk = (u32, f64);

    fn bits(&self) -> usize {
        self.posterior.bits()
    }

    fn start(&self, state: u32) -> Self::Walk {
        (state, self.posterior.log_mass(state))
    }

    fn flip(&self, (state, log_posterior): &mut Self::Walk, bit: usize) {
        *log_posterior += self.posterior.flip_gain(*state, bit);
        *state ^= 1 << bit;
    }

    fn log_joint_at(&self, (_, log_posterior): &Self::Walk) -> f64 {
        self.log_evidence() + log_posterior
    }

    fn log_prior_at(&self, _: &Self::Walk) -> f64 {
        // 2⁻ⁿ, which is p(x) as well.
        self.log_evidence()
    }
}

#[cfg(test)]
mod tests {
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    use super::*;

    #[test]
    fn the_joint_by_hand() {
        let model = IndependentBits::new(&[0.9, 0.2]).unwrap();
        // z = (1, 0): p(z) = ¼, p(x|z) = 0.9 · 0.8.
        assert_abs_diff_eq!(model.log_joint(0b01).exp(), 0.25 * 0.72, epsilon = 1e-16);
        assert_abs_diff_eq!(model.log_prior(0b01).exp(), 0.25, epsilon = 1e-16);
        let evidence: f64 = (0..4).map(|state| model.log_joint(state).exp()).sum();
        assert_abs_diff_eq!(evidence.ln(), model.log_evidence(), epsilon = 1e-15);
    }

    #[test]
    fn uniform_sampling_of_twenty_bits_is_hopeless() {
        // 1.64²⁰ − 1 and 1.9604²⁰ − 1 in whole numbers: 2.0e4 and 7.0e5.
        let variance = |p| IndependentBits::new(&[p; 20]).unwrap().uniform_variance();
        assert_relative_eq!(variance(0.9), 19_808.657_231_120_746, max_relative = 1e-13);
        assert_relative_eq!(variance(0.99), 702_899.539_757_898_1, max_relative = 1e-13);
        assert_abs_diff_eq!(variance(0.5), 0.0, epsilon = 1e-14);
    }
}
