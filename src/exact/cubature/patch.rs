//! Quadrilaterals of the plane: mapped from a square, quartered, cut along lines.

use super::GaussLegendre;
use crate::exact::Kink;

/// A convex quadrilateral, or a triangle whose last two corners are one, run through counterclockwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::exact) struct Patch {
    corners: [[f64; 2]; 4],
}

/// Sides of a line closer to zero than this, relative to the range over a polygon, count as on it.
const ON_THE_LINE: f64 = 1e-9;

fn minus(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

fn plus(a: [f64; 2], factor: f64, b: [f64; 2]) -> [f64; 2] {
    [a[0] + factor * b[0], a[1] + factor * b[1]]
}

impl Patch {
    /// A square with sides along the axes.
    pub(crate) fn square([x, y]: [f64; 2], half_width: f64) -> Self {
        let (left, right) = (x - half_width, x + half_width);
        let (below, above) = (y - half_width, y + half_width);
        Self { corners: [[left, below], [right, below], [right, above], [left, above]] }
    }

    /// The image of (s, t) ∈ [−1, 1]² under the bilinear map, and the map's area element there.
    pub(crate) fn at(&self, [s, t]: [f64; 2]) -> ([f64; 2], f64) {
        let [origin, right, _, up] = self.corners;
        let (s, t) = (0.5 + 0.5 * s, 0.5 + 0.5 * t);
        let (along, across) = (minus(right, origin), minus(up, origin));
        let twist = minus(minus(self.corners[2], right), across);
        let z = plus(plus(plus(origin, s, along), t, across), s * t, twist);
        let (d_s, d_t) = (plus(along, t, twist), plus(across, s, twist));
        (z, 0.25 * (d_s[0] * d_t[1] - d_s[1] * d_t[0]))
    }

    /// The nodes of a tensor rule with their weights, which sum to the area.
    pub(crate) fn nodes<'a>(
        &'a self,
        rule: &'a GaussLegendre,
    ) -> impl Iterator<Item = ([f64; 2], f64)> + 'a {
        let line = move || rule.nodes.iter().zip(&rule.weights);
        line().flat_map(move |(s, first)| {
            line().map(move |(t, second)| {
                let (z, area) = self.at([*s, *t]);
                (z, first * second * area)
            })
        })
    }

    /// Four patches that tile it.
    pub(crate) fn quarters(&self) -> [Self; 4] {
        const PLACES: [[f64; 2]; 4] = [[-1.0, -1.0], [0.0, -1.0], [0.0, 0.0], [-1.0, 0.0]];
        PLACES.map(|[s, t]| {
            let corners = [[s, t], [s + 1.0, t], [s + 1.0, t + 1.0], [s, t + 1.0]];
            Self { corners: corners.map(|place| self.at(place).0) }
        })
    }

    /// The smallest square along the axes around it: centre and half of the longer side.
    pub(crate) fn bounds(&self) -> ([f64; 2], f64) {
        let range = |axis: usize| {
            let side = || self.corners.iter().map(|corner| corner[axis]);
            (side().fold(f64::INFINITY, f64::min), side().fold(f64::NEG_INFINITY, f64::max))
        };
        let [(left, right), (below, above)] = [range(0), range(1)];
        let center = [0.5 * (left + right), 0.5 * (below + above)];
        (center, 0.5 * (right - left).max(above - below))
    }

    /// The lines among `kinks` that cut it.
    pub(crate) fn crossing<'a>(&'a self, kinks: &'a [Kink]) -> impl Iterator<Item = &'a Kink> + 'a {
        kinks.iter().filter(|kink| is_cut(&self.corners, kink))
    }

    /// The part of it between the lines.
    pub(crate) fn cut<'a>(&self, kinks: impl IntoIterator<Item = &'a Kink>) -> Vec<Self> {
        let mut polygon = self.corners.to_vec();
        polygon.dedup();
        let mut polygons = vec![polygon];
        for kink in kinks {
            let cut = |polygon: Vec<[f64; 2]>| {
                if is_cut(&polygon, kink) { halves(&polygon, kink).to_vec() } else { vec![polygon] }
            };
            polygons = polygons.into_iter().flat_map(cut).collect();
        }
        polygons.iter().flat_map(|polygon| fan(polygon)).collect()
    }
}

fn sides(polygon: &[[f64; 2]], kink: &Kink) -> (f64, f64) {
    let side = || polygon.iter().map(|&corner| kink.side(corner));
    (side().fold(f64::INFINITY, f64::min), side().fold(f64::NEG_INFINITY, f64::max))
}

