//! The entropy of a proposal without a closed form, estimated from its own draws (plain Monte Carlo;
//! Cover & Thomas 2006, Elements of information theory, ch. 8, for the entropy).

use std::num::NonZeroUsize;

use rand::Rng;

use crate::density::{DensityError, LogDensity, Proposal};
use crate::evidence::{WeighError, elbo, weigh};

/// An estimate of H(q), never the exact value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EntropyEstimate {
    /// Number of draws K.
    pub draws: NonZeroUsize,
    /// The estimate, in nats.
    pub entropy: f64,
    /// Its standard error, in nats; `None` if there is one draw only.
    pub stderr: Option<f64>,
}

/// Estimates H(q) = −E_q log q(z), in nats.
///
/// # Formula
/// −(1/K) Σ log q(z_i), which is the Monte-Carlo ELBO of a joint that is 1 everywhere.
///
/// # Bias
/// None.
///
/// # Errors
/// [`WeighError`] if the density could not be evaluated, or is zero at its own draw.
pub fn entropy_estimate(
    q: &dyn Proposal,
    count: NonZeroUsize,
    rng: &mut dyn Rng,
) -> Result<EntropyEstimate, WeighError> {
    let estimate = elbo(&weigh(&One { dimension: q.dimension() }, q, count, rng)?);
    Ok(EntropyEstimate { draws: count, entropy: estimate.elbo, stderr: estimate.stderr })
}

/// The function that is 1 everywhere.
struct One {
    dimension: usize,
}

impl LogDensity for One {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        Ok(vec![0.0; latents.len() / self.dimension])
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::super::{DiagonalGaussian, StudentT, mixture};
    use super::*;

    fn estimate(q: &dyn Proposal, count: usize, seed: u64) -> EntropyEstimate {
        let count = NonZeroUsize::new(count).unwrap();
        entropy_estimate(q, count, &mut Pcg64Mcg::seed_from_u64(seed)).unwrap()
    }

    #[test]
    fn closed_forms_are_met() {
        // 10⁵ draws, 5 of the estimate's own standard errors: false-alarm rate 6e-7 each.
        let gaussian = DiagonalGaussian::new(vec![1.0; 20], vec![1e-3; 20]).unwrap();
        let student = StudentT::new(&[0.5, 2.0], &[2.0, 0.1], &[1.0, 4.5]).unwrap();
        let families: [&dyn Proposal; 2] = [&gaussian, &student];
        for (q, seed) in families.into_iter().zip(31..) {
            let found = estimate(q, 100_000, seed);
            let epsilon = 5.0 * found.stderr.unwrap();
            assert_abs_diff_eq!(found.entropy, q.entropy().unwrap(), epsilon = epsilon);
        }
        // −log q of a Gaussian has variance D/2.
        let stderr = estimate(&gaussian, 100_000, 33).stderr.unwrap();
        assert_abs_diff_eq!(stderr, (10.0_f64 / 1e5).sqrt(), epsilon = 3e-4);
    }

    #[test]
    fn the_entropy_of_a_mixture() {
        // SciPy's density on a lattice of step 0.02: H = 2.5978519463, Var log q = 1.1933383271.
        // 2·10⁵ draws, 5 exact deviations: false-alarm rate 6e-7.
        let found = estimate(&mixture::tests::known(), 200_000, 34);
        let deviation = (1.193_338_327_1_f64 / 2e5).sqrt();
        assert_abs_diff_eq!(found.entropy, 2.597_851_946_3, epsilon = 5.0 * deviation);
        assert_abs_diff_eq!(found.stderr.unwrap(), deviation, epsilon = 0.05 * deviation);
        assert_eq!(found.draws.get(), 200_000);
    }

    #[test]
    fn one_draw_has_no_error() {
        assert_eq!(estimate(&DiagonalGaussian::standard(3).unwrap(), 1, 35).stderr, None);
    }
}
