//! The sigmoid belief network of one layer: binary causes, binary effects (Neal 1992).

use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;

use super::{BinaryLatent, BinaryLatentError, open_bits};
use crate::family::{BernoulliBits, check_count, is_one};

/// z_j ~ Bernoulli(p_j), x_m|z ~ Bernoulli(σ(a_m)) with logits a = W z + b, at one x.
#[derive(Clone, Debug, PartialEq)]
pub struct SigmoidBeliefNet {
    prior: BernoulliBits,
    /// Column by column [n, M]: what flipping one bit adds lies together.
    columns: Vec<f64>,
    offset: Vec<f64>,
    observation: Vec<bool>,
}

/// The state, its log prior and its logits.
#[derive(Clone, Debug)]
pub struct Walk {
    state: u32,
    log_prior: f64,
    logits: Vec<f64>,
}

/// Factors 1 + exp(−|a|) ≤ 2 that are multiplied before one logarithm is taken; 2⁵¹² is far from
/// overflow.
const FACTORS_PER_LOG: usize = 512;

impl SigmoidBeliefNet {
    /// The network with prior probabilities p `[n]`, W = `weights` row by row [M, n] and b = `offset`
    /// `[M]`, at x = `observation` `[M]`.
    ///
    /// # Errors
    /// [`BinaryLatentError`] says which of them is out of its domain.
    pub fn new(
        prior: &[f64],
        weights: &[f64],
        offset: Vec<f64>,
        observation: Vec<bool>,
    ) -> Result<Self, BinaryLatentError> {
        let prior = open_bits(prior)?;
        let (bits, outputs) = (prior.bits(), offset.len());
        for (what, expected, found) in
            [("W", bits * outputs, weights.len()), ("x", outputs, observation.len())]
        {
            if found != expected {
                return Err(BinaryLatentError::Size { what, expected, found });
            }
        }
        for (what, values) in [("W", weights), ("b", &offset)] {
            if !values.iter().all(|value| value.is_finite()) {
                return Err(BinaryLatentError::NotFinite(what));
            }
        }
        let column = |bit: usize| weights.iter().skip(bit).step_by(bits).copied();
        let columns = (0..bits).flat_map(column).collect();
        Ok(Self { prior, columns, offset, observation })
    }

    /// A network of `bits` causes and `outputs` effects, at an x of its own: W ~ N(0, `spread`²) and
    /// b ~ N(0, 1) entry by entry, p_j uniform on (0.1, 0.9), and x drawn from the model.
    ///
    /// # Errors
    /// [`BinaryLatentError`] if the number of bits is not between 1 and 20 or the spread not finite.
    pub fn random(
        bits: usize,
        outputs: usize,
        spread: f64,
        seed: u64,
    ) -> Result<Self, BinaryLatentError> {
        check_count(bits)?;
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let prior: Vec<f64> = (0..bits).map(|_| rng.random_range(0.1..0.9)).collect();
        let mut normal = |sd: f64| -> f64 {
            let unit: f64 = StandardNormal.sample(&mut rng);
            sd * unit
        };
        let weights: Vec<f64> = (0..bits * outputs).map(|_| normal(spread)).collect();
        let offset = (0..outputs).map(|_| normal(1.0)).collect();
        let blank = Self::new(&prior, &weights, offset, vec![false; outputs])?;
        Ok(blank.simulate(&mut rng).0)
    }

    /// The prior p(z).
    pub fn prior(&self) -> &BernoulliBits {
        &self.prior
    }

    /// W row by row [M, n].
    pub fn weights(&self) -> Vec<f64> {
        let outputs = self.offset.len();
        let row = |output: usize| self.columns.iter().skip(output).step_by(outputs).copied();
        (0..outputs).flat_map(row).collect()
    }

    /// b `[M]`.
    pub fn offset(&self) -> &[f64] {
        &self.offset
    }

