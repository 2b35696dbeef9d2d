//! A bounded undo stack.

use std::collections::VecDeque;

/// The number of steps that can be undone.
pub const DEPTH: usize = 200;

/// The present value, the values before it, and those that were undone.
#[derive(Clone, Debug, PartialEq)]
pub struct UndoHistory<T> {
    past: VecDeque<T>,
    present: T,
    undone: Vec<T>,
}

impl<T: Clone + PartialEq> UndoHistory<T> {
    /// A history that begins at `present`, with nothing to undo.
    pub fn new(present: T) -> Self {
        Self { past: VecDeque::new(), present, undone: Vec::new() }
    }

    /// The present value.
    pub fn present(&self) -> &T {
        &self.present
    }

    /// Makes `new` the present value and discards the undone ones; does nothing if it already is the present value.
    ///
    /// Beyond [`DEPTH`] steps the oldest is discarded.
    pub fn commit(&mut self, new: T) {
        if new == self.present {
            return;
        }
        self.undone.clear();
        self.past.push_back(std::mem::replace(&mut self.present, new));
        if self.past.len() > DEPTH {
            self.past.pop_front();
        }
    }

    /// Goes one step back and returns the value there; `None` at the beginning.
    pub fn undo(&mut self) -> Option<T> {
        let before = self.past.pop_back()?;
        self.undone.push(std::mem::replace(&mut self.present, before));
        Some(self.present.clone())
    }

    /// Takes back one [`Self::undo`] and returns the value there; `None` if there is none.
    pub fn redo(&mut self) -> Option<T> {
        let after = self.undone.pop()?;
        self.past.push_back(std::mem::replace(&mut self.present, after));
        Some(self.present.clone())
    }

    /// Whether [`Self::undo`] would do something.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether [`Self::redo`] would do something.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn committed(values: &[u8]) -> UndoHistory<u8> {
        let mut history = UndoHistory::new(0);
        values.iter().for_each(|&value| history.commit(value));
        history
    }

    proptest! {
        #[test]
        fn undoing_everything_returns_to_the_start(values in vec(any::<u8>(), 0..DEPTH)) {
            let mut history = committed(&values);
            while history.undo().is_some() {}
            prop_assert_eq!(*history.present(), 0);
            prop_assert!(!history.can_undo());
        }

        #[test]
        fn redo_takes_back_undo(values in vec(any::<u8>(), 0..300), steps in 0usize..300) {
            let mut history = committed(&values);
            let before = history.clone();
            let undone = (0..steps).take_while(|_| history.undo().is_some()).count();
            for _ in 0..undone {
                prop_assert!(history.redo().is_some());
            }
            prop_assert_eq!(history.redo(), None);
            prop_assert_eq!(history, before);
        }

        #[test]
        fn undo_returns_the_values_in_reverse(mut values in vec(1u8.., 1..DEPTH)) {
            let mut history = committed(&values);
            values.insert(0, 0);
            values.dedup();
            values.pop();
            while let Some(expected) = values.pop() {
                prop_assert_eq!(history.undo(), Some(expected));
            }
            prop_assert_eq!(history.undo(), None);
        }

        #[test]
        fn a_commit_clears_redo(values in vec(any::<u8>(), 1..50), new in any::<u8>()) {
            let mut history = committed(&values);
            history.undo();
            let differs = new != *history.present();
            let could_redo = history.can_redo();
            history.commit(new);
            prop_assert_eq!(history.can_redo(), could_redo && !differs);
        }
    }

    #[test]
    fn keeps_the_newest_steps() {
        let mut history = UndoHistory::new(0);
        (1..=1000).for_each(|value| history.commit(value));
        let mut steps = 0;
        while history.undo().is_some() {
            steps += 1;
        }
        assert_eq!((steps, *history.present()), (DEPTH, 1000 - DEPTH));
    }

    #[test]
    fn committing_the_present_changes_nothing() {
        let mut history = committed(&[1, 2]);
        history.undo();
        let before = history.clone();
        history.commit(1);
        assert_eq!(history, before);
    }
}
