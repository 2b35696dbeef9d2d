//! A run as a file: the weights as PyTorch reads them, and settings and curves in the file's metadata.

mod first;

use base64::{Engine, engine::general_purpose::STANDARD};
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{History, Recipe, RecipeError};
use crate::data::BinaryImage;
use crate::model::{Vae, WeightsError, write_weights};

/// Metadata key of the run; its value begins with the format's version.
const RUN_KEY: &str = "elboscope.run";
const VERSION: &str = "2 ";
/// A history of 400 points with 20 latent dimensions needs a tenth of this.
const MOST_CHARACTERS: usize = 1 << 20;

/// The part of a saved file that describes the run, beside its weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedRun {
    /// The settings.
    pub recipe: Recipe,
    /// Steps taken.
    pub step: u32,
    /// The curves.
    pub history: History,
    /// The own drawings that it learned from; all other images are made or opened again.
    pub drawings: Vec<BinaryImage>,
}

/// Why what a file says of its run cannot be used. Its weights may be good all the same.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum SavedRunError {
    /// The container itself is broken.
    #[error("not a safetensors file: {0}")]
    NotSafetensors(String),
    /// Written by a later version, or damaged.
    #[error("the settings and curves in the file cannot be read")]
    Unreadable,
    /// Settings that cannot be run.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// Not as many drawings as the settings count.
    #[error("the drawings in the file do not belong to its settings")]
    Drawings,
    /// Curves with numbers that are not finite or of another latent dimension.
    #[error("the curves in the file do not belong to its settings")]
    History,
}

/// Writes a model and its run. The weights are read by [`crate::model::read_weights`] and by PyTorch's
/// `load_state_dict`, which ignore the run. The same run gives the same bytes.
///
/// # Errors
/// [`WeightsError::Write`] if serialisation fails.
pub fn write_run(model: &Vae, run: &SavedRun) -> Result<Vec<u8>, WeightsError> {
    let broken = |error: &dyn std::fmt::Display| WeightsError::Write(error.to_string());
    let text = STANDARD.encode(postcard::to_allocvec(run).map_err(|error| broken(&error))?);
    let bytes = write_weights(model)?;
    // The library writes metadata in random order, so the second key is set into the finished header:
    // its length in eight bytes, then JSON with spaces at the end, so that the tensors are aligned.
    let opening = "\"__metadata__\":{";
    let (length, rest) = bytes.split_first_chunk().ok_or_else(|| broken(&"no header"))?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|error| broken(&error))?;
    let (header, tensors) =
        rest.split_at_checked(length).ok_or_else(|| broken(&"a short header"))?;
    let header = std::str::from_utf8(header).map_err(|error| broken(&error))?;
    let (before, after) = header.split_once(opening).ok_or_else(|| broken(&"no metadata"))?;
    let mut header = format!("{before}{opening}\"{RUN_KEY}\":\"{VERSION}{text}\",{after}");
    while !header.len().is_multiple_of(8) {
        header.push(' ');
    }
    let length = (header.len() as u64).to_le_bytes();
    Ok([&length, header.as_bytes(), tensors].concat())
}

/// Reads what [`write_run`] wrote beside the weights; `None` if the file contains no run.
///
/// # Errors
/// [`SavedRunError`]; every value of the file is checked.
pub fn read_run(bytes: &[u8]) -> Result<Option<SavedRun>, SavedRunError> {
    let (_, header) = SafeTensors::read_metadata(bytes)
        .map_err(|error| SavedRunError::NotSafetensors(error.to_string()))?;
    let Some(text) = header.metadata().as_ref().and_then(|map| map.get(RUN_KEY)) else {
        return Ok(None);
    };
    let run = decoded(text).ok_or(SavedRunError::Unreadable)?;
    run.recipe.check()?;
    if run.drawings.len() != run.recipe.drawings {
        return Err(SavedRunError::Drawings);
    }
    let is_good = |point: &super::Point| {
        point.validation.kl.len() == run.recipe.latent
            && point.validation.is_finite()
            && point.epoch.is_finite()
            && point.training_elbo.is_none_or(f64::is_finite)
    };
    if run.history.points().iter().all(is_good) {
        Ok(Some(run))
    } else {
        Err(SavedRunError::History)
    }
}

