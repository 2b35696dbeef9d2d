//! What a key press means: to the walk through a lesson, to a handle, and as a shortcut on any keyboard layout.

use super::range::Pace;

/// What a key asks of the walk through a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalkKey {
    /// Page Down: on through the text, then to the next step.
    On,
    /// Page Up: back through the text, then to the step before.
    Back,
    /// R: the step's own state.
    Restore,
}

/// What has the keyboard's focus, by the keys that it can use itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// A field for text: it takes letters.
    Text,
    /// A slider or a handle: it takes paging keys.
    Slider,
    /// A list of choices: it takes letters and paging keys.
    List,
    /// Something in a dialog, which has every key to itself.
    Dialog,
    /// Anything else.
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

    /// Whether the walk takes the key, and not what has the focus.
    ///
    /// A presenter's remote sends paging keys. It must not move a control that has the focus only because
    /// the mouse dragged it, so such a control takes them only when the keyboard has brought the focus.
    pub fn belongs_to_walk(self, focus: Focus, is_focused_by_pointer: bool) -> bool {
        match (self, focus) {
            (_, Focus::Dialog) | (Self::Restore, Focus::Text | Focus::List) => false,
            (Self::On | Self::Back, Focus::Slider | Focus::List) => is_focused_by_pointer,
            _ => true,
        }
    }
}

/// What a key asks of a handle on a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandleKey {
    /// One step along an axis: 0 is horizontal, 1 vertical; the sign is that of the data.
    Move {
        /// Horizontal (0) or vertical (1).
        axis: usize,
        /// How far.
        pace: Pace,
        /// To the right and up, or to the left and down.
        sign: i32,
    },
    /// To the end of the range.
    Extreme {
        /// The upper end.
        is_high: bool,
    },
    /// Away with it, where it can be taken away.
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

/// The Latin letter, in lower case, that a press means as a shortcut: by the character where the layout
/// writes Latin letters, else by the place of the key on the keyboard (`code` is `KeyZ` for the place of Z).
///
/// A layout that writes Cyrillic, Greek, Hebrew and so on has no Latin letter on any key. Dvorak or AZERTY
/// has all of them, at other places, and there the character counts.
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

/// The end of the block Latin Extended-B: É and Ł are Latin letters too, at places of their own.
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
        // With Num Lock off the number pad pages too.
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
            // AZERTY and QWERTZ have their Z elsewhere.
            ("z", "KeyW", Some('z')),
            ("z", "KeyY", Some('z')),
            ("w", "KeyZ", Some('w')),
            // Dvorak has a semicolon at the place of Z.
            (";", "KeyZ", None),
            // Bépo has À there, a Latin letter; its Z is beside P.
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
