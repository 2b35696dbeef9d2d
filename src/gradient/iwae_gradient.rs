//! The pathwise gradient of the importance-weighted bound L_K (Burda, Grosse & Salakhutdinov 2016,
//! Importance weighted autoencoders).

use super::parameters::GaussianGradient;
use super::pool::{Batch, EstimateError};

/// Estimates ∇L_K by moving the draws z = m + σ ε with the parameters, ε held.
///
/// # Formula
/// ĝ = ∇_φ log (1/K) Σ_i w_i = Σ_i w̃_i dℓ_i/dφ, with w̃_i = w_i/Σ_j w_j and dℓ/dφ as in
/// [`super::reparameterised()`]. For K = 1 it is that.
///
/// # Bias
/// None for ∇L_K. Its signal-to-noise ratio in the parameters of q falls as 1/√K (Rainforth et al.
/// 2018): the better the bound, the less its gradient says of q.
///
/// # Errors
/// [`EstimateError::AllWeightsZero`] if every log-weight is −∞, [`EstimateError::Overflow`] if the
/// estimate is not finite. Single weights of zero count as such.
pub fn iwae_gradient(batch: &Batch<'_>) -> Result<GaussianGradient, EstimateError> {
    let shares = batch.shares()?;
    batch.sum(|at| at.total_slope().map(|slope| shares[at.draw] * slope))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::known_joints::{Plateau, one};
    use super::super::parameters::GaussianParameters;
    use super::super::pool::DrawPool;
    use super::super::quotient::{assert_is_quotient, rippled_and_point};
    use super::super::reparameterised::reparameterised;
    use super::*;
    use crate::evidence::log_mean_exp;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn equals_the_difference_quotient_of_the_bound_at_the_same_noise(
            (joint, q, noise) in rippled_and_point(),
        ) {
            let pool = DrawPool::new(&joint, &q, noise.clone()).unwrap();
            let found = iwae_gradient(&pool.whole()).unwrap();
            let objective = |q: &GaussianParameters| -> f64 {
                let pool = DrawPool::new(&joint, q, noise.clone()).unwrap();
                log_mean_exp(pool.log_weights().as_slice())
            };
            assert_is_quotient(&found, &q, objective);
        }

        #[test]
        fn of_one_draw_it_is_the_pathwise_gradient((joint, q, noise) in rippled_and_point()) {
            let pool = DrawPool::new(&joint, &q, noise[..2].to_vec()).unwrap();
            prop_assert_eq!(iwae_gradient(&pool.whole()), reparameterised(&pool.whole()));
        }
    }

    #[test]
    fn weights_of_zero_count_as_zero_and_all_of_them_are_said() {
        let pool = |noise: &[f64]| DrawPool::new(&Plateau, &one(0.0, 1.0), noise.to_vec()).unwrap();
        // Slope 0 on the plateau: the gradient is that of −log q(z(φ)), 1 in ln σ.
        let found = iwae_gradient(&pool(&[2.0, 0.5, -2.5]).whole()).unwrap();
        assert_eq!(found, GaussianGradient { mean: vec![0.0], log_sd: vec![1.0] });
        let none = iwae_gradient(&pool(&[2.0, -2.5]).whole());
        assert_eq!(none, Err(EstimateError::AllWeightsZero));
    }
}
