//! Why a run cannot begin or go on.

use crate::model::{Activation, Vae};
use crate::state::{Said, Text, say, text};
use crate::training::{Recipe, SessionError};

/// No file of images is open.
pub(super) const NO_FILE: Text =
    text!("No file of images is open: choose MNIST or any IDX file with Open…");
/// Nothing has been drawn.
pub(super) const NO_DRAWING: Text =
    text!("Nothing has been drawn yet: draw an x on the bench with Draw, then come back.");
/// A file with weights alone.
pub(super) const NO_RUN: Text =
    text!("The file has weights but no run of training: open it on the bench.");
/// Settings that this page does not have.
pub(super) const NOT_ON_OFFER: Text =
    text!("The settings of the run in the file are not on offer here.");

/// The run of a file cannot be resumed; `why` is in English, for the details.
pub(super) fn unreadable(why: &dyn std::fmt::Display) -> Said {
    Said::new(|language| {
        say!(language, "The run cannot be gone on with: {why}.", why = why.to_string())
    })
}

/// The run's file of images is not open.
pub(super) fn other_file(name: &str) -> Said {
    Said::new(|language| say!(language, "The run learned from {name}: open that first.", name))
}

/// The weights do not fit the settings beside them.
pub(super) fn other_network(recipe: &Recipe, model: &Vae) -> Said {
    let shape = |[encoder, decoder]: [usize; 2], latent: usize, activation: Activation| {
        format!("784–{encoder}–{latent}, {latent}–{decoder}–784, {}", activation.name())
    };
    let widths = [model.encoder_hidden(), model.hidden()];
    let found = shape(widths, model.latent(), model.activation);
    let described = shape(recipe.hidden_widths(), recipe.latent, recipe.activation);
    Said::new(|language| {
        say!(
            language,
            "The weights in the file do not fit the settings of its run: they are of {found}; the \
             settings describe {described}.",
            found,
            described,
        )
    })
}

/// Why a run cannot begin or continue.
pub(super) fn refusal(error: SessionError) -> Said {
    let text = match error {
        SessionError::TooFewImages(_) => {
            text!("At least two images are needed: one to learn from, one to be measured on.")
        }
        SessionError::Labels(_) => {
            text!("The labels belong to other images.")
        }
        SessionError::Model => text!("The saved network does not belong to its settings."),
        _ => text!("These settings cannot be run."),
    };
    text.into()
}
