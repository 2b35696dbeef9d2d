//! The page Train: a VAE learns in front of the class, seen at every moment of its run.
//!
//! The mathematics is in [`training`](crate::training); here is what can be set ([`RunSettings`]), the run that
//! goes on only while it is told to ([`TrainingRun`]), and what it shows, as a [`Sheet`](crate::sheet::Sheet).

mod exact_curve;
mod kept;
mod name;
mod pace;
mod pictures;
mod preparation;
mod presets;
mod raster;
mod reasons;
mod remarks;
mod run;
mod setting;
mod words;

pub use kept::{Keeper, KeptPlace, KeptRun};
pub use preparation::{OpenedImages, Sources};
pub use run::{Order, RunFile, TrainingRun};
pub use setting::RunSettings;

use crate::parameters::{Parameter, Preset};
use crate::state::{Text, text};

/// The path in the address, and the name of the files.
pub const NAME: &str = "train";
/// The name in the menu.
pub const TITLE: Text = text!("Train");
/// The question that it answers, in one sentence above everything else.
pub const QUESTION: Text =
    text!("A VAE learns here, in your browser: what rises, the exact log p(x) or only its bound?");
/// The parameters, in the order of the controls.
pub const PARAMETERS: &[Parameter] = setting::PARAMETERS;
/// Settings worth starting from.
pub const PRESETS: &[Preset] = presets::PRESETS;

#[cfg(test)]
mod tests;
