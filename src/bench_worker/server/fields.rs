//! log p(x|z) for the present x on every finished lattice, and the error of that.

use candle_core::Result;

use super::certification::Certification;
use super::lattices::ModelLattices;
use super::truth::ImageTruth;
use crate::bench_worker::BenchOutgoing;
use crate::bench_worker::{BenchEvent, LatticeRole, Level};
use crate::data::BinaryImage;
use crate::exact::{LogLikelihoodField, LogLikelihoodLattice, Spot, field_error};
use crate::family::BivariateGaussian;
use crate::model::{ImageTerm, encoder_proposal};

/// Besides the posterior, the prior is where the error is measured: q is dragged within its first few deviations.
fn dragged() -> BivariateGaussian {
    BivariateGaussian::standard()
}

#[derive(Debug)]
pub(super) struct ImageFields {
    image: u32,
    pub(super) term: ImageTerm,
    pub(super) certification: Certification,
    pub(super) truth: ImageTruth,
    inner: Option<(Level, LogLikelihoodLattice)>,
    outer: Option<(Level, LogLikelihoodLattice)>,
    checked: Option<[Level; 2]>,
}

impl ImageFields {
    pub(super) fn new(lattices: &ModelLattices, image: u32, pixels: &BinaryImage) -> Result<Self> {
        let encoder = encoder_proposal(&lattices.model, pixels)?;
        Ok(Self {
            image,
            term: ImageTerm::new(&lattices.exact_model, pixels)?,
            certification: Certification::new(image, *pixels),
            truth: ImageTruth::new(image, &lattices.exact_model, pixels, encoder)?,
            inner: None,
            outer: None,
            checked: None,
        })
    }

    /// Whether the page has the field on the finest finished lattice of each role.
    pub(super) fn are_delivered(&self, lattices: &ModelLattices) -> bool {
        let has = |square, present: &Option<(Level, LogLikelihoodLattice)>| {
            lattices.finest(square).map(|(level, _)| level)
                == present.as_ref().map(|&(level, _)| level)
        };
        self.inner.is_some()
            && has(LatticeRole::Inner, &self.inner)
            && has(LatticeRole::Outer, &self.outer)
    }

    /// Computes one field that the page lacks, the inner one before the outer.
    pub(super) fn deliver(&mut self, lattices: &ModelLattices) -> Result<Option<BenchOutgoing>> {
        for (square, present) in
            [(LatticeRole::Inner, &mut self.inner), (LatticeRole::Outer, &mut self.outer)]
        {
            let Some((level, partition)) = lattices.finest(square) else { continue };
            if present.as_ref().is_some_and(|(present, _)| *present == level) {
                continue;
            }
            let field = LogLikelihoodLattice::new(&lattices.exact_model, &self.term, partition)?;
            let values = field.values().to_vec();
            let event =
                BenchEvent::Field { image: self.image, square, level, lattice: field.lattice() };
            *present = Some((level, field));
            return Ok(Some(BenchOutgoing { event, values }));
        }
        Ok(None)
    }

    /// Measures the error of the field that the page has, once per pair of levels.
    pub(super) fn check(&mut self) -> Option<BenchOutgoing> {
        let posterior = self.truth.posterior()?;
        let (inner, outer) = (self.inner.as_ref()?, self.outer.as_ref()?);
        let levels = [inner.0, outer.0];
        if self.checked == Some(levels) {
            return None;
        }
        let spots = posterior.spots.iter().filter_map(Spot::gaussian);
        let places: Vec<BivariateGaussian> = spots.chain([dragged()]).collect();
        // The lattices are moved out and back in, which avoids a copy of half a million numbers.
        let ((_, inner), (_, outer)) = (self.inner.take()?, self.outer.take()?);
        let field = LogLikelihoodField { inner, outer };
        let errors = places.iter().map(|q| field_error(&field, &self.truth.decoder, q));
        let error = errors.fold(0.0, f64::max);
        self.inner = Some((levels[0], field.inner));
        self.outer = Some((levels[1], field.outer));
        self.checked = Some(levels);
        Some(BenchEvent::FieldError { image: self.image, levels, error }.into())
    }
}