    /// x.
    pub fn observation(&self) -> &[bool] {
        &self.observation
    }

    /// P(x_m = 1|z) for every m.
    pub fn mean(&self, state: u32) -> Vec<f64> {
        self.start(state).logits.into_iter().map(|a| 1.0 / (1.0 + (-a).exp())).collect()
    }

    /// Draws z from the prior and x from p(x|z): the network at that x, and z, which is one exact draw
    /// from its posterior.
    pub fn simulate(&self, rng: &mut dyn Rng) -> (Self, u32) {
        let state = self.prior.draw_one(rng);
        let observation = self.mean(state).into_iter().map(|p| rng.random::<f64>() < p).collect();
        (Self { observation, ..self.clone() }, state)
    }

    fn column(&self, bit: usize) -> &[f64] {
        let outputs = self.offset.len();
        &self.columns[bit * outputs..][..outputs]
    }

    /// Σ_m x_m a_m − softplus(a_m), in nats.
    fn log_likelihood(&self, logits: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (logits, pixels) in
            logits.chunks(FACTORS_PER_LOG).zip(self.observation.chunks(FACTORS_PER_LOG))
        {
            let mut product = 1.0;
            for (a, is_on) in logits.iter().zip(pixels) {
                // x a − max(a, 0) is −|a| where x and the sign of a disagree, and 0 where they agree.
                sum += if *is_on { a.min(0.0) } else { -a.max(0.0) };
                product *= 1.0 + (-a.abs()).exp();
            }
            sum -= product.ln();
        }
        sum
    }
}

impl BinaryLatent for SigmoidBeliefNet {
    type Walk = Walk;

    fn bits(&self) -> usize {
        self.prior.bits()
    }

    fn start(&self, state: u32) -> Walk {
        let mut logits = self.offset.clone();
        for bit in (0..self.bits()).filter(|bit| is_one(state, *bit)) {
            logits.iter_mut().zip(self.column(bit)).for_each(|(a, w)| *a += w);
        }
        Walk { state, log_prior: self.prior.log_mass(state), logits }
    }

    fn flip(&self, walk: &mut Walk, bit: usize) {
        let was_one = is_one(walk.state, bit);
        let sign = if was_one { -1.0 } else { 1.0 };
        walk.logits.iter_mut().zip(self.column(bit)).for_each(|(a, w)| *a += sign * w);
        walk.log_prior += self.prior.flip_gain(walk.state, bit);
        walk.state ^= 1 << bit;
    }

    fn log_joint_at(&self, walk: &Walk) -> f64 {
        walk.log_prior + self.log_likelihood(&walk.logits)
    }

