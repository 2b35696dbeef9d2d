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

    /// Whether every row is computed.
    pub fn is_done(&self) -> bool {
        self.values.len() == self.lattice.len()
    }

    /// The share of the rows that are computed, in [0, 1].
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::field::tests::small_model;
    use crate::model::Activation;

    #[test]
    fn every_node_holds_the_partition_of_its_own_point() -> Result<()> {
        let model = small_model(Activation::Tanh, 1.0);
        let lattice = Lattice::new(3.0, 6);
        let partition = LogPartitionLattice::new(&model, lattice)?;
        assert_eq!(partition.lattice(), lattice);
        assert_eq!(partition.values().len(), 49);
        for (index, value) in partition.values().iter().enumerate() {
            let z = [lattice.coordinate(index / 7), lattice.coordinate(index % 7)];
            let alone = model.log_partitions(&z, 1)?[0];
            assert!((value - alone).abs() < 1e-11 * alone, "{z:?}");
        }
        Ok(())
    }

    #[test]
    fn the_builder_adds_a_row_at_a_time_and_stops_when_full() -> Result<()> {
        let model = small_model(Activation::Tanh, 1.0);
        let lattice = Lattice::new(3.0, 4);
        let mut builder = LogPartitionBuilder::new(lattice);
        for row in 0..5 {
            assert!(!builder.is_done());
            assert!((builder.progress() - f64::from(row) / 5.0).abs() < 1e-15);
            builder.advance(&model)?;
        }
        assert!(builder.is_done());
        assert_eq!(builder.progress(), 1.0);
        builder.advance(&model)?;
        let whole = LogPartitionLattice::new(&model, lattice)?;
        assert_eq!(builder.finish().values(), whole.values());
        Ok(())
    }
}
