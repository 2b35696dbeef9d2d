//! The readings of what is on the bench now; whatever is told of an earlier model, x or q is dropped.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::{Event, Level, Square};
use crate::bench::{Readings, Scene};
use crate::evidence::Rung;
use crate::exact::{
    BestGaussian, Decomposition, LogLikelihoodField, LogLikelihoodLattice, Resolution,
};
use crate::family::BivariateGaussian;

/// The running importance-sampling estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Running {
    /// Draws so far.
    pub draws: u64,
    /// log p(x) estimated from all of them, in nats.
    pub log_evidence: f64,
    /// Its standard error in nats.
    pub log_stderr: Option<f64>,
}

/// log p(x, z) on a square of the latent plane, to be drawn.
#[derive(Clone, Debug)]
pub struct Shade {
    /// The middle of the square.
    pub center: [f64; 2],
    /// Half its side; its outermost nodes lie on the border.
    pub half_width: f64,
    /// In nats, the second coordinate running fastest.
    pub log_joints: Vec<f64>,
}

/// One value of the exact IWAE curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExactRung {
    /// E L_K in nats.
    pub value: f64,
    /// By how many nats it may be off.
    pub error: f64,
}

/// log p(x) as it is known now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// log p(x) in nats.
    pub log_evidence: f64,
    /// How far that may be trusted.
    pub standing: Standing,
}

/// How far a number may be trusted that is computed rather than estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// By the lattice of the page, which nothing has been held against yet.
    FirstLook,
    /// By quadrature that follows the posterior.
    Exact {
        /// Nats that the value may be off.
        error: f64,
    },
    /// The posterior is too narrow for the quadrature, or for weights in single precision: only the proven
    /// interval holds.
    Unresolved,
}

/// The terms of the ELBO, and whether they are a first look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// Every term, in nats.
    pub decomposition: Decomposition,
    /// They stand on the lattice of the page, which was not found to be exact to 1e-6 nats for this x.
    pub is_first_look: bool,
}

/// The largest error in nats at which a number counts as exact.
const TOLERANCE: f64 = 1e-6;

/// What an event has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing: it is of something that is no longer on the bench.
    Nothing,
    /// log p(x|z), and with it everything.
    Field,
    /// A reading of the model and x.
    Image,
    /// A reading of the model, x, q and seed.
    Proposal,
}

/// Every reading with its subject: an image number stands for one x under one model, a proposal number
/// for one q and seed on it. A reading lives as long as its subject is on the bench.
#[derive(Clone, Debug, Default)]
pub struct CurrentReadings {
    images: u32,
    proposals: u32,
    image: Option<OfImage>,
}

/// Readings of a model and x.
#[derive(Clone, Debug)]
struct OfImage {
    number: u32,
    encoder: BivariateGaussian,
    inner: Option<(Level, LogLikelihoodLattice)>,
    outer: Option<(Level, LogLikelihoodLattice)>,
    scene: Option<Arc<Scene>>,
    certified: Option<(f64, f64)>,
    /// log p(x) by quadrature, and the largest error of the lattice's log p(x|z) where that looked.
    posterior: Option<(f64, Resolution)>,
    field_error: Option<f64>,
    shade: Option<Arc<Shade>>,
    best: Option<BestGaussian>,
    encoder_elbo: Option<f64>,
    proposal: Option<OfProposal>,
}

/// Readings of a q and a seed, and of the first K draws.
#[derive(Clone, Debug)]
struct OfProposal {
    number: u32,
    q: BivariateGaussian,
    seed: u32,
    k: NonZeroUsize,
    readings: Option<Arc<Readings>>,
    /// Through the decoder, with the error of an expectation under q.
    decomposition: Option<(Decomposition, f64)>,
    running: Option<Running>,
    ladder: Option<Arc<[Rung]>>,
    exact_ladder: Option<Arc<[ExactRung]>>,
}

impl CurrentReadings {
    /// Another model: nothing is on the bench until an x is.
    pub fn begin_model(&mut self) {
        self.image = None;
    }

    /// Another x, with the encoder's q for it. Returns its number.
    pub fn begin_image(&mut self, encoder: BivariateGaussian) -> u32 {
        self.images = self.images.wrapping_add(1);
        self.image = Some(OfImage {
            number: self.images,
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
        });
        self.images
    }

