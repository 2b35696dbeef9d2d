//! The lines on which a function on a square of nodes has one value, by marching squares.

/// A piece of a contour in units of nodes: where it begins and where it ends.
pub type Segment = [[f64; 2]; 2];

/// The contour of `values` at `level`, in pieces of one cell each, in no order.
///
/// `values` has `side`² numbers, the second coordinate running fastest; node (i, j) lies at [i, j]. On the sides of a
/// cell the function is taken as linear; a cell whose corners lie alternately above and below has two pieces.
/// Source: Lorensen & Cline 1987, in two dimensions.
pub fn contour(values: &[f64], side: usize, level: f64) -> Vec<Segment> {
    let mut segments = Vec::new();
    for first in 1..side {
        let (left, right) = ((first - 1) * side, first * side);
        for second in 1..side {
            let corners = [left + second - 1, right + second - 1, right + second, left + second]
                .map(|index| values.get(index).map_or(f64::NAN, |value| value - level));
            let is_above = corners.map(|value| value >= 0.0);
            if is_above == [is_above[0]; 4] || corners.iter().any(|value| value.is_nan()) {
                continue;
            }
            let origin = [first as f64 - 1.0, second as f64 - 1.0];
            let crossings = (0..4).filter(|&edge| is_above[edge] != is_above[(edge + 1) % 4]);
            let points: Vec<[f64; 2]> =
                crossings.map(|edge| crossing(edge, &corners, origin)).collect();
            segments.extend(points.chunks_exact(2).map(|ends| [ends[0], ends[1]]));
        }
    }
    segments
}

/// Where the function is zero on an edge of a cell: 0 below, 1 at the right, 2 above, 3 at the left.
fn crossing(edge: usize, corners: &[f64; 4], [x, y]: [f64; 2]) -> [f64; 2] {
    const PLACES: [[f64; 2]; 4] = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
    let next = (edge + 1) % 4;
    let (from, to) = (corners[edge], corners[next]);
    // −∞ on one side puts the crossing at the other corner.
    let share = if from.is_infinite() {
        1.0
    } else if to.is_infinite() {
        0.0
    } else {
        from / (from - to)
    };
    let [a, b] = [PLACES[edge], PLACES[next]];
    [x + a[0] + share * (b[0] - a[0]), y + a[1] + share * (b[1] - a[1])]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 81;

    /// −r²/2 about the middle, in units of nodes.
    fn hill() -> Vec<f64> {
        let middle = 0.5 * (SIDE - 1) as f64;
        let at = |index: usize| {
            let [x, y] = [index / SIDE, index % SIDE].map(|node| node as f64 - middle);
            -0.5 * (x * x + y * y)
        };
        (0..SIDE * SIDE).map(at).collect()
    }

    #[test]
    fn the_contour_of_a_round_hill_is_a_circle() {
        let radius = 20.0_f64;
        let segments = contour(&hill(), SIDE, -0.5 * radius * radius);
        let middle = 0.5 * (SIDE - 1) as f64;
        let mut length = 0.0;
        for [a, b] in &segments {
            for point in [a, b] {
                let distance = (point[0] - middle).hypot(point[1] - middle);
                // A parabola leaves its chord by an eighth of its second derivative, over its slope.
                assert!((distance - radius).abs() < 0.125 / radius + 1e-9, "{distance}");
            }
            length += (a[0] - b[0]).hypot(a[1] - b[1]);
        }
        let around = 2.0 * std::f64::consts::PI * radius;
        assert!((length - around).abs() < 2e-3 * around, "{length} for {around}");
    }

    #[test]
    fn a_level_that_is_not_reached_has_no_contour() {
        for (values, side, level) in
            [(hill(), SIDE, 1.0), (Vec::new(), 0, 0.0), (vec![f64::NAN; 4], 2, 0.0)]
        {
            assert!(contour(&values, side, level).is_empty(), "{side}");
        }
    }

    #[test]
    fn a_saddle_has_two_pieces() {
        let segments = contour(&[1.0, -1.0, -1.0, 1.0], 2, 0.0);
        assert_eq!(segments.len(), 2);
    }

    #[test]
    fn a_cliff_to_minus_infinity_is_drawn_at_its_edge() {
        let segments = contour(&[0.0, 0.0, f64::NEG_INFINITY, f64::NEG_INFINITY], 2, -3.0);
        assert_eq!(segments, [[[0.0, 0.0], [0.0, 1.0]]]);
    }
}
