//! The lab "Sandwich": log p(x) between a lower and an upper bound, whose distance decreases with the number of
//! temperatures, beside the exact value where it is known (Grosse, Ghahramani & Adams 2015).

mod mover;
mod numbers;
mod observed_model;
mod pictures;
mod plan;
mod program;
mod remarks;
mod run;
mod setting;
mod trace;
mod truth;

use super::{Lab, Run};
use crate::model::Vae;
use crate::state::{Text, text};

use plan::Plan;
pub(super) use program::{program, program_file, program_network};
use run::SandwichBounds;
use setting::{PARAMETERS, PRESETS, Setting};

/// The lab.
pub const LAB: Lab = Lab {
    name: "sandwich",
    title: text!("Sandwich"),
    question: text!(
        "How closely can log p(x) be enclosed between a lower and an upper bound, with no exact \
         value at hand?",
    ),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: true,
    applies: Setting::applies,
};

pub(super) fn start(values: &[f64], vae: Option<&Vae>) -> Result<Box<dyn Run>, Text> {
    Ok(Box::new(SandwichBounds::new(Plan::of(values), vae)?))
}

#[cfg(test)]
mod tests;
