//! The lab "Gradients": every estimator of a gradient on one small model whose truth is known.
//!
//! z ~ N(0, 1), x|z ~ N(wz + b, s²), q = N(m, v); gradients are in (m, ln σ) with σ = √v.

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::joint::LinearGaussian;
use crate::density::DifferentiableDensity;
use crate::gradient::{
    Ascent, AscentSettings, Baselines, DrawPool, EstimateError, ExactMoments, GaussianGradient,
    GaussianParameters, GaussianPosterior, METHODS, Method, MethodKind, Moments, MomentsError,
    ParametersError, PerParameter, PoolError, QuadraticError, QuadraticLogWeight, WeightTransform,
    exact_moments, normals, replicates,
};

/// The most draws, K times the number of replicates, that one reading may take: 0.1 s.
pub const MOST_DRAWS: usize = 1_000_000;

/// The values of K at which [`Gradients::snr_ladder`] is usually asked for.
pub const SNR_LADDER: [usize; 4] = [1, 4, 16, 64];

/// What a person sets.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// w: how x follows z.
    pub slope: f64,
    /// b: x where z is 0.
    pub offset: f64,
    /// s > 0: noise of x.
    pub noise_sd: f64,
    /// x.
    pub observation: f64,
    /// m.
    pub proposal_mean: f64,
    /// v > 0.
    pub proposal_variance: f64,
    /// Nats added to log p(x, z) at every z, as if x had further pixels that do not depend on z. Only the
    /// score without a baseline feels them.
    pub log_constant: f64,
    /// K.
    pub draws: NonZeroUsize,
    /// How many estimates of each method are made; at least 2.
    pub replicates: usize,
    /// Seed of the noise.
    pub seed: u32,
}

impl Default for Parameters {
    /// The proposal "wide" of the oracle.
    fn default() -> Self {
        Self {
            slope: 1.5,
            offset: 0.25,
            noise_sd: 0.8,
            observation: 1.75,
            proposal_mean: 0.5,
            proposal_variance: 0.4,
            log_constant: 0.0,
            draws: NonZeroUsize::MIN,
            replicates: 1000,
            seed: 1,
        }
    }
}

