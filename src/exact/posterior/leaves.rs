//! Patches for the quadrature from the cells of a proof: as coarse as the mass allows.

use std::collections::BTreeMap;

use super::{Root, log_add};
use crate::exact::cubature::Patch;
use crate::exact::{Cell, Interval};

/// Four quarters are joined if the densities in them differ by less than this many nats.
const SAME_DENSITY: f64 = 4.0;
/// Cells below this part of all the mass count as empty when quarters are joined.
const LOG_EMPTY: f64 = -35.0;

/// A cell's position: the exponent of its half-width, and its centre in odd multiples of it.
type Key = (i32, i64, i64);

#[derive(Clone, Copy)]
struct Mass {
    log_upper: f64,
    /// Range of the log densities of the parts that are not empty; in the wrong order if all are.
    densities: [f64; 2],
}

/// Joins the cells to patches, each with the upper bound on its mass.
pub(super) fn roots(leaves: impl IntoIterator<Item = (Cell, Interval)>) -> Vec<Root> {
    let leaves: Vec<_> = leaves.into_iter().collect();
    let log_total =
        leaves.iter().fold(f64::NEG_INFINITY, |sum, (_, mass)| log_add(sum, mass.upper()));
    // Inserted one by one: to collect them brings a sort of its own into the page.
    let mut cells = BTreeMap::new();
    for (cell, mass) in leaves {
        let log_density = mass.upper() - 2.0 * (2.0 * cell.half_width).ln();
        let is_empty = mass.upper() < log_total + LOG_EMPTY;
        let densities =
            if is_empty { [f64::INFINITY, f64::NEG_INFINITY] } else { [log_density; 2] };
        cells.insert(key(&cell), Mass { log_upper: mass.upper(), densities });
    }
    let exponents = cells.keys().map(|key| key.0);
    let (least, most) = (exponents.clone().min().unwrap_or(0), exponents.max().unwrap_or(0));
    for exponent in least..=most {
        join(&mut cells, exponent);
    }
    cells
        .into_iter()
        .map(|(key, mass)| Root { patch: patch(key), log_upper: mass.log_upper })
        .collect()
}

/// Joins every four quarters of one size that are alike.
fn join(cells: &mut BTreeMap<Key, Mass>, exponent: i32) {
    let first_quarters: Vec<Key> = cells
        .range((exponent, i64::MIN, i64::MIN)..(exponent + 1, i64::MIN, i64::MIN))
        .map(|(key, _)| *key)
        .filter(|(_, x, y)| x.rem_euclid(4) == 1 && y.rem_euclid(4) == 1)
        .collect();
    for (_, x, y) in first_quarters {
        let keys = [(x, y), (x + 2, y), (x, y + 2), (x + 2, y + 2)].map(|(x, y)| (exponent, x, y));
        let quarters: Vec<Mass> = keys.iter().filter_map(|key| cells.get(key)).copied().collect();
        if quarters.len() < keys.len() {
            continue;
        }
        let joined = quarters.into_iter().fold(
            Mass { log_upper: f64::NEG_INFINITY, densities: [f64::INFINITY, f64::NEG_INFINITY] },
            |all, one| Mass {
                log_upper: log_add(all.log_upper, one.log_upper),
                densities: [
                    all.densities[0].min(one.densities[0]),
                    all.densities[1].max(one.densities[1]),
                ],
            },
        );
        if joined.densities[1] - joined.densities[0] <= SAME_DENSITY {
            keys.iter().for_each(|key| {
                cells.remove(key);
            });
            // The centre (x + 1, y + 1), in units of twice the size.
            cells.insert((exponent + 1, (x + 1) / 2, (y + 1) / 2), joined);
        }
    }
}

fn key(cell: &Cell) -> Key {
    let [x, y] = cell.center.map(|center| (center / cell.half_width).round() as i64);
    (cell.half_width.log2().round() as i32, x, y)
}

fn patch((exponent, x, y): Key) -> Patch {
    let half_width = 2.0_f64.powi(exponent);
    Patch::square([x as f64 * half_width, y as f64 * half_width], half_width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(x: f64, y: f64, half_width: f64, log_density: f64) -> (Cell, Interval) {
        let log_mass = log_density + 2.0 * (2.0 * half_width).ln();
        (Cell { center: [x, y], half_width }, Interval::new(log_mass - 1.0, log_mass))
    }

    #[test]
    fn alike_quarters_are_joined_and_others_are_not() {
        // One quarter of [0, 4]² is cut again; its quarters differ.
        let leaves = [
            leaf(1.0, 1.0, 1.0, -100.0),
            leaf(1.0, 3.0, 1.0, -100.5),
            leaf(3.0, 1.0, 1.0, -101.0),
            leaf(2.5, 2.5, 0.5, -50.0),
            leaf(2.5, 3.5, 0.5, -51.0),
            leaf(3.5, 2.5, 0.5, -52.0),
            leaf(3.5, 3.5, 0.5, -60.0),
        ];
        let found = roots(leaves);
        assert_eq!(found.len(), 7);
        let area = |root: &Root| 4.0 * root.patch.bounds().1.powi(2);
        assert_eq!(found.iter().map(area).sum::<f64>(), 16.0);
        // Now they are alike; the other three are empty beside them and join, too.
        let mut alike = leaves;
        alike[6] = leaf(3.5, 3.5, 0.5, -53.0);
        let found = roots(alike);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].patch, Patch::square([2.0; 2], 2.0));
        let sum = alike.iter().fold(f64::NEG_INFINITY, |sum, (_, mass)| log_add(sum, mass.upper()));
        assert!((found[0].log_upper - sum).abs() < 1e-12);
    }

    #[test]
    fn places_are_kept_on_all_sides_of_the_origin() {
        for center in [[-0.75, 0.25], [0.75, -0.25], [-7.0, -3.0]] {
            let cell = Cell { center, half_width: if center[0] == -7.0 { 1.0 } else { 0.25 } };
            let expected = Patch::square(cell.center, cell.half_width);
            assert_eq!(patch(key(&cell)), expected);
        }
    }
}
