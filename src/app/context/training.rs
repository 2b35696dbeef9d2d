//! The part of training's state that outlives its page.

use leptos::prelude::*;

use elboscope::data::BinaryImage;
use elboscope::lab::{LabState, training};
use elboscope::training::Recipe;

/// Training's context. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Training {
    /// The settings.
    pub settings: RwSignal<LabState>,
    /// The images drawn on the sketch pad in this session, oldest first, as training data.
    pub drawings: StoredValue<Vec<BinaryImage>>,
    /// Counts how often the run was replaced by one from a file.
    pub replacements: RwSignal<u32>,
    /// Whether the browser keeps a run.
    pub has_kept_run: RwSignal<bool>,
    /// Whether the last attempt to keep a run succeeded.
    pub can_keep_runs: StoredValue<bool>,
}

impl Training {
    /// Takes the settings of `state`, or the defaults.
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

    /// Remembers a drawing; only as many of the newest as a run uses are kept.
    pub fn remember_drawing(&self, pixels: BinaryImage) {
        self.drawings.update_value(|drawings| {
            drawings.push(pixels);
            drawings.drain(..drawings.len().saturating_sub(Recipe::MOST_DRAWINGS));
        });
    }
}
