//! A cell cut along straight lines into trapezoids, and the square [−1, 1]² mapped onto each of them.
//!
//! The cell is cut at every z₁ where a line meets its bottom, its top or another line. In the strip between
//! two cuts the lines keep their order, so that they and the cell's bottom and top bound trapezoids whose
//! parallel sides are vertical.
//!
//! # Rounding
//! Neighbours share the floats that are their ends, and the ends keep their order: the trapezoids tile the cell
//! exactly. The boundary between two of them lies near the line, not on it; `affine` bounds what that changes.

use super::cell::Cell;
use super::decoder::HiddenUnit;
use crate::ordering::sort_pairs;

/// The points between two verticals and two straight boundaries that do not cross.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trapezoid {
    /// z₁ of the left and the right side.
    sides: [f64; 2],
    /// z₂ of the lower boundary at the left and at the right.
    low: [f64; 2],
    /// z₂ of the upper boundary there.
    high: [f64; 2],
}

/// The map z₁ = c₁ + pξ, z₂ = c₂ + sξ + (k + tξ)τ from [−1, 1]² onto a trapezoid.
///
/// With Z the largest coordinate, each of the numbers is off by at most 2uZ; k and t by 2u of the longer
/// side, for the difference of two floats is rounded only once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bilinear {
    pub(super) center: [f64; 2],
    /// p
    pub(super) half_length: f64,
    /// s
    pub(super) slope: f64,
    /// k
    pub(super) half_height: f64,
    /// t
    pub(super) taper: f64,
    /// Half the length of the left and the right side; k + tξ lies between them.
    pub(super) half_sides: [f64; 2],
}

impl Trapezoid {
    /// Its four corners.
    pub(super) fn corners(&self) -> [[f64; 2]; 4] {
        let [left, right] = self.sides;
        let [low, high] = [self.low, self.high];
        [[left, low[0]], [right, low[1]], [left, high[0]], [right, high[1]]]
    }

    /// The map onto it.
    pub(super) fn bilinear(&self) -> Bilinear {
        let [left, right] = self.sides;
        let middles = [0, 1].map(|side: usize| 0.5 * (self.low[side] + self.high[side]));
        let half_sides = [0, 1].map(|side: usize| 0.5 * (self.high[side] - self.low[side]));
        Bilinear {
            center: [0.5 * (left + right), 0.5 * (middles[0] + middles[1])],
            half_length: 0.5 * (right - left),
            slope: 0.5 * (middles[1] - middles[0]),
            half_height: 0.5 * (half_sides[0] + half_sides[1]),
            taper: 0.5 * (half_sides[1] - half_sides[0]),
            half_sides,
        }
    }

    fn has_area(&self) -> bool {
        self.sides[0] < self.sides[1] && (self.low[0] < self.high[0] || self.low[1] < self.high[1])
    }
}

/// The cell, cut along the lines where these units have pre-activation 0.
pub(super) fn cut(cell: &Cell, lines: &[HiddenUnit]) -> Vec<Trapezoid> {
    let [[left, right], [bottom, top]] =
        cell.center.map(|center| [center - cell.half_width, center + cell.half_width]);
    let is_inside = |height: f64| bottom < height && height < top;

    let mut cuts = vec![left, right];
    for (index, line) in lines.iter().enumerate() {
        cuts.extend([bottom, top].map(|height| place(line, height)));
        let crossings = lines[..index].iter().map(|other| crossing(line, other));
        cuts.extend(crossings.filter(|&at| is_inside(height(line, at))));
    }
    // Places outside, and those that are not numbers, are none.
    cuts.retain(|&at| left <= at && at <= right);
    cuts.sort_unstable_by(f64::total_cmp);
    cuts.dedup();

    let mut trapezoids = Vec::new();
    for sides in cuts.windows(2).map(|pair| [pair[0], pair[1]]) {
        let middle = 0.5 * (sides[0] + sides[1]);
        let mut between: Vec<(f64, usize)> =
            lines.iter().map(|line| height(line, middle)).zip(0..).collect();
        between.retain(|&(height, _)| is_inside(height));
        sort_pairs(&mut between);
        let mut low = [bottom; 2];
        for (_, index) in between {
            let ends = [0, 1].map(|side: usize| height(&lines[index], sides[side]));
            let high = [0, 1].map(|side: usize| ends[side].max(low[side]).min(top));
            trapezoids.push(Trapezoid { sides, low, high });
            low = high;
        }
        trapezoids.push(Trapezoid { sides, low, high: [top; 2] });
    }
    trapezoids.retain(Trapezoid::has_area);
    trapezoids
}

/// z₁ at which a line has this z₂.
fn place(line: &HiddenUnit, height: f64) -> f64 {
    -(line.bias + line.weight[1] * height) / line.weight[0]
}

/// z₂ that a line has at this z₁.
fn height(line: &HiddenUnit, place: f64) -> f64 {
    -(line.bias + line.weight[0] * place) / line.weight[1]
}

