//! The undo stack, and the movement that will become one entry of it.

use leptos::prelude::*;

use elboscope::address::Page;
use elboscope::state::UndoHistory;

/// A cause of many changes of the state in succession.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// A drag of a handle.
    Drag,
    /// A climb that plays.
    Climb,
}

/// The undo stack. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Undo {
    /// Earlier and undone states.
    pub history: RwSignal<UndoHistory<Page>>,
    /// The present movement: the state is committed to the history when it has ended.
    pub movement: RwSignal<Option<Movement>>,
}

impl Undo {
    /// A stack with one page.
    pub fn new(page: Page) -> Self {
        Self { history: RwSignal::new(UndoHistory::new(page)), movement: RwSignal::new(None) }
    }
}
