//! Seeded standard normal noise.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64Mcg;

/// `count` numbers ε ~ N(0, 1): the beginning of the stream of `seed`.
pub(crate) fn normals(seed: u32, count: usize) -> Vec<f64> {
    StandardNormal.sample_iter(Pcg64Mcg::seed_from_u64(u64::from(seed))).take(count).collect()
}
