//! The lab on the screen: the state that the user set, and its sheet.

use std::sync::Arc;

use leptos::prelude::*;

use super::Training;
use elboscope::lab::{LabState, Sheet};

/// A sheet of a lab, and the state for which it was computed.
#[derive(Clone, Debug)]
pub struct ShownSheet {
    pub state: LabState,
    pub sheet: Arc<Sheet>,
}

/// The phase of a lab's computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabPhase {
    /// No lab is shown, or its state cannot be computed.
    Nothing,
    /// Something is still being computed.
    Computing,
    /// The sheet is complete.
    Whole,
}

/// The labs, and training, which is shown in the same way. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Labs {
    /// The state of the lab that is shown; `None` while the bench is shown.
    pub state: RwSignal<Option<LabState>>,
    /// Counts changes of the state that no control made: a preset, a link, undo.
    pub arrivals: RwSignal<u32>,
    /// The sheet on the screen.
    pub sheet: RwSignal<Option<ShownSheet>>,
    /// The phase of its computation.
    pub phase: RwSignal<LabPhase>,
    /// Whether the sheet shows a moment before the last one.
    pub is_played: RwSignal<bool>,
    training: Training,
}

impl Labs {
    /// A lab in a state, or none.
    pub fn new(state: Option<LabState>, training: Training) -> Self {
        Self {
            state: RwSignal::new(state),
            arrivals: RwSignal::new(0),
            sheet: RwSignal::new(None),
            phase: RwSignal::new(LabPhase::Nothing),
            is_played: RwSignal::new(false),
            training,
        }
    }

    /// Shows a lab in a state that no control of the lab has set.
    pub fn arrive(&self, state: LabState) {
        self.arrivals.update(|count| *count = count.wrapping_add(1));
        self.show(state);
    }

    /// Changes the state of the lab that is shown, if there is one.
    pub fn change(&self, change: impl FnOnce(&mut LabState)) {
        let Some(mut state) = self.state.get_untracked() else { return };
        change(&mut state);
        self.show(state);
    }

    fn show(&self, state: LabState) {
        if self.state.with_untracked(|lab| lab.as_ref() != Some(&state)) {
            if state.lab.is_training() {
                self.training.settings.set(state.clone());
            }
            self.state.set(Some(state));
        }
    }

    /// Whether training is on the screen.
    pub fn is_training(&self) -> bool {
        self.state.with(|state| state.as_ref().is_some_and(|state| state.lab.is_training()))
    }
}