    /// The q, the seed and the number of draws that are on the bench. Returns the number of the proposal
    /// if q or seed is another one than before; `None` also while there is no x.
    pub fn begin_proposal(
        &mut self,
        q: BivariateGaussian,
        seed: u32,
        k: NonZeroUsize,
    ) -> Option<u32> {
        let image = self.image.as_mut()?;
        if let Some(present) = &mut image.proposal
            && (present.q, present.seed) == (q, seed)
        {
            if present.k != k {
                present.k = k;
                present.readings = None;
            }
            return None;
        }
        self.proposals = self.proposals.wrapping_add(1);
        image.proposal = Some(OfProposal {
            number: self.proposals,
            q,
            seed,
            k,
            readings: None,
            decomposition: None,
            running: None,
            ladder: None,
            exact_ladder: None,
        });
        Some(self.proposals)
    }

    /// Takes in what the worker tells; `values` are those of a field.
    pub fn receive(&mut self, event: Event, values: Vec<f64>) -> Change {
        self.take(event, values).unwrap_or(Change::Nothing)
    }

    fn take(&mut self, event: Event, values: Vec<f64>) -> Option<Change> {
        match event {
            Event::Field { image, square, level, lattice } => {
                let image = self.of_image(image)?;
                let field = Some((level, LogLikelihoodLattice::from_values(lattice, values)?));
                match square {
                    Square::Inner => image.inner = field,
                    Square::Outer => image.outer = field,
                }
                let ((_, inner), (_, outer)) = image.inner.clone().zip(image.outer.clone())?;
                let field = LogLikelihoodField { inner, outer };
                image.scene = Some(Arc::new(Scene::new(field, image.encoder)));
                image.field_error = None;
                // They stand on the field.
                if let Some(proposal) = &mut image.proposal {
                    proposal.readings = None;
                }
                Some(Change::Field)
            }
            Event::Posterior { image, log_evidence, resolution } => {
                self.of_image(image)?.posterior = Some((log_evidence, resolution));
                Some(Change::Image)
            }
            Event::EncoderElbo { image, elbo } => {
                self.of_image(image)?.encoder_elbo = Some(elbo);
                Some(Change::Image)
            }
            Event::FieldError { image, levels, error } => {
                let image = self.of_image(image)?;
                // That of other lattices than the page has by now says nothing.
                let present = [image.inner.as_ref()?.0, image.outer.as_ref()?.0];
                if present != levels {
                    return None;
                }
                image.field_error = Some(error);
                Some(Change::Image)
            }
            Event::Shade { image, center, half_width } => {
                let shade = Shade { center, half_width, log_joints: values };
                self.of_image(image)?.shade = Some(Arc::new(shade));
                Some(Change::Image)
            }
            Event::BestProposal { image, q, elbo } => {
                let q = BivariateGaussian::try_from(q).ok()?;
                self.of_image(image)?.best = Some(BestGaussian { q, elbo });
                Some(Change::Image)
            }
            Event::Certified { image, lower, upper, .. } => {
                self.of_image(image)?.certified = Some((lower, upper));
                Some(Change::Image)
            }
            Event::Decomposition { proposal, terms, error } => {
                self.of_proposal(proposal)?.decomposition = Some((terms, error));
                Some(Change::Proposal)
            }
            Event::Running { proposal, draws, log_evidence, log_stderr } => {
                let running = Running { draws, log_evidence, log_stderr };
                self.of_proposal(proposal)?.running = Some(running);
                Some(Change::Proposal)
            }
            Event::Ladder { proposal, rungs } => {
                self.of_proposal(proposal)?.ladder = Some(Arc::from(rungs));
                Some(Change::Proposal)
            }
            Event::ExactLadder { proposal, values, errors } => {
                let rungs = values.into_iter().zip(errors);
                let ladder = rungs.map(|(value, error)| ExactRung { value, error }).collect();
                self.of_proposal(proposal)?.exact_ladder = Some(ladder);
                Some(Change::Proposal)
            }
            Event::Progress { .. } | Event::Failed { .. } | Event::Idle { .. } => None,
        }
    }

