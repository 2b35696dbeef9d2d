//! Draws from a diagonal Gaussian with all that any gradient estimator needs to know of them.

use std::f64::consts::TAU;
use std::num::NonZeroUsize;

use thiserror::Error;

use super::parameters::{GaussianGradient, GaussianParameters, PerParameter};
use crate::density::{DensityError, DifferentiableDensity};
use crate::evidence::{LogWeights, LogWeightsError, log_sum_exp};

/// Draws z_i = m + σ ε_i, their log-weights ℓ_i = log p(x, z_i) − log q(z_i) in nats, and the slopes
/// ∂ log p(x, z_i)/∂z.
#[derive(Clone, Debug)]
pub struct DrawPool {
    sd: Vec<f64>,
    noise: Vec<f64>,
    log_weights: LogWeights,
    // Zero where the weight is zero: there is no slope there, and none is needed.
    joint_slopes: Vec<f64>,
}

/// Why there are no draws to estimate from.
#[derive(Debug, Error)]
pub enum PoolError {
    /// The joint could not be evaluated.
    #[error(transparent)]
    Density(#[from] DensityError),
    /// The joint gave something that is not a log-weight.
    #[error(transparent)]
    Weights(#[from] LogWeightsError),
    /// The joint and q live in different spaces.
    #[error("the joint has {joint} latent dimensions and q has {proposal}")]
    Dimension {
        /// D of the joint.
        joint: usize,
        /// D of q.
        proposal: usize,
    },
    /// Noise that is not rows of D finite numbers.
    #[error("the noise must be rows of {dimension} finite numbers")]
    Noise {
        /// D of q.
        dimension: usize,
    },
    /// A slope that is NaN or infinite at a draw of positive weight.
    #[error("the slope of log p(x, z) at draw {index} is not finite")]
    Slope {
        /// Which draw.
        index: usize,
    },
}

impl DrawPool {
    /// Weighs z = m + σ ε for every row ε of standard normal `noise` [count, D].
    ///
    /// # Errors
    /// [`PoolError`] if the shapes do not fit, or the joint fails or gives NaN.
    pub fn new(
        joint: &dyn DifferentiableDensity,
        q: &GaussianParameters,
        noise: Vec<f64>,
    ) -> Result<Self, PoolError> {
        let dimension = q.dimension();
        if joint.dimension() != dimension {
            return Err(PoolError::Dimension { joint: joint.dimension(), proposal: dimension });
        }
        if !noise.len().is_multiple_of(dimension) || !noise.iter().all(|e| e.is_finite()) {
            return Err(PoolError::Noise { dimension });
        }
        let (mut log_weights, mut joint_slopes) =
            joint.log_densities_and_gradients(&q.latents_from_noise(&noise))?;
        // log q(z) from ε and not from z: no digit is lost where σ is tiny beside m.
        let log_peak = -q.log_sd().iter().sum::<f64>() - 0.5 * dimension as f64 * TAU.ln();
        for (log_weight, row) in log_weights.iter_mut().zip(noise.chunks_exact(dimension)) {
            *log_weight -= log_peak - 0.5 * row.iter().map(|e| e * e).sum::<f64>();
        }
        let rows = joint_slopes.chunks_exact_mut(dimension);
        for (index, (row, log_weight)) in rows.zip(&log_weights).enumerate() {
            if *log_weight == f64::NEG_INFINITY {
                row.fill(0.0);
            } else if !log_weight.is_nan() && !row.iter().all(|slope| slope.is_finite()) {
                return Err(PoolError::Slope { index });
            }
        }
        let log_weights = LogWeights::new(log_weights)?;
        Ok(Self { sd: q.sd().to_vec(), noise, log_weights, joint_slopes })
    }

    /// The log-weights in nats, in the order of the noise.
    pub fn log_weights(&self) -> &LogWeights {
        &self.log_weights
    }

    /// All draws as one batch.
    pub fn whole(&self) -> Batch<'_> {
        Batch {
            sd: &self.sd,
            noise: &self.noise,
            log_weights: self.log_weights.as_slice(),
            joint_slopes: &self.joint_slopes,
        }
    }

    /// Disjoint batches of `draws` each, in order; a remainder is left out.
    pub fn batches(&self, draws: NonZeroUsize) -> impl Iterator<Item = Batch<'_>> {
        let row = draws.get().saturating_mul(self.sd.len());
        self.log_weights
            .as_slice()
            .chunks_exact(draws.get())
            .zip(self.noise.chunks_exact(row))
            .zip(self.joint_slopes.chunks_exact(row))
            .map(|((log_weights, noise), joint_slopes)| Batch {
                sd: &self.sd,
                noise,
                log_weights,
                joint_slopes,
            })
    }
}