/// A run of this version or of the one before, without any check.
fn decoded(text: &str) -> Option<SavedRun> {
    let bytes = |text: &str| {
        let text = Some(text).filter(|text| text.len() <= MOST_CHARACTERS)?;
        STANDARD.decode(text).ok()
    };
    match (text.strip_prefix(VERSION), text.strip_prefix(first::VERSION)) {
        (Some(text), _) => postcard::from_bytes(&bytes(text)?).ok(),
        (_, Some(text)) => first::read(&bytes(text)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{read_weights, tells_activation};
    use crate::training::{Dataset, Session};
    use std::num::NonZeroUsize;

    fn run() -> (Vae, SavedRun) {
        let recipe = Recipe { hidden: 5, batch: 8, ..Recipe::default() };
        let images = Dataset::pen_strokes(1, NonZeroUsize::new(30).expect("positive"));
        let mut session = Session::new(recipe.clone(), &images, None).expect("a run");
        for _ in 0..25 {
            session.step().expect("finite");
        }
        let history = session.history().clone();
        let (model, step) = (session.model().expect("a model"), session.steps());
        (model, SavedRun { recipe, step, history, drawings: Vec::new() })
    }

    #[test]
    fn run_and_weights_are_read_back_and_the_bytes_are_always_the_same() {
        let (model, run) = run();
        let bytes = write_run(&model, &run).unwrap();
        assert_eq!(read_run(&bytes), Ok(Some(run.clone())));
        for _ in 0..20 {
            assert_eq!(write_run(&model, &run).unwrap(), bytes);
        }
        assert!(tells_activation(&bytes));
        // The weights are those of the file without a run, and they are aligned.
        let back = read_weights(&bytes).unwrap();
        assert_eq!(write_weights(&back).unwrap(), write_weights(&model).unwrap());
        let length = u64::from_le_bytes(bytes[..8].try_into().unwrap());
        assert_eq!(length % 8, 0);
    }

    #[test]
    fn a_file_without_a_run_says_so() {
        let (model, _) = run();
        assert_eq!(read_run(&write_weights(&model).unwrap()), Ok(None));
        assert!(matches!(read_run(b"nothing"), Err(SavedRunError::NotSafetensors(_))));
    }

    #[test]
    fn what_was_tampered_with_is_refused() {
        let (model, good) = run();
        let bytes = write_run(&model, &good).unwrap();
        // The key's name is ten bytes before the version; turning the text into another breaks it.
        let at = bytes.windows(VERSION.len()).position(|window| window == b"2 ").unwrap();
        for (offset, byte) in [(0, b'3'), (1, b'1'), (5, b'!')] {
            let mut bad = bytes.clone();
            bad[at + offset] = byte;
            assert_eq!(read_run(&bad), Err(SavedRunError::Unreadable), "{offset}");
        }
        let wide = SavedRun { recipe: Recipe { hidden: 0, ..good.recipe.clone() }, ..good.clone() };
        let bad = write_run(&model, &wide).unwrap();
        assert!(matches!(read_run(&bad), Err(SavedRunError::Recipe(_))));
        let drawn = Recipe { drawings: 1, ..good.recipe.clone() };
        let drawn = SavedRun { recipe: drawn, ..good.clone() };
        assert_eq!(read_run(&write_run(&model, &drawn).unwrap()), Err(SavedRunError::Drawings));
        let other = SavedRun { recipe: Recipe { latent: 3, ..good.recipe.clone() }, ..good };
        assert_eq!(read_run(&write_run(&model, &other).unwrap()), Err(SavedRunError::History));
    }

    #[test]
    fn any_cut_is_an_error_and_no_panic() {
        let (model, run) = run();
        let bytes = write_run(&model, &run).unwrap();
        for length in (0..bytes.len()).step_by(97) {
            assert!(!matches!(read_run(&bytes[..length]), Ok(Some(_))), "{length}");
        }
    }
}
