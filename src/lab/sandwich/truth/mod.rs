//! The exact results, where they are known: log p(x) and E_{π_β} log w for every β.

mod plane;

pub(super) use plane::PlaneTruth;

use crate::exact::GaussianOracle;

/// The exact results of a model, as far as they can be computed.
#[derive(Debug)]
pub(super) enum ModelTruth {
    /// Everything, in closed form.
    Line(GaussianOracle),
    /// Everything, by quadrature over the latent planes.
    Plane(Box<PlaneTruth>),
    /// Nothing.
    Unknown,
}

/// log p(x) with a bound on its error, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct KnownEvidence {
    /// log p(x).
    pub log_evidence: f64,
    /// The sum of the errors of the blocks' quadratures; 0 in closed form.
    pub error: f64,
}

impl ModelTruth {
    /// Works for a few milliseconds; returns false once all is done.
    pub(super) fn advance(&mut self) -> candle_core::Result<bool> {
        match self {
            Self::Plane(plane) => plane.advance(),
            Self::Line(_) | Self::Unknown => Ok(false),
        }
    }

    /// The share that is done.
    pub(super) fn progress(&self) -> f64 {
        match self {
            Self::Plane(plane) => plane.progress(),
            Self::Line(_) | Self::Unknown => 1.0,
        }
    }

    /// log p(x), once computed.
    pub(super) fn known(&self) -> Option<KnownEvidence> {
        match self {
            Self::Line(oracle) => {
                Some(KnownEvidence { log_evidence: oracle.log_evidence(), error: 0.0 })
            }
            Self::Plane(plane) => plane.known(),
            Self::Unknown => None,
        }
    }

    /// E_{π_β} log w in nats, once computed: the ELBO at 0, the EUBO at 1, log p(x) on average.
    pub(super) fn mean_log_weight(&self, beta: f64) -> Option<f64> {
        match self {
            Self::Line(oracle) => Some(line_mean_log_weight(oracle, beta)),
            Self::Plane(plane) => plane.mean_log_weight(beta),
            Self::Unknown => None,
        }
    }
}

/// Mean and variance of π_β ∝ q^{1−β} p(z|x)^β between two normal distributions.
pub(super) fn tempered(oracle: &GaussianOracle, beta: f64) -> (f64, f64) {
    let (q, posterior) = (oracle.proposal(), oracle.posterior());
    let precisions = [(1.0 - beta) / q.variance(), beta / posterior.variance()];
    let variance = 1.0 / (precisions[0] + precisions[1]);
    (variance * (precisions[0] * q.mean() + precisions[1] * posterior.mean()), variance)
}

/// E_{π_β} ℓ: ℓ is the difference of two quadratics, π_β is normal.
fn line_mean_log_weight(oracle: &GaussianOracle, beta: f64) -> f64 {
    let (mean, variance) = tempered(oracle, beta);
    let (q, posterior) = (oracle.proposal(), oracle.posterior());
    // E log N(z; m, v) under N(mean, variance) is its value at the mean less variance/2v.
    let under_posterior = posterior.log_density(mean) - 0.5 * variance / posterior.variance();
    let under_proposal = q.log_density(mean) - 0.5 * variance / q.variance();
    oracle.log_evidence() + under_posterior - under_proposal
}
