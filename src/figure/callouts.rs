//! Names of what a picture shows, each beside its mark with a line to it, placed so that none covers another.

use std::f64::consts::TAU;

/// Directions around a mark in which its name can stand.
const DIRECTIONS: usize = 24;
/// Lengths of the line from a mark to its name, in pixels.
const DISTANCES: [f64; 5] = [14.0, 34.0, 62.0, 100.0, 150.0];
/// Least distance of a name from the picture's frame and from what it must not cover, in pixels.
const CLEAR: f64 = 6.0;
/// What a place costs that covers a part of a ring, one inside of a ring, and one that differs from the place before: in
/// pixels of line.
const COVERING: f64 = 26.0;
const INSIDE: f64 = 80.0;
const MOVING: f64 = 60.0;

/// An ellipse in the picture's pixels, around which a name can stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ring {
    /// The middle.
    pub centre: [f64; 2],
    /// The half-axes as vectors.
    pub axes: [[f64; 2]; 2],
}

impl Ring {
    /// A circle.
    pub fn circle(centre: [f64; 2], radius: f64) -> Self {
        Self { centre, axes: [[radius, 0.0], [0.0, radius]] }
    }

    fn point(&self, angle: f64) -> [f64; 2] {
        let (sin, cos) = angle.sin_cos();
        [0, 1].map(|i| self.centre[i] + cos * self.axes[0][i] + sin * self.axes[1][i])
    }

    /// Whether a box, given by its corners, has its middle or a corner inside.
    fn holds(&self, [left, top, right, bottom]: [f64; 4]) -> bool {
        let [[a, b], [c, d]] = self.axes;
        let determinant = a * d - b * c;
        let is_inside = |[x, y]: [f64; 2]| {
            let [x, y] = [x - self.centre[0], y - self.centre[1]];
            let [u, v] = [(d * x - c * y) / determinant, (a * y - b * x) / determinant];
            u * u + v * v < 1.0
        };
        let middle = [0.5 * (left + right), 0.5 * (top + bottom)];
        [middle, [left, top], [right, top], [left, bottom], [right, bottom]]
            .into_iter()
            .any(is_inside)
    }

    /// Whether a box, given by its corners, contains one of its points.
    fn crosses(&self, [left, top, right, bottom]: [f64; 4]) -> bool {
        (0..DIRECTIONS).any(|turn| {
            let [x, y] = self.point(TAU * turn as f64 / DIRECTIONS as f64);
            left <= x && x <= right && top <= y && y <= bottom
        })
    }
}

/// A name to be placed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Callout {
    /// What it names.
    pub ring: Ring,
    /// Width and height of what is written, in pixels.
    pub size: [f64; 2],
}

/// A name's place: the end of its line at the mark, the end at the name, and the left top corner of what is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// On the ring.
    pub from: [f64; 2],
    /// At the edge of the writing.
    pub to: [f64; 2],
    /// The left top corner of the writing.
    pub corner: [f64; 2],
    /// Which of the candidates it is, to be given back when the picture has changed.
    pub candidate: usize,
}

/// Places names in a picture of this size, the first ones first, off `taken` (left, top, right, bottom), and outside of the
/// rings to be kept `clear` where that is possible. A name stays where it stood `before` while that is not much worse than elsewhere; one without room has no place.
pub fn callouts(
    names: &[Callout],
    size: [f64; 2],
    taken: &[[f64; 4]],
    clear: &[Ring],
    before: &[Option<usize>],
) -> Vec<Option<Place>> {
    let mut taken = taken.to_vec();
    let mut places = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let was = before.get(index).copied().flatten();
        let candidates = (0..DIRECTIONS * DISTANCES.len()).filter_map(|candidate| {
            let place = candidate_place(name, candidate);
            let written = box_of(&place, name.size);
            let is_inside = written[0] >= CLEAR
                && written[1] >= CLEAR
                && written[2] <= size[0] - CLEAR
                && written[3] <= size[1] - CLEAR;
            if !is_inside || taken.iter().any(|other| overlap(*other, written)) {
                return None;
            }
            let covered = names.iter().filter(|other| other.ring.crosses(written)).count();
            let inside = clear.iter().filter(|ring| ring.holds(written)).count();
            let moved = if was.is_some_and(|was| was != candidate) { MOVING } else { 0.0 };
            let length = DISTANCES[candidate / DIRECTIONS];
            Some((length + COVERING * covered as f64 + INSIDE * inside as f64 + moved, place))
        });
        let best = candidates.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, place)| place);
        if let Some(place) = &best {
            taken.push(box_of(place, name.size));
        }
        places.push(best);
    }
    places
}

