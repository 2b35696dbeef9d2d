//! A(z) = Σ_d softplus(a_d(z)) on a lattice: the expensive, x-independent part of log p(x|z).

use candle_core::Result;

use super::Lattice;
use crate::model::Vae;

/// A(z) in nats at every node, computed once per model.
#[derive(Clone, Debug)]
pub struct LogPartitionLattice {
    lattice: Lattice,
    values: Vec<f64>,
}

impl LogPartitionLattice {
    /// Where the nodes are.
    pub fn lattice(&self) -> Lattice {
        self.lattice
    }

    /// A(z), the second coordinate running fastest.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Builds the whole lattice in one go. The worker uses [`LogPartitionBuilder`] instead, in slices.
    ///
    /// # Errors
    /// Passes on candle's.
    pub fn new(model: &Vae, lattice: Lattice) -> Result<Self> {
        let mut builder = LogPartitionBuilder::new(lattice);
        while !builder.is_done() {
            builder.advance(model)?;
        }
        Ok(builder.finish())
    }
}

/// Builds a [`LogPartitionLattice`] one row at a time, so that a worker can stay responsive.
#[derive(Debug)]
pub struct LogPartitionBuilder {
    lattice: Lattice,
    values: Vec<f64>,
}

impl LogPartitionBuilder {
    /// An empty lattice, to be filled by [`Self::advance`].
    pub fn new(lattice: Lattice) -> Self {
        Self { lattice, values: Vec::with_capacity(lattice.len()) }
    }

    /// Whether every row is there.
    pub fn is_done(&self) -> bool {
        self.values.len() == self.lattice.len()
    }

    /// Share of the rows that are there, in [0, 1].
    pub fn progress(&self) -> f64 {
        self.values.len() as f64 / self.lattice.len() as f64
    }

    /// Adds the next row. `model` must be the same f64 model at every call.
    ///
    /// # Errors
    /// Passes on candle's.
    pub fn advance(&mut self, model: &Vae) -> Result<()> {
        if self.is_done() {
            return Ok(());
        }
        let side = self.lattice.side();
        let first = self.lattice.coordinate(self.values.len() / side);
        let latents: Vec<f64> =
            (0..side).flat_map(|index| [first, self.lattice.coordinate(index)]).collect();
        self.values.extend(model.log_partitions(&latents, side)?);
        Ok(())
    }

    /// The lattice; rows that were never added are missing, so call it when [`Self::is_done`].
    pub fn finish(self) -> LogPartitionLattice {
        LogPartitionLattice { lattice: self.lattice, values: self.values }
    }
}
