//! The pathwise (reparameterised) gradient of the ELBO for a diagonal Gaussian of any dimension (Kingma
//! & Welling 2014, Auto-encoding variational Bayes; Rezende, Mohamed & Wierstra 2014).

use super::parameters::GaussianGradient;
use super::pool::{Batch, EstimateError};

/// Estimates ∇ELBO by moving the draws z = m + σ ε with the parameters, ε held.
///
/// # Formula
/// ĝ = ∇_φ (1/K) Σ_i ℓ(z_i(φ), φ). Along the draw, log q(z(φ)) = −ln σ − ½ε² + const depends on ln σ
/// only: in m the slope is ∂ log p(x, z)/∂z, in ln σ it is σ ε ∂ log p(x, z)/∂z + 1.
///
/// # Bias
/// None.
///
/// # Errors
/// [`EstimateError::ZeroWeight`] if a log-weight is −∞, [`EstimateError::Overflow`] if the estimate is
/// not finite.
pub fn reparameterised(batch: &Batch<'_>) -> Result<GaussianGradient, EstimateError> {
    let per_draw = 1.0 / batch.finite_log_weights()?.len() as f64;
    batch.sum(|at| at.total_slope().map(|slope| per_draw * slope))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::known_joints::{Plateau, Rippled, one};
    use super::super::parameters::GaussianParameters;
    use super::super::pool::DrawPool;
    use super::super::quotient::{assert_is_quotient, rippled_and_point};
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn equals_the_difference_quotient_of_the_same_draws((joint, q, noise) in rippled_and_point()) {
            let pool = DrawPool::new(&joint, &q, noise.clone()).unwrap();
            let found = reparameterised(&pool.whole()).unwrap();
            let objective = |q: &GaussianParameters| -> f64 {
                let pool = DrawPool::new(&joint, q, noise.clone()).unwrap();
                pool.log_weights().as_slice().iter().sum::<f64>() / pool.whole().draws() as f64
            };
            assert_is_quotient(&found, &q, objective);
        }
    }

    #[test]
    fn a_needle_thin_q_gives_the_slope_at_its_mean() {
        let joint = Rippled::default();
        let mean = vec![0.4, -0.3];
        let q = GaussianParameters::new(mean.clone(), vec![-300.0; 2]).unwrap();
        let pool = DrawPool::new(&joint, &q, vec![0.5, 2.0, -1.0, -3.0]).unwrap();
        let found = reparameterised(&pool.whole()).unwrap();
        let (_, slope) =
            crate::density::DifferentiableDensity::log_densities_and_gradients(&joint, &mean)
                .unwrap();
        assert_eq!(found, GaussianGradient { mean: slope, log_sd: vec![1.0; 2] });
    }

    #[test]
    fn a_weight_of_zero_is_said() {
        let pool = DrawPool::new(&Plateau, &one(0.0, 1.0), vec![2.0]).unwrap();
        let expected = Err(EstimateError::ZeroWeight { index: 0 });
        assert_eq!(reparameterised(&pool.whole()), expected);
    }
}