/// z₁ at which two lines cross.
fn crossing(line: &HiddenUnit, other: &HiddenUnit) -> f64 {
    let ([a1, a2], [b1, b2]) = (line.weight, other.weight);
    (a2 * other.bias - b2 * line.bias) / (a1 * b2 - a2 * b1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn area(trapezoid: &Trapezoid) -> f64 {
        let map = trapezoid.bilinear();
        2.0 * map.half_length * (map.half_sides[0] + map.half_sides[1])
    }

    fn holds(trapezoid: &Trapezoid, [z1, z2]: [f64; 2]) -> bool {
        let [left, right] = trapezoid.sides;
        let share = (z1 - left) / (right - left);
        let at = |ends: [f64; 2]| ends[0] + share * (ends[1] - ends[0]);
        left <= z1 && z1 <= right && at(trapezoid.low) <= z2 && z2 <= at(trapezoid.high)
    }

    #[test]
    fn no_line_leaves_the_cell_whole() {
        let cell = Cell { center: [0.5, -1.0], half_width: 0.25 };
        let outside = HiddenUnit { weight: [1.0, 1.0], bias: 4.0 };
        for lines in [&[][..], &[outside], &[HiddenUnit { weight: [0.0; 2], bias: 1.0 }]] {
            let found = cut(&cell, lines);
            assert_eq!(found.len(), 1);
            let map = found[0].bilinear();
            assert_eq!((map.center, map.half_length, map.half_height), ([0.5, -1.0], 0.25, 0.25));
            assert_eq!((map.slope, map.taper), (0.0, 0.0));
        }
    }

    #[test]
    fn lines_in_every_direction_are_boundaries() {
        let cell = Cell { center: [0.0; 2], half_width: 1.0 };
        // Upright, level, through two corners, and two that cross within.
        for (lines, pieces) in [
            (vec![([2.0, 0.0], 1.0)], 2),
            (vec![([0.0, -3.0], 1.0)], 2),
            (vec![([1.0, 1.0], 0.0)], 2),
            (vec![([1.0, 0.0], 0.0), ([0.0, 1.0], 0.0)], 4),
            (vec![([1.0, 1.0], 0.0), ([1.0, -1.0], 0.0)], 6),
        ] {
            let lines: Vec<HiddenUnit> =
                lines.into_iter().map(|(weight, bias)| HiddenUnit { weight, bias }).collect();
            let found = cut(&cell, &lines);
            assert_eq!(found.len(), pieces, "{lines:?} {found:?}");
            for trapezoid in &found {
                for line in &lines {
                    let side = line.pre_activation(trapezoid.bilinear().center).signum();
                    for corner in trapezoid.corners() {
                        assert!(side * line.pre_activation(corner) >= -1e-15, "{trapezoid:?}");
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn trapezoids_tile_the_cell_and_no_line_passes_through_one(
            place in [-9_i32..=9, -9_i32..=9], depth in -1..6_i32,
            lines in prop::collection::vec(([-1.0..1.0_f64, -1.0..1.0], -1.0..1.0_f64), 0..6),
            inside in prop::array::uniform8([-0.999..0.999_f64, -0.999..0.999]),
        ) {
            let half_width = 2.0_f64.powi(-depth);
            let cell = Cell { center: place.map(|p| f64::from(p) * half_width), half_width };
            // Through the cell, most of them.
            let lines: Vec<HiddenUnit> = lines.into_iter().map(|(weight, offset)| {
                let bias = offset * half_width
                    - weight[0] * cell.center[0] - weight[1] * cell.center[1];
                HiddenUnit { weight, bias }
            }).collect();
            let found = cut(&cell, &lines);
            let total: f64 = found.iter().map(area).sum();
            prop_assert!((total / (4.0 * half_width * half_width) - 1.0).abs() < 1e-12);
            for trapezoid in &found {
                for line in &lines {
                    let side = line.pre_activation(trapezoid.bilinear().center).signum();
                    for corner in trapezoid.corners() {
                        prop_assert!(side * line.pre_activation(corner) >= -1e-12);
                    }
                }
            }
            for inside in inside {
                let z = [0, 1].map(|axis| cell.center[axis] + inside[axis] * half_width);
                let here = found.iter().filter(|trapezoid| holds(trapezoid, z)).count();
                prop_assert_eq!(here, 1);
            }
        }

        #[test]
        fn the_map_reaches_every_corner(
            sides in [-3.0..3.0_f64, 0.0..2.0], low in [-3.0..3.0_f64, -3.0..3.0],
            lengths in [0.0..2.0_f64, 0.0..2.0],
        ) {
            let high = [0, 1].map(|side| low[side] + lengths[side]);
            let trapezoid = Trapezoid { sides: [sides[0], sides[0] + sides[1]], low, high };
            let map = trapezoid.bilinear();
            let units = [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]];
            for (corner, [xi, tau]) in trapezoid.corners().into_iter().zip(units) {
                let z1 = map.center[0] + map.half_length * xi;
                let z2 = map.center[1] + map.slope * xi + (map.half_height + map.taper * xi) * tau;
                prop_assert!((z1 - corner[0]).abs() < 1e-14 && (z2 - corner[1]).abs() < 1e-14);
            }
        }
    }
}