/// K draws, from which one estimate of a gradient is made.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    sd: &'a [f64],
    noise: &'a [f64],
    log_weights: &'a [f64],
    joint_slopes: &'a [f64],
}

/// Why these draws give no estimate.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum EstimateError {
    /// A draw has weight zero, so the estimate of the ELBO is −∞ and has no gradient.
    #[error("draw {index} has weight zero: its log-weight −∞ has no gradient")]
    ZeroWeight {
        /// The first such draw.
        index: usize,
    },
    /// Every draw has weight zero, so the estimate of the bound is −∞ and has no gradient.
    #[error("every draw has weight zero: their bound −∞ has no gradient")]
    AllWeightsZero,
    /// The method compares draws with each other and was given too few.
    #[error("the method needs {needed} draws, {given} given")]
    TooFewDraws {
        /// The least number.
        needed: usize,
        /// The number given.
        given: usize,
    },
    /// The estimate is too large to be a number.
    #[error("the estimate overflows")]
    Overflow,
}

/// One draw of a batch, along one latent dimension.
pub(super) struct DrawCoordinate {
    /// Which draw.
    pub draw: usize,
    /// Which latent dimension.
    pub axis: usize,
    /// ε.
    noise: f64,
    /// σ.
    sd: f64,
    /// ∂ log p(x, z)/∂z.
    joint_slope: f64,
}

impl DrawCoordinate {
    /// ∂ log q(z)/∂φ at fixed z: ε/σ in m, ε² − 1 in ln σ.
    pub(super) fn score(&self) -> PerParameter<f64> {
        PerParameter { mean: self.noise / self.sd, log_sd: self.noise * self.noise - 1.0 }
    }

    /// dℓ/dφ along the moving draw. There log q(z(φ)) = −ln σ − ½ε² + const depends on ln σ only.
    pub(super) fn total_slope(&self) -> PerParameter<f64> {
        let log_sd = self.joint_slope * self.latent_per_log_sd() + 1.0;
        PerParameter { mean: self.joint_slope, log_sd }
    }

    /// (∂ℓ/∂z)(∂z/∂φ), the parameters inside log q held: ∂ℓ/∂z = ∂ log p(x, z)/∂z + ε/σ.
    pub(super) fn path_slope(&self) -> PerParameter<f64> {
        let slope = self.joint_slope + self.noise / self.sd;
        PerParameter { mean: slope, log_sd: slope * self.latent_per_log_sd() }
    }

    /// ∂z/∂ ln σ = σ ε; ∂z/∂m is 1.
    fn latent_per_log_sd(&self) -> f64 {
        self.sd * self.noise
    }
}

impl<'a> Batch<'a> {
    /// K; at least 1.
    pub fn draws(&self) -> usize {
        self.log_weights.len()
    }

