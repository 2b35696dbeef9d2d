//! Standard normal noise, from which the Gaussian families are drawn.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// `length` independent draws of N(0, 1).
pub(super) fn standard_normals(length: usize, rng: &mut dyn Rng) -> Vec<f64> {
    (0..length).map(|_| StandardNormal.sample(rng)).collect()
}
