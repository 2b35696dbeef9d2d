//! The strokes on a sketch pad: each pointer draws its own, and while a pen is in use touch is ignored.

/// The kind of a pointer, by the browser's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerKind {
    /// A mouse, or an unknown kind.
    Mouse,
    /// A pen on a screen or a tablet.
    Pen,
    /// A finger, or the palm of the hand that holds the pen.
    Touch,
}

/// The effect of a stroke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Adds ink.
    Ink,
    /// Removes ink.
    Eraser,
}

/// A pointer as described by an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its identifier, the same from its first event to its last.
    pub id: i32,
    /// Its kind.
    pub kind: PointerKind,
    /// Its pressed buttons, as bits.
    pub buttons: u16,
}

/// A stroke in the pad's pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// Its effect.
    pub tool: Tool,
    /// Its points; never empty.
    pub points: Vec<[f64; 2]>,
    /// The pointer that is still drawing it.
    pointer: Option<Contact>,
}

/// The part of the strokes that has to be drawn after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// Nothing is new.
    Nothing,
    /// A stroke has grown: its points from this one on.
    Grown {
        /// Its index among the strokes.
        stroke: usize,
        /// Its first new point.
        from: usize,
    },
    /// A stroke was removed: everything has to be drawn anew.
    Anew,
}

/// All strokes, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SketchPad {
    strokes: Vec<Stroke>,
    has_pen: bool,
}

/// Bits of a pointer's buttons: tip or left button, barrel of a pen, eraser end of a pen.
const TIP: u16 = 1;
const BARREL: u16 = 2;
const REAR: u16 = 32;

impl PointerKind {
    /// From the event's `pointerType`.
    pub fn of(name: &str) -> Self {
        match name {
            "pen" => Self::Pen,
            "touch" => Self::Touch,
            _ => Self::Mouse,
        }
    }
}

impl Contact {
    /// The tool of the pointer, if it touches the pad.
    fn tool(self) -> Option<Tool> {
        let is_down = |button| self.buttons & button != 0;
        match self.kind {
            PointerKind::Pen if is_down(REAR) => Some(Tool::Eraser),
            // A pen whose barrel button is pressed also writes.
            PointerKind::Pen => is_down(TIP | BARREL).then_some(Tool::Ink),
            PointerKind::Mouse | PointerKind::Touch => is_down(TIP).then_some(Tool::Ink),
        }
    }
}

impl SketchPad {
    /// All strokes, oldest first.
    pub fn strokes(&self) -> &[Stroke] {
        &self.strokes
    }

    /// Clears the pad, and lets fingers draw again.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// A pointer is pressed: it begins a stroke, unless it is a palm beside a pen.
    pub fn press(&mut self, contact: Contact, at: [f64; 2]) -> Drawn {
        let drawn = self.see(contact);
        let Some(tool) = contact.tool().filter(|_| !self.is_palm(contact)) else { return drawn };
        self.lift(contact.id);
        self.strokes.push(Stroke { tool, points: vec![at], pointer: Some(contact) });
        match drawn {
            Drawn::Anew => Drawn::Anew,
            _ => Drawn::Grown { stroke: self.strokes.len() - 1, from: 0 },
        }
    }

    /// A pointer has moved through these points: its stroke continues.
    pub fn go_on(&mut self, contact: Contact, through: &[[f64; 2]]) -> Drawn {
        let drawn = self.see(contact);
        if contact.tool().is_none() {
            // It was released outside of the page.
            self.lift(contact.id);
            return drawn;
        }
        let Some(stroke) = self.strokes.iter().position(|stroke| stroke.is_of(contact.id)) else {
            return drawn;
        };
        let points = &mut self.strokes[stroke].points;
        let from = points.len();
        points.extend(through.iter().filter(|point| point.iter().all(|part| part.is_finite())));
        match drawn {
            Drawn::Anew => Drawn::Anew,
            _ if points.len() == from => Drawn::Nothing,
            _ => Drawn::Grown { stroke, from },
        }
    }

    /// A pointer was released: its stroke is finished.
    pub fn lift(&mut self, id: i32) {
        for stroke in &mut self.strokes {
            if stroke.is_of(id) {
                stroke.pointer = None;
            }
        }
    }

