//! The score-function estimator, REINFORCE, of the ELBO's gradient (Williams 1992; Ranganath, Gerrish &
//! Blei 2014, Black box variational inference), with or without a constant baseline.

use super::parameters::{GaussianGradient, PerParameter};
use super::pool::{Batch, EstimateError};

/// The baseline, which is subtracted from log w before the score multiplies it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Baseline<'a> {
    /// Nothing.
    None,
    /// One constant in nats, for instance E log w.
    Constant(f64),
    /// A constant in nats for each m and each ln σ.
    Each(&'a PerParameter<Vec<f64>>),
}

/// Estimates ∇ELBO without a gradient of the model: log w alone weights the draws.
///
/// # Formula
/// ĝ_φ = (1/K) Σ_i (ℓ_i − b_φ) s_φ(z_i), with the scores ∂ log q/∂m = ε/σ and ∂ log q/∂ ln σ = ε² − 1.
/// The mean of the term −∂ log q/∂φ inside ℓ is zero and it is left out.
///
/// # Bias
/// None, as long as the baseline does not depend on these draws. The variance without a baseline grows
/// with the square of log p(x); see [`super::exact_moments`].
///
/// # Errors
/// [`EstimateError::ZeroWeight`] if a log-weight is −∞, [`EstimateError::Overflow`] if the estimate is
/// not finite.
pub fn score(batch: &Batch<'_>, baseline: Baseline<'_>) -> Result<GaussianGradient, EstimateError> {
    let log_weights = batch.finite_log_weights()?;
    let per_draw = 1.0 / log_weights.len() as f64;
    batch.sum(|at| {
        let (in_mean, in_log_sd) = match baseline {
            Baseline::None => (0.0, 0.0),
            Baseline::Constant(constant) => (constant, constant),
            Baseline::Each(best) => (best.mean[at.axis], best.log_sd[at.axis]),
        };
        let (log_weight, score) = (log_weights[at.draw], at.score());
        PerParameter {
            mean: per_draw * (log_weight - in_mean) * score.mean,
            log_sd: per_draw * (log_weight - in_log_sd) * score.log_sd,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::known_joints::{Plateau, ScalarLinearGaussian, one};
    use super::super::pool::DrawPool;
    use super::*;

    #[test]
    fn by_hand_from_two_draws() {
        // σ = 2, ε = 1, −½: scores ½, −¼ in m and 0, −¾ in ln σ.
        let pool = DrawPool::new(&ScalarLinearGaussian::default(), &one(0.5, 4.0), vec![1.0, -0.5])
            .unwrap();
        let &[first, second] = pool.log_weights().as_slice() else { panic!() };
        let close = |found: GaussianGradient, mean: f64, log_sd: f64| {
            assert!((found.mean[0] - mean).abs() < 1e-13, "{found:?}");
            assert!((found.log_sd[0] - log_sd).abs() < 1e-13, "{found:?}");
        };
        let batch = pool.whole();
        close(
            score(&batch, Baseline::None).unwrap(),
            0.25 * first - 0.125 * second,
            -0.375 * second,
        );
        close(
            score(&batch, Baseline::Constant(-3.0)).unwrap(),
            0.25 * (first + 3.0) - 0.125 * (second + 3.0),
            -0.375 * (second + 3.0),
        );
        let best = PerParameter { mean: vec![first], log_sd: vec![second] };
        close(score(&batch, Baseline::Each(&best)).unwrap(), -0.125 * (second - first), 0.0);
    }

    #[test]
    fn a_weight_of_zero_and_an_overflow_are_said() {
        let pool = DrawPool::new(&Plateau, &one(0.0, 1.0), vec![0.5, 2.0]).unwrap();
        assert_eq!(
            score(&pool.whole(), Baseline::None),
            Err(EstimateError::ZeroWeight { index: 1 })
        );
        let narrow = one(0.0, 1e-300);
        let pool = DrawPool::new(&Plateau, &narrow, vec![0.5]).unwrap();
        let found = score(&pool.whole(), Baseline::Constant(1e200));
        assert_eq!(found, Err(EstimateError::Overflow));
    }
}
