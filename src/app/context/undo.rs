//! Earlier and undone states, and the movement that is one step among them.

use leptos::prelude::*;

use elboscope::address::Page;
use elboscope::state::UndoHistory;

/// What changes the state many times in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// A pointer holds a handle.
    Hand,
    /// A climb is played.
    Climb,
}

/// The undo stack. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Undo {
    /// Earlier and undone states.
    pub history: RwSignal<UndoHistory<Page>>,
    /// What moves the state now: it is not committed until that comes to rest.
    pub movement: RwSignal<Option<Movement>>,
}

impl Undo {
    /// A stack that holds one page.
    pub fn new(page: Page) -> Self {
        Self { history: RwSignal::new(UndoHistory::new(page)), movement: RwSignal::new(None) }
    }
}
