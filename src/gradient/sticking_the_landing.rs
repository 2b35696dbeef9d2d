//! Sticking the landing: the pathwise gradient without its score term (Roeder, Wu & Duvenaud 2017,
//! Sticking the landing: simple, lower-variance gradient estimators for variational inference).

use super::parameters::GaussianGradient;
use super::pool::{Batch, EstimateError};

/// Estimates ∇ELBO by the slope of log w along the draws, the parameters inside log q held.
///
/// # Formula
/// ĝ_φ = (1/K) Σ_i (∂ℓ_i/∂z_i)(∂z_i/∂φ), with ∂ℓ/∂z = ∂ log p(x, z)/∂z + ε/σ, ∂z/∂m = 1 and
/// ∂z/∂ ln σ = σ ε. The term left out, −∂ log q/∂φ, has mean zero.
///
/// # Bias
/// None. At q = posterior every estimate is exactly zero; far from it, or where q is much narrower than
/// the posterior, its variance can exceed that of [`super::reparameterised()`].
///
/// # Errors
/// [`EstimateError::ZeroWeight`] if a log-weight is −∞, [`EstimateError::Overflow`] if the estimate is
/// not finite.
pub fn sticking_the_landing(batch: &Batch<'_>) -> Result<GaussianGradient, EstimateError> {
    let per_draw = 1.0 / batch.finite_log_weights()?.len() as f64;
    batch.sum(|at| at.path_slope().map(|slope| per_draw * slope))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::known_joints::{Plateau, ScalarLinearGaussian, one};
    use super::super::noise::normals;
    use super::super::parameters::GaussianParameters;
    use super::super::pool::DrawPool;
    use super::super::quotient::{assert_is_quotient, rippled_and_point};
    use super::*;
    use crate::density::LogDensity;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn equals_the_difference_quotient_with_log_q_frozen((joint, q, noise) in rippled_and_point()) {
            let pool = DrawPool::new(&joint, &q, noise.clone()).unwrap();
            let found = sticking_the_landing(&pool.whole()).unwrap();
            let objective = |moved: &GaussianParameters| -> f64 {
                let latents = moved.latents_from_noise(&noise);
                let log_joint: f64 = joint.log_densities(&latents).unwrap().iter().sum();
                // −log q of the moved draws under the q that stays, up to a constant.
                let minus_log_q: f64 = latents
                    .iter()
                    .enumerate()
                    .map(|(index, z)| 0.5 * ((z - q.mean()[index % 2]) / q.sd()[index % 2]).powi(2))
                    .sum();
                (log_joint + minus_log_q) / pool.whole().draws() as f64
            };
            assert_is_quotient(&found, &q, objective);
        }
    }

    #[test]
    fn at_the_posterior_every_estimate_is_zero() {
        for x in [-3.0, 0.25, 1.75, 6.0] {
            let joint = ScalarLinearGaussian { x, ..ScalarLinearGaussian::default() };
            let posterior = joint.posterior();
            let q = one(posterior.mean(), posterior.variance());
            let pool = DrawPool::new(&joint, &q, normals(8, 1000)).unwrap();
            for batch in pool.batches(std::num::NonZeroUsize::MIN) {
                let found = sticking_the_landing(&batch).unwrap();
                // Slopes of about 10 are subtracted from each other.
                assert!(found.mean[0].abs() < 1e-12 * 10.0_f64.max(x.abs()), "{found:?}");
                assert!(found.log_sd[0].abs() < 1e-12 * 10.0_f64.max(x.abs()), "{found:?}");
            }
        }
    }

    #[test]
    fn a_weight_of_zero_is_said() {
        let pool = DrawPool::new(&Plateau, &one(0.0, 1.0), vec![0.0, 2.0]).unwrap();
        let expected = Err(EstimateError::ZeroWeight { index: 1 });
        assert_eq!(sticking_the_landing(&pool.whole()), expected);
    }
}
