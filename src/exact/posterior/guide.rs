//! Initial patches for the quadrature from an approximate field that is cheap to evaluate, such as an interpolated
//! one.

use super::{Root, log_joint};
use crate::exact::LogLikelihood;
use crate::exact::cubature::Patch;

/// Half-widths of the square that is searched finely, which contains every posterior of a trained encoder, and of the
/// whole.
const INNER: f64 = 6.0;
const OUTER: f64 = 24.0;
/// Half-widths of the cells to begin with, inside and in the ring around.
const INNER_CELL: f64 = 0.375;
const OUTER_CELL: f64 = 1.5;
/// Points per side of a cell.
const SIDE: usize = 9;
/// A cell is quartered while log p(x, z) differs by more than this many nats in it,
const VARIETY: f64 = 14.0;
/// unless all of it is this many nats below the top,
const DEEP: f64 = 60.0;
/// or its half-width is no more than that.
const SMALLEST: f64 = 0.02;
/// Nats by which a point may exceed the values of its neighbours in the field.
const SLACK: f64 = 3.0;

struct GuideSquare {
    center: [f64; 2],
    half_width: f64,
}

impl GuideSquare {
    fn quarters(&self) -> [Self; 4] {
        let half = 0.5 * self.half_width;
        [[-half, -half], [half, -half], [-half, half], [half, half]].map(|[x, y]| Self {
            center: [self.center[0] + x, self.center[1] + y],
            half_width: half,
        })
    }

    /// The smallest and the largest log p(x, z) at points of it.
    fn range<L: LogLikelihood + ?Sized>(&self, guide: &L) -> [f64; 2] {
        let offset =
            |index: usize| (2.0 * index as f64 / (SIDE - 1) as f64 - 1.0) * self.half_width;
        let point =
            |index| [self.center[0] + offset(index / SIDE), self.center[1] + offset(index % SIDE)];
        let points: Vec<[f64; 2]> = (0..SIDE * SIDE).map(point).collect();
        let mut values = Vec::with_capacity(points.len());
        guide.extend(&points, &mut values);
        let joints = points.iter().zip(&values).map(|(z, value)| log_joint(*z, *value));
        joints.fold([f64::INFINITY, f64::NEG_INFINITY], |[least, most], joint| {
            [least.min(joint), most.max(joint)]
        })
    }
}

/// Squares that tile [−24, 24]² with estimates of their masses, small where the field is steep.
pub(super) fn roots<L: LogLikelihood + ?Sized>(guide: &L) -> Vec<Root> {
    let mut waiting: Vec<_> = first_squares()
        .map(|square| {
            let range = square.range(guide);
            (square, range)
        })
        .collect();
    let top = waiting.iter().fold(f64::NEG_INFINITY, |top, (_, [_, most])| top.max(*most));
    let mut roots = Vec::new();
    while let Some((square, [least, most])) = waiting.pop() {
        let is_flat = most - least <= VARIETY || most < top - DEEP;
        if is_flat || square.half_width <= SMALLEST {
            let log_area = 2.0 * (2.0 * square.half_width).ln();
            roots.push(Root {
                patch: Patch::square(square.center, square.half_width),
                log_upper: most + log_area + SLACK,
            });
        } else {
            waiting.extend(square.quarters().map(|quarter| {
                let range = quarter.range(guide);
                (quarter, range)
            }));
        }
    }
    roots
}

fn first_squares() -> impl Iterator<Item = GuideSquare> {
    let tiles = |reach: f64, half_width: f64| {
        let side = (reach / half_width) as usize;
        let center = move |index: usize| (2 * index + 1) as f64 * half_width - reach;
        (0..side * side).map(move |index| GuideSquare {
            center: [center(index / side), center(index % side)],
            half_width,
        })
    };
    let is_outside = |square: &GuideSquare| square.center.iter().any(|place| place.abs() > INNER);
    tiles(INNER, INNER_CELL).chain(tiles(OUTER, OUTER_CELL).filter(is_outside))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Spike;

    /// log p(x, z) is that of a Gaussian of deviation 0.03 about (1.3, −2.2).
    impl LogLikelihood for Spike {
        fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
            values.extend(points.iter().map(|[x, y]| {
                let square = ((x - 1.3) / 0.03).powi(2) + ((y + 2.2) / 0.03).powi(2);
                -0.5 * square - crate::family::log_prior([*x, *y])
            }));
        }
    }

    #[test]
    fn the_squares_tile_the_plane_and_are_small_where_the_mass_is() {
        let roots = roots(&Spike);
        let rule = crate::exact::cubature::GaussLegendre::new(2);
        let area: f64 = roots
            .iter()
            .flat_map(|root| root.patch.nodes(&rule).map(|(_, w)| w).collect::<Vec<_>>())
            .sum();
        assert!((area - 48.0_f64.powi(2)).abs() < 1e-8, "{area}");
        let best = roots.iter().max_by(|a, b| a.log_upper.total_cmp(&b.log_upper)).unwrap();
        let (place, _) = best.patch.at([0.0, 0.0]);
        assert!((place[0] - 1.3).abs() < 0.05 && (place[1] + 2.2).abs() < 0.05, "{place:?}");
        assert!(roots.len() < 2000, "{}", roots.len());
    }
}
