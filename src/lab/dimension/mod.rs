//! The lab "Dimension": D independent copies of one linear-Gaussian problem, with the same small error of q in each.
//!
//! The factors 1 + χ² of the dimensions multiply, and log-weights add up.

use self::run::Dimension;
use self::setting::{PARAMETERS, PRESETS, Setting};
use super::{Lab, Run};
use crate::exact::LinearModel;
use crate::model::Vae;
use crate::state::{Text, text};

pub(super) use self::program::program;

/// The lab.
pub const LAB: Lab = Lab {
    name: "dimension",
    title: text!("The curse of dimension"),
    question: text!("q is almost right in every dimension: what is it worth in D of them at once?"),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: false,
    applies: Setting::applies,
};

/// In every dimension z ~ N(0, 1), x|z ~ N(wz + b, s²), at one x.
const MODEL: LinearModel = LinearModel { slope: 1.5, offset: 0.25, noise: 0.8, x: 1.75 };
const NO_MODEL: Text = text!("There is no such q.");

pub(super) fn start(values: &[f64], _: Option<&Vae>) -> Result<Box<dyn Run>, Text> {
    match Dimension::new(Setting::of(values)) {
        Ok(run) => Ok(Box::new(run)),
        Err(_) => Err(NO_MODEL),
    }
}

mod numbers;
mod pictures;
mod program;
mod remarks;
mod repetition;
mod run;
mod setting;
#[cfg(test)]
mod tests;
