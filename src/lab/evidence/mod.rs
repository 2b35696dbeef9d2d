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
use crate::state::Text;
pub(super) use program::program;
use run::EvidenceRun;
use setting::{PARAMETERS, PRESETS, Setting};

/// The description.
pub const LAB: Lab = Lab {
    name: "evidence",
    title: Text::new("Evidence", "Evidência"),
    question: Text::new(
        "log p(x) is the log of an area: how near do draws from q come to it?",
        "log p(x) é o logaritmo de uma área: quão perto dela chegam as amostras de q?",
    ),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: false,
    applies: Setting::applies,
};

pub(super) fn start(values: &[f64], _: Option<&Vae>) -> Result<Box<dyn Run>, Text> {
    let run = EvidenceRun::new(Setting::of(values)).ok_or(Text::new(
        "These values are too extreme: p(x, z) cannot be integrated.",
        "Estes valores são extremos demais: não é possível integrar p(x, z).",
    ))?;
    Ok(Box::new(run))
}

#[cfg(test)]
mod tests;
