//! Models whose latent z is a handful of bits, so that the posterior can be counted out.

use rand::{Rng, RngExt};
use thiserror::Error;

mod independent_bits;
mod sigmoid_belief_net;

pub use independent_bits::IndependentBits;
pub use sigmoid_belief_net::SigmoidBeliefNet;

/// Most bits of a latent state: 2²⁰ states take a fraction of a second to count.
pub const MAX_BITS: usize = 20;

/// A model p(x, z) at one x with z ∈ {0, 1}ⁿ.
///
/// A state is a bit mask: bit j is z_j. Neighbouring states differ in one bit, so a walk over them keeps
/// what it has computed, see [`Self::flip`].
pub trait BinaryLatent {
    /// What a walk over the states keeps up to date.
    type Walk: Clone + std::fmt::Debug;

    /// n, between 1 and [`MAX_BITS`].
    fn bits(&self) -> usize;

    /// A walk that starts at `state`, computed from nothing.
    fn start(&self, state: u32) -> Self::Walk;

    /// Flips bit `bit` of the state in which the walk is.
    fn flip(&self, walk: &mut Self::Walk, bit: usize);

    /// log p(x, z) in nats where the walk is.
    fn log_joint_at(&self, walk: &Self::Walk) -> f64;

    /// log p(z) in nats where the walk is.
    fn log_prior_at(&self, walk: &Self::Walk) -> f64;

    /// log p(x, z) in nats.
    fn log_joint(&self, state: u32) -> f64 {
        self.log_joint_at(&self.start(state))
    }

    /// log p(z) in nats.
    fn log_prior(&self, state: u32) -> f64 {
        self.log_prior_at(&self.start(state))
    }
}

/// Independent bits z_j ~ Bernoulli(p_j): a prior, or a proposal.
#[derive(Clone, Debug, PartialEq)]
pub struct BernoulliBits {
    /// (log p_j, log(1 − p_j)) in nats.
    log_probabilities: Vec<[f64; 2]>,
    probabilities: Vec<f64>,
}

/// Why a binary model or proposal could not be made.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum BinaryLatentError {
    /// No bits, or more than can be counted.
    #[error("the number of bits must be between 1 and {MAX_BITS}, found {0}")]
    Bits(usize),
    /// A probability that is not strictly between 0 and 1.
    #[error("probability {index} must lie strictly between 0 and 1, found {found}")]
    Probability {
        /// Position of the first such one.
        index: usize,
        /// What it was.
        found: f64,
    },
    /// A list of the wrong length.
    #[error("{what} must have {expected} entries, found {found}")]
    Size {
        /// Which of them.
        what: &'static str,
        /// Entries it must have.
        expected: usize,
        /// Entries it has.
        found: usize,
    },
    /// A NaN or an infinity.
    #[error("{0} must be finite")]
    NotFinite(&'static str),
}

impl BernoulliBits {
    /// Bits with P(z_j = 1) = `probabilities[j]`.
    ///
    /// # Errors
    /// [`BinaryLatentError`] if there are none or more than [`MAX_BITS`], or if one is not strictly
    /// between 0 and 1.
    pub fn new(probabilities: Vec<f64>) -> Result<Self, BinaryLatentError> {
        check_bits(probabilities.len())?;
        if let Some((index, &found)) =
            probabilities.iter().enumerate().find(|(_, p)| !(**p > 0.0 && **p < 1.0))
        {
            return Err(BinaryLatentError::Probability { index, found });
        }
        let log_probabilities = probabilities.iter().map(|p| [p.ln(), (-p).ln_1p()]).collect();
        Ok(Self { log_probabilities, probabilities })
    }

    /// Fair coins.
    ///
    /// # Errors
    /// [`BinaryLatentError::Bits`] if there are none or too many.
    pub fn uniform(bits: usize) -> Result<Self, BinaryLatentError> {
        check_bits(bits)?;
        Self::new(vec![0.5; bits])
    }

    /// n.
    pub fn bits(&self) -> usize {
        self.probabilities.len()
    }

    /// P(z_j = 1).
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// log P(z_j = `is_one`) in nats.
    pub fn log_probability(&self, bit: usize, is_one: bool) -> f64 {
        self.log_probabilities[bit][usize::from(!is_one)]
    }

    /// log P(z) in nats.
    pub fn log_mass(&self, state: u32) -> f64 {
        (0..self.bits()).map(|bit| self.log_probability(bit, is_one(state, bit))).sum()
    }

    /// H in nats.
    pub fn entropy(&self) -> f64 {
        let term =
            |(p, [log_one, log_zero]): (&f64, &[f64; 2])| -p * log_one - (1.0 - p) * log_zero;
        self.probabilities.iter().zip(&self.log_probabilities).map(term).sum()
    }

    /// A draw of z.
    pub fn draw(&self, rng: &mut dyn Rng) -> u32 {
        let throw = |(bit, p): (usize, &f64)| u32::from(rng.random::<f64>() < *p) << bit;
        self.probabilities.iter().enumerate().map(throw).sum()
    }
}

/// z_j.
pub fn is_one(state: u32, bit: usize) -> bool {
    (state >> bit) & 1 == 1
}

fn check_bits(bits: usize) -> Result<(), BinaryLatentError> {
    if (1..=MAX_BITS).contains(&bits) { Ok(()) } else { Err(BinaryLatentError::Bits(bits)) }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::*;

    #[test]
    fn masses_by_hand_sum_to_one() {
        let bits = BernoulliBits::new(vec![0.25, 0.5, 0.9]).unwrap();
        // z = (1, 0, 1) is the mask 0b101.
        assert_abs_diff_eq!(bits.log_mass(0b101).exp(), 0.25 * 0.5 * 0.9, epsilon = 1e-16);
        assert_abs_diff_eq!(bits.log_mass(0b010).exp(), 0.75 * 0.5 * 0.1, epsilon = 1e-16);
        let all = (0..8).map(|state| bits.log_mass(state));
        assert_abs_diff_eq!(all.clone().map(f64::exp).sum::<f64>(), 1.0, epsilon = 1e-15);
        let entropy: f64 = all.map(|l| -l * l.exp()).sum();
        assert_abs_diff_eq!(bits.entropy(), entropy, epsilon = 1e-15);
    }

    #[test]
    fn draws_have_the_probabilities() {
        // 10 000 draws, 5 deviations for each of three bits: false-alarm rate 2e-6.
        let bits = BernoulliBits::new(vec![0.25, 0.5, 0.9]).unwrap();
        let mut rng = Pcg64Mcg::seed_from_u64(6);
        let draws: Vec<u32> = (0..10_000).map(|_| bits.draw(&mut rng)).collect();
        for (bit, p) in bits.probabilities().iter().enumerate() {
            let ones = draws.iter().filter(|state| is_one(**state, bit)).count() as f64;
            assert_abs_diff_eq!(ones, 1e4 * p, epsilon = 5.0 * (1e4 * p * (1.0 - p)).sqrt());
        }
    }

    #[test]
    fn what_cannot_be_counted_or_is_no_probability_is_refused() {
        assert_eq!(BernoulliBits::new(vec![]), Err(BinaryLatentError::Bits(0)));
        assert_eq!(BernoulliBits::uniform(21), Err(BinaryLatentError::Bits(21)));
        assert_eq!(BernoulliBits::uniform(20).unwrap().bits(), 20);
        for p in [0.0, 1.0, -0.1, f64::NAN] {
            let refused = BernoulliBits::new(vec![0.5, p]);
            assert!(matches!(refused, Err(BinaryLatentError::Probability { index: 1, .. })));
        }
    }
}
