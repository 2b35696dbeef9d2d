//! Exact results for the present q: the terms of its ELBO through the decoder, and the IWAE curve.

use super::truth::ImageTruth;
use crate::bench_worker::BenchEvent;
use crate::bench_worker::BenchOutgoing;
use crate::evidence::LADDER_STEPS;
use crate::exact::{IwaeCurveError, IwaeLadderSearch, ProposalQuadrature};
use crate::family::BivariateGaussian;

#[derive(Debug)]
pub(super) struct ExactProposal {
    proposal: u32,
    q: BivariateGaussian,
    stage: ProposalStage,
}

#[derive(Debug)]
enum ProposalStage {
    Measuring(ProposalQuadrature),
    Laddering(Box<IwaeLadderSearch>),
    Over,
}

impl ExactProposal {
    pub(super) fn new(proposal: u32, q: BivariateGaussian) -> Self {
        Self { proposal, q, stage: ProposalStage::Measuring(ProposalQuadrature::new(q)) }
    }

    /// Whether the terms of the ELBO are still missing.
    pub(super) fn wants_terms(&self) -> bool {
        matches!(self.stage, ProposalStage::Measuring(_))
    }

    pub(super) fn wants_more(&self) -> bool {
        !matches!(self.stage, ProposalStage::Over)
    }

    /// Does one slice and returns its result. Waits until the posterior is integrated.
    ///
    /// # Errors
    /// [`IwaeCurveError`] if log p(x|z) is NaN somewhere.
    pub(super) fn advance(
        &mut self,
        truth: &ImageTruth,
    ) -> Result<Option<BenchOutgoing>, IwaeCurveError> {
        let Some(posterior) = truth.posterior() else { return Ok(None) };
        match &mut self.stage {
            ProposalStage::Measuring(quadrature) => {
                if quadrature.advance(&truth.decoder) {
                    return Ok(None);
                }
                let measured = quadrature.finish(posterior.log_evidence);
                let event = BenchEvent::Decomposition {
                    proposal: self.proposal,
                    terms: measured.decomposition,
                    error: measured.error,
                };
                let search = IwaeLadderSearch::new(self.q, &LADDER_STEPS);
                self.stage = ProposalStage::Laddering(Box::new(search));
                Ok(Some(event.into()))
            }
            ProposalStage::Laddering(search) => {
                if search.advance(&truth.decoder)? {
                    return Ok(None);
                }
                let ladder = search.ladder().cloned();
                self.stage = ProposalStage::Over;
                Ok(ladder.map(|ladder| {
                    let proposal = self.proposal;
                    let (values, errors) = (ladder.values, ladder.errors);
                    BenchEvent::ExactLadder { proposal, values, errors }.into()
                }))
            }
            ProposalStage::Over => Ok(None),
        }
    }
}
