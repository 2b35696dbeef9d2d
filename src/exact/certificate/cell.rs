//! Square cells of the latent plane, and the prior on them and beyond them.

use std::f64::consts::{LN_2, TAU};

use super::interval::{Interval, UNIT};

/// A closed square. Centres and half-widths are small multiples of powers of two, hence exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// The centre.
    pub center: [f64; 2],
    /// Half the side.
    pub half_width: f64,
}

impl Cell {
    /// No cell is smaller: the gap of one that small is rounding alone.
    const SMALLEST: f64 = 1.0 / (1 << 20) as f64;

    /// Its four quarters; `None` if they would be too small.
    pub(super) fn quarters(&self) -> Option<[Self; 4]> {
        let half_width = self.half_width / 2.0;
        let quarter = |[right, above]: [f64; 2]| Self {
            center: [self.center[0] + right * half_width, self.center[1] + above * half_width],
            half_width,
        };
        (half_width >= Self::SMALLEST)
            .then(|| [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]].map(quarter))
    }

    /// The twelve cells of half the size around it, if it lies at the origin: with it they make a square
    /// twice as wide.
    pub(super) fn ring(&self) -> [Self; 12] {
        const PLACES: [[f64; 2]; 12] = [
            [-3.0, -3.0],
            [-3.0, -1.0],
            [-3.0, 1.0],
            [-3.0, 3.0],
            [-1.0, -3.0],
            [-1.0, 3.0],
            [1.0, -3.0],
            [1.0, 3.0],
            [3.0, -3.0],
            [3.0, -1.0],
            [3.0, 1.0],
            [3.0, 3.0],
        ];
        let half_width = self.half_width / 2.0;
        PLACES.map(|place| Self { center: place.map(|units| units * half_width), half_width })
    }

    /// The largest magnitude of a coordinate in it.
    pub(super) fn reach(&self) -> f64 {
        self.center[0].abs().max(self.center[1].abs()) + self.half_width
    }

    /// Log of its area.
    pub(super) fn log_area(&self) -> Interval {
        // 4r² is exact.
        Interval::point(4.0 * self.half_width * self.half_width).ln()
    }

    /// log N(z; 0, I) for every z in it.
    pub(super) fn log_prior(&self) -> Interval {
        // The coordinates are exact; their squares are rounded, and so is the sum of two.
        let half_square = |side: f64| {
            let [first, second] =
                self.center.map(|center| (center.abs() + side * self.half_width).max(0.0));
            0.5 * (first * first + second * second)
        };
        let [near, far] = [half_square(-1.0), half_square(1.0)];
        let slack = 4.0 * f64::EPSILON;
        Interval::new(-far * (1.0 + slack), -near * (1.0 - slack)) - log_tau()
    }
}

/// ln 2π
pub(super) fn log_tau() -> Interval {
    Interval::new(TAU.next_down(), TAU.next_up()).ln()
}

/// log N(z; 0, I) + `log_likelihood` at one point.
pub(super) fn log_joint(log_likelihood: f64, [z1, z2]: [f64; 2]) -> Interval {
    let half_square = 0.5 * (z1 * z1 + z2 * z2);
    Interval::point(log_likelihood)
        - Interval::around(half_square, 4.0 * UNIT * half_square)
        - log_tau()
}

/// Upper bound on the log of the prior's mass outside [−R, R]², and so on that of p(x, z), for
/// p(x|z) ≤ 1.
///
/// Each of four half-planes has Q(R) ≤ φ(R)/R (Gordon 1941): ln 4 − ½R² − ln R − ½ ln 2π.
pub(super) fn log_tail(half_width: f64) -> f64 {
    // R is a power of two, so its square is exact.
    let exponent =
        Interval::point(2.0 * LN_2.next_up()) - Interval::point(0.5 * half_width * half_width);
    let half_log_tau = Interval::new(0.5 * log_tau().lower(), 0.5 * log_tau().upper());
    (exponent - Interval::point(half_width).ln() - half_log_tau).upper()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::family::log_prior;

    #[test]
    fn the_tail_bounds_the_normal_integral() {
        // ln(1 − erf(8/√2)²) by mpmath, and Gordon's bound for wider squares, where it is sharper.
        assert!(log_tail(8.0) > -33.627_142_798_794_66 && log_tail(8.0) < -33.61);
        assert!(log_tail(8.0) >= -33.612_085_713_764_62);
        for (half_width, bound) in [(16.0, -130.305_232_894_324_56), (32.0, -514.998_380_074_884_5)]
        {
            let found = log_tail(half_width);
            assert!(found >= bound && found < bound + 1e-11, "{half_width}: {found}");
        }
    }

    #[test]
    fn quarters_tile_a_cell_and_end_at_the_smallest() {
        let mut cell = Cell { center: [3.0, -1.0], half_width: 1.0 };
        let area = |cell: &Cell| 4.0 * cell.half_width * cell.half_width;
        let mut depth = 0;
        while let Some(quarters) = cell.quarters() {
            assert_eq!(quarters.iter().map(area).sum::<f64>(), area(&cell));
            let reach = quarters.map(|q| {
                [0, 1].map(|axis: usize| (q.center[axis] - cell.center[axis]).abs() + q.half_width)
            });
            assert!(reach.iter().flatten().all(|&reach| reach == cell.half_width));
            assert!((1..4).all(|index| !quarters[..index].contains(&quarters[index])));
            cell = quarters[depth % 4];
            depth += 1;
        }
        assert_eq!(depth, 20);
    }

    #[test]
    fn a_ring_doubles_the_square() {
        let square = Cell { center: [0.0; 2], half_width: 8.0 };
        let ring = square.ring();
        let area: f64 = ring.iter().map(|cell| 4.0 * cell.half_width * cell.half_width).sum();
        assert_eq!(area, 32.0 * 32.0 - 16.0 * 16.0);
        for (index, cell) in ring.iter().enumerate() {
            assert_eq!(cell.reach(), 16.0);
            let nearest = cell.center.map(|center| center.abs() - cell.half_width);
            assert_eq!(nearest[0].max(nearest[1]), 8.0);
            assert!(!ring[..index].contains(cell));
        }
    }

    proptest! {
        #[test]
        fn the_prior_stays_in_its_range(
            place in [-20_i32..=20, -20_i32..=20], inside in [-1.0..=1.0_f64, -1.0..=1.0_f64],
            depth in 0..12_i32,
        ) {
            let half_width = 2.0_f64.powi(-depth);
            let cell = Cell { center: place.map(|p| f64::from(p) * half_width), half_width };
            let z = [0, 1].map(|axis| cell.center[axis] + inside[axis] * half_width);
            let range = cell.log_prior();
            prop_assert!(range.contains(log_prior(z)));
            // And is no wider than the corners make it.
            let far = cell.center.map(|c| c.abs() + half_width);
            prop_assert!((range.lower() - log_prior(far)).abs() < 1e-12);
            prop_assert!(z.iter().all(|z| z.abs() <= cell.reach()));
            prop_assert!(cell.log_area().contains(2.0 * (2.0 * half_width).ln()));
        }
    }
}
