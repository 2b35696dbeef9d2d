//! Seeded standard normal noise.

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::density::standard_normals;

/// `count` numbers ε ~ N(0, 1): the beginning of the stream of `seed`.
pub(crate) fn normals(seed: u32, count: usize) -> Vec<f64> {
    standard_normals(count, &mut Pcg64Mcg::seed_from_u64(u64::from(seed)))
}
