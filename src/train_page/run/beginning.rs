//! The start of a run: with new weights or from a file, on the images that its settings name.

use super::{ExactCurve, Preparation, Speed, Stage, TrainingRun, Wanted};
use crate::model::{Vae, read_weights};
use crate::state::Said;
use crate::train_page::preparation::Sources;
use crate::train_page::reasons;
use crate::train_page::setting::{Images, RunSettings};
use crate::training::{DataSource, Dataset, SavedRun, Session, read_run};

/// A run in a file, checked as far as possible without its images.
pub struct RunFile {
    saved: SavedRun,
    model: Vae,
    settings: RunSettings,
}

impl RunFile {
    /// Reads weights and run. `opened` is the name of the opened file of images, if there is one.
    ///
    /// # Errors
    /// The reason why the run cannot be resumed here.
    pub fn read(bytes: &[u8], opened: Option<&str>) -> Result<Self, Said> {
        let model = read_weights(bytes).map_err(|error| reasons::unreadable(&error))?;
        let saved = read_run(bytes).map_err(|error| reasons::unreadable(&error))?;
        let saved = saved.ok_or(reasons::NO_RUN)?;
        if !saved.recipe.fits(&model) {
            return Err(reasons::other_network(&saved.recipe, &model));
        }
        let settings = RunSettings::of_recipe(&saved.recipe).ok_or(reasons::NOT_ON_OFFER)?;
        if let DataSource::File { name } = &saved.recipe.data
            && opened != Some(name)
        {
            return Err(reasons::other_file(name));
        }
        Ok(Self { saved, model, settings })
    }
}

impl TrainingRun {
    /// A run before its first step. `clock` returns milliseconds from any origin.
    ///
    /// # Errors
    /// A sentence that names what is missing or impossible.
    pub fn new(settings: RunSettings, sources: &Sources, clock: fn() -> f64) -> Result<Self, Said> {
        let setting = settings.setting();
        let mut drawings = Vec::new();
        let stage = if setting.data == Images::File {
            let opened = sources.opened.as_ref().filter(|opened| !opened.images.is_empty());
            let opened = opened.ok_or(reasons::NO_FILE)?;
            let dataset = Dataset::new(opened.images.clone()).map_err(|_| reasons::NO_FILE)?;
            let labels = (!opened.labels.is_empty()).then_some(opened.labels.as_slice());
            let source = DataSource::File { name: opened.name.clone() };
            let session = Session::new(setting.recipe(source, 0), &dataset, labels);
            Stage::Learning(Box::new(session.map_err(reasons::refusal)?))
        } else {
            if setting.data == Images::Drawings {
                drawings.clone_from(&sources.drawings);
                if drawings.is_empty() {
                    return Err(reasons::NO_DRAWING.into());
                }
            }
            Stage::Preparing(Preparation::new(setting.digits, setting.digits_seed as u64))
        };
        Ok(Self {
            settings: settings.canonical(),
            clock,
            stage,
            saved: None,
            drawings,
            wanted: Wanted::Beginning,
            speed: Speed::default(),
            exact: ExactCurve::default(),
            worked: 0.0,
            measured: 0.0,
            broken: None,
        })
    }

    /// Resumes a saved run, with the drawings that were saved with it.
    ///
    /// # Errors
    /// The reason why the run cannot be resumed here.
    pub fn resume(bytes: &[u8], sources: &Sources, clock: fn() -> f64) -> Result<Self, Said> {
        let opened = sources.opened.as_ref().map(|opened| opened.name.as_str());
        let RunFile { saved, model, settings } = RunFile::read(bytes, opened)?;
        let sources = Sources { drawings: saved.drawings.clone(), ..sources.clone() };
        let mut run = Self::new(settings, &sources, clock)?;
        if let Stage::Learning(session) = &mut run.stage {
            if let Some(opened) = sources.opened
                && let Ok(dataset) = Dataset::new(opened.images)
            {
                let labels = (!opened.labels.is_empty()).then_some(opened.labels.as_slice());
                **session =
                    Session::resume(saved, &model, &dataset, labels).map_err(reasons::refusal)?;
            }
        } else {
            run.saved = Some((saved, model));
        }
        Ok(run)
    }

    /// Begins the session once all images are present.
    pub(super) fn begin(&mut self) {
        let stage = std::mem::replace(&mut self.stage, Stage::Impossible);
        let Stage::Preparing(preparation) = stage else { return };
        let setting = *self.settings.setting();
        let (count, seed) = (setting.digits, setting.digits_seed as u64);
        let source = DataSource::PenStrokes { count, seed };
        let Ok((dataset, labels)) = preparation.finish() else { return };
        let session = match self.saved.take() {
            Some((saved, model)) => Session::resume(saved, &model, &dataset, Some(&labels)),
            None => {
                let recipe = setting.recipe(source, self.drawings.len());
                Session::with_drawings(recipe, &dataset, Some(&labels), &self.drawings)
            }
        };
        // A saved run was checked when it was opened.
        if let Ok(session) = session {
            self.stage = Stage::Learning(Box::new(session));
        }
    }
}
