//! The states on a map: one per cell, or several per cell where there are too many to be seen.

use super::countable_model::CountableModel;

/// Largest number of bits that determine a cell; the other bits share cells.
const MOST_PLACES: usize = 12;
/// Number of flips after which the sums of a walk are recomputed, so that rounding errors do not accumulate.
const REBUILT_EVERY: u32 = 1024;

/// The layout of the states of n bits: the low bits determine the column, the next ones the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Map {
    bits: usize,
}

impl Map {
    /// The map of 2ⁿ states.
    pub(super) fn new(bits: usize) -> Self {
        Self { bits }
    }

    /// Cells on the map.
    pub(super) fn cells(self) -> usize {
        1 << self.bits.min(MOST_PLACES)
    }

    /// States in each cell.
    pub(super) fn states_per_cell(self) -> usize {
        1 << self.bits.saturating_sub(MOST_PLACES)
    }

    /// The cell of a state.
    pub(super) fn cell(self, state: u32) -> usize {
        state as usize & (self.cells() - 1)
    }

    /// Left, right, bottom and top of a cell, on a map of width and height 1.
    pub(super) fn place(self, cell: usize) -> [f64; 4] {
        let bits = self.bits.min(MOST_PLACES);
        let across = bits.div_ceil(2);
        let (columns, rows) = (1_usize << across, 1_usize << (bits - across));
        let (column, row) = ((cell & (columns - 1)) as f64, (cell >> across) as f64);
        let (columns, rows) = (columns as f64, rows as f64);
        [column / columns, (column + 1.0) / columns, row / rows, (row + 1.0) / rows]
    }
}

/// The posterior mass of every cell, summed in slices.
#[derive(Clone, Debug)]
pub(super) struct Masses {
    map: Map,
    /// States visited.
    visited: u32,
    masses: Vec<f64>,
}

impl Masses {
    /// Nothing is summed yet.
    pub(super) fn new(bits: usize) -> Self {
        let map = Map::new(bits);
        Self { map, visited: 0, masses: vec![0.0; map.cells()] }
    }

    /// Adds the next states in the order of the Gray code; `None` once all are added.
    pub(super) fn advance(
        &mut self,
        model: &impl CountableModel,
        log_evidence: f64,
    ) -> Option<u64> {
        let count = 1_u32 << self.map.bits;
        if self.visited == count {
            return None;
        }
        let end = (self.visited + REBUILT_EVERY).min(count);
        let gray = |number: u32| number ^ (number >> 1);
        let mut walk = model.start(gray(self.visited));
        for number in self.visited..end {
            if number > self.visited {
                model.flip(&mut walk, number.trailing_zeros() as usize);
            }
            let cell = self.map.cell(gray(number));
            self.masses[cell] += (model.log_joint_at(&walk) - log_evidence).exp();
        }
        let added = u64::from(end - self.visited);
        self.visited = end;
        Some(added)
    }

    /// The masses, if all are summed.
    pub(super) fn finished(&self) -> Option<&[f64]> {
        (self.visited == 1 << self.map.bits).then_some(&*self.masses)
    }
}
