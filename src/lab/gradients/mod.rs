//! The lab "Gradients": every estimator of a gradient on one small model with known exact values.
//!
//! z ~ N(0, 1), x|z ~ N(1.5 z + 0.25, 0.8²), x = 1.75 and q = N(m, v); gradients are in (m, ln σ) with
//! σ = √v. Many estimates by each method from the same noise give clouds, variances and signal-to-noise ratios,
//! beside the exact ones; an ascent from q with each method shows the effect of the noise.

mod ascent_paths;
mod names;
mod numbers;
mod pictures;
mod problem;
mod program;
mod remarks;
mod run;
mod sampler;
mod setting;

#[cfg(test)]
mod tests;

pub(super) use self::program::program;
use self::run::GradientsRun;
use self::setting::{PARAMETERS, PRESETS, Setting};
use super::{Lab, Run};
use crate::model::Vae;
use crate::state::{Text, text};

/// The lab "Gradients".
pub const LAB: Lab = Lab {
    name: "gradients",
    title: text!("Gradients"),
    question: text!(
        "Eight ways to estimate a gradient: how noisy is each, and where does its climb end?"
    ),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: false,
    applies: Setting::applies,
};

pub(super) fn start(values: &[f64], _: Option<&Vae>) -> Result<Box<dyn Run>, Text> {
    let run = GradientsRun::new(Setting::of(values)).map_err(|_| {
        text!("This q is too far from the posterior for its weights to be numbers.")
    })?;
    Ok(Box::new(run))
}
