//! The PyTorch program: integrals on a grid, and draws.

use super::setting::Setting;
use crate::lab::template::write;
use crate::model::{Link, Vae};

const PROGRAM: &str = include_str!("program.py");

pub(in crate::lab) fn program(values: &[f64], _: Option<&Vae>) -> Option<String> {
    let Setting { link, weight, offset, noise_sd, observation, mean, variance, count, seed } =
        Setting::of(values);
    let likelihood = match link {
        Link::Linear => "linear",
        Link::Square => "square",
        Link::Abs => "abs",
        Link::Sine => "sine",
    };
    // p(x, z) decreases like exp(−½ tail z²).
    let tail = match link {
        Link::Linear | Link::Abs => "tail-quadratic",
        Link::Square if weight != 0.0 => "tail-quartic",
        Link::Square | Link::Sine => "tail-prior",
    };
    Some(write(
        PROGRAM,
        &["start", likelihood, "exact", tail, "draws"],
        &[
            ("seed", &seed),
            ("weight", &weight),
            ("offset", &offset),
            ("noise_sd", &noise_sd),
            ("observation", &observation),
            ("mean", &mean),
            ("variance", &variance),
            ("count", &count),
        ],
    ))
}