    /// Keeps the readings that the page computed itself for the present q, seed and K.
    pub fn set_readings(&mut self, readings: Readings) {
        if let Some(proposal) = self.image.as_mut().and_then(|image| image.proposal.as_mut()) {
            proposal.readings = Some(Arc::new(readings));
        }
    }

    /// log p(x|z) and what follows from it.
    pub fn scene(&self) -> Option<&Arc<Scene>> {
        self.image.as_ref()?.scene.as_ref()
    }

    /// Whether log p(x|z) stands on both fine lattices.
    pub fn is_fine(&self) -> bool {
        let is_fine = |field: &Option<(Level, _)>| matches!(field, Some((Level::Fine, _)));
        self.image.as_ref().is_some_and(|image| is_fine(&image.inner) && is_fine(&image.outer))
    }

    /// L and U, between which log p(x) is proven to lie, in nats.
    pub fn certified(&self) -> Option<(f64, f64)> {
        self.image.as_ref()?.certified
    }

    /// log p(x): by quadrature as soon as that is done, by the lattice before.
    pub fn evidence(&self) -> Option<Evidence> {
        let image = self.image.as_ref()?;
        Some(match image.posterior {
            Some((log_evidence, Resolution::Resolved { error })) => {
                Evidence { log_evidence, standing: Standing::Exact { error } }
            }
            Some((log_evidence, _)) => Evidence { log_evidence, standing: Standing::Unresolved },
            None => Evidence {
                log_evidence: image.scene.as_ref()?.evidence.log_evidence,
                standing: Standing::FirstLook,
            },
        })
    }

    /// The terms of q's ELBO: through the decoder as soon as the worker has them, on the lattice before.
    pub fn terms(&self) -> Option<Terms> {
        let image = self.image.as_ref()?;
        let proposal = image.proposal.as_ref()?;
        let is_resolved = matches!(image.posterior, Some((_, Resolution::Resolved { .. })));
        if let Some((decomposition, error)) = proposal.decomposition {
            let is_first_look = !is_resolved || error > TOLERANCE;
            return Some(Terms { decomposition, is_first_look });
        }
        let decomposition = proposal.readings.as_ref()?.decomposition;
        let is_close = image.field_error.is_some_and(|error| error <= TOLERANCE);
        let is_same = image.posterior.is_some_and(|(log_evidence, _)| {
            (log_evidence - decomposition.log_evidence).abs() <= TOLERANCE
        });
        Some(Terms { decomposition, is_first_look: !(is_resolved && is_close && is_same) })
    }

    /// The exact ELBO of the encoder's q in nats.
    pub fn encoder_elbo(&self) -> Option<f64> {
        self.image.as_ref()?.encoder_elbo
    }

    /// The posterior as a picture of its own, where the field does not show it.
    pub fn shade(&self) -> Option<&Arc<Shade>> {
        self.image.as_ref()?.shade.as_ref()
    }

    /// The best Gaussian for x.
    pub fn best(&self) -> Option<BestGaussian> {
        self.image.as_ref()?.best
    }

    /// What the page computed itself.
    pub fn readings(&self) -> Option<&Arc<Readings>> {
        self.proposal()?.readings.as_ref()
    }

    /// The running estimate.
    pub fn running(&self) -> Option<Running> {
        self.proposal()?.running
    }

    /// The IWAE ladder.
    pub fn ladder(&self) -> Option<&Arc<[Rung]>> {
        self.proposal()?.ladder.as_ref()
    }

    /// The exact expectations of the ladder's rungs, in nats.
    pub fn exact_ladder(&self) -> Option<&Arc<[ExactRung]>> {
        self.proposal()?.exact_ladder.as_ref()
    }

    fn proposal(&self) -> Option<&OfProposal> {
        self.image.as_ref()?.proposal.as_ref()
    }

    fn of_image(&mut self, number: u32) -> Option<&mut OfImage> {
        self.image.as_mut().filter(|image| image.number == number)
    }

    fn of_proposal(&mut self, number: u32) -> Option<&mut OfProposal> {
        let image = self.image.as_mut()?;
        image.proposal.as_mut().filter(|proposal| proposal.number == number)
    }
}
