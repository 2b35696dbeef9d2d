//! The readings of the present model, x and q; results for earlier ones are dropped.

mod reading;
mod subject;

use std::num::NonZeroUsize;
use std::sync::Arc;

use subject::{OfImage, OfProposal};

use super::{BenchEvent, Level};
use crate::bench::{Readings, Scene};
use crate::evidence::Rung;
use crate::exact::{BestGaussian, LogLikelihoodLattice};
use crate::family::BivariateGaussian;

pub use reading::{Accuracy, Evidence, ExactRung, Running, Shade, Terms};

/// What an event has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing: it belongs to an earlier model, x or q.
    Nothing,
    /// log p(x|z), and so every reading.
    Field,
    /// A reading of the model and x.
    Image,
    /// A reading of the model, x, q and seed.
    Proposal,
}

/// Every reading with its subject: an image number denotes one x under one model, a proposal number one q and seed on
/// it. A reading is kept as long as its subject is the present one.
#[derive(Clone, Debug, Default)]
pub struct CurrentReadings {
    images: u32,
    proposals: u32,
    image: Option<OfImage>,
}

impl CurrentReadings {
    /// Starts another model, without an x.
    pub fn begin_model(&mut self) {
        self.image = None;
    }

    /// Starts another x, with the encoder's q for it. Returns its number.
    pub fn begin_image(&mut self, encoder: BivariateGaussian) -> u32 {
        self.images = self.images.wrapping_add(1);
        self.image = Some(OfImage::new(self.images, encoder));
        self.images
    }

    /// Sets q, seed and number of draws. Returns the number of the proposal if q or seed has changed; `None`
    /// otherwise, and while there is no x.
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
        image.proposal = Some(OfProposal::new(self.proposals, q, seed, k));
        Some(self.proposals)
    }

    /// Takes in an event of the worker; `values` are those of a field.
    pub fn receive(&mut self, event: BenchEvent, values: Vec<f64>) -> Change {
        self.take(event, values).unwrap_or(Change::Nothing)
    }

    fn take(&mut self, event: BenchEvent, values: Vec<f64>) -> Option<Change> {
        match event {
            BenchEvent::Field { image, square, level, lattice } => {
                let image = self.of_image(image)?;
                let field = LogLikelihoodLattice::from_values(lattice, values)?;
                let is_whole = image.set_field(square, level, field);
                is_whole.then_some(Change::Field)
            }
            BenchEvent::Posterior { image, log_evidence, resolution } => {
                self.of_image(image)?.posterior = Some((log_evidence, resolution));
                Some(Change::Image)
            }
            BenchEvent::EncoderElbo { image, elbo } => {
                self.of_image(image)?.encoder_elbo = Some(elbo);
                Some(Change::Image)
            }
            BenchEvent::FieldError { image, levels, error } => {
                let image = self.of_image(image)?;
                // The error of other lattices than the present ones is dropped.
                if image.levels()? != levels {
                    return None;
                }
                image.field_error = Some(error);
                Some(Change::Image)
            }
            BenchEvent::Shade { image, center, half_width } => {
                let shade = Shade { center, half_width, log_joints: values };
                self.of_image(image)?.shade = Some(Arc::new(shade));
                Some(Change::Image)
            }
            BenchEvent::BestProposal { image, q, elbo } => {
                let q = BivariateGaussian::try_from(q).ok()?;
                self.of_image(image)?.best = Some(BestGaussian { q, elbo });
                Some(Change::Image)
            }
            BenchEvent::Certified { image, lower, upper, .. } => {
                self.of_image(image)?.certified = Some((lower, upper));
                Some(Change::Image)
            }
            BenchEvent::Decomposition { proposal, terms, error } => {
                self.of_proposal(proposal)?.decomposition = Some((terms, error));
                Some(Change::Proposal)
            }
            BenchEvent::Running { proposal, draws, log_evidence, log_stderr } => {
                let running = Running { draws, log_evidence, log_stderr };
                self.of_proposal(proposal)?.running = Some(running);
                Some(Change::Proposal)
            }
            BenchEvent::Ladder { proposal, rungs } => {
                self.of_proposal(proposal)?.ladder = Some(Arc::from(rungs));
                Some(Change::Proposal)
            }
            BenchEvent::ExactLadder { proposal, values, errors } => {
                let rungs = values.into_iter().zip(errors);
                let ladder = rungs.map(|(value, error)| ExactRung { value, error }).collect();
                self.of_proposal(proposal)?.exact_ladder = Some(ladder);
                Some(Change::Proposal)
            }
            BenchEvent::Tiles { .. }
            | BenchEvent::Progress { .. }
            | BenchEvent::Failed { .. }
            | BenchEvent::Idle { .. } => None,
        }
    }

    /// Keeps the readings that the page computed for the present q, seed and K.
    pub fn set_readings(&mut self, readings: Readings) {
        if let Some(proposal) = self.image.as_mut().and_then(|image| image.proposal.as_mut()) {
            proposal.readings = Some(Arc::new(readings));
        }
    }

    /// log p(x|z) and the results that follow from it.
    pub fn scene(&self) -> Option<&Arc<Scene>> {
        self.image.as_ref()?.scene.as_ref()
    }

    /// Whether log p(x|z) is given on both fine lattices.
    pub fn is_fine(&self) -> bool {
        self.image.as_ref().and_then(OfImage::levels) == Some([Level::Fine; 2])
    }

    /// The proven interval [L, U] of log p(x), in nats.
    pub fn certified(&self) -> Option<(f64, f64)> {
        self.image.as_ref()?.certified
    }

    /// log p(x): by quadrature once computed, by the lattice before.
    pub fn evidence(&self) -> Option<Evidence> {
        self.image.as_ref()?.evidence()
    }

    /// The terms of q's ELBO: through the decoder once computed, on the lattice before.
    pub fn terms(&self) -> Option<Terms> {
        self.image.as_ref()?.terms()
    }

    /// The exact ELBO of the encoder's q in nats.
    pub fn encoder_elbo(&self) -> Option<f64> {
        self.image.as_ref()?.encoder_elbo
    }

    /// The posterior on a finer square, where the field's lattice is too coarse to show it.
    pub fn shade(&self) -> Option<&Arc<Shade>> {
        self.image.as_ref()?.shade.as_ref()
    }

    /// The best Gaussian for x.
    pub fn best(&self) -> Option<BestGaussian> {
        self.image.as_ref()?.best
    }

    /// The readings that the page computed.
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
