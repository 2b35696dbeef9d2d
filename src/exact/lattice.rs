//! Square lattices on the latent plane.

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
    /// Good for a first look, in a tenth of a second, and to guide a search for the posterior.
    pub const COARSE: Self = Self { inner: Lattice::new(6.0, 100), outer: Lattice::new(24.0, 100) };
    /// h = 0.06 inside: the rule's error at the narrowest posterior of a smooth decoder, sd 0.077, is 1e-14. The
    /// ring around it has no mass for images like those that the model learned.
    pub const MEDIUM: Self = Self { inner: Lattice::new(6.0, 200), outer: Lattice::new(24.0, 48) };
    /// The reference: h = 0.04 inside, 0.08 outside.
    pub const FINE: Self = Self { inner: Lattice::new(6.0, 300), outer: Lattice::new(24.0, 600) };
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Lattice; 4] = [
        LatticePair::COARSE.inner,
        LatticePair::COARSE.outer,
        LatticePair::FINE.inner,
        LatticePair::FINE.outer,
    ];

    #[test]
    fn nodes_run_from_border_to_border_through_the_origin() {
        for lattice in ALL {
            let (side, half_width) = (lattice.side(), lattice.half_width());
            assert_eq!(lattice.len(), side * side);
            assert!(!lattice.is_empty());
            assert_eq!(lattice.coordinate(0), -half_width);
            assert_eq!(lattice.coordinate(side / 2), 0.0);
            assert_eq!(lattice.coordinate(side - 1), half_width);
            for index in 0..side {
                assert_eq!(lattice.coordinate(index), -lattice.coordinate(side - 1 - index));
                let from_centre = index as f64 - (side / 2) as f64;
                assert!(
                    (lattice.coordinate(index) - from_centre * lattice.step()).abs() < 1e-14 * 24.0
                );
            }
        }
    }

    #[test]
    fn position_undoes_coordinate() {
        for lattice in ALL {
            for index in 0..lattice.side() {
                assert!((lattice.position(lattice.coordinate(index)) - index as f64).abs() < 1e-11);
            }
            let between = lattice.coordinate(10) + 0.25 * lattice.step();
            assert!((lattice.position(between) - 10.25).abs() < 1e-11);
        }
    }

    #[test]
    fn the_reference_has_the_documented_steps() {
        assert!((LatticePair::FINE.inner.step() - 0.04).abs() < 1e-16);
        assert!((LatticePair::FINE.outer.step() - 0.08).abs() < 1e-16);
    }
}
