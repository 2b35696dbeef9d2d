//! Training: the settings of its run, and what it has while something else is shown as well.

use leptos::prelude::*;

use super::{Stage, StagePage};
use elboscope::data::BinaryImage;
use elboscope::train_page::RunSettings;
use elboscope::training::Recipe;

/// Training's context. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Training {
    /// The settings of the run.
    pub settings: RwSignal<RunSettings>,
    /// The images drawn on the sketch pad in this session, oldest first, as training data.
    pub drawings: StoredValue<Vec<BinaryImage>>,
    /// Counts how often the run was replaced by one from a file.
    pub replacements: RwSignal<u32>,
    /// Whether the browser keeps a run.
    pub has_kept_run: RwSignal<bool>,
    /// Whether the last attempt to keep a run succeeded.
    pub can_keep_runs: StoredValue<bool>,
    stage: Stage,
}

impl Training {
    /// A run with these settings.
    pub fn new(settings: RunSettings, has_kept_run: bool, stage: Stage) -> Self {
        Self {
            settings: RwSignal::new(settings),
            drawings: StoredValue::new(Vec::new()),
            replacements: RwSignal::new(0),
            has_kept_run: RwSignal::new(has_kept_run),
            can_keep_runs: StoredValue::new(true),
            stage,
        }
    }

    /// Shows the run with settings to which nobody has moved it.
    pub fn arrive(&self, settings: RunSettings) {
        self.set(settings);
        self.stage.arrive(StagePage::Train);
    }

    /// Puts another run in place of this one.
    pub fn set(&self, settings: RunSettings) {
        if self.settings.get_untracked() != settings {
            self.settings.set(settings);
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
