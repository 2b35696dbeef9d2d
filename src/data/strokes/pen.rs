//! Drawing with a pen: smooth curves through points, and the ink of a round nib along them.

use super::glyphs::GlyphPoint;

/// Straight pieces per curve segment between two control points.
const PIECES: usize = 8;

/// The Catmull-Rom curve through `points` as a polyline. A point given twice is a corner; a curve
/// that ends where it began is closed smoothly.
pub(super) fn curve_through(points: &[GlyphPoint]) -> Vec<GlyphPoint> {
    let last = points.len().saturating_sub(1);
    let closed = last > 1 && points[0] == points[last];
    let mut line: Vec<GlyphPoint> = points.first().copied().into_iter().collect();
    for (index, pair) in points.windows(2).enumerate() {
        let (start, end) = (pair[0], pair[1]);
        if start == end {
            continue;
        }
        // The neighbours determine the tangents; beyond an open end or a corner the curve continues straight.
        let before = match index {
            0 if closed => points[last - 1],
            0 => start,
            _ => points[index - 1],
        };
        let after = match index + 2 {
            next if next <= last => points[next],
            _ if closed => points[1],
            _ => end,
        };
        for piece in 1..=PIECES {
            let t = piece as f64 / PIECES as f64;
            line.push((
                catmull_rom([before.0, start.0, end.0, after.0], t),
                catmull_rom([before.1, start.1, end.1, after.1], t),
            ));
        }
    }
    line
}

/// The uniform Catmull-Rom cubic between p₁ and p₂ at t in [0, 1].
fn catmull_rom([p0, p1, p2, p3]: [f64; 4], t: f64) -> f64 {
    let linear = p2 - p0;
    let quadratic = 2.0 * p0 - 5.0 * p1 + 4.0 * p2 - p3;
    let cubic = 3.0 * (p1 - p2) + p3 - p0;
    p1 + 0.5 * t * (linear + t * (quadratic + t * cubic))
}

/// The ink of a round nib of radius `radius` along `lines` on a square raster of `side` pixels, antialiased over one
/// pixel by the distance to the line. Nothing is drawn outside of the raster.
pub(super) fn inked(lines: &[Vec<GlyphPoint>], radius: f64, side: usize) -> Vec<f32> {
    let mut ink = vec![0.0_f32; side * side];
    let reach = radius + 1.0;
    // Saturating casts: coordinates left of or above the raster become 0.
    let pixels = |low: f64, high: f64| {
        let from = (low - reach).max(0.0) as usize;
        let to = ((high + reach).max(0.0) as usize + 1).min(side);
        from.min(to)..to
    };
    for piece in lines.iter().flat_map(|line| line.windows(2)) {
        let (start, end) = (piece[0], piece[1]);
        for row in pixels(start.1.min(end.1), start.1.max(end.1)) {
            for column in pixels(start.0.min(end.0), start.0.max(end.0)) {
                let centre = (column as f64 + 0.5, row as f64 + 0.5);
                let coverage = (radius + 0.5 - distance(centre, start, end)).clamp(0.0, 1.0);
                let pixel = &mut ink[row * side + column];
                *pixel = pixel.max(coverage as f32);
            }
        }
    }
    ink
}

/// The distance from `point` to the segment between `start` and `end`.
fn distance(point: GlyphPoint, start: GlyphPoint, end: GlyphPoint) -> f64 {
    let along = (end.0 - start.0, end.1 - start.1);
    let to_point = (point.0 - start.0, point.1 - start.1);
    let squared_length = along.0 * along.0 + along.1 * along.1;
    let t = if squared_length > 0.0 {
        ((to_point.0 * along.0 + to_point.1 * along.1) / squared_length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (dx, dy) = (to_point.0 - t * along.0, to_point.1 - t * along.1);
    (dx * dx + dy * dy).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_passes_through_its_points() {
        let points = [(0.0, 0.0), (1.0, 2.0), (3.0, 1.0), (4.0, 4.0)];
        let line = curve_through(&points);
        for (index, point) in points.iter().enumerate() {
            assert_eq!(line[index * PIECES], *point);
        }
    }

    #[test]
    fn points_on_a_line_evenly_spaced_stay_on_it() {
        let line = curve_through(&[(0.0, 0.0), (1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]);
        assert!(line.iter().all(|(x, y)| (y - 2.0 * x).abs() < 1e-12));
    }

    #[test]
    fn a_doubled_point_is_a_corner() {
        // After a corner the curve starts straight towards its next point, whatever came before.
        let line = curve_through(&[(0.0, 0.0), (5.0, 0.0), (5.0, 0.0), (5.0, 9.0)]);
        assert!(line.iter().all(|&(x, y)| (y == 0.0 && x <= 5.0) || x == 5.0));
    }

    #[test]
    fn a_closed_curve_is_the_same_from_every_start() {
        let ring = |start: usize| {
            let corners = [(0.0, 0.0), (4.0, 1.0), (5.0, 4.0), (1.0, 5.0)];
            let points: Vec<GlyphPoint> = (0..=4).map(|step| corners[(start + step) % 4]).collect();
            let mut line = curve_through(&points);
            line.pop();
            line.rotate_right(start * PIECES);
            line
        };
        for start in 1..4 {
            assert_eq!(ring(0), ring(start));
        }
    }

    #[test]
    fn a_straight_stroke_leaves_its_area_in_ink() {
        // A horizontal stroke of length 20 and width 6 with round ends: 120 + 9π.
        let ink = inked(&[vec![(10.0, 20.0), (30.0, 20.0)]], 3.0, 40);
        let total: f32 = ink.iter().sum();
        assert!((total - (120.0 + 9.0 * std::f32::consts::PI)).abs() < 1.0, "{total}");
        assert_eq!(ink[20 * 40 + 20], 1.0);
        assert_eq!(ink[10 * 40 + 20], 0.0);
    }

    #[test]
    fn what_leaves_the_sheet_is_not_drawn() {
        let far =
            inked(&[vec![(-50.0, -50.0), (-20.0, -30.0)], vec![(90.0, 5.0), (99.0, 5.0)]], 2.0, 10);
        assert!(far.iter().all(|&ink| ink == 0.0));
        let across = inked(&[vec![(-50.0, 5.0), (50.0, 5.0)]], 2.0, 10);
        assert!(across[50..60].iter().all(|&ink| ink == 1.0));
    }

    #[test]
    fn distances_to_a_segment() {
        let (start, end) = ((0.0, 0.0), (4.0, 0.0));
        assert_eq!(distance((2.0, 3.0), start, end), 3.0);
        assert_eq!(distance((7.0, 4.0), start, end), 5.0);
        assert_eq!(distance((-3.0, -4.0), start, end), 5.0);
        assert_eq!(distance((3.0, 4.0), start, start), 5.0);
    }
}