fn is_cut(polygon: &[[f64; 2]], kink: &Kink) -> bool {
    let (least, most) = sides(polygon, kink);
    let slack = ON_THE_LINE * (most - least);
    least < -slack && most > slack
}

/// The parts of a convex polygon on both sides of a line (Sutherland & Hodgman 1974).
fn halves(polygon: &[[f64; 2]], kink: &Kink) -> [Vec<[f64; 2]>; 2] {
    let (least, most) = sides(polygon, kink);
    let slack = ON_THE_LINE * (most - least);
    let mut parts = [Vec::new(), Vec::new()];
    for (index, &corner) in polygon.iter().enumerate() {
        let next = polygon[(index + 1) % polygon.len()];
        let (here, there) = (kink.side(corner), kink.side(next));
        if here >= -slack {
            parts[0].push(corner);
        }
        if here <= slack {
            parts[1].push(corner);
        }
        if here.abs() > slack && there.abs() > slack && (here < 0.0) != (there < 0.0) {
            let on_the_line = plus(corner, here / (here - there), minus(next, corner));
            parts.iter_mut().for_each(|part| part.push(on_the_line));
        }
    }
    parts
}

/// A convex polygon as quadrilaterals from its first corner, the last of them perhaps a triangle.
fn fan(polygon: &[[f64; 2]]) -> Vec<Patch> {
    let mut patches = Vec::new();
    let mut last = 1;
    while last + 1 < polygon.len() {
        let end = (last + 2).min(polygon.len() - 1);
        patches
            .push(Patch { corners: [polygon[0], polygon[last], polygon[last + 1], polygon[end]] });
        last += 2;
    }
    patches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(patch: &Patch) -> f64 {
        patch.nodes(&GaussLegendre::new(2)).map(|(_, weight)| weight).sum()
    }

    /// ∫ over a patch of a polynomial.
    fn integral(patch: &Patch, f: impl Fn([f64; 2]) -> f64) -> f64 {
        patch.nodes(&GaussLegendre::new(6)).map(|(z, weight)| weight * f(z)).sum()
    }

    fn cubic([x, y]: [f64; 2]) -> f64 {
        1.0 - x + 2.0 * y + x * x * y - 0.5 * y * y * y
    }

    #[test]
    fn quarters_and_cuts_have_the_same_integral() {
        let square = Patch::square([0.5, -1.0], 0.75);
        // By hand: the mean of x²y is −1·(0.25 + 0.75²/3), of y³ −1 − 3·0.75²/3.
        let variance = 0.75_f64.powi(2) / 3.0;
        let mean = 1.0 - 0.5 - 2.0 - (0.25 + variance) + 0.5 * (1.0 + 3.0 * variance);
        let expected = 2.25 * mean;
        assert!((integral(&square, cubic) - expected).abs() < 1e-14);
        let kinks = [
            Kink { normal: [1.0, 2.0], offset: 1.5 },
            Kink { normal: [-3.0, 0.5], offset: 2.0 },
            Kink { normal: [0.1, -0.3], offset: -0.38 },
            // Through a corner and beside the square.
            Kink { normal: [1.0, 1.0], offset: 2.0 },
            Kink { normal: [1.0, 0.0], offset: 1.0 },
        ];
        assert_eq!(square.crossing(&kinks).count(), 3);
        let pieces = square.cut(&kinks);
        assert!(pieces.len() >= 5, "{pieces:?}");
        let sum: f64 = pieces.iter().map(|piece| integral(piece, cubic)).sum();
        assert!((sum - expected).abs() < 1e-9, "{sum} {expected}");
        for piece in &pieces {
            assert!(area(piece) >= 0.0);
            assert_eq!(piece.crossing(&kinks).count(), 0, "{piece:?}");
            let quarters = piece.quarters();
            let sum: f64 = quarters.iter().map(|quarter| integral(quarter, cubic)).sum();
            assert!((sum - integral(piece, cubic)).abs() < 1e-13);
        }
    }

    #[test]
    fn a_square_is_its_own_bounds() {
        let square = Patch::square([3.0, -4.0], 0.125);
        assert_eq!(square.bounds(), ([3.0, -4.0], 0.125));
        assert!((area(&square) - 0.0625).abs() < 1e-15);
        assert!(square.quarters().contains(&Patch::square([3.0625, -3.9375], 0.0625)));
    }
}
