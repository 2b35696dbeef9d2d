//! The model, one q, and their exact results.

use std::f64::consts::TAU;
use std::num::NonZeroUsize;

use thiserror::Error;

use crate::gradient::{
    Baselines, ExactMoments, GaussianParameters, GaussianPosterior, MethodKind, ParametersError,
    PerParameter, QuadraticError, QuadraticLogWeight, WeightTransform, exact_moments,
};
use crate::model::{LinearGaussian, LinearGaussianError};

/// w, b, s and x of the oracle.
pub(super) const WEIGHT: f64 = 1.5;
pub(super) const OFFSET: f64 = 0.25;
pub(super) const NOISE_SD: f64 = 0.8;
pub(super) const OBSERVATION: f64 = 1.75;
/// A number below this share of its terms is rounding error.
const ROUNDING: f64 = 1e-13;

/// The model at its x, and q.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// log p(x, z).
    pub joint: LinearGaussian,
    /// p(z|x) and log p(x).
    pub posterior: GaussianPosterior,
    /// q.
    pub proposal: GaussianParameters,
    /// log w as a quadratic in the noise.
    pub weight: QuadraticLogWeight,
    /// The baselines of the score estimators.
    pub baselines: Baselines,
}

/// Why a problem cannot be built; the controls' bounds exclude all of these.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub(super) enum ProblemError {
    /// The model cannot have this x.
    #[error(transparent)]
    Model(#[from] LinearGaussianError),
    /// q is not a Gaussian.
    #[error(transparent)]
    Proposal(#[from] ParametersError),
    /// q and the posterior are too far apart for floating point.
    #[error(transparent)]
    Weight(#[from] QuadraticError),
}

impl Problem {
    /// q = N(`mean`, `variance`) against the model, to whose log p(x, z) `log_constant` ≤ 0 nats are
    /// added at every z.
    ///
    /// # Errors
    /// [`ProblemError`] if q is not a Gaussian or too far off for floating point.
    pub(super) fn new(mean: f64, variance: f64, log_constant: f64) -> Result<Self, ProblemError> {
        let joint = joint(log_constant)?;
        let posterior = GaussianPosterior::new(
            joint.log_evidence(),
            joint.posterior_mean()[0],
            joint.posterior_covariance()[0],
        )?;
        let proposal = GaussianParameters::new(vec![mean], vec![0.5 * variance.ln()])?;
        let weight = posterior.log_weight(&proposal)?;
        let baselines = weight.baselines();
        Ok(Self { joint, posterior, proposal, weight, baselines })
    }

    /// KL(q‖p(z|x)) = ½[v/τ² + (m−μ)²/τ² − 1 − ln(v/τ²)], in nats, not computed from log p(x) and the ELBO.
    pub(super) fn kl_to_posterior(&self) -> f64 {
        let sd = self.weight.sd();
        gap(&self.posterior, self.proposal.mean()[0], sd * sd)
    }

    /// The exact mean and variance of an estimate in m and ln σ; rounding errors are replaced by zero.
    pub(super) fn exact(
        &self,
        method: MethodKind,
        draws: NonZeroUsize,
        transform: Option<&WeightTransform>,
    ) -> Option<PerParameter<ExactMoments>> {
        let exact = exact_moments(method, &self.weight, draws, transform)?;
        let clean = |moments: ExactMoments, axis: usize| {
            let least = self.rounding(axis);
            let mean = if moments.mean.abs() < least { 0.0 } else { moments.mean };
            // Rounding can make a difference of integrals slightly negative.
            let sd = moments.variance.max(0.0).sqrt();
            ExactMoments { mean, variance: if sd < least { 0.0 } else { moments.variance } }
        };
        Some(PerParameter { mean: clean(exact.mean, 0), log_sd: clean(exact.log_sd, 1) })
    }

    /// Bound on the rounding error of an estimate in m (axis 0) or ln σ (axis 1).
    pub(super) fn rounding(&self, axis: usize) -> f64 {
        let (sd, mean) = (self.weight.sd(), self.proposal.mean()[0]);
        // The slopes whose difference is the estimate, at one standard deviation from m.
        let joint = (mean.abs() + self.posterior.mean().abs() + sd) / self.posterior.variance();
        ROUNDING * (joint + 1.0 / sd) * if axis == 0 { 1.0 } else { sd }
    }
}

/// log p(x) less the ELBO of N(`mean`, `variance`), in nats.
pub(super) fn gap(posterior: &GaussianPosterior, mean: f64, variance: f64) -> f64 {
    let (own, off) = (posterior.variance(), mean - posterior.mean());
    // a − 1 − ln a with a = v/τ², without cancellation where they are nearly equal.
    let excess = (variance - own) / own;
    0.5 * (excess - excess.ln_1p() + off * off / own)
}

/// The model of the oracle; the constant is a further pixel that does not depend on z, at the distance from its mean
/// 0 that gives these nats.
fn joint(log_constant: f64) -> Result<LinearGaussian, LinearGaussianError> {
    if log_constant == 0.0 {
        return LinearGaussian::new(1, vec![WEIGHT], vec![OFFSET], NOISE_SD, vec![OBSERVATION]);
    }
    let log_peak = -0.5 * (TAU * NOISE_SD * NOISE_SD).ln();
    let pixel = NOISE_SD * (2.0 * (log_peak - log_constant)).sqrt();
    let (weights, offset) = (vec![WEIGHT, 0.0], vec![OFFSET, 0.0]);
    LinearGaussian::new(1, weights, offset, NOISE_SD, vec![OBSERVATION, pixel])
}
