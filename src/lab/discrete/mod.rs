//! The lab "Discrete": log p(x) = log Σ_z p(x, z) over 2ⁿ states, by enumeration and by Monte Carlo with uniform
//! draws, with draws from the prior, and with a factorised q.

use self::run::Counting;
use self::setting::{ModelChoice, PARAMETERS, PRESETS, Setting};
use super::{Lab, Run};
use crate::model::{BinaryLatentError, IndependentBits, SigmoidBeliefNet, Vae};
use crate::state::{Text, text};

pub(super) use self::program::program;

/// The lab.
pub const LAB: Lab = Lab {
    name: "discrete",
    title: text!("Needle in 2ⁿ"),
    question: text!("A sum over 2ⁿ states: how many of them must be looked at to know log p(x)?"),
    parameters: PARAMETERS,
    presets: PRESETS,
    needs_model: false,
    applies: Setting::applies,
};

/// The target error, in nats.
const EPSILON: f64 = 0.1;
const NO_MODEL: Text = text!("There is no such model of bits.");

pub(super) fn start(values: &[f64], _: Option<&Vae>) -> Result<Box<dyn Run>, Text> {
    let setting = Setting::of(values);
    let started: Result<Box<dyn Run>, BinaryLatentError> = match setting.model {
        ModelChoice::Net => {
            Counting::<SigmoidBeliefNet>::new(setting).map(|run| Box::new(run) as _)
        }
        ModelChoice::Bits => {
            Counting::<IndependentBits>::new(setting).map(|run| Box::new(run) as _)
        }
    };
    started.map_err(|_| NO_MODEL)
}

mod countable_model;
mod counter;
mod draws;
mod map;
mod numbers;
mod pictures;
mod program;
mod remarks;
mod run;
mod setting;
#[cfg(test)]
mod tests;
