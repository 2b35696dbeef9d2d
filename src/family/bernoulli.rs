//! Independent bits: the mean-field q(z) of a discrete model (Saul, Jaakkola & Jordan 1996, Mean field
//! theory for sigmoid belief networks).

use rand::{Rng, RngExt};
use thiserror::Error;

use crate::log_sum_exp::log_add_exp;

/// The most bits: their 2²⁰ states can still be summed one by one.
pub const MAX_BITS: usize = 20;

/// ∏ Bernoulli(π_i) over states z ∈ {0, 1}ⁿ, n ≤ 20, written as a mask: bit i of the mask is z_i.
///
/// # Formula
/// log q(z) = Σ z_i log π_i + (1 − z_i) log(1 − π_i).
#[derive(Clone, Debug, PartialEq)]
pub struct BernoulliBits {
    bits: Vec<Bit>,
}

/// One bit; π and 1 − π are both kept, as from a logit either can be tiny.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bit {
    one: BitProbability,
    zero: BitProbability,
}

/// A probability with its logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
struct BitProbability {
    probability: f64,
    log_probability: f64,
}

/// Why there is no such distribution over bits.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum BitsError {
    /// No bit, or more than can be enumerated.
    #[error("between 1 and {MAX_BITS} bits are possible, found {0}")]
    Count(usize),
    /// A probability outside [0, 1].
    #[error("a probability must lie between 0 and 1, found {0}")]
    Probability(f64),
    /// A logit that is NaN.
    #[error("a logit must be a number, found {0}")]
    Logit(f64),
    /// Another distribution with a different number of bits.
    #[error("{expected} bits are needed, found {found}")]
    Length {
        /// Bits of this one.
        expected: usize,
        /// Bits of the other.
        found: usize,
    },
}

impl BernoulliBits {
    /// Takes the probabilities π_i that a bit is 1; 0 and 1 are allowed.
    ///
    /// # Errors
    /// [`BitsError`] if there are none or too many, or one is outside [0, 1].
    pub fn new(probabilities: &[f64]) -> Result<Self, BitsError> {
        check_count(probabilities.len())?;
        if let Some(&bad) = probabilities.iter().find(|&&p| !(0.0..=1.0).contains(&p)) {
            return Err(BitsError::Probability(bad));
        }
        let bit = |&p: &f64| Bit {
            one: BitProbability { probability: p, log_probability: p.ln() },
            zero: BitProbability { probability: 1.0 - p, log_probability: (-p).ln_1p() },
        };
        Ok(Self { bits: probabilities.iter().map(bit).collect() })
    }

    /// Takes logits a_i, with π_i = 1/(1 + e^{−a_i}); ±∞ is allowed.
    ///
    /// # Errors
    /// [`BitsError`] if there are none or too many, or one is NaN.
    pub fn from_logits(logits: &[f64]) -> Result<Self, BitsError> {
        check_count(logits.len())?;
        if let Some(&bad) = logits.iter().find(|logit| logit.is_nan()) {
            return Err(BitsError::Logit(bad));
        }
        let bit = |&logit: &f64| Bit {
            one: BitProbability::of_logit(logit),
            zero: BitProbability::of_logit(-logit),
        };
        Ok(Self { bits: logits.iter().map(bit).collect() })
    }

    /// n.
    pub fn bits(&self) -> usize {
        self.bits.len()
    }

    /// π_i.
    pub fn probabilities(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.bits.iter().map(|bit| bit.one.probability)
    }

    /// The first bit that is certain, one way or the other, if there is one.
    pub fn certain_bit(&self) -> Option<usize> {
        let is_impossible = |outcome: BitProbability| outcome.log_probability == f64::NEG_INFINITY;
        self.bits.iter().position(|bit| is_impossible(bit.one) || is_impossible(bit.zero))
    }

    /// `count` independent states.
    pub fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<u32> {
        (0..count).map(|_| self.draw_one(rng)).collect()
    }

