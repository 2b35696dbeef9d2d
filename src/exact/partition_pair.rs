//! The part of log p(x|z) that does not depend on x, on both lattices of a pair, and from it log p(x|z) for any x.

use candle_core::Result;

use super::{
    LatticePair, LogLikelihoodField, LogLikelihoodLattice, LogPartitionBuilder, LogPartitionLattice,
};
use crate::model::{ImageTerm, Vae};

/// A(z) of one decoder on a pair of lattices, computed once per model.
#[derive(Clone, Debug)]
pub struct LogPartitionPair {
    inner: LogPartitionLattice,
    outer: LogPartitionLattice,
}

impl LogPartitionPair {
    /// Builds both lattices in one go. `model` must be in f64 and have two latent dimensions.
    ///
    /// # Errors
    /// Passes on candle's.
    pub fn new(model: &Vae, pair: LatticePair) -> Result<Self> {
        let mut builder = LogPartitionPairBuilder::new(pair);
        loop {
            if let Some(partitions) = builder.advance(model)? {
                return Ok(partitions);
            }
        }
    }

    /// log p(x|z) for the x of `term` on both lattices. `model` must be the one of the pair.
    ///
    /// # Errors
    /// Passes on candle's.
    pub fn field(&self, model: &Vae, term: &ImageTerm) -> Result<LogLikelihoodField> {
        Ok(LogLikelihoodField {
            inner: LogLikelihoodLattice::new(model, term, &self.inner)?,
            outer: LogLikelihoodLattice::new(model, term, &self.outer)?,
        })
    }
}

/// Builds a [`LogPartitionPair`] one row at a time, the inner lattice first.
#[derive(Debug)]
pub struct LogPartitionPairBuilder {
    pair: LatticePair,
    inner: LogPartitionBuilder,
    outer: LogPartitionBuilder,
}

impl LogPartitionPairBuilder {
    /// No row is there yet.
    pub fn new(pair: LatticePair) -> Self {
        let (inner, outer) =
            (LogPartitionBuilder::new(pair.inner), LogPartitionBuilder::new(pair.outer));
        Self { pair, inner, outer }
    }

    /// Share of the nodes that are there, in [0, 1).
    pub fn progress(&self) -> f64 {
        let parts = [(self.pair.inner, &self.inner), (self.pair.outer, &self.outer)];
        let nodes = parts.map(|(lattice, builder)| lattice.len() as f64 * builder.progress());
        (nodes[0] + nodes[1]) / (self.pair.inner.len() + self.pair.outer.len()) as f64
    }

    /// Adds the next row. Returns the pair after the last one, and begins anew. `model` must be the same f64
    /// model at every call.
    ///
    /// # Errors
    /// Passes on candle's.
    pub fn advance(&mut self, model: &Vae) -> Result<Option<LogPartitionPair>> {
        if !self.inner.is_done() {
            self.inner.advance(model)?;
            return Ok(None);
        }
        self.outer.advance(model)?;
        if !self.outer.is_done() {
            return Ok(None);
        }
        let Self { inner, outer, .. } = std::mem::replace(self, Self::new(self.pair));
        Ok(Some(LogPartitionPair { inner: inner.finish(), outer: outer.finish() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::BinaryImage;
    use crate::exact::Lattice;
    use crate::exact::field::tests::small_model;
    use crate::model::Activation;

    const PAIR: LatticePair =
        LatticePair { inner: Lattice::new(2.0, 4), outer: Lattice::new(6.0, 8) };

    #[test]
    fn rows_come_one_by_one_and_progress_counts_nodes() -> Result<()> {
        let model = small_model(Activation::Tanh, 1.0);
        let mut builder = LogPartitionPairBuilder::new(PAIR);
        // 5 rows of 5 nodes, then 9 of 9: 106 nodes.
        let mut shares = Vec::new();
        loop {
            shares.push(builder.progress());
            if builder.advance(&model)?.is_some() {
                break;
            }
        }
        let expected: Vec<f64> = (0..5)
            .map(|row| 5 * row)
            .chain((0..9).map(|row| 25 + 9 * row))
            .map(f64::from)
            .collect();
        assert_eq!(shares.len(), expected.len());
        for (share, nodes) in shares.iter().zip(expected) {
            assert!((share - nodes / 106.0).abs() < 1e-15, "{share} {nodes}");
        }
        assert_eq!(builder.progress(), 0.0);
        Ok(())
    }

    #[test]
    fn the_field_is_the_likelihood_of_the_decoder_at_nodes_of_both_lattices() -> Result<()> {
        let model = small_model(Activation::Tanh, 1.0);
        let image = BinaryImage::from_fn(|pixel| pixel % 3 == 0);
        let term = ImageTerm::new(&model, &image)?;
        let field = LogPartitionPair::new(&model, PAIR)?.field(&model, &term)?;
        for (lattice, values) in [(PAIR.inner, &field.inner), (PAIR.outer, &field.outer)] {
            assert_eq!(values.lattice(), lattice);
            for index in [0, 7, lattice.len() - 1] {
                let side = lattice.side();
                let z = [index / side, index % side].map(|place| lattice.coordinate(place));
                let expected = term.log_likelihoods(&model, &z, 1)?[0];
                let found = values.values()[index];
                assert!((found - expected).abs() < 1e-10 * expected.abs(), "{z:?}");
            }
        }
        Ok(())
    }
}
