//! The PyTorch program: all states at once, and draws.

use super::countable_model::CountableModel;
use super::setting::{ModelChoice, Setting};
use crate::lab::python::numbers;
use crate::lab::template::write;
use crate::model::{IndependentBits, SigmoidBeliefNet, Vae};

const PROGRAM: &str = include_str!("program.py");
const BITS: &str = include_str!("program/bits.py");
const NET: &str = include_str!("program/net.py");

pub(in crate::lab) fn program(values: &[f64], _: Option<&Vae>) -> Option<String> {
    let setting = Setting::of(values);
    let model = match setting.model {
        ModelChoice::Bits => of_bits(&setting)?,
        ModelChoice::Net => of_net(&setting)?,
    };
    let Setting { nearness, draws, seed, .. } = setting;
    let start = write(PROGRAM, &["start"], &[("seed", &seed)]);
    let rest = write(PROGRAM, &["rest"], &[("nearness", &nearness), ("draws", &draws)]);
    Some([start, model, rest].concat())
}

/// `prior`, `n` and `log_likelihood` of independent bits.
fn of_bits(setting: &Setting) -> Option<String> {
    let model =
        <IndependentBits as CountableModel>::new(setting.bits, setting.sharpness, setting.seed);
    let probabilities: Vec<f64> =
        CountableModel::posterior(&model.ok()?)?.probabilities().collect();
    Some(write(BITS, &["bits"], &[("probabilities", &numbers(&probabilities))]))
}

/// The same of a belief net.
fn of_net(setting: &Setting) -> Option<String> {
    let net =
        <SigmoidBeliefNet as CountableModel>::new(setting.bits, setting.sharpness, setting.seed)
            .ok()?;
    let prior: Vec<f64> = net.prior().probabilities().collect();
    let pixels: Vec<f64> = net.observation().iter().map(|on| f64::from(u8::from(*on))).collect();
    Some(write(
        NET,
        &["net"],
        &[
            ("prior", &numbers(&prior)),
            ("bits", &setting.bits),
            ("weights", &numbers(&net.weights())),
            ("offset", &numbers(net.offset())),
            ("pixels", &numbers(&pixels)),
        ],
    ))
}
