//! The visible part of the latent plane, and the transform between latent and screen coordinates.

/// A window onto the latent plane; both axes have the same scale, z₂ points up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneView {
    /// The latent point at the centre of the window.
    pub centre: [f64; 2],
    /// Screen pixels per latent unit.
    pub scale: f64,
    /// Width and height of the window in screen pixels.
    pub size: [f64; 2],
}

/// Limits of the extent, in latent units, of the window's shorter side: from the narrowest posterior that q can fit
/// to a plane that contains every q.
const EXTENT: [f64; 2] = [2e-3, 60.0];

impl PlaneView {
    /// The closest view in which every one of `boxes`, given as (centre, half-width), is visible with a margin.
    pub fn fitting(boxes: &[([f64; 2], f64)], size: [f64; 2]) -> Self {
        let bound = |axis: usize, sign: f64| {
            boxes
                .iter()
                .map(|(centre, half)| sign * centre[axis] + half)
                .fold(f64::NEG_INFINITY, f64::max)
        };
        let shorter = size[0].min(size[1]).max(1.0);
        let mut centre = [0.0; 2];
        let mut scale = shorter / EXTENT[0];
        for axis in 0..2 {
            let (high, low) = (bound(axis, 1.0), -bound(axis, -1.0));
            if high >= low {
                centre[axis] = 0.5 * (high + low);
                scale = scale.min(size[axis] / (1.12 * (high - low)).max(1e-9));
            }
        }
        Self { centre, scale: scale.max(shorter / EXTENT[1]), size }
    }

    /// The screen pixel, from the top left corner, of a latent point.
    pub fn screen_from_data(&self, [z1, z2]: [f64; 2]) -> [f64; 2] {
        [
            0.5 * self.size[0] + (z1 - self.centre[0]) * self.scale,
            0.5 * self.size[1] - (z2 - self.centre[1]) * self.scale,
        ]
    }

    /// The latent point at a screen pixel.
    pub fn data_from_screen(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [
            self.centre[0] + (x - 0.5 * self.size[0]) / self.scale,
            self.centre[1] - (y - 0.5 * self.size[1]) / self.scale,
        ]
    }

    /// The visible range of each coordinate, lower end first.
    pub fn ranges(&self) -> [[f64; 2]; 2] {
        [0, 1].map(|axis| {
            let half = 0.5 * self.size[axis] / self.scale;
            [self.centre[axis] - half, self.centre[axis] + half]
        })
    }

    /// The view magnified by `factor`; the latent point at the pixel `screen` keeps its place.
    pub fn zoomed(&self, factor: f64, screen: [f64; 2]) -> Self {
        let shorter = self.size[0].min(self.size[1]).max(1.0);
        let scale = (self.scale * factor).clamp(shorter / EXTENT[1], shorter / EXTENT[0]);
        let fixed = self.data_from_screen(screen);
        let moved = Self { scale, ..*self };
        let now = moved.data_from_screen(screen);
        let centre = [self.centre[0] + fixed[0] - now[0], self.centre[1] + fixed[1] - now[1]];
        Self { centre, ..moved }
    }

    /// The view panned by so many screen pixels.
    pub fn panned(&self, [right, down]: [f64; 2]) -> Self {
        let [z1, z2] = self.centre;
        Self { centre: [z1 - right / self.scale, z2 + down / self.scale], ..*self }
    }

    /// Whether a latent point is visible.
    pub fn shows(&self, z: [f64; 2]) -> bool {
        let ranges = self.ranges();
        (0..2).all(|axis| ranges[axis][0] <= z[axis] && z[axis] <= ranges[axis][1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn view() -> impl Strategy<Value = PlaneView> {
        (-4.0..4.0, -4.0..4.0, 30.0..2000.0, 200.0..1500.0, 200.0..1500.0).prop_map(
            |(z1, z2, scale, width, height)| PlaneView {
                centre: [z1, z2],
                scale,
                size: [width, height],
            },
        )
    }

    proptest! {
        #[test]
        fn the_transforms_are_inverse(view in view(), x in 0.0..1500.0, y in 0.0..1500.0) {
            let back = view.screen_from_data(view.data_from_screen([x, y]));
            prop_assert!((back[0] - x).abs() < 1e-9 && (back[1] - y).abs() < 1e-9);
        }

        #[test]
        fn zooming_keeps_the_point_under_the_pointer(
            view in view(), factor in 0.2..5.0, x in 0.0..1500.0, y in 0.0..1500.0,
        ) {
            let before = view.data_from_screen([x, y]);
            let after = view.zoomed(factor, [x, y]).data_from_screen([x, y]);
            prop_assert!((before[0] - after[0]).abs() < 1e-9);
            prop_assert!((before[1] - after[1]).abs() < 1e-9);
        }

        #[test]
        fn a_fitted_view_shows_its_boxes(
            boxes in prop::collection::vec(((-2.0..2.0, -2.0..2.0), 0.05..2.0), 1..5),
            width in 200.0..1500.0, height in 200.0..1500.0,
        ) {
            let boxes: Vec<([f64; 2], f64)> =
                boxes.into_iter().map(|((z1, z2), half)| ([z1, z2], half)).collect();
            let view = PlaneView::fitting(&boxes, [width, height]);
            for (centre, half) in boxes {
                for (s1, s2) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
                    prop_assert!(view.shows([centre[0] + s1 * half, centre[1] + s2 * half]));
                }
            }
        }
    }
}
