//! The doubly reparameterised gradient of the importance-weighted bound, DReG (Tucker, Lawson, Gu &
//! Maddison 2019, Doubly reparameterized gradient estimators for Monte Carlo objectives).

use super::parameters::GaussianGradient;
use super::pool::{Batch, EstimateError};

/// Estimates ∇L_K without its score term, which is reparameterised once more.
///
/// # Formula
/// ĝ_φ = Σ_i w̃_i² (∂ℓ_i/∂z_i)(∂z_i/∂φ), with w̃_i = w_i/Σ_j w_j and the slopes of
/// [`super::sticking_the_landing()`]. For K = 1 it is that.
///
/// # Bias
/// None for ∇L_K: its mean is that of [`super::iwae_gradient()`]. Its signal-to-noise ratio grows
/// as √K where w has moments enough, and every estimate is zero at q = posterior.
///
/// # Errors
/// [`EstimateError::AllWeightsZero`] if every log-weight is −∞, [`EstimateError::Overflow`] if the
/// estimate is not finite. Single weights of zero count as such.
pub fn dreg(batch: &Batch<'_>) -> Result<GaussianGradient, EstimateError> {
    let shares = batch.shares()?;
    batch.sum(|at| at.path_slope().map(|slope| shares[at.draw].powi(2) * slope))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::known_joints::{Plateau, ScalarLinearGaussian, one};
    use super::super::noise::normals;
    use super::super::parameters::GaussianParameters;
    use super::super::pool::DrawPool;
    use super::super::quotient::{assert_is_quotient, rippled_and_point};
    use super::super::sticking_the_landing::sticking_the_landing;
    use super::*;
    use crate::density::LogDensity;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn equals_the_difference_quotient_with_squared_shares_and_log_q_frozen(
            (joint, q, noise) in rippled_and_point(),
        ) {
            let pool = DrawPool::new(&joint, &q, noise.clone()).unwrap();
            let found = dreg(&pool.whole()).unwrap();
            let weights: Vec<f64> =
                pool.log_weights().as_slice().iter().map(|l| l.exp()).collect();
            let total: f64 = weights.iter().sum();
            let objective = |moved: &GaussianParameters| -> f64 {
                let latents = moved.latents_from_noise(&noise);
                let log_joint = joint.log_densities(&latents).unwrap();
                let rows = latents.chunks(2).zip(log_joint).zip(&weights);
                rows.map(|((z, log_joint), weight)| {
                    let minus_log_q: f64 = (0..2)
                        .map(|axis| 0.5 * ((z[axis] - q.mean()[axis]) / q.sd()[axis]).powi(2))
                        .sum();
                    (weight / total).powi(2) * (log_joint + minus_log_q)
                })
                .sum()
            };
            assert_is_quotient(&found, &q, objective);
        }

        #[test]
        fn of_one_draw_it_sticks_the_landing((joint, q, noise) in rippled_and_point()) {
            let pool = DrawPool::new(&joint, &q, noise[..2].to_vec()).unwrap();
            prop_assert_eq!(dreg(&pool.whole()), sticking_the_landing(&pool.whole()));
        }
    }

    #[test]
    fn at_the_posterior_every_estimate_is_zero() {
        let joint = ScalarLinearGaussian::default();
        let posterior = joint.posterior();
        let q = one(posterior.mean(), posterior.variance());
        let pool = DrawPool::new(&joint, &q, normals(9, 3000)).unwrap();
        for batch in pool.batches(std::num::NonZeroUsize::new(3).unwrap()) {
            let found = dreg(&batch).unwrap();
            assert!(found.mean[0].abs() < 1e-12 && found.log_sd[0].abs() < 1e-12, "{found:?}");
        }
    }

    #[test]
    fn weights_of_zero_count_as_zero_and_all_of_them_are_said() {
        let pool = |noise: &[f64]| DrawPool::new(&Plateau, &one(0.0, 1.0), noise.to_vec()).unwrap();
        // One draw counts, its slope is ε/σ = ½ and ε² = ¼.
        let found = dreg(&pool(&[2.0, 0.5, -2.5]).whole()).unwrap();
        assert_eq!(found, GaussianGradient { mean: vec![0.5], log_sd: vec![0.25] });
        let none = dreg(&pool(&[2.0, -2.5]).whole());
        assert_eq!(none, Err(EstimateError::AllWeightsZero));
    }
}
