//! The lab on the screen: what a person set there, and what is shown of it.

use std::sync::Arc;

use leptos::prelude::*;

use super::Training;
use elboscope::lab::{LabState, Sheet};

/// A sheet of a lab, and the state that it was computed for.
#[derive(Clone, Debug)]
pub struct ShownSheet {
    pub state: LabState,
    pub sheet: Arc<Sheet>,
}

/// How far the sheet of a lab is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabPhase {
    /// No lab is shown, or nothing can be computed in its state.
    Nothing,
    /// Something is computed still.
    Computing,
    /// A whole sheet is shown.
    Whole,
}

/// The labs, and training, which is shown like one. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Labs {
    /// The lab that is shown, with what the person set there; `None` shows the bench.
    pub state: RwSignal<Option<LabState>>,
    /// How often a lab was shown in a state that nobody moved it to: a preset, a link, a step back.
    pub arrivals: RwSignal<u32>,
    /// What the lab on the screen shows.
    pub sheet: RwSignal<Option<ShownSheet>>,
    /// How far that is.
    pub phase: RwSignal<LabPhase>,
    /// It is at a moment of its playback, not at its end.
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

    /// Shows a lab in a state of its own, to which nobody has moved it.
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