    /// ℓ_1 … ℓ_K in nats.
    pub fn log_weights(&self) -> &'a [f64] {
        self.log_weights
    }

    /// Σ_i term_i, along every latent dimension.
    ///
    /// # Errors
    /// [`EstimateError::Overflow`] if the sum is not finite.
    pub(super) fn sum(
        &self,
        term: impl Fn(&DrawCoordinate) -> PerParameter<f64>,
    ) -> Result<GaussianGradient, EstimateError> {
        let mut sum = GaussianGradient::zero(self.sd.len());
        for at in self.coordinates() {
            let PerParameter { mean, log_sd } = term(&at);
            sum.mean[at.axis] += mean;
            sum.log_sd[at.axis] += log_sd;
        }
        if sum.is_finite() { Ok(sum) } else { Err(EstimateError::Overflow) }
    }

    /// Every draw along every latent dimension.
    pub(super) fn coordinates(&self) -> impl Iterator<Item = DrawCoordinate> + 'a {
        let (dimension, sd) = (self.sd.len(), self.sd);
        self.noise.iter().zip(self.joint_slopes).enumerate().map(
            move |(index, (&noise, &joint_slope))| {
                let axis = index % dimension;
                DrawCoordinate { draw: index / dimension, axis, noise, sd: sd[axis], joint_slope }
            },
        )
    }

    /// The log-weights, if all are finite: what an estimate of the ELBO's gradient needs.
    pub(super) fn finite_log_weights(&self) -> Result<&'a [f64], EstimateError> {
        match self.log_weights.iter().position(|l| *l == f64::NEG_INFINITY) {
            Some(index) => Err(EstimateError::ZeroWeight { index }),
            None => Ok(self.log_weights),
        }
    }

    /// w̃_i = w_i / Σ_j w_j: what an estimate of the importance-weighted bound's gradient needs.
    pub(super) fn shares(&self) -> Result<Vec<f64>, EstimateError> {
        let total = log_sum_exp(self.log_weights);
        if total == f64::NEG_INFINITY {
            return Err(EstimateError::AllWeightsZero);
        }
        Ok(self.log_weights.iter().map(|l| (l - total).exp()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::known_joints::{Plateau, Rippled};
    use super::*;

    fn pair() -> GaussianParameters {
        GaussianParameters::new(vec![0.3, -0.2], vec![-0.5, 0.4]).unwrap()
    }

    #[test]
    fn log_weights_are_joint_over_proposal() {
        let (joint, q) = (Rippled::default(), pair());
        let noise = vec![0.0, 0.0, 1.0, -2.0, 0.25, 0.5];
        let pool = DrawPool::new(&joint, &q, noise.clone()).unwrap();
        for (found, e) in pool.log_weights().as_slice().iter().zip(noise.chunks(2)) {
            let z = [0.3 + (-0.5_f64).exp() * e[0], -0.2 + 0.4_f64.exp() * e[1]];
            // log q as a product of two normal densities of z.
            let log_q: f64 = [(z[0] - 0.3, -0.5_f64), (z[1] + 0.2, 0.4)]
                .map(|(off, log_sd)| -0.5 * (off / log_sd.exp()).powi(2) - log_sd - 0.5 * TAU.ln())
                .iter()
                .sum();
            assert!((found - (joint.at(&z) - log_q)).abs() < 1e-13);
        }
    }

    #[test]
    fn batches_are_disjoint_and_in_order_and_leave_a_remainder_out() {
        let noise: Vec<f64> = (0..14).map(f64::from).collect();
        let pool = DrawPool::new(&Rippled::default(), &pair(), noise).unwrap();
        let batches: Vec<Batch<'_>> = pool.batches(NonZeroUsize::new(3).unwrap()).collect();
        assert_eq!(batches.len(), 2);
        assert_eq!(batches[1].noise, [6.0, 7.0, 8.0, 9.0, 10.0, 11.0]);
        assert_eq!(batches[1].log_weights, &pool.log_weights().as_slice()[3..6]);
        assert_eq!(pool.whole().draws(), 7);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let new = |q: &GaussianParameters, noise: &[f64]| {
            DrawPool::new(&Rippled::default(), q, noise.to_vec()).unwrap_err()
        };
        let line = GaussianParameters::new(vec![0.0], vec![0.0]).unwrap();
        assert!(matches!(new(&line, &[0.0]), PoolError::Dimension { joint: 2, proposal: 1 }));
        assert!(matches!(new(&pair(), &[0.0]), PoolError::Noise { dimension: 2 }));
        assert!(matches!(new(&pair(), &[0.0, f64::NAN]), PoolError::Noise { dimension: 2 }));
        assert!(matches!(new(&pair(), &[]), PoolError::Weights(LogWeightsError::Empty)));
    }

    #[test]
    fn a_joint_that_gives_nan_is_an_error_and_a_zero_weight_has_no_slope() {
        let line = GaussianParameters::new(vec![0.0], vec![0.0]).unwrap();
        // log p is 0 from −1 to 1, NaN beyond 3, −∞ with a NaN slope in between.
        let pool = |noise: &[f64]| DrawPool::new(&Plateau, &line, noise.to_vec());
        let found = pool(&[0.5, 2.0]).unwrap();
        assert_eq!(found.log_weights().as_slice()[1], f64::NEG_INFINITY);
        assert_eq!(found.joint_slopes, [0.0, 0.0]);
        assert!(matches!(
            pool(&[0.0, 4.0]),
            Err(PoolError::Weights(LogWeightsError::NotANumber { index: 1 }))
        ));
        assert!(matches!(pool(&[0.0, 1.0]), Err(PoolError::Slope { index: 1 })));
    }

    #[test]
    fn shares_are_the_weights_over_their_sum() {
        let line = GaussianParameters::new(vec![0.0], vec![0.0]).unwrap();
        let pool = DrawPool::new(&Plateau, &line, vec![0.5, 2.0, -0.5]).unwrap();
        let shares = pool.whole().shares().unwrap();
        // Equal but for a rounding error, by symmetry.
        assert!((shares[0] - 0.5).abs() < 1e-15 && shares[0] == shares[2] && shares[1] == 0.0);
        let none = DrawPool::new(&Plateau, &line, vec![2.0, -2.0]).unwrap();
        assert_eq!(none.whole().shares(), Err(EstimateError::AllWeightsZero));
        assert_eq!(pool.whole().finite_log_weights(), Err(EstimateError::ZeroWeight { index: 1 }));
    }
}
