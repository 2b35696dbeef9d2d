//! The readings of one model and x, and of one q and seed on them.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::reading::{Accuracy, Evidence, ExactRung, Running, Shade, Terms};
use crate::bench::{Readings, Scene};
use crate::bench_worker::{LatticeRole, Level};
use crate::evidence::Rung;
use crate::exact::{
    BestGaussian, Decomposition, LogLikelihoodField, LogLikelihoodLattice, Resolution,
};
use crate::family::BivariateGaussian;

/// The largest error in nats at which a number counts as exact.
const TOLERANCE: f64 = 1e-6;

/// Readings of a model and x.
#[derive(Clone, Debug)]
pub(super) struct OfImage {
    pub number: u32,
    pub encoder: BivariateGaussian,
    /// Shared, because the readings are cloned for every frame.
    pub inner: Option<(Level, Arc<LogLikelihoodLattice>)>,
    pub outer: Option<(Level, Arc<LogLikelihoodLattice>)>,
    pub scene: Option<Arc<Scene>>,
    pub certified: Option<(f64, f64)>,
    /// log p(x) by quadrature, and how well the posterior is resolved.
    pub posterior: Option<(f64, Resolution)>,
    pub field_error: Option<f64>,
    pub shade: Option<Arc<Shade>>,
    pub best: Option<BestGaussian>,
    pub encoder_elbo: Option<f64>,
    pub proposal: Option<OfProposal>,
}

/// Readings of a q and a seed, and of the first K draws.
#[derive(Clone, Debug)]
pub(super) struct OfProposal {
    pub number: u32,
    pub q: BivariateGaussian,
    pub seed: u32,
    pub k: NonZeroUsize,
    pub readings: Option<Arc<Readings>>,
    /// Through the decoder, with the error of an expectation under q.
    pub decomposition: Option<(Decomposition, f64)>,
    pub running: Option<Running>,
    pub ladder: Option<Arc<[Rung]>>,
    pub exact_ladder: Option<Arc<[ExactRung]>>,
}

impl OfImage {
    pub(super) fn new(number: u32, encoder: BivariateGaussian) -> Self {
        Self {
            number,
            encoder,
            inner: None,
            outer: None,
            scene: None,
            certified: None,
            posterior: None,
            field_error: None,
            shade: None,
            best: None,
            encoder_elbo: None,
            proposal: None,
        }
    }

    /// Keeps log p(x|z) on one of the lattices; returns whether both are present.
    pub(super) fn set_field(
        &mut self,
        square: LatticeRole,
        level: Level,
        field: LogLikelihoodLattice,
    ) -> bool {
        match square {
            LatticeRole::Inner => self.inner = Some((level, Arc::new(field))),
            LatticeRole::Outer => self.outer = Some((level, Arc::new(field))),
        }
        let (Some((_, inner)), Some((_, outer))) = (&self.inner, &self.outer) else { return false };
        let field =
            LogLikelihoodField { inner: inner.as_ref().clone(), outer: outer.as_ref().clone() };
        self.scene = Some(Arc::new(Scene::new(field, self.encoder)));
        self.field_error = None;
        // The readings of q depend on the field.
        if let Some(proposal) = &mut self.proposal {
            proposal.readings = None;
        }
        true
    }

    /// The levels of both lattices.
    pub(super) fn levels(&self) -> Option<[Level; 2]> {
        Some([self.inner.as_ref()?.0, self.outer.as_ref()?.0])
    }

    /// log p(x): by quadrature once computed, by the lattice before.
    pub(super) fn evidence(&self) -> Option<Evidence> {
        Some(match self.posterior {
            Some((log_evidence, Resolution::Resolved { error })) => {
                Evidence { log_evidence, standing: Accuracy::Exact { error } }
            }
            Some((log_evidence, _)) => Evidence { log_evidence, standing: Accuracy::Unresolved },
            None => Evidence {
                log_evidence: self.scene.as_ref()?.evidence.log_evidence,
                standing: Accuracy::FirstLook,
            },
        })
    }

    /// The terms of q's ELBO: through the decoder once computed, on the lattice before.
    pub(super) fn terms(&self) -> Option<Terms> {
        let proposal = self.proposal.as_ref()?;
        let is_resolved = matches!(self.posterior, Some((_, Resolution::Resolved { .. })));
        if let Some((decomposition, error)) = proposal.decomposition {
            let is_first_look = !is_resolved || error > TOLERANCE;
            return Some(Terms { decomposition, is_first_look });
        }
        let decomposition = proposal.readings.as_ref()?.decomposition;
        let is_close = self.field_error.is_some_and(|error| error <= TOLERANCE);
        // The lattice was compared with the decoder around the posterior and the prior; a wide q reaches further.
        let is_summed = decomposition.identity_residual() <= TOLERANCE;
        let is_same = self.posterior.is_some_and(|(log_evidence, _)| {
            (log_evidence - decomposition.log_evidence).abs() <= TOLERANCE
        });
        let is_exact = is_resolved && is_close && is_same && is_summed;
        Some(Terms { decomposition, is_first_look: !is_exact })
    }
}

impl OfProposal {
    pub(super) fn new(number: u32, q: BivariateGaussian, seed: u32, k: NonZeroUsize) -> Self {
        Self {
            number,
            q,
            seed,
            k,
            readings: None,
            decomposition: None,
            running: None,
            ladder: None,
            exact_ladder: None,
        }
    }
}