    fn log_prior_at(&self, walk: &Walk) -> f64 {
        walk.log_prior
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::*;
    use crate::family::BitsError;

    fn sigmoid(a: f64) -> f64 {
        1.0 / (1.0 + (-a).exp())
    }

    #[test]
    fn two_causes_and_three_effects_by_hand() {
        let net = SigmoidBeliefNet::new(
            &[0.25, 0.6],
            &[1.0, -2.0, 0.5, 3.0, -1.0, 0.0],
            vec![0.1, -0.2, 0.3],
            vec![true, false, true],
        )
        .unwrap();
        // z = (0, 1): logits (−1.9, 2.8, 0.3).
        let expected = 0.75 * 0.6 * sigmoid(-1.9) * sigmoid(-2.8) * sigmoid(0.3);
        assert_abs_diff_eq!(net.log_joint(0b10), expected.ln(), epsilon = 1e-14);
        // z = (1, 1): logits (−0.9, 3.3, −0.7).
        let expected = 0.25 * 0.6 * sigmoid(-0.9) * sigmoid(-3.3) * sigmoid(-0.7);
        assert_abs_diff_eq!(net.log_joint(0b11), expected.ln(), epsilon = 1e-14);
        assert_abs_diff_eq!(net.log_prior(0b11), 0.15_f64.ln(), epsilon = 1e-15);
    }

    #[test]
    fn logits_of_any_size_leave_it_finite() {
        let net = SigmoidBeliefNet::new(&[0.5], &[1e4, -1e4], vec![0.0; 2], vec![true; 2]);
        assert_abs_diff_eq!(net.unwrap().log_joint(1), -1e4 - 2_f64.ln(), epsilon = 1e-10);
    }

    #[test]
    fn more_effects_than_factors_per_logarithm() {
        let outputs = 2 * FACTORS_PER_LOG + 7;
        let weights = vec![0.5; outputs];
        let net = SigmoidBeliefNet::new(&[0.5], &weights, weights.clone(), vec![true; outputs]);
        let expected = outputs as f64 * sigmoid(1.0).ln() - 2_f64.ln();
        assert_abs_diff_eq!(net.unwrap().log_joint(1), expected, epsilon = 1e-10);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let net = |prior: &[f64], weights: &[f64], offset, x| {
            SigmoidBeliefNet::new(prior, weights, offset, x).err()
        };
        let size = |what, expected, found| Some(BinaryLatentError::Size { what, expected, found });
        assert_eq!(net(&[], &[], vec![], vec![]), Some(BitsError::Count(0).into()));
        assert_eq!(net(&[0.5], &[], vec![0.0], vec![true]), size("W", 1, 0));
        assert_eq!(net(&[0.5], &[0.0], vec![0.0], vec![]), size("x", 1, 0));
        let infinite = net(&[0.5], &[f64::INFINITY], vec![0.0], vec![true]);
        assert_eq!(infinite, Some(BinaryLatentError::NotFinite("W")));
        let nan = net(&[0.5], &[0.0], vec![f64::NAN], vec![true]);
        assert_eq!(nan, Some(BinaryLatentError::NotFinite("b")));
        let too_many = SigmoidBeliefNet::random(21, 4, 1.0, 0).err();
        assert_eq!(too_many, Some(BitsError::Count(21).into()));
    }

    #[test]
    fn the_same_seed_is_the_same_network() {
        let of = |seed| SigmoidBeliefNet::random(5, 12, 1.5, seed).unwrap();
        assert_eq!(of(3), of(3));
        assert_ne!(of(3), of(4));
        assert!(of(3).observation().contains(&true) && of(3).observation().contains(&false));
    }

    #[test]
    fn simulated_observations_have_the_means_of_their_states() {
        // x_m − P(x_m = 1|z) summed over 3000 pairs and 6 effects: the deviation is at most
        // √(18 000/4) = 67; 5 of them, false-alarm rate 6e-7.
        let net = SigmoidBeliefNet::random(4, 6, 2.0, 1).unwrap();
        let mut rng = Pcg64Mcg::seed_from_u64(2);
        let mut excess = 0.0;
        for _ in 0..3000 {
            let (at_x, state) = net.simulate(&mut rng);
            for (is_on, p) in at_x.observation().iter().zip(net.mean(state)) {
                excess += f64::from(u8::from(*is_on)) - p;
            }
        }
        assert!(excess.abs() < 5.0 * 4500_f64.sqrt(), "{excess}");
    }

    proptest! {
        #[test]
        fn a_walk_arrives_where_a_start_begins(
            bits in 1..10_usize, seed: u64, flips in prop::collection::vec(0..10_usize, 0..60),
        ) {
            let net = SigmoidBeliefNet::random(bits, 7, 2.0, seed).unwrap();
            let mut walk = net.start(0);
            let mut state = 0_u32;
            for bit in flips.into_iter().map(|flip| flip % bits) {
                net.flip(&mut walk, bit);
                state ^= 1 << bit;
            }
            prop_assert!((net.log_joint_at(&walk) - net.log_joint(state)).abs() < 1e-11);
            prop_assert!((net.log_prior_at(&walk) - net.log_prior(state)).abs() < 1e-12);
        }
    }
}
