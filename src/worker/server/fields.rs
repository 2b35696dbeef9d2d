//! log p(x|z) for the present x on every lattice that is ready, the best q on it, and log p(x) proven.

use candle_core::Result;

use super::certification::Certification;
use super::lattices::Lattices;
use crate::bench::encoder_proposal;
use crate::data::BinaryImage;
use crate::exact::{LogLikelihoodField, LogLikelihoodLattice, best_gaussian};
use crate::family::BivariateGaussian;
use crate::model::ImageTerm;
use crate::state::BenchState;
use crate::worker::{Event, Level, Outgoing, Square};

#[derive(Debug)]
pub(super) struct Fields {
    image: u32,
    pub(super) term: ImageTerm,
    pub(super) certification: Certification,
    encoder: BivariateGaussian,
    inner: Option<(Level, LogLikelihoodLattice)>,
    outer: Option<(Level, LogLikelihoodLattice)>,
    best_is_known_for: Option<Level>,
}

impl Fields {
    pub(super) fn new(lattices: &Lattices, image: u32, pixels: &BinaryImage) -> Result<Self> {
        Ok(Self {
            image,
            term: ImageTerm::new(&lattices.exact_model, pixels)?,
            certification: Certification::new(image, *pixels),
            encoder: encoder_proposal(&lattices.model, pixels)?,
            inner: None,
            outer: None,
            best_is_known_for: None,
        })
    }

    /// Whether the page has the field on the finest lattice of each square that is ready.
    pub(super) fn are_delivered(&self, lattices: &Lattices) -> bool {
        let has = |square, present: &Option<(Level, LogLikelihoodLattice)>| {
            lattices.finest(square).map(|(level, _)| level)
                == present.as_ref().map(|&(level, _)| level)
        };
        self.inner.is_some() && has(Square::Inner, &self.inner) && has(Square::Outer, &self.outer)
    }

    /// Computes one field that the page does not have yet, the fine inner one before the outer.
    pub(super) fn deliver(&mut self, lattices: &Lattices) -> Result<Option<Outgoing>> {
        for (square, present) in
            [(Square::Inner, &mut self.inner), (Square::Outer, &mut self.outer)]
        {
            let Some((level, partition)) = lattices.finest(square) else { continue };
            if present.as_ref().is_some_and(|(present, _)| *present == level) {
                continue;
            }
            let field = LogLikelihoodLattice::new(&lattices.exact_model, &self.term, partition)?;
            let values = field.values().to_vec();
            let event = Event::Field { image: self.image, square, level, lattice: field.lattice() };
            *present = Some((level, field));
            return Ok(Some(Outgoing { event, values }));
        }
        Ok(None)
    }

    /// log p(x|z) over the whole plane and how fine its inner square is, once both squares are there.
    pub(super) fn field(&self) -> Option<(Level, LogLikelihoodField)> {
        let ((level, inner), (_, outer)) = self.inner.as_ref().zip(self.outer.as_ref())?;
        Some((*level, LogLikelihoodField { inner: inner.clone(), outer: outer.clone() }))
    }

    /// Finds the best q once for every fineness of the field.
    pub(super) fn best(&mut self) -> Option<Outgoing> {
        let (level, _) = self.inner.as_ref().zip(self.outer.as_ref())?.0;
        if self.best_is_known_for == Some(*level) {
            return None;
        }
        let (level, field) = self.field()?;
        self.best_is_known_for = Some(level);
        let best = best_gaussian(&field, &[self.encoder], BenchState::admits)?;
        let event = Event::BestProposal { image: self.image, q: (&best.q).into(), elbo: best.elbo };
        Some(event.into())
    }
}