    /// A single state.
    pub fn draw_one(&self, rng: &mut dyn Rng) -> u32 {
        let mut state = 0;
        for (i, bit) in self.bits.iter().enumerate() {
            let uniform: f64 = rng.random();
            state |= u32::from(uniform < bit.one.probability) << i;
        }
        state
    }

    /// log q(z) in nats; −∞ for a state that cannot be, also one with a bit beyond the n-th.
    pub fn log_mass(&self, state: u32) -> f64 {
        if state >> self.bits.len() != 0 {
            return f64::NEG_INFINITY;
        }
        let of_bit = |(i, bit): (usize, &Bit)| bit.log_probability(is_one(state, i));
        self.bits.iter().enumerate().map(of_bit).sum()
    }

    /// log q(z_i) in nats for one bit.
    pub fn log_probability(&self, bit: usize, is_one: bool) -> f64 {
        self.bits[bit].log_probability(is_one)
    }

    /// The change of log q(z) when bit `bit` of `state` is flipped, in nats; finite unless the bit is certain.
    pub fn flip_gain(&self, state: u32, bit: usize) -> f64 {
        let was_one = is_one(state, bit);
        self.bits[bit].log_probability(!was_one) - self.bits[bit].log_probability(was_one)
    }

    /// H(q) = −Σ [π_i log π_i + (1 − π_i) log(1 − π_i)] in nats, exact.
    pub fn entropy(&self) -> f64 {
        self.bits.iter().map(|bit| bit.one.surprise() + bit.zero.surprise()).sum()
    }

    /// KL(q ‖ other) in nats, in closed form; +∞ if q has a state that `other` cannot have.
    ///
    /// # Errors
    /// [`BitsError::Length`] if `other` has another number of bits.
    pub fn kl_to(&self, other: &Self) -> Result<f64, BitsError> {
        let (expected, found) = (self.bits.len(), other.bits.len());
        if expected != found {
            return Err(BitsError::Length { expected, found });
        }
        let each = self.bits.iter().zip(&other.bits);
        Ok(each.map(|(p, q)| p.one.divergence(q.one) + p.zero.divergence(q.zero)).sum())
    }
}

impl Bit {
    fn log_probability(&self, is_one: bool) -> f64 {
        if is_one { self.one.log_probability } else { self.zero.log_probability }
    }
}

impl BitProbability {
    /// 1/(1 + e^{−a}), and its logarithm, with the digits of whichever tail a is in.
    fn of_logit(logit: f64) -> Self {
        let log_probability = -log_add_exp(0.0, -logit);
        Self { probability: log_probability.exp(), log_probability }
    }

    /// −p log p, 0 for p = 0.
    fn surprise(self) -> f64 {
        if self.probability == 0.0 { 0.0 } else { -self.probability * self.log_probability }
    }

    /// p log(p/q) − p + q ≥ 0; over the two outcomes −p + q sums to 0.
    fn divergence(self, q: Self) -> f64 {
        if self.probability == 0.0 {
            return q.probability;
        }
        let excess = self.probability - q.probability;
        let ratio = excess / q.probability;
        let log_ratio = if ratio.abs() < 0.5 {
            // The digits of a small difference are kept, and so is the sign of the sum.
            ratio.ln_1p()
        } else {
            self.log_probability - q.log_probability
        };
        self.probability * log_ratio - excess
    }
}

/// z_i of a state.
pub fn is_one(state: u32, bit: usize) -> bool {
    state >> bit & 1 == 1
}

