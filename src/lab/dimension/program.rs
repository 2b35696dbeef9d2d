//! The PyTorch program: D times the results of one dimension, and draws.

use super::MODEL;
use super::setting::Setting;
use crate::lab::template::write;
use crate::model::Vae;

const PROGRAM: &str = include_str!("program.py");

pub(in crate::lab) fn program(values: &[f64], _: Option<&Vae>) -> Option<String> {
    let Setting { dimension, ratio, offset, draws, replicates, seed } = Setting::of(values);
    Some(write(
        PROGRAM,
        &["program"],
        &[
            ("seed", &seed),
            ("slope", &MODEL.slope),
            ("offset", &MODEL.offset),
            ("noise", &MODEL.noise),
            ("x", &MODEL.x),
            ("delta", &offset),
            ("ratio", &ratio),
            ("dimension", &dimension),
            ("draws", &draws),
            ("replicates", &replicates),
        ],
    ))
}
