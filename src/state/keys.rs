//! The meaning of a key press: for a lesson, for a handle, and as a shortcut on any keyboard layout.

use super::range::Pace;

/// The meaning of a key for the walk through a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalkKey {
    /// Page Down: scroll forward, then to the next step.
    On,
    /// Page Up: scroll back, then to the previous step.
    Back,
    /// R: restore the step's state.
    Restore,
}

/// The kind of the focused element, by the keys that it uses itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// A text field: it uses letters.
    Text,
    /// A slider or a handle: it uses the paging keys.
    Slider,
    /// A list of choices: it uses letters and paging keys.
    List,
    /// An element of a dialog: no key belongs to the walk.
    Dialog,
    /// Any other element.
    Other,
}

impl WalkKey {
    /// The key's meaning, from the event's `key` and `code`.
    pub fn of(key: &str, code: &str) -> Option<Self> {
        match key {
            "PageDown" => Some(Self::On),
            "PageUp" => Some(Self::Back),
            _ => (letter(key, code) == Some('r')).then_some(Self::Restore),
        }
    }

    /// Whether the walk handles the key, rather than the focused element.
    ///
    /// A presenter's remote control sends paging keys. They must not move a control that was focused by a drag, so
    /// that such a control uses them only if it was focused by the keyboard.
    pub fn belongs_to_walk(self, focus: Focus, is_focused_by_pointer: bool) -> bool {
        match (self, focus) {
            (_, Focus::Dialog) | (Self::Restore, Focus::Text | Focus::List) => false,
            (Self::On | Self::Back, Focus::Slider | Focus::List) => is_focused_by_pointer,
            _ => true,
        }
    }
}

/// The meaning of a key for a handle in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandleKey {
    /// One step along an axis: 0 is horizontal, 1 vertical; the sign is that of the data.
    Move {
        /// Horizontal (0) or vertical (1).
        axis: usize,
        /// The size of the step.
        pace: Pace,
        /// 1 to the right and up, −1 to the left and down.
        sign: i32,
    },
    /// To the end of the range.
    Extreme {
        /// Whether it is the upper end.
        is_high: bool,
    },
    /// Remove the handle, where that is possible.
    Remove,
}

impl HandleKey {
    /// The key's meaning, from the event's `key`.
    pub fn of(key: &str, has_shift: bool) -> Option<Self> {
        let pace = if has_shift { Pace::Fine } else { Pace::Normal };
        Some(match key {
            "ArrowRight" => Self::Move { axis: 0, pace, sign: 1 },
            "ArrowLeft" => Self::Move { axis: 0, pace, sign: -1 },
            "ArrowUp" => Self::Move { axis: 1, pace, sign: 1 },
            "ArrowDown" => Self::Move { axis: 1, pace, sign: -1 },
            "PageUp" => Self::Move { axis: 1, pace: Pace::Coarse, sign: 1 },
            "PageDown" => Self::Move { axis: 1, pace: Pace::Coarse, sign: -1 },
            "Home" => Self::Extreme { is_high: false },
            "End" => Self::Extreme { is_high: true },
            "Delete" | "Backspace" => Self::Remove,
            _ => return None,
        })
    }
}

/// The Latin letter, in lower case, that a key press means as a shortcut: the character where the layout has Latin
/// letters, else the position of the key (`code` is `KeyZ` for the position of Z).
///
/// Cyrillic, Greek, Hebrew and similar layouts have no Latin letter on any key. Dvorak and AZERTY have all of them at
/// other positions, where the character counts.
pub fn letter(key: &str, code: &str) -> Option<char> {
    let mut characters = key.chars();
    let (Some(character), None) = (characters.next(), characters.next()) else { return None };
    if character.is_ascii_alphabetic() {
        return Some(character.to_ascii_lowercase());
    }
    let is_other_script = character.is_alphabetic() && character > LAST_LATIN;
    let place = code.strip_prefix("Key").filter(|place| place.len() == 1)?;
    let place = place.chars().next()?.to_ascii_lowercase();
    is_other_script.then_some(place)
}

