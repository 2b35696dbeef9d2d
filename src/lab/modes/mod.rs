//! The lab "Modes": a q that covers one of two modes, the values of ELBO, IWAE, ESS and k̂, and remedies.
//!
//! z ~ N(0, 1), x|z ~ N(z², s²): for x > s²/2 the posterior has two modes of equal mass. A q on one of them loses ln
//! 2, which no drawn weight shows; a second component, a share of the prior (Hesterberg 1995) and annealing from the
//! prior (Neal 2001) find the other one.

mod annealing;
mod cache;
mod closed_form;
mod divergences;
mod draws;
mod exact_modes;
mod numbers;
mod pictures;
mod program;
mod proposal;
mod remarks;
mod run;
mod setting;

use self::run::Modes;
use self::setting::{PARAMETERS, PRESETS, Setting};
use super::{Lab, Run};
use crate::model::Vae;
use crate::state::{Text, text};

pub(super) use program::program;

/// The lab.
pub const LAB: Lab = Lab {
    name: "modes",
    title: text!("Modes"),
    question: text!("The posterior has two modes and q sees one: which of the numbers notices?"),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: false,
    applies: Setting::applies,
};

pub(super) fn start(values: &[f64], _: Option<&Vae>) -> Result<Box<dyn Run>, Text> {
    Ok(Box::new(Modes::new(Setting::of(values))?))
}

#[cfg(test)]
mod tests;
