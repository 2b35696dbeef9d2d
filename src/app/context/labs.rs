//! The lab that is shown, or was last: what a person set there.

use leptos::prelude::*;

use super::{Stage, StagePage};
use elboscope::lab::{LABS, LabState};

/// The labs. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Labs {
    /// The lab, with what the person set there.
    pub state: RwSignal<LabState>,
    stage: Stage,
}

impl Labs {
    /// A lab in a state, else the first as it opens.
    pub fn new(state: Option<LabState>, stage: Stage) -> Self {
        let state = state.unwrap_or_else(|| LabState::new(LABS[0]));
        Self { state: RwSignal::new(state), stage }
    }

    /// Shows a lab in a state that no control of the lab has set.
    pub fn arrive(&self, state: LabState) {
        self.set(state);
        self.stage.arrive(StagePage::Lab);
    }

    /// Changes the state of the lab.
    pub fn change(&self, change: impl FnOnce(&mut LabState)) {
        let mut state = self.state.get_untracked();
        change(&mut state);
        self.set(state);
    }

    /// Whether the page on the stage needs the VAE: the bench does, and some labs.
    pub fn needs_model(&self) -> bool {
        match self.stage.page.get() {
            StagePage::Bench => true,
            StagePage::Lab => self.state.with(|state| state.lab.needs_model),
            StagePage::Train => false,
        }
    }

    fn set(&self, state: LabState) {
        if self.state.with_untracked(|present| *present != state) {
            self.state.set(state);
        }
    }
}
