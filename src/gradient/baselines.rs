//! Constant baselines, which are subtracted from log w before the score multiplies it (Mnih & Gregor 2014, Neural
//! variational inference and learning in belief networks; Greensmith, Bartlett & Baxter 2004, Variance reduction
//! techniques for gradient estimates in reinforcement learning).

use super::parameters::PerParameter;
use super::pool::{DrawPool, EstimateError};

/// Constants in nats that do not depend on the draws they are subtracted from.
///
/// # Formula
/// With score s_φ = ∂ log q/∂φ, `E[s_φ] = 0`: subtracting any constant b leaves E[(ℓ − b) s_φ] as it
/// is. The natural one is b = E ℓ, the ELBO. The one of least variance differs from parameter to
/// parameter: `b_φ = E[ℓ s_φ²] / E[s_φ²]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Baselines {
    /// E ℓ.
    pub mean_log_weight: f64,
    /// b_φ for each m and each ln σ.
    pub best: PerParameter<Vec<f64>>,
}

impl Baselines {
    /// Estimates them from draws of their own.
    ///
    /// # Bias
    /// The gradient stays unbiased only for draws independent of `pilot`.
    ///
    /// # Errors
    /// [`EstimateError::ZeroWeight`] if a log-weight is −∞; [`EstimateError::TooFewDraws`] if fewer
    /// than 2 are given, [`EstimateError::Overflow`] if a constant is no finite number.
    pub fn from_pilot(pilot: &DrawPool) -> Result<Self, EstimateError> {
        let batch = pilot.whole();
        let log_weights = batch.finite_log_weights()?;
        let count = log_weights.len();
        if count < 2 {
            return Err(EstimateError::TooFewDraws { needed: 2, given: count });
        }
        let mean_log_weight = log_weights.iter().sum::<f64>() / count as f64;
        let zero = || vec![0.0; batch.dimension()];
        let (mut mean, mut log_sd) = ((zero(), zero()), (zero(), zero()));
        for at in batch.coordinates() {
            let scores = at.score();
            for ((above, below), score) in [(&mut mean, scores.mean), (&mut log_sd, scores.log_sd)]
            {
                // About the mean, so that a common −170 nats does not cost digits.
                above[at.axis] += (log_weights[at.draw] - mean_log_weight) * score * score;
                below[at.axis] += score * score;
            }
        }
        let best = PerParameter { mean, log_sd }.map(|(above, below)| -> Vec<f64> {
            above.iter().zip(&below).map(|(above, below)| mean_log_weight + above / below).collect()
        });
        let are_finite = |constants: &[f64]| constants.iter().all(|constant| constant.is_finite());
        if are_finite(&best.mean) && are_finite(&best.log_sd) && mean_log_weight.is_finite() {
            Ok(Self { mean_log_weight, best })
        } else {
            Err(EstimateError::Overflow)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::known_joints::{Plateau, ScalarLinearGaussian, one, oracles};
    use super::super::noise::normals;
    use super::*;

    #[test]
    fn a_pilot_finds_the_constants_of_the_linear_gaussian_model() {
        // c0 + c2, c0 + 3 c2, c0 + 5 c2; 10⁵ draws. The pilot's errors are a few standard deviations
        // of ℓ (4.3 at most) times ε⁴-like factors over √n; 0.25 nats is more than 5 of them.
        let joint =
            ScalarLinearGaussian { log_constant: -170.0, ..ScalarLinearGaussian::default() };
        for q in oracles() {
            let pilot = DrawPool::new(&joint, &q, normals(17, 100_000)).unwrap();
            let found = Baselines::from_pilot(&pilot).unwrap();
            let expected = joint.posterior().log_weight(&q).unwrap().baselines();
            assert!((found.mean_log_weight - expected.mean_log_weight).abs() < 0.07);
            assert!((found.best.mean[0] - expected.best.mean[0]).abs() < 0.25, "{found:?}");
            assert!((found.best.log_sd[0] - expected.best.log_sd[0]).abs() < 0.5, "{found:?}");
        }
    }

    #[test]
    fn by_hand_from_two_draws() {
        // ε = 0, 2 at q = N(0, 1): scores² 0, 4 in m and 1, 9 in ln σ.
        let joint = ScalarLinearGaussian::default();
        let pilot = DrawPool::new(&joint, &one(0.0, 1.0), vec![0.0, 2.0]).unwrap();
        let &[first, second] = pilot.log_weights().as_slice() else { panic!() };
        let found = Baselines::from_pilot(&pilot).unwrap();
        assert!((found.mean_log_weight - 0.5 * (first + second)).abs() < 1e-14);
        assert!((found.best.mean[0] - second).abs() < 1e-14);
        assert!((found.best.log_sd[0] - (0.1 * first + 0.9 * second)).abs() < 1e-14);
    }

    #[test]
    fn what_has_no_mean_is_an_error() {
        let pilot = |noise: &[f64]| {
            let pool = DrawPool::new(&Plateau, &one(0.0, 1.0), noise.to_vec()).unwrap();
            Baselines::from_pilot(&pool)
        };
        assert_eq!(pilot(&[0.0, 2.0]), Err(EstimateError::ZeroWeight { index: 1 }));
        assert_eq!(pilot(&[0.5]), Err(EstimateError::TooFewDraws { needed: 2, given: 1 }));
        // Every score in m is zero: 0/0.
        assert_eq!(pilot(&[0.0, 0.0]), Err(EstimateError::Overflow));
    }
}