    /// The browser cancels a pointer. A cancelled touch was a palm or a gesture: its stroke is removed.
    pub fn cancel(&mut self, id: i32) -> Drawn {
        let drawn = self.take_away(|stroke| stroke.is_of(id) && stroke.is_touch());
        self.lift(id);
        drawn
    }

    /// From the first event of a pen on, even above the pad, touch counts as the palm of the hand that holds it.
    fn see(&mut self, contact: Contact) -> Drawn {
        if contact.kind != PointerKind::Pen || self.has_pen {
            return Drawn::Nothing;
        }
        self.has_pen = true;
        // A palm touches the screen before the pen; finished strokes of fingers stay.
        self.take_away(Stroke::is_touch)
    }

    fn is_palm(&self, contact: Contact) -> bool {
        self.has_pen && contact.kind == PointerKind::Touch
    }

    fn take_away(&mut self, is_wrong: impl Fn(&Stroke) -> bool) -> Drawn {
        let before = self.strokes.len();
        self.strokes.retain(|stroke| !is_wrong(stroke));
        if self.strokes.len() < before { Drawn::Anew } else { Drawn::Nothing }
    }
}

impl Stroke {
    /// Whether this pointer is still drawing the stroke.
    fn is_of(&self, id: i32) -> bool {
        self.pointer.is_some_and(|pointer| pointer.id == id)
    }

