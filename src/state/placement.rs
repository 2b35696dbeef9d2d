//! The position and scale of a picture in the window, to convert pointer positions to the picture's own pixels.

/// A picture's rectangle in the window, and the picture's own size.
///
/// The sizes differ where the page, or a part of it, is scaled by a CSS `transform` or `zoom`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    corner: [f64; 2],
    shrink: [f64; 2],
}

impl Placement {
    /// From the top left corner and the size of the rectangle in the window, and the picture's own size.
    pub fn new(corner: [f64; 2], shown: [f64; 2], own: [f64; 2]) -> Self {
        let shrink = [0, 1].map(|axis| {
            let ratio = shown[axis] / own[axis];
            // A picture of size zero gets the scale 1.
            if ratio.is_finite() && ratio > 0.0 { ratio } else { 1.0 }
        });
        Self { corner, shrink }
    }

    /// The picture's pixel at a position in the window.
    pub fn picture_from_window(&self, at: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|axis| (at[axis] - self.corner[axis]) / self.shrink[axis])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_is_not_scaled_is_only_moved() {
        let placement = Placement::new([40.0, 100.0], [600.0, 400.0], [600.0, 400.0]);
        assert_eq!(placement.picture_from_window([100.0, 130.0]), [60.0, 30.0]);
    }

    #[test]
    fn a_scaled_picture_follows_the_pointer() {
        // transform: scale(.6): 60 px of the pointer are 100 px of the picture.
        let placement = Placement::new([24.0, 60.0], [360.0, 240.0], [600.0, 400.0]);
        let [from, to] = [[50.0, 80.0], [110.0, 80.0]].map(|at| placement.picture_from_window(at));
        assert!((to[0] - from[0] - 100.0).abs() < 1e-12 && to[1] == from[1]);
        // Each axis has its own scale.
        let placement = Placement::new([0.0; 2], [300.0, 800.0], [600.0, 400.0]);
        assert_eq!(placement.picture_from_window([30.0, 80.0]), [60.0, 40.0]);
    }

    #[test]
    fn a_picture_without_a_size_has_no_scale() {
        let placement = Placement::new([1.0, 2.0], [0.0, 10.0], [0.0, 0.0]);
        assert_eq!(placement.picture_from_window([3.0, 5.0]), [2.0, 3.0]);
    }
}
