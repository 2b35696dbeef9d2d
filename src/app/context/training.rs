//! What belongs to training while something else is shown as well.

use leptos::prelude::*;

use elboscope::data::BinaryImage;
use elboscope::lab::{LabState, training};
use elboscope::training::Recipe;

/// Training. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Training {
    /// Its settings.
    pub settings: RwSignal<LabState>,
    /// What was drawn on the sketch pad in this session, oldest first, to be learned from.
    pub drawings: StoredValue<Vec<BinaryImage>>,
    /// How often the run was replaced by that of a file.
    pub replacements: RwSignal<u32>,
    /// The browser keeps a run.
    pub has_kept_run: RwSignal<bool>,
    /// The last run that was to be kept could be.
    pub can_keep_runs: StoredValue<bool>,
}

impl Training {
    /// With the settings of a state of training, else as it opens.
    pub fn new(state: Option<LabState>, has_kept_run: bool) -> Self {
        let settings = state
            .filter(|state| state.lab.is_training())
            .unwrap_or_else(|| LabState::new(&training::LAB));
        Self {
            settings: RwSignal::new(settings),
            drawings: StoredValue::new(Vec::new()),
            replacements: RwSignal::new(0),
            has_kept_run: RwSignal::new(has_kept_run),
            can_keep_runs: StoredValue::new(true),
        }
    }

    /// Remembers what was drawn, among the newest that a run takes.
    pub fn remember_drawing(&self, pixels: BinaryImage) {
        self.drawings.update_value(|drawings| {
            drawings.push(pixels);
            drawings.drain(..drawings.len().saturating_sub(Recipe::MOST_DRAWINGS));
        });
    }
}
