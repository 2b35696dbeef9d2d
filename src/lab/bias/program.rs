//! The PyTorch program: the exact curve by its integral, and the simulation.

use super::MODEL;
use super::setting::Setting;
use crate::lab::template::write;
use crate::model::Vae;

const PROGRAM: &str = include_str!("program.py");

pub(in crate::lab) fn program(values: &[f64], _: Option<&Vae>) -> Option<String> {
    let Setting { shift, ratio, largest, replicates, alpha, seed } = Setting::of(values);
    Some(write(
        PROGRAM,
        &["program"],
        &[
            ("seed", &seed),
            ("slope", &MODEL.slope),
            ("offset", &MODEL.offset),
            ("noise", &MODEL.noise),
            ("x", &MODEL.x),
            ("shift", &shift),
            ("ratio", &ratio),
            ("largest", &largest),
            ("replicates", &replicates),
            ("alpha", &alpha),
        ],
    ))
}
