//! Exact results for one x, step by step: the posterior, the ELBO of the encoder's q, and the best Gaussian.

use super::{
    BestGaussian, BestGaussianSearch, Effort, LogLikelihood, Posterior, PosteriorSearch,
    ProposalQuadrature,
};
use crate::family::BivariateGaussian;

/// The result of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The posterior, and with it log p(x).
    Posterior,
    /// The ELBO of the encoder's q.
    EncoderElbo,
    /// The best Gaussian.
    Best,
}

/// An ELBO with its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeasuredElbo {
    /// Nats.
    pub elbo: f64,
    /// Bound on its error, in nats.
    pub error: f64,
}

/// The search for all of it, in slices of some milliseconds.
#[derive(Clone, Debug)]
pub struct ExactInference {
    encoder: BivariateGaussian,
    effort: Option<Effort>,
    stage: InferenceStage,
    posterior: Option<Posterior>,
    encoder_elbo: Option<MeasuredElbo>,
    best: Option<BestGaussian>,
    best_error: f64,
}

#[derive(Clone, Debug)]
enum InferenceStage {
    Integrating(Box<PosteriorSearch>),
    MeasuringEncoder(ProposalQuadrature),
    Climbing(Box<BestGaussianSearch>),
    Over,
}

impl ExactInference {
    /// Begins with a search for the posterior.
    pub fn new(encoder: BivariateGaussian, search: PosteriorSearch) -> Self {
        Self {
            encoder,
            effort: None,
            stage: InferenceStage::Integrating(Box::new(search)),
            posterior: None,
            encoder_elbo: None,
            best: None,
            best_error: f64::INFINITY,
        }
    }

    /// The same with another effort in everything that is still to come.
    pub fn with_effort(mut self, effort: Effort) -> Self {
        self.effort = Some(effort);
        if let InferenceStage::Integrating(search) = &mut self.stage {
            search.set_effort(effort);
        }
        self
    }

    /// Does one slice and returns its result. `nearest` gives the allowed q that is nearest to a start of the ascent,
    /// `admits` decides which q are allowed. All three must be the same in every call.
    pub fn advance<L: LogLikelihood + ?Sized>(
        &mut self,
        likelihood: &L,
        nearest: impl Fn(&BivariateGaussian) -> Option<BivariateGaussian>,
        admits: impl Fn(&BivariateGaussian) -> bool,
    ) -> Option<Finding> {
        match &mut self.stage {
            InferenceStage::Integrating(search) => {
                if search.advance(likelihood) {
                    return None;
                }
                self.posterior = Some(search.finish());
                self.stage = InferenceStage::MeasuringEncoder(self.measurement());
                Some(Finding::Posterior)
            }
            InferenceStage::MeasuringEncoder(quadrature) => {
                if quadrature.advance(likelihood) {
                    return None;
                }
                let measured = quadrature.finish(0.0);
                let elbo = measured.decomposition.elbo();
                self.encoder_elbo = Some(MeasuredElbo { elbo, error: measured.error });
                let starts: Vec<_> = self.starts().iter().filter_map(nearest).collect();
                let mut search = BestGaussianSearch::new(likelihood, &starts, admits);
                if let Some(effort) = self.effort {
                    search.set_effort(effort);
                }
                self.stage = InferenceStage::Climbing(Box::new(search));
                Some(Finding::EncoderElbo)
            }
            InferenceStage::Climbing(search) => {
                if search.advance(likelihood, admits) {
                    return None;
                }
                (self.best, self.best_error) = (search.best(), search.error().unwrap_or(0.0));
                self.stage = InferenceStage::Over;
                self.best.map(|_| Finding::Best)
            }
            InferenceStage::Over => None,
        }
    }

    /// Whether all is found.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, InferenceStage::Over)
    }

    /// The posterior, once integrated.
    pub fn posterior(&self) -> Option<&Posterior> {
        self.posterior.as_ref()
    }

    /// The ELBO of the encoder's q, once it is measured.
    pub fn encoder_elbo(&self) -> Option<MeasuredElbo> {
        self.encoder_elbo
    }

    /// The best Gaussian, once it is found; there is none only if no start was allowed.
    pub fn best(&self) -> Option<BestGaussian> {
        self.best
    }

    /// By how many nats the ELBO of the best Gaussian may be off.
    pub fn best_error(&self) -> f64 {
        self.best_error
    }

    fn measurement(&self) -> ProposalQuadrature {
        let quadrature = ProposalQuadrature::new(self.encoder);
        match self.effort {
            Some(effort) => quadrature.with_effort(effort),
            None => quadrature,
        }
    }

    /// Where the search for the best q begins: the Gaussians with the moments of the posterior and of each of
    /// its spots, and the encoder's q; a search of less effort relies on the posterior.
    fn starts(&self) -> Vec<BivariateGaussian> {
        let mut starts: Vec<_> = self.posterior.iter().flat_map(Posterior::gaussians).collect();
        if self.effort.is_none() || starts.is_empty() {
            starts.push(self.encoder);
        }
        starts
    }
}