    /// Whether a finger or a palm is still drawing the stroke.
    fn is_touch(&self) -> bool {
        self.pointer.is_some_and(|pointer| pointer.kind == PointerKind::Touch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn touch(id: i32) -> Contact {
        Contact { id, kind: PointerKind::Touch, buttons: TIP }
    }

    fn pen(buttons: u16) -> Contact {
        Contact { id: 9, kind: PointerKind::Pen, buttons }
    }

    fn mouse(buttons: u16) -> Contact {
        Contact { id: 1, kind: PointerKind::Mouse, buttons }
    }

    fn points(pad: &SketchPad) -> Vec<Vec<[f64; 2]>> {
        pad.strokes().iter().map(|stroke| stroke.points.clone()).collect()
    }

    #[test]
    fn two_fingers_draw_two_strokes() {
        let mut pad = SketchPad::default();
        pad.press(touch(2), [10.0, 0.0]);
        pad.press(touch(3), [90.0, 0.0]);
        for y in 1..=20 {
            let y = f64::from(y);
            assert_eq!(
                pad.go_on(touch(2), &[[10.0, y]]),
                Drawn::Grown { stroke: 0, from: y as usize }
            );
            pad.go_on(touch(3), &[[90.0, y]]);
        }
        let drawn = points(&pad);
        assert_eq!(drawn.iter().map(Vec::len).collect::<Vec<_>>(), [21, 21]);
        assert!(drawn[0].iter().all(|point| point[0] == 10.0));
        assert!(drawn[1].iter().all(|point| point[0] == 90.0));
    }

    #[test]
    fn a_pen_takes_the_palms_ink_away_and_silences_it() {
        let mut pad = SketchPad::default();
        pad.press(touch(2), [50.0, 95.0]);
        pad.go_on(touch(2), &[[51.0, 95.0]]);
        assert_eq!(pad.press(pen(TIP), [20.0, 20.0]), Drawn::Anew);
        for step in 1..=20 {
            pad.go_on(pen(TIP), &[[20.0 + f64::from(step), 20.0]]);
            assert_eq!(pad.go_on(touch(2), &[[51.0 + f64::from(step), 95.0]]), Drawn::Nothing);
        }
        pad.lift(2);
        pad.lift(9);
        // The palm moves before the next stroke.
        assert_eq!(pad.press(touch(4), [60.0, 95.0]), Drawn::Nothing);
        pad.press(pen(TIP), [20.0, 50.0]);
        let drawn = points(&pad);
        assert_eq!(drawn.iter().map(Vec::len).collect::<Vec<_>>(), [21, 1]);
        assert!(drawn.iter().flatten().all(|point| point[1] < 60.0));
        pad.clear();
        assert_eq!(pad.press(touch(5), [1.0, 1.0]), Drawn::Grown { stroke: 0, from: 0 });
    }

    #[test]
    fn a_pen_above_the_pad_is_seen_before_the_palm() {
        let mut pad = SketchPad::default();
        assert_eq!(pad.go_on(pen(0), &[[20.0, 20.0]]), Drawn::Nothing);
        assert_eq!(pad.press(touch(2), [50.0, 95.0]), Drawn::Nothing);
        assert!(pad.strokes().is_empty());
    }

    #[test]
    fn what_a_finger_finished_before_the_pen_stays() {
        let mut pad = SketchPad::default();
        pad.press(touch(2), [1.0, 1.0]);
        pad.lift(2);
        assert_eq!(pad.press(pen(TIP), [5.0, 5.0]), Drawn::Grown { stroke: 1, from: 0 });
        assert_eq!(points(&pad), [[[1.0, 1.0]], [[5.0, 5.0]]]);
    }

    #[test]
    fn a_pen_writes_with_its_barrel_pressed_and_erases_with_its_other_end() {
        for (buttons, tool) in [(TIP, Tool::Ink), (BARREL, Tool::Ink), (REAR, Tool::Eraser)] {
            let mut pad = SketchPad::default();
            pad.press(pen(buttons), [0.0, 0.0]);
            pad.go_on(pen(buttons), &[[1.0, 0.0], [2.0, 0.0]]);
            assert_eq!(pad.strokes().len(), 1);
            assert_eq!((pad.strokes()[0].tool, pad.strokes()[0].points.len()), (tool, 3));
        }
    }

    #[test]
    fn only_the_left_button_of_a_mouse_draws() {
        let mut pad = SketchPad::default();
        assert_eq!(pad.press(mouse(BARREL), [0.0, 0.0]), Drawn::Nothing);
        assert_eq!(pad.go_on(mouse(BARREL), &[[1.0, 0.0]]), Drawn::Nothing);
        pad.press(mouse(TIP), [0.0, 0.0]);
        // Released outside the window, and back without a pressed button.
        assert_eq!(pad.go_on(mouse(0), &[[1.0, 0.0]]), Drawn::Nothing);
        assert_eq!(pad.go_on(mouse(TIP), &[[2.0, 0.0]]), Drawn::Nothing);
        assert_eq!(points(&pad), [[[0.0, 0.0]]]);
    }

    #[test]
    fn a_touch_that_the_browser_takes_away_leaves_nothing() {
        let mut pad = SketchPad::default();
        pad.press(touch(2), [1.0, 1.0]);
        pad.press(touch(3), [5.0, 5.0]);
        assert_eq!(pad.cancel(2), Drawn::Anew);
        assert_eq!(pad.go_on(touch(3), &[[6.0, 5.0]]), Drawn::Grown { stroke: 0, from: 1 });
        // A cancelled stroke of a pen stays as far as it was drawn.
        let mut pad = SketchPad::default();
        pad.press(pen(TIP), [1.0, 1.0]);
        assert_eq!(pad.cancel(9), Drawn::Nothing);
        assert_eq!(pad.strokes().len(), 1);
    }

    proptest! {
        #[test]
        fn every_stroke_has_the_points_of_its_own_pointer_and_all_of_them(
            events in prop::collection::vec((0..4_i32, 0..5_usize), 0..80),
        ) {
            // Pointer `id` stays at x = id and is pressed from its first event to the end.
            let mut pad = SketchPad::default();
            let mut given = [0; 4];
            for (id, count) in events {
                let place = f64::from(id);
                let count = if given[id as usize] == 0 {
                    pad.press(touch(id), [place, 0.0]);
                    1
                } else {
                    pad.go_on(touch(id), &vec![[place, 1.0]; count]);
                    count
                };
                given[id as usize] += count;
            }
            for stroke in pad.strokes() {
                let id = stroke.points[0][0];
                prop_assert!(stroke.points.iter().all(|point| point[0] == id));
                prop_assert_eq!(stroke.points.len(), given[id as usize]);
            }
            let drawn: usize = pad.strokes().iter().map(|stroke| stroke.points.len()).sum();
            prop_assert_eq!(drawn, given.iter().sum::<usize>());
        }
    }
}
