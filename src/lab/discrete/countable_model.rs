//! The two models of the lab, made from its sliders.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::family::BernoulliBits;
use crate::model::{BinaryLatent, BinaryLatentError, IndependentBits, SigmoidBeliefNet, open_bits};

/// Effects of the belief net: enough for a posterior that is neither the prior nor concentrated on a single state.
const OUTPUTS: usize = 16;
/// Bound on the distance of q's probabilities from 0 and 1, where their logarithms would be infinite.
const SMALLEST: f64 = 1e-12;

/// A model whose states can be enumerated, with a parameter for the sharpness of its posterior.
pub(super) trait CountableModel: BinaryLatent + Clone + 'static {
    /// `bits` bits; `sharpness` in [½, 1).
    fn new(bits: usize, sharpness: f64, seed: u64) -> Result<Self, BinaryLatentError>;

    /// p(z).
    fn prior(&self) -> Result<BernoulliBits, BinaryLatentError>;

    /// p(z|x), if it has a closed form.
    fn posterior(&self) -> Option<&BernoulliBits> {
        None
    }
}

impl CountableModel for IndependentBits {
    /// Each bit has its more probable value with probability `sharpness`; which value that is, is random, so that the
    /// needle does not lie in a corner.
    fn new(bits: usize, sharpness: f64, seed: u64) -> Result<Self, BinaryLatentError> {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let flip = |_| if rng.random() { sharpness } else { 1.0 - sharpness };
        IndependentBits::new(&(0..bits).map(flip).collect::<Vec<_>>())
    }

    fn prior(&self) -> Result<BernoulliBits, BinaryLatentError> {
        open_bits(&vec![0.5; self.bits()])
    }

    fn posterior(&self) -> Option<&BernoulliBits> {
        Some(IndependentBits::posterior(self))
    }
}

impl CountableModel for SigmoidBeliefNet {
    /// Weights of standard deviation ½ logit(sharpness): zero at ½, where x does not depend on z.
    fn new(bits: usize, sharpness: f64, seed: u64) -> Result<Self, BinaryLatentError> {
        let spread = 0.5 * (sharpness / (1.0 - sharpness)).ln();
        SigmoidBeliefNet::random(bits, OUTPUTS, spread, seed)
    }

    fn prior(&self) -> Result<BernoulliBits, BinaryLatentError> {
        Ok(SigmoidBeliefNet::prior(self).clone())
    }
}

/// q: the mixture with share `nearness` of the posterior's `marginals` and the rest of fair coins.
pub(super) fn proposal(
    marginals: &[f64],
    nearness: f64,
) -> Result<BernoulliBits, BinaryLatentError> {
    let towards = |m: &f64| {
        // With nearness 1 exactly the marginals.
        ((1.0 - nearness) * 0.5 + nearness * m).clamp(SMALLEST, 1.0 - SMALLEST)
    };
    open_bits(&marginals.iter().map(towards).collect::<Vec<_>>())
}

/// 1 + χ² of one bit: Σ post²/q.
pub(super) fn second_moment(posterior: f64, q: f64) -> f64 {
    posterior * posterior / q + (1.0 - posterior).powi(2) / (1.0 - q)
}