/// A number of bits that can be enumerated.
pub(crate) fn check_count(bits: usize) -> Result<(), BitsError> {
    if (1..=MAX_BITS).contains(&bits) { Ok(()) } else { Err(BitsError::Count(bits)) }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::LN_2;

    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::*;
    use crate::log_sum_exp::log_sum_exp;

    const INFINITY: f64 = f64::INFINITY;

    fn known() -> BernoulliBits {
        BernoulliBits::new(&[0.1, 0.5, 0.999, 0.25]).unwrap()
    }

    // The values of the next two tests: mpmath with 40 digits; scipy.stats.bernoulli agrees.

    #[test]
    fn mass_entropy_and_divergence() {
        // Bits 0 and 2 are 1.
        let log_mass = known().log_mass(0b0101);
        assert_relative_eq!(log_mass, -3.284_414_846_339_355_5, max_relative = 1e-15);
        assert_relative_eq!(known().entropy(), 1.588_472_553_682_434, max_relative = 1e-15);
        let other = BernoulliBits::new(&[0.2, 0.9, 0.5, 0.25]).unwrap();
        let kl = known().kl_to(&other).unwrap();
        assert_relative_eq!(kl, 1.232_755_563_248_454_5, max_relative = 1e-14);
        assert_eq!(known().kl_to(&known()), Ok(0.0));
        let length = BitsError::Length { expected: 4, found: 1 };
        assert_eq!(known().kl_to(&BernoulliBits::new(&[0.5]).unwrap()), Err(length));
    }

    #[test]
    fn flipping_a_bit_changes_the_mass_by_its_gain() {
        for (state, bit) in [(0b0101, 0), (0b0101, 1), (0b1111, 2), (0b0000, 3)] {
            let change = known().log_mass(state ^ 1 << bit) - known().log_mass(state);
            assert_abs_diff_eq!(known().flip_gain(state, bit), change, epsilon = 1e-14);
        }
        assert_eq!([0, 1, 2].map(|bit| is_one(0b101, bit)), [true, false, true]);
    }

    #[test]
    fn logits_keep_the_digits_of_both_tails() {
        let of = |logits: &[f64]| BernoulliBits::from_logits(logits).unwrap();
        let tail = of(&[-40.0]);
        assert_relative_eq!(
            tail.log_mass(1).exp(),
            4.248_354_255_291_589e-18,
            max_relative = 1e-14
        );
        for logit in [-40.0, 40.0] {
            let entropy = of(&[logit]).entropy();
            assert_relative_eq!(entropy, 1.741_825_244_669_551_2e-16, max_relative = 1e-13);
        }
        let kl = of(&[40.0, -3.0]).kl_to(&of(&[38.0, 0.5])).unwrap();
        assert_relative_eq!(kl, 0.759_499_076_484_880_9, max_relative = 1e-14);
        // Far beyond what e^a can hold.
        assert_eq!(of(&[1e4]).log_mass(0), -1e4);
        assert_eq!(of(&[1e4]).log_mass(1), 0.0);
        assert_eq!(of(&[1e4, -1e4]).entropy(), 0.0);
        assert_eq!(of(&[INFINITY]), BernoulliBits::new(&[1.0]).unwrap());
    }

    #[test]
    fn certain_bits() {
        let certain = BernoulliBits::new(&[1.0, 0.0]).unwrap();
        assert_eq!(certain.log_mass(0b01), 0.0);
        for impossible in [0b00, 0b10, 0b11, 0b101, u32::MAX] {
            assert_eq!(certain.log_mass(impossible), -INFINITY);
        }
        assert_eq!(certain.entropy(), 0.0);
        assert_eq!(certain.certain_bit(), Some(0));
        assert_eq!(BernoulliBits::new(&[0.5, 0.0]).unwrap().certain_bit(), Some(1));
        assert_eq!(known().certain_bit(), None);
        // As near to certain as f64 tells apart: either outcome has a finite logarithm.
        assert_eq!(BernoulliBits::from_logits(&[700.0, -700.0]).unwrap().certain_bit(), None);
        let open = BernoulliBits::new(&[0.5, 0.5]).unwrap();
        assert_abs_diff_eq!(certain.kl_to(&open).unwrap(), 2.0 * LN_2, epsilon = 1e-15);
        assert_eq!(open.kl_to(&certain), Ok(INFINITY));
        assert_eq!(certain.kl_to(&certain), Ok(0.0));
        let draws = certain.draw(1000, &mut Pcg64Mcg::seed_from_u64(51));
        assert!(draws.iter().all(|state| *state == 0b01));
    }

    #[test]
    fn draws_have_the_mass() {
        // 1.6·10⁵ draws, 16 binomial counts, 5 deviations of √(m(1 − m)/N) and one count: false-alarm
        // rate 1e-5 together, if the rarest state, expected 2 times, is left out.
        let q = known();
        let count = 160_000;
        let mut counts = [0_u32; 16];
        for state in q.draw(count, &mut Pcg64Mcg::seed_from_u64(52)) {
            counts[state as usize] += 1;
        }
        for (state, found) in (0..).zip(counts) {
            let (mass, n) = (q.log_mass(state).exp(), count as f64);
            if mass * n > 20.0 {
                let deviation = (mass * (1.0 - mass) * n).sqrt();
                assert_abs_diff_eq!(f64::from(found), mass * n, epsilon = 5.0 * deviation + 1.0);
            }
        }
    }

    #[test]
    fn twenty_bits_have_a_total_of_one() {
        let probabilities: Vec<f64> = (0..20).map(|i| (f64::from(i) + 0.5) / 20.0).collect();
        let q = BernoulliBits::new(&probabilities).unwrap();
        let log_masses: Vec<f64> = (0..1 << 20).map(|state| q.log_mass(state)).collect();
        assert_abs_diff_eq!(log_sum_exp(&log_masses), 0.0, epsilon = 1e-10);
        let entropy = -log_masses.iter().map(|l| l * l.exp()).sum::<f64>();
        assert_relative_eq!(q.entropy(), entropy, max_relative = 1e-10);
        let all = q.probabilities().collect::<Vec<f64>>();
        assert_eq!((q.bits(), all), (20, probabilities));
    }

    #[test]
    fn each_bad_parameter_is_named() {
        assert_eq!(BernoulliBits::new(&[]), Err(BitsError::Count(0)));
        assert_eq!(BernoulliBits::new(&[0.5; 21]), Err(BitsError::Count(21)));
        assert_eq!(BernoulliBits::from_logits(&[]), Err(BitsError::Count(0)));
        for bad in [-0.1, 1.1, f64::NAN] {
            let error = BernoulliBits::new(&[0.5, bad]).unwrap_err();
            assert!(matches!(error, BitsError::Probability(_)), "{bad}");
        }
        assert!(matches!(BernoulliBits::from_logits(&[f64::NAN]), Err(BitsError::Logit(_))));
    }

    proptest! {
        #[test]
        fn the_divergence_is_the_sum_over_states(
            p in prop::collection::vec(0.0..=1.0_f64, 6), q in prop::collection::vec(1e-6..1.0_f64, 6),
        ) {
            let (p, q) = (BernoulliBits::new(&p).unwrap(), BernoulliBits::new(&q).unwrap());
            let states = (0..64).filter(|state| p.log_mass(*state) > -INFINITY);
            let sum: f64 = states
                .map(|state| p.log_mass(state).exp() * (p.log_mass(state) - q.log_mass(state)))
                .sum();
            let found = p.kl_to(&q).unwrap();
            prop_assert!(found >= 0.0);
            prop_assert!((found - sum).abs() < 1e-12 * (1.0 + sum.abs()), "{found} {sum}");
        }

        #[test]
        fn nearly_equal_bits_have_no_negative_divergence(
            logits in prop::collection::vec(-50.0..50.0_f64, 1..=20), change in -1e-7..1e-7_f64,
        ) {
            let p = BernoulliBits::from_logits(&logits).unwrap();
            let moved: Vec<f64> = logits.iter().map(|logit| logit * (1.0 + change)).collect();
            let q = BernoulliBits::from_logits(&moved).unwrap();
            let kl = p.kl_to(&q).unwrap();
            prop_assert!((0.0..1e-11).contains(&kl), "{kl}");
        }
    }
}
