//! The lab "Bias": the bias of the log of the mean weight, exactly and by simulation, its corrections, and the bounds
//! of every Rényi order.
//!
//! The model is that of the Gaussian oracle, z ~ N(0, 1), x|z ~ N(1.5 z + 0.25, 0.8²), x = 1.75. The
//! distribution of w/p(x) depends on q only through its shift δ = (m − μ)/τ and its ratio v/τ².

mod exact;
mod numbers;
mod orders;
mod pictures;
mod program;
mod remarks;
mod replicates;
mod run;
mod setting;

use super::{Lab, Run};
use crate::exact::LinearModel;
use crate::model::Vae;
use crate::state::{Text, text};
pub(super) use program::program;
use run::BiasRun;
use setting::{PARAMETERS, PRESETS, Setting};

/// The model and its x.
const MODEL: LinearModel = LinearModel { slope: 1.5, offset: 0.25, noise: 0.8, x: 1.75 };

/// The description.
pub const LAB: Lab = Lab {
    name: "bias",
    title: text!("Bias"),
    question: text!(
        "The mean weight is unbiased, its log is not: how fast does the gap close with K?"
    ),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: false,
    applies: Setting::applies,
};

pub(super) fn start(values: &[f64], _: Option<&Vae>) -> Result<Box<dyn Run>, Text> {
    Ok(Box::new(BiasRun::new(Setting::of(values))?))
}

#[cfg(test)]
mod order_tests;
#[cfg(test)]
mod tests;
