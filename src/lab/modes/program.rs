//! The PyTorch program: integrals on a grid with increasing steps, draws, and annealing.

use super::setting::{Family, Setting};
use crate::lab::template::write;
use crate::model::Vae;

const PROGRAM: &str = include_str!("program.py");

pub(in crate::lab) fn program(values: &[f64], _: Option<&Vae>) -> Option<String> {
    let Setting { family, noise_sd, observation, mean, sd, share, draws, temperatures, seed } =
        Setting::of(values);
    let family = match family {
        Family::Gaussian => "gaussian",
        Family::Mixture => "mixture",
        Family::Defensive => "defensive",
        Family::StudentT => "student",
    };
    Some(write(
        PROGRAM,
        &["start", family, "rest"],
        &[
            ("seed", &seed),
            ("noise_sd", &noise_sd),
            ("observation", &observation),
            ("mean", &mean),
            ("mirrored", &-mean),
            ("sd", &sd),
            ("share", &share),
            ("rest", &(1.0 - share)),
            ("draws", &draws),
            ("temperatures", &temperatures),
        ],
    ))
}