fn candidate_place(name: &Callout, candidate: usize) -> Place {
    let angle = TAU * (candidate % DIRECTIONS) as f64 / DIRECTIONS as f64;
    let from = name.ring.point(angle);
    let out = [0, 1].map(|i| from[i] - name.ring.centre[i]);
    let length = out[0].hypot(out[1]);
    // A ring without extent has the directions of a circle.
    let out = if length > 0.0 { out.map(|part| part / length) } else { [angle.cos(), angle.sin()] };
    let distance = DISTANCES[candidate / DIRECTIONS];
    let to = [0, 1].map(|i| from[i] + distance * out[i]);
    // The line ends at the side of the writing that faces the mark.
    let [width, height] = name.size;
    let left = to[0] - 0.5 * width * (1.0 - out[0]);
    let top = to[1] - 0.5 * height * (1.0 - out[1]);
    Place { from, to, corner: [left, top], candidate }
}

fn box_of(place: &Place, [width, height]: [f64; 2]) -> [f64; 4] {
    let [left, top] = place.corner;
    [left, top, left + width, top + height]
}

fn overlap(a: [f64; 4], b: [f64; 4]) -> bool {
    a[0] < b[2] + CLEAR && b[0] < a[2] + CLEAR && a[1] < b[3] + CLEAR && b[1] < a[3] + CLEAR
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: [f64; 2] = [576.0, 544.0];

    fn name(centre: [f64; 2], radius: f64) -> Callout {
        Callout { ring: Ring::circle(centre, radius), size: [120.0, 20.0] }
    }

    proptest! {
        #[test]
        fn no_name_covers_another_or_leaves_the_picture(
            centres in prop::collection::vec((0.0..576.0_f64, 0.0..544.0_f64, 1.0..150.0_f64), 1..6),
        ) {
            let names: Vec<_> = centres.iter().map(|(x, y, radius)| name([*x, *y], *radius)).collect();
            let map = [0.0, 370.0, 160.0, 544.0];
            let places = callouts(&names, SIZE, &[map], &[], &[]);
            prop_assert_eq!(places.len(), names.len());
            let boxes: Vec<_> =
                places.iter().flatten().map(|place| box_of(place, [120.0, 20.0])).collect();
            for (index, written) in boxes.iter().enumerate() {
                prop_assert!(written[0] >= 0.0 && written[1] >= 0.0, "{written:?}");
                prop_assert!(written[2] <= SIZE[0] && written[3] <= SIZE[1], "{written:?}");
                for other in boxes[..index].iter().chain([&map]) {
                    let apart = written[2] <= other[0] || other[2] <= written[0]
                        || written[3] <= other[1] || other[3] <= written[1];
                    prop_assert!(apart, "{written:?} on {other:?}");
                }
            }
        }
    }

    #[test]
    fn a_line_leads_from_the_ring_to_the_name() {
        let places = callouts(&[name([288.0, 272.0], 80.0)], SIZE, &[], &[], &[]);
        let place = places[0].unwrap();
        let radius = (place.from[0] - 288.0).hypot(place.from[1] - 272.0);
        assert!((radius - 80.0).abs() < 1e-9, "{place:?}");
        let [left, top, right, bottom] = box_of(&place, [120.0, 20.0]);
        let [x, y] = place.to;
        assert!(left - 1e-9 <= x && x <= right + 1e-9 && top - 1e-9 <= y && y <= bottom + 1e-9);
    }

    #[test]
    fn a_name_stays_while_its_mark_moves_a_little() {
        let first = callouts(&[name([288.0, 272.0], 80.0)], SIZE, &[], &[], &[]);
        let was = first[0].unwrap().candidate;
        for step in 1..40 {
            let moved = name([288.0 + f64::from(step), 272.0], 80.0);
            let place = callouts(&[moved], SIZE, &[], &[], &[Some(was)])[0].unwrap();
            assert_eq!(place.candidate, was, "after {step} pixels");
        }
    }

    #[test]
    fn a_ring_that_is_to_be_seen_is_kept_clear() {
        let spot = Ring { centre: [288.0, 272.0], axes: [[100.0, 30.0], [-30.0, 60.0]] };
        let place = callouts(&[name([288.0, 272.0], 5.0)], SIZE, &[], &[spot], &[])[0].unwrap();
        assert!(!spot.holds(box_of(&place, [120.0, 20.0])), "{place:?}");
        assert!(spot.holds([280.0, 270.0, 296.0, 274.0]));
        assert!(!spot.holds([420.0, 270.0, 440.0, 274.0]));
    }

    #[test]
    fn a_name_without_room_has_no_place() {
        let everywhere = [0.0, 0.0, SIZE[0], SIZE[1]];
        assert_eq!(callouts(&[name([288.0, 272.0], 80.0)], SIZE, &[everywhere], &[], &[]), [None]);
    }
}
