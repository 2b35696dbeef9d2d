//! Which page is on the stage, alone or beside a lesson's text, and the sheet that it shows.

use std::sync::Arc;

use leptos::prelude::*;

use elboscope::address::Page;
use elboscope::sheet::Sheet;

/// A page that stands alone or beside a lesson's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StagePage {
    /// One x, one q, and log p(x).
    Bench,
    /// One of the labs.
    Lab,
    /// A run of training.
    Train,
}

/// A sheet, and the page in the state that it was computed for.
#[derive(Clone, Debug)]
pub struct ShownSheet {
    pub page: Page,
    pub sheet: Arc<Sheet>,
}

/// How far the sheet of a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetPhase {
    /// The page has none, or nothing can be computed in its state.
    Nothing,
    /// Something is computed still.
    Computing,
    /// A whole sheet is shown.
    Whole,
}

/// The page on the stage. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Stage {
    /// Which one.
    pub page: RwSignal<StagePage>,
    /// How often a page was shown in a state that nobody moved it to: a preset, a link, a step back.
    pub arrivals: RwSignal<u32>,
    /// What the lab or Train shows.
    pub sheet: RwSignal<Option<ShownSheet>>,
    /// How far that is.
    pub phase: RwSignal<SheetPhase>,
    /// Whether the sheet shows a moment before the last one.
    pub is_played: RwSignal<bool>,
}

impl Stage {
    /// With a page on it.
    pub fn new(page: StagePage) -> Self {
        Self {
            page: RwSignal::new(page),
            arrivals: RwSignal::new(0),
            sheet: RwSignal::new(None),
            phase: RwSignal::new(SheetPhase::Nothing),
            is_played: RwSignal::new(false),
        }
    }

    /// Shows a page.
    pub fn show(&self, page: StagePage) {
        if self.page.get_untracked() != page {
            self.page.set(page);
        }
    }

    /// Shows a page in a state of its own, to which nobody has moved it.
    pub fn arrive(&self, page: StagePage) {
        self.arrivals.update(|count| *count = count.wrapping_add(1));
        self.show(page);
    }

    /// Whether this page is shown.
    pub fn is_on(&self, page: StagePage) -> bool {
        self.page.get() == page
    }
}
