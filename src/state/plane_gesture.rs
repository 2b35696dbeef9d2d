//! Panning and zooming of the latent plane by pointers and the wheel: one pointer pans, two also zoom.

use super::plane_view::PlaneView;

/// The pointers pressed on the plane, at most two, with their last positions in screen pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaneGesture {
    pointers: Vec<(i32, [f64; 2])>,
}

/// Further pointers are ignored.
const MOST: usize = 2;
/// Two pointers nearer than this, in pixels, do not zoom: the ratio of such distances is mostly noise.
const NEAREST: f64 = 8.0;

impl PlaneGesture {
    /// A pointer is pressed on the plane.
    pub fn press(&mut self, id: i32, at: [f64; 2]) {
        self.lift(id);
        if self.pointers.len() < MOST {
            self.pointers.push((id, at));
        }
    }

    /// Whether a pointer is pressed on the plane.
    pub fn holds(&self, id: i32) -> bool {
        self.pointers.iter().any(|(pointer, _)| *pointer == id)
    }

    /// A pointer has moved: returns the view in which the points under the pointers are below them again, within the
    /// limits of a view; `None` for a pointer that was not pressed on the plane.
    pub fn moved(&mut self, id: i32, to: [f64; 2], view: &PlaneView) -> Option<PlaneView> {
        let before = self.span();
        let (_, at) = self.pointers.iter_mut().find(|(pointer, _)| *pointer == id)?;
        *at = to;
        let after = self.span();
        let panned = view.panned([0, 1].map(|axis| after.middle[axis] - before.middle[axis]));
        let can_zoom = before.distance >= NEAREST && after.distance >= NEAREST;
        let factor = if can_zoom { after.distance / before.distance } else { 1.0 };
        Some(panned.zoomed(factor, after.middle))
    }

    /// A pointer was released or cancelled.
    pub fn lift(&mut self, id: i32) {
        self.pointers.retain(|(pointer, _)| *pointer != id);
    }

    /// The centre of the pointers, and the distance between two of them.
    fn span(&self) -> Span {
        match self.pointers[..] {
            [(_, first), (_, second), ..] => Span {
                middle: [0, 1].map(|axis| 0.5 * (first[axis] + second[axis])),
                distance: (second[0] - first[0]).hypot(second[1] - first[1]),
            },
            [(_, only)] => Span { middle: only, distance: 0.0 },
            [] => Span { middle: [0.0; 2], distance: 0.0 },
        }
    }
}

struct Span {
    middle: [f64; 2],
    distance: f64,
}

/// The zoom factor of a turn of the wheel.
///
/// `lines` says that the browser counts lines and not pixels. A pinch on a touchpad arrives as a wheel event with the
/// Control key and small numbers, which are amplified; the factor of one event is bounded.
pub fn wheel_factor(turned: f64, lines: bool, has_control: bool) -> f64 {
    const PIXELS_PER_LINE: f64 = 33.0;
    const RATE: f64 = 0.0015;
    const PINCH: f64 = 7.0;
    /// Natural logarithm of the largest zoom factor of one event.
    const MOST_LOG: f64 = 0.3;
    let pixels = if lines { turned * PIXELS_PER_LINE } else { turned };
    let rate = if has_control { RATE * PINCH } else { RATE };
    (-rate * pixels).clamp(-MOST_LOG, MOST_LOG).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VIEW: PlaneView = PlaneView { centre: [0.3, -0.2], scale: 150.0, size: [600.0, 400.0] };

    fn place() -> impl Strategy<Value = [f64; 2]> {
        [0.0..600.0, 0.0..400.0]
    }

    #[test]
    fn one_pointer_drags() {
        let mut gesture = PlaneGesture::default();
        gesture.press(1, [100.0, 100.0]);
        let view = gesture.moved(1, [130.0, 85.0], &VIEW).expect("it was pressed");
        assert_eq!(view.scale, VIEW.scale);
        assert!((view.centre[0] - (0.3 - 30.0 / 150.0)).abs() < 1e-12);
        assert!((view.centre[1] - (-0.2 - 15.0 / 150.0)).abs() < 1e-12);
    }

    #[test]
    fn spreading_two_fingers_zooms_about_their_middle() {
        let mut gesture = PlaneGesture::default();
        gesture.press(1, [250.0, 200.0]);
        gesture.press(2, [350.0, 200.0]);
        let middle = VIEW.data_from_screen([300.0, 200.0]);
        let mut view = VIEW;
        for step in 1..=10 {
            let by = 5.0 * f64::from(step);
            view = gesture.moved(1, [250.0 - by, 200.0], &view).expect("pressed");
            view = gesture.moved(2, [350.0 + by, 200.0], &view).expect("pressed");
        }
        assert!((view.scale / VIEW.scale - 2.0).abs() < 1e-9, "{}", view.scale / VIEW.scale);
        let now = view.data_from_screen([300.0, 200.0]);
        assert!((0..2).all(|axis| (now[axis] - middle[axis]).abs() < 1e-9), "{now:?} {middle:?}");
    }

    #[test]
    fn the_finger_that_stays_drags_on_without_a_jump() {
        let mut gesture = PlaneGesture::default();
        gesture.press(1, [250.0, 200.0]);
        gesture.press(2, [350.0, 200.0]);
        gesture.lift(1);
        let view = gesture.moved(2, [351.0, 200.0], &VIEW).expect("pressed");
        assert!((view.centre[0] - (0.3 - 1.0 / 150.0)).abs() < 1e-12);
        assert_eq!(view.scale, VIEW.scale);
    }

    #[test]
    fn a_third_pointer_and_one_that_hovers_move_nothing() {
        let mut gesture = PlaneGesture::default();
        assert_eq!(gesture.moved(7, [1.0, 1.0], &VIEW), None);
        for id in 1..=3 {
            gesture.press(id, [100.0 * f64::from(id), 100.0]);
        }
        assert_eq!(gesture.moved(3, [10.0, 10.0], &VIEW), None);
    }

    #[test]
    fn a_wheel_zooms_the_same_in_pixels_and_in_lines_and_a_pinch_is_felt() {
        assert_eq!(wheel_factor(0.0, false, false), 1.0);
        assert!(wheel_factor(-100.0, false, false) > 1.1);
        let (pixels, lines) = (wheel_factor(99.0, false, false), wheel_factor(3.0, true, false));
        assert!((pixels - lines).abs() < 1e-12);
        // Twenty small events of a pinch zoom visibly; one notch with Control does not jump.
        assert!(wheel_factor(-5.0, false, true).powi(20) > 2.0);
        assert!(wheel_factor(-120.0, false, true) < 1.5);
        assert!(
            (wheel_factor(50.0, false, true) * wheel_factor(-50.0, false, true) - 1.0).abs()
                < 1e-12
        );
    }

    proptest! {
        #[test]
        fn what_was_between_the_fingers_stays_between_them(
            first in place(), second in place(), to in place(),
        ) {
            let mut gesture = PlaneGesture::default();
            gesture.press(1, first);
            gesture.press(2, second);
            let middle = |other: [f64; 2]| [0, 1].map(|axis| 0.5 * (first[axis] + other[axis]));
            let before = VIEW.data_from_screen(middle(second));
            let view = gesture.moved(2, to, &VIEW).expect("pressed");
            let after = view.data_from_screen(middle(to));
            prop_assert!((0..2).all(|axis| (before[axis] - after[axis]).abs() < 1e-9));
        }
    }
}