/// The end of the block Latin Extended-B: É and Ł are Latin letters as well.
const LAST_LATIN: char = '\u{24f}';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_that_the_mouse_dragged_leaves_paging_keys_to_the_walk() {
        for key in [WalkKey::On, WalkKey::Back] {
            for focus in [Focus::Slider, Focus::List] {
                assert!(key.belongs_to_walk(focus, true), "{key:?} {focus:?}");
                assert!(!key.belongs_to_walk(focus, false), "{key:?} {focus:?}");
            }
            for by_pointer in [true, false] {
                assert!(key.belongs_to_walk(Focus::Other, by_pointer));
                assert!(key.belongs_to_walk(Focus::Text, by_pointer));
                assert!(!key.belongs_to_walk(Focus::Dialog, by_pointer));
            }
        }
    }

    #[test]
    fn r_is_a_letter_where_letters_are_typed_and_a_shortcut_elsewhere() {
        for by_pointer in [true, false] {
            for (focus, is_shortcut) in [
                (Focus::Text, false),
                (Focus::List, false),
                (Focus::Dialog, false),
                (Focus::Slider, true),
                (Focus::Other, true),
            ] {
                assert_eq!(WalkKey::Restore.belongs_to_walk(focus, by_pointer), is_shortcut);
            }
        }
    }

    #[test]
    fn keys_of_the_walk() {
        assert_eq!(WalkKey::of("PageDown", "PageDown"), Some(WalkKey::On));
        // With Num Lock off, the numeric keypad has paging keys as well.
        assert_eq!(WalkKey::of("PageUp", "Numpad9"), Some(WalkKey::Back));
        assert_eq!(WalkKey::of("R", "KeyR"), Some(WalkKey::Restore));
        assert_eq!(WalkKey::of("к", "KeyR"), Some(WalkKey::Restore));
        assert_eq!(WalkKey::of("3", "Numpad3"), None);
        assert_eq!(WalkKey::of("Enter", "Enter"), None);
    }

    #[test]
    fn letters_go_by_character_on_latin_layouts_and_by_place_on_others() {
        for (key, code, meant) in [
            ("z", "KeyZ", Some('z')),
            ("Z", "KeyZ", Some('z')),
            // AZERTY and QWERTZ have Z at other positions.
            ("z", "KeyW", Some('z')),
            ("z", "KeyY", Some('z')),
            ("w", "KeyZ", Some('w')),
            // Dvorak has a semicolon at the position of Z.
            (";", "KeyZ", None),
            // Bépo has À there, a Latin letter; its Z is next to P.
            ("à", "KeyZ", None),
            ("z", "BracketLeft", Some('z')),
            ("я", "KeyZ", Some('z')),
            ("Я", "KeyZ", Some('z')),
            ("ζ", "KeyZ", Some('z')),
            ("ז", "KeyZ", Some('z')),
            ("ئ", "KeyZ", Some('z')),
            ("ผ", "KeyZ", Some('z')),
            ("н", "KeyY", Some('y')),
            ("ж", "Semicolon", None),
            ("Dead", "KeyZ", None),
            ("Process", "KeyZ", None),
            ("", "KeyZ", None),
            ("я", "", None),
            ("1", "Digit1", None),
        ] {
            assert_eq!(letter(key, code), meant, "{key} at {code}");
        }
    }

    #[test]
    fn keys_of_a_handle() {
        let normal = HandleKey::Move { axis: 1, pace: Pace::Normal, sign: -1 };
        assert_eq!(HandleKey::of("ArrowDown", false), Some(normal));
        let fine = HandleKey::Move { axis: 0, pace: Pace::Fine, sign: 1 };
        assert_eq!(HandleKey::of("ArrowRight", true), Some(fine));
        let coarse = HandleKey::Move { axis: 1, pace: Pace::Coarse, sign: 1 };
        assert_eq!(HandleKey::of("PageUp", false), Some(coarse));
        assert_eq!(HandleKey::of("End", false), Some(HandleKey::Extreme { is_high: true }));
        assert_eq!(HandleKey::of("a", false), None);
    }
}
