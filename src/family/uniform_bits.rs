//! The uniform distribution over {0, 1}ⁿ: plain Monte Carlo over the states of a discrete model
//! (Hammersley & Handscomb 1964, Monte Carlo methods, ch. 5).

use std::f64::consts::LN_2;

use rand::{Rng, RngExt};

use super::bernoulli::{BitsError, check_count};

/// Every state of n ≤ 20 bits with the same mass 2⁻ⁿ; bit i of the mask is z_i.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UniformBits {
    bits: usize,
}

impl UniformBits {
    /// Takes the number of bits n.
    ///
    /// # Errors
    /// [`BitsError::Count`] if it is 0 or above 20.
    pub fn new(bits: usize) -> Result<Self, BitsError> {
        check_count(bits)?;
        Ok(Self { bits })
    }

    /// n.
    pub fn bits(&self) -> usize {
        self.bits
    }

    /// `count` independent states.
    pub fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<u32> {
        (0..count).map(|_| rng.random::<u32>() >> (u32::BITS as usize - self.bits)).collect()
    }

    /// log q(z) = −n log 2 in nats; −∞ for a mask with a bit beyond the n-th.
    pub fn log_mass(&self, state: u32) -> f64 {
        if state >> self.bits == 0 { -self.entropy() } else { f64::NEG_INFINITY }
    }

    /// H(q) = n log 2 in nats, exact.
    pub fn entropy(&self) -> f64 {
        self.bits as f64 * LN_2
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::super::bernoulli::{BernoulliBits, is_one};
    use super::*;

    #[test]
    fn it_is_the_fair_coin() {
        for bits in 1..=20 {
            let (uniform, coins) =
                (UniformBits::new(bits).unwrap(), BernoulliBits::new(&vec![0.5; bits]).unwrap());
            assert_abs_diff_eq!(uniform.entropy(), coins.entropy(), epsilon = 1e-14);
            for state in [0, 1, (1 << bits) - 1, 1 << bits, u32::MAX] {
                let (found, expected) = (uniform.log_mass(state), coins.log_mass(state));
                assert!(found == expected || (found - expected).abs() < 1e-14, "{bits} {state}");
            }
            assert_eq!(uniform.bits(), bits);
        }
    }

    #[test]
    fn draws_are_uniform() {
        // 8 states, 8·10⁴ draws: 10⁴ ± 93.5 each, 5 deviations, false-alarm rate 5e-6 together.
        let mut counts = [0_i32; 8];
        let mut rng = Pcg64Mcg::seed_from_u64(53);
        for state in UniformBits::new(3).unwrap().draw(80_000, &mut rng) {
            counts[state as usize] += 1;
        }
        assert!(counts.iter().all(|count| (count - 10_000).abs() < 468), "{counts:?}");
    }

    #[test]
    fn every_bit_of_twenty_is_drawn() {
        // 10⁴ draws, each bit 5000 ± 50: 5 deviations, false-alarm rate 1.2e-5 together.
        let mut rng = Pcg64Mcg::seed_from_u64(54);
        let states = UniformBits::new(20).unwrap().draw(10_000, &mut rng);
        for bit in 0..32 {
            let ones = states.iter().filter(|state| is_one(**state, bit)).count();
            let expected = if bit < 20 { 4750..=5250 } else { 0..=0 };
            assert!(expected.contains(&ones), "bit {bit}: {ones}");
        }
    }

    #[test]
    fn a_number_that_cannot_be_enumerated_is_refused() {
        for bad in [0, 21, usize::MAX] {
            assert_eq!(UniformBits::new(bad), Err(BitsError::Count(bad)));
        }
    }
}
