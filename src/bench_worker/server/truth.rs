//! Exact results for the present x, through the decoder: log p(x) by quadrature around the posterior, the ELBO of the
//! encoder's q, the best q, and a picture of the posterior where the page's lattice is too coarse.

use candle_core::Result;

use super::certification::Certification;
use super::shade::ShadeTask;
use crate::bench_worker::BenchEvent;
use crate::bench_worker::BenchOutgoing;
use crate::data::BinaryImage;
use crate::exact::{DecoderLikelihood, ExactInference, Finding, Posterior, PosteriorSearch};
use crate::family::BivariateGaussian;
use crate::model::Vae;
use crate::state::BenchState;

/// Width in nats of the proven interval below which the posterior is located: the mass outside of its cells is
/// negligible.
const FOUND: f64 = 0.01;

#[derive(Debug)]
pub(super) struct ImageTruth {
    image: u32,
    pub(super) decoder: DecoderLikelihood,
    encoder: BivariateGaussian,
    /// `None` until the proof has located the posterior.
    inference: Option<Box<ExactInference>>,
    shade: Option<Box<ShadeTask>>,
}

impl ImageTruth {
    pub(super) fn new(
        image: u32,
        model: &Vae,
        pixels: &BinaryImage,
        encoder: BivariateGaussian,
    ) -> Result<Self> {
        let decoder = DecoderLikelihood::new(model, pixels)?;
        Ok(Self { image, decoder, encoder, inference: None, shade: None })
    }

    /// The posterior, once integrated.
    pub(super) fn posterior(&self) -> Option<&Posterior> {
        self.inference.as_ref()?.posterior()
    }

    pub(super) fn wants_more(&self) -> bool {
        self.shade.is_some()
            || !self.inference.as_ref().is_some_and(|inference| inference.is_over())
    }

    /// Whether log p(x) is still missing.
    pub(super) fn wants_posterior(&self) -> bool {
        self.posterior().is_none()
    }

    /// Does one slice and returns its result. `certification` must have a first interval or have ended.
    pub(super) fn advance(&mut self, certification: &Certification) -> Option<BenchOutgoing> {
        let Some(inference) = &mut self.inference else {
            let search = certification
                .certificate()
                .filter(|certificate| certificate.interval().width() <= FOUND)
                .map_or_else(PosteriorSearch::by_scan, |certificate| {
                    PosteriorSearch::from_leaves(certificate.leaves())
                });
            self.inference = Some(Box::new(ExactInference::new(self.encoder, search)));
            return None;
        };
        if let Some(shade) = &mut self.shade {
            let event = shade.advance(&self.decoder)?;
            self.shade = None;
            return Some(event);
        }
        let image = self.image;
        let finding = inference.advance(&self.decoder, nearest, BenchState::admits);
        if inference.is_over() {
            let shade =
                inference.posterior().and_then(|posterior| ShadeTask::new(image, posterior));
            self.shade = shade.map(Box::new);
        }
        let event = match finding? {
            Finding::Posterior => {
                let posterior = inference.posterior()?;
                let (log_evidence, resolution) = (posterior.log_evidence, posterior.resolution);
                BenchEvent::Posterior { image, log_evidence, resolution }
            }
            Finding::EncoderElbo => {
                BenchEvent::EncoderElbo { image, elbo: inference.encoder_elbo()?.elbo }
            }
            Finding::Best => {
                let best = inference.best()?;
                BenchEvent::BestProposal { image, q: (&best.q).into(), elbo: best.elbo }
            }
        };
        Some(event.into())
    }
}

/// A q clamped to the bench's ranges.
fn nearest(q: &BivariateGaussian) -> Option<BivariateGaussian> {
    BenchState::default().with_proposal(q.mean(), q.sd(), q.rho()).proposal().ok()
}
