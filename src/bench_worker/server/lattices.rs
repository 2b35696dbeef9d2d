//! A(z) of one model on the lattices, computed row by row from coarse to fine.

use candle_core::{DType, Result};

use crate::bench_worker::BenchOutgoing;
use crate::bench_worker::{BenchEvent, LatticeRole, Level};
use crate::exact::{Lattice, LatticePair, LogPartitionBuilder, LogPartitionLattice};
use crate::model::Vae;

/// The lattices in the order in which they are built.
const STAGES: [(Level, LatticeRole, Lattice); 4] = [
    (Level::Coarse, LatticeRole::Inner, LatticePair::COARSE.inner),
    (Level::Coarse, LatticeRole::Outer, LatticePair::COARSE.outer),
    (Level::Fine, LatticeRole::Inner, LatticePair::FINE.inner),
    (Level::Fine, LatticeRole::Outer, LatticePair::FINE.outer),
];
/// The number of coarse ones among them.
const COARSE_STAGES: usize = 2;
/// Nodes per slice of work, in whole rows.
const NODES_PER_SLICE: usize = 300;

#[derive(Debug)]
pub(super) struct ModelLattices {
    /// In f32, for the draws.
    pub(super) model: Vae,
    /// In f64, for exact values.
    pub(super) exact_model: Vae,
    done: Vec<LogPartitionLattice>,
    builder: LogPartitionBuilder,
}

impl ModelLattices {
    pub(super) fn new(model: Vae) -> Result<Self> {
        let exact_model = model.to_dtype(DType::F64)?;
        let builder = LogPartitionBuilder::new(STAGES[0].2);
        Ok(Self { model, exact_model, done: Vec::new(), builder })
    }

    pub(super) fn wants_coarse(&self) -> bool {
        self.done.len() < COARSE_STAGES
    }

    pub(super) fn wants_more(&self) -> bool {
        self.done.len() < STAGES.len()
    }

    /// Whether the fine inner lattice is finished.
    pub(super) fn is_inner_fine(&self) -> bool {
        matches!(self.finest(LatticeRole::Inner), Some((Level::Fine, _)))
    }

    /// The finest finished lattice of a role.
    pub(super) fn finest(&self, square: LatticeRole) -> Option<(Level, &LogPartitionLattice)> {
        let stages = STAGES.iter().zip(&self.done).rev();
        stages.filter(|(stage, _)| stage.1 == square).map(|(stage, done)| (stage.0, done)).next()
    }

    /// Computes a few rows of the present lattice.
    pub(super) fn advance(&mut self) -> Result<Vec<BenchOutgoing>> {
        let Some(&(level, square, lattice)) = STAGES.get(self.done.len()) else {
            return Ok(Vec::new());
        };
        for _ in 0..NODES_PER_SLICE.div_ceil(lattice.side()) {
            self.builder.advance(&self.exact_model)?;
        }
        let share = self.builder.progress();
        if self.builder.is_done() {
            let next = STAGES.get(self.done.len() + 1).map_or(lattice, |stage| stage.2);
            let builder = std::mem::replace(&mut self.builder, LogPartitionBuilder::new(next));
            self.done.push(builder.finish());
        }
        Ok(vec![BenchEvent::Progress { square, level, share }.into()])
    }
}
