//! What is exact for the present x, through the decoder itself: log p(x) where the posterior is, the ELBO of
//! the encoder's q, the best q, and a picture of the posterior where the page has none.

use candle_core::Result;

use super::certification::Certification;
use super::shade::Shade;
use crate::data::BinaryImage;
use crate::exact::{
    BestGaussianSearch, DecoderLikelihood, Posterior, PosteriorSearch, ProposalQuadrature,
};
use crate::family::BivariateGaussian;
use crate::model::Vae;
use crate::state::BenchState;
use crate::worker::{Event, Outgoing};

/// Nats at which the proof has found the posterior: beyond its cells there is no mass to speak of.
const FOUND: f64 = 0.01;

#[derive(Debug)]
pub(super) struct Truth {
    image: u32,
    pub(super) decoder: DecoderLikelihood,
    encoder: BivariateGaussian,
    posterior: Option<Posterior>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// The proof has not found the posterior yet.
    Waiting,
    Integrating(Box<PosteriorSearch>),
    MeasuringEncoder(ProposalQuadrature),
    Climbing(Box<BestGaussianSearch>),
    Shading(Box<Shade>),
    Over,
}

impl Truth {
    pub(super) fn new(
        image: u32,
        model: &Vae,
        pixels: &BinaryImage,
        encoder: BivariateGaussian,
    ) -> Result<Self> {
        let decoder = DecoderLikelihood::new(model, pixels)?;
        Ok(Self { image, decoder, encoder, posterior: None, stage: Stage::Waiting })
    }

    /// The posterior, once it is integrated.
    pub(super) fn posterior(&self) -> Option<&Posterior> {
        self.posterior.as_ref()
    }

    pub(super) fn wants_more(&self) -> bool {
        !matches!(self.stage, Stage::Over)
    }

    /// Whether log p(x) is still missing.
    pub(super) fn wants_posterior(&self) -> bool {
        self.posterior.is_none()
    }

    /// One slice; what came of it. `certification` must have a first interval or be over.
    pub(super) fn advance(&mut self, certification: &Certification) -> Option<Outgoing> {
        match &mut self.stage {
            Stage::Waiting => {
                let search = certification
                    .certificate()
                    .filter(|certificate| certificate.interval().width() <= FOUND)
                    .map_or_else(PosteriorSearch::by_scan, |certificate| {
                        PosteriorSearch::from_leaves(certificate.leaves())
                    });
                self.stage = Stage::Integrating(Box::new(search));
                None
            }
            Stage::Integrating(search) => {
                if search.advance(&self.decoder) {
                    return None;
                }
                let posterior = search.finish();
                let event = Event::Posterior {
                    image: self.image,
                    log_evidence: posterior.log_evidence,
                    resolution: posterior.resolution,
                };
                self.posterior = Some(posterior);
                self.stage = Stage::MeasuringEncoder(ProposalQuadrature::new(self.encoder));
                Some(event.into())
            }
            Stage::MeasuringEncoder(quadrature) => {
                if quadrature.advance(&self.decoder) {
                    return None;
                }
                let log_evidence = self.posterior.as_ref()?.log_evidence;
                let elbo = quadrature.finish(log_evidence).decomposition.elbo();
                let starts = self.starts();
                let search = BestGaussianSearch::new(&self.decoder, &starts, BenchState::admits);
                self.stage = Stage::Climbing(Box::new(search));
                Some(Event::EncoderElbo { image: self.image, elbo }.into())
            }
            Stage::Climbing(search) => {
                if search.advance(&self.decoder, BenchState::admits) {
                    return None;
                }
                let best = search.best();
                let shade = self.posterior.as_ref().and_then(|p| Shade::new(self.image, p));
                self.stage = shade.map_or(Stage::Over, |shade| Stage::Shading(Box::new(shade)));
                let best = best?;
                let event =
                    Event::BestProposal { image: self.image, q: (&best.q).into(), elbo: best.elbo };
                Some(event.into())
            }
            Stage::Shading(shade) => {
                let event = shade.advance(&self.decoder)?;
                self.stage = Stage::Over;
                Some(event)
            }
            Stage::Over => None,
        }
    }

    /// Where the search for the best q begins: the Gaussians with the moments of the posterior and of each
    /// of its spots, moved into what the bench can show, and the encoder's q.
    fn starts(&self) -> Vec<BivariateGaussian> {
        let Some(posterior) = &self.posterior else { return vec![self.encoder] };
        let all = posterior.gaussians().into_iter().chain([self.encoder]);
        all.filter_map(|q| {
            BenchState::default().with_proposal(q.mean(), q.sd(), q.rho()).proposal().ok()
        })
        .collect()
    }
}
