//! The score-function estimator with a leave-one-out baseline, RLOO (Kool, van Hoof & Welling 2019, Buy
//! 4 REINFORCE samples, get a baseline for free!).
//!
//! Mnih & Rezende 2016 (VIMCO) leave one out in the same way for the importance-weighted bound L_K.

use super::parameters::GaussianGradient;
use super::pool::{Batch, EstimateError};

/// Estimates ∇ELBO by the score, each draw's baseline being the mean log-weight of the others.
///
/// # Formula
/// ĝ_φ = (1/K) Σ_i (ℓ_i − (1/(K−1)) Σ_{j≠i} ℓ_j) s_φ(z_i) = (1/(K−1)) Σ_i (ℓ_i − ℓ̄) s_φ(z_i):
/// the sample covariance of log-weight and score.
///
/// # Bias
/// None: the others are independent of the draw. A constant added to every ℓ changes nothing.
///
/// # Errors
/// [`EstimateError::TooFewDraws`] for K = 1, [`EstimateError::ZeroWeight`] if a log-weight is −∞,
/// [`EstimateError::Overflow`] if the estimate is not finite.
pub fn rloo(batch: &Batch<'_>) -> Result<GaussianGradient, EstimateError> {
    let count = batch.draws();
    if count < 2 {
        return Err(EstimateError::TooFewDraws { needed: 2, given: count });
    }
    let log_weights = batch.finite_log_weights()?;
    let mean_log_weight = log_weights.iter().sum::<f64>() / count as f64;
    let per_draw = 1.0 / (count - 1) as f64;
    batch.sum(|at| {
        let advantage = per_draw * (log_weights[at.draw] - mean_log_weight);
        at.score().map(|score| advantage * score)
    })
}

#[cfg(test)]
mod tests {
    use super::super::known_joints::{Rippled, ScalarLinearGaussian, one};
    use super::super::noise::normals;
    use super::super::parameters::GaussianParameters;
    use super::super::pool::DrawPool;
    use super::super::score::{Baseline, score};
    use super::*;

    #[test]
    fn each_draw_against_the_mean_of_the_others() {
        let q = GaussianParameters::new(vec![0.4, -0.3], vec![-0.2, 0.3]).unwrap();
        let noise = normals(5, 10);
        let pool = DrawPool::new(&Rippled::default(), &q, noise.clone()).unwrap();
        let all = pool.log_weights().as_slice();
        // The definition, one draw at a time, through the plain score with a constant.
        let mut expected = GaussianGradient::zero(2);
        for (index, row) in noise.chunks(2).enumerate() {
            let others: f64 = all.iter().sum::<f64>() - all[index];
            let alone = DrawPool::new(&Rippled::default(), &q, row.to_vec()).unwrap();
            let term = score(&alone.whole(), Baseline::Constant(others / 4.0)).unwrap();
            for axis in 0..2 {
                expected.mean[axis] += term.mean[axis] / 5.0;
                expected.log_sd[axis] += term.log_sd[axis] / 5.0;
            }
        }
        let found = rloo(&pool.whole()).unwrap();
        for axis in 0..2 {
            assert!((found.mean[axis] - expected.mean[axis]).abs() < 1e-13);
            assert!((found.log_sd[axis] - expected.log_sd[axis]).abs() < 1e-13);
        }
    }

    #[test]
    fn a_constant_in_log_p_changes_nothing() {
        let at = |log_constant: f64| {
            let joint = ScalarLinearGaussian { log_constant, ..ScalarLinearGaussian::default() };
            let pool = DrawPool::new(&joint, &one(0.5, 0.4), normals(6, 8)).unwrap();
            rloo(&pool.whole()).unwrap()
        };
        let (plain, shifted) = (at(0.0), at(-170.0));
        assert!((plain.mean[0] - shifted.mean[0]).abs() < 1e-12);
        assert!((plain.log_sd[0] - shifted.log_sd[0]).abs() < 1e-12);
    }

    #[test]
    fn a_single_draw_has_no_others() {
        let pool =
            DrawPool::new(&ScalarLinearGaussian::default(), &one(0.5, 0.4), vec![0.1]).unwrap();
        let expected = Err(EstimateError::TooFewDraws { needed: 2, given: 1 });
        assert_eq!(rloo(&pool.whole()), expected);
    }
}