/// Why there is nothing to show.
#[derive(Debug, Error)]
pub enum LabError {
    /// A parameter of the model out of its domain.
    #[error("{name} must be {allowed}, found {found}")]
    Parameter {
        /// Which.
        name: &'static str,
        /// What it may be.
        allowed: &'static str,
        /// What it is.
        found: f64,
    },
    /// Fewer than 2 replicates, or too many draws in all.
    #[error(
        "from 2 replicates up to {MOST_DRAWS} draws in all are possible, found {replicates} of {draws}"
    )]
    Replicates {
        /// How many replicates.
        replicates: usize,
        /// Of how many draws.
        draws: usize,
    },
    /// q is not a Gaussian.
    #[error(transparent)]
    Proposal(#[from] ParametersError),
    /// The posterior lies beyond floating point.
    #[error(transparent)]
    Posterior(#[from] QuadraticError),
    /// The draws have no weights.
    #[error(transparent)]
    Draws(#[from] PoolError),
}

/// Why a method has no reading.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NoReading {
    /// It gave no estimate.
    #[error(transparent)]
    Estimate(#[from] EstimateError),
    /// Its estimates have no variance.
    #[error(transparent)]
    Moments(#[from] MomentsError),
}

/// What was measured of a method.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Mean, variance and signal-to-noise ratio in m and in ln σ.
    pub moments: PerParameter<Moments>,
    /// Every estimate, as a point (∂/∂m, ∂/∂ ln σ).
    pub cloud: Vec<[f64; 2]>,
}

/// Everything to be shown of a method.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodReading {
    /// Which.
    pub method: &'static Method,
    /// What was measured, from the same noise for every method.
    pub measured: Result<Measurement, NoReading>,
    /// What theory says; `None` for RLOO with one draw, and for IWAE and DReG where q and the posterior
    /// are so unlike that the exact integral would take too long.
    pub theory: Option<PerParameter<ExactMoments>>,
}

/// Everything to be shown of one q.
#[derive(Clone, Debug)]
pub struct Readings {
    /// p(z|x) and log p(x).
    pub posterior: GaussianPosterior,
    /// The exact ELBO in nats.
    pub elbo: f64,
    /// One reading per entry of [`METHODS`], in its order.
    pub methods: Vec<MethodReading>,
}

/// The signal-to-noise ratios of a method at one K.
#[derive(Clone, Debug, PartialEq)]
pub struct SnrRung {
    /// K.
    pub draws: NonZeroUsize,
    /// Measured, with standard errors, in m and in ln σ; no ratio where nothing is noisy.
    pub measured: Result<PerParameter<Moments>, NoReading>,
    /// Exact, in m and in ln σ.
    pub theory: PerParameter<Option<f64>>,
}

/// The lab at one setting.
#[derive(Clone, Debug)]
pub struct Gradients {
    parameters: Parameters,
    joint: LinearGaussian,
    posterior: GaussianPosterior,
    proposal: GaussianParameters,
    weight: QuadraticLogWeight,
    baselines: Baselines,
}

impl Gradients {
    /// Sets the lab up.
    ///
    /// # Errors
    /// [`LabError`] says which parameter is out of its domain.
    pub fn new(parameters: Parameters) -> Result<Self, LabError> {
        let joint = LinearGaussian::new(&parameters)?;
        let (replicates, draws) = (parameters.replicates, parameters.draws.get());
        if replicates < 2 || draws.saturating_mul(replicates) > MOST_DRAWS {
            return Err(LabError::Replicates { replicates, draws });
        }
        let variance = parameters.proposal_variance;
        if variance.is_nan() || variance <= 0.0 {
            let (name, allowed) = ("the variance of q", "positive");
            return Err(LabError::Parameter { name, allowed, found: variance });
        }
        let proposal =
            GaussianParameters::new(vec![parameters.proposal_mean], vec![0.5 * variance.ln()])?;
        let posterior = joint.posterior()?;
        let weight = posterior.log_weight(&proposal)?;
        let baselines = weight.baselines();
        Ok(Self { parameters, joint, posterior, proposal, weight, baselines })
    }

    /// Measures every method with the same noise, and says what theory says.
    ///
    /// # Errors
    /// [`LabError::Draws`] if a weight overflows.
    pub fn readings(&self) -> Result<Readings, LabError> {
        let draws = self.parameters.draws;
        let pool = self.pool(draws)?;
        // One draw has closed forms for every method.
        let transform = if draws.get() > 1 { WeightTransform::new(&self.weight) } else { None };
        let reading = |method: &'static Method| MethodReading {
            method,
            measured: self.measure(method, &pool, draws),
            theory: exact_moments(method.kind, &self.weight, draws, transform.as_ref()),
        };
        Ok(Readings {
            posterior: self.posterior,
            elbo: self.weight.elbo(),
            methods: METHODS.iter().map(reading).collect(),
        })
    }

    /// The signal-to-noise ratio of a method at each of `ks`, in their order: the replicates stay, K
    /// changes (Rainforth et al. 2018).
    ///
    /// # Errors
    /// [`LabError::Replicates`] if a K asks for too many draws, [`LabError::Draws`] if a weight overflows.
    pub fn snr_ladder(
        &self,
        method: MethodKind,
        ks: &[NonZeroUsize],
    ) -> Result<Vec<SnrRung>, LabError> {
        let transform = WeightTransform::new(&self.weight);
        let rung = |&draws: &NonZeroUsize| {
            let replicates = self.parameters.replicates;
            if draws.get().saturating_mul(replicates) > MOST_DRAWS {
                return Err(LabError::Replicates { replicates, draws: draws.get() });
            }
            let pool = self.pool(draws)?;
            let measured = self.measure(method.method(), &pool, draws);
            let theory = exact_moments(method, &self.weight, draws, transform.as_ref());
            let snr = |pick: fn(PerParameter<ExactMoments>) -> ExactMoments| {
                theory.and_then(|theory| pick(theory).snr())
            };
            Ok(SnrRung {
                draws,
                measured: measured.map(|measured| measured.moments),
                theory: PerParameter {
                    mean: snr(|theory| theory.mean),
                    log_sd: snr(|theory| theory.log_sd),
                },
            })
        };
        ks.iter().map(rung).collect()
    }

    /// A run from this q with one method; runs with the same settings see the same noise.
    ///
    /// # Errors
    /// [`LabError::Posterior`] if q is absurdly far off.
    pub fn ascent(
        &self,
        method: MethodKind,
        settings: AscentSettings,
    ) -> Result<Ascent<impl DifferentiableDensity + Clone + use<>>, LabError> {
        let start = self.proposal.clone();
        Ok(Ascent::new(self.joint, self.posterior, start, method, settings)?)
    }

    fn pool(&self, draws: NonZeroUsize) -> Result<DrawPool, LabError> {
        let noise = normals(self.parameters.seed, draws.get() * self.parameters.replicates);
        Ok(DrawPool::new(&self.joint, &self.proposal, noise)?)
    }

    fn measure(
        &self,
        method: &Method,
        pool: &DrawPool,
        draws: NonZeroUsize,
    ) -> Result<Measurement, NoReading> {
        let all = replicates(method, pool, draws, &self.baselines)?;
        // q is on the line, so a gradient has one entry in m and one in ln σ.
        let point = |gradient: &GaussianGradient| [gradient.mean[0], gradient.log_sd[0]];
        let cloud: Vec<[f64; 2]> = all.iter().map(point).collect();
        let along = |axis: usize| -> Result<Moments, MomentsError> {
            let values: Vec<f64> = cloud.iter().map(|point| point[axis]).collect();
            Ok(self.without_rounding(axis, Moments::of(&values)?))
        };
        let moments = PerParameter { mean: along(0)?, log_sd: along(1)? };
        Ok(Measurement { moments, cloud })
    }

    /// Takes the ratio of signal to noise away where the noise is that of the last digit only: where
    /// every estimate is zero, as sticking the landing at the posterior.
    fn without_rounding(&self, axis: usize, moments: Moments) -> Moments {
        let (sd, mean) = (self.weight.sd(), self.parameters.proposal_mean);
        // The slopes whose difference an estimate is, at one standard deviation from m.
        let joint = (mean.abs() + self.posterior.mean().abs() + sd) / self.posterior.variance();
        let scale = (joint + 1.0 / sd) * if axis == 0 { 1.0 } else { sd };
        let is_rounding = moments.variance.sqrt() < 1e-13 * scale;
        Moments { snr: moments.snr.filter(|_| !is_rounding), ..moments }
    }
}

mod joint;
#[cfg(test)]
mod tests;
