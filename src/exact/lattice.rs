//! Square lattices over the latent plane: where the nodes are.

use serde::{Deserialize, Serialize};

/// A square lattice on [−R, R]² whose nodes are multiples of the step; both coordinates run through
/// the same `side()` values, the first coordinate is the slow one in memory.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lattice {
    intervals: usize,
    half_width: f64,
}

impl Lattice {
    /// A lattice of `intervals` steps per side on [−half_width, half_width]².
    pub const fn new(half_width: f64, intervals: usize) -> Self {
        Self { intervals, half_width }
    }

    /// Nodes per side.
    pub fn side(&self) -> usize {
        self.intervals + 1
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.side() * self.side()
    }

    /// A lattice always has nodes.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// R.
    pub fn half_width(&self) -> f64 {
        self.half_width
    }

    /// Distance between neighbours.
    pub fn step(&self) -> f64 {
        2.0 * self.half_width / self.intervals as f64
    }

    /// Coordinate of node `index` of one side.
    pub fn coordinate(&self, index: usize) -> f64 {
        (2.0 * index as f64 - self.intervals as f64) * (self.half_width / self.intervals as f64)
    }

    /// Position of a coordinate in units of steps from the first node.
    pub fn position(&self, coordinate: f64) -> f64 {
        (coordinate + self.half_width) / self.step()
    }
}

/// A fine lattice where posteriors live, and a wide one around it for the reach of a broad q.
///
/// q may have μ = 4 and σ = 3, so its mass is felt out to 4 + 6.7·3 ≈ 24, where the prior itself has
/// long vanished.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LatticePair {
    /// On [−6, 6]².
    pub inner: Lattice,
    /// On [−24, 24]².
    pub outer: Lattice,
}

impl LatticePair {
    /// Good for a first look, in a tenth of a second.
    pub const COARSE: Self =
        Self { inner: Lattice::new(6.0, 100), outer: Lattice::new(24.0, 100) };
    /// The reference: h = 0.04 inside, 0.08 outside.
    pub const FINE: Self = Self { inner: Lattice::new(6.0, 300), outer: Lattice::new(24.0, 600) };
}
