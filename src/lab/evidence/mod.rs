//! The lab "Evidence": log p(x) as an area over one latent dimension, and its estimates from draws of q.
//!
//! z ~ N(0, 1), x|z ~ N(w g(z) + b, s²), q = N(m, v).

mod draws;
mod numbers;
mod pictures;
mod program;
mod remarks;
mod run;
mod setting;
mod truth;

use super::{Lab, Run};
use crate::model::Vae;
use crate::state::{Text, text};
pub(super) use program::program;
use run::EvidenceRun;
use setting::{PARAMETERS, PRESETS, Setting};

/// The description.
pub const LAB: Lab = Lab {
    name: "evidence",
    title: text!("Evidence"),
    question: text!("log p(x) is the log of an area: how near do draws from q come to it?"),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: false,
    applies: Setting::applies,
};

pub(super) fn start(values: &[f64], _: Option<&Vae>) -> Result<Box<dyn Run>, Text> {
    let run = EvidenceRun::new(Setting::of(values))
        .ok_or(text!("These values are too extreme: p(x, z) cannot be integrated."))?;
    Ok(Box::new(run))
}

#[cfg(test)]
mod tests;
