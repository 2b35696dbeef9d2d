//! The PyTorch program: many gradients by autograd, and their exact mean and variance by quadrature.

use super::problem::{NOISE_SD, OBSERVATION, OFFSET, WEIGHT};
use super::setting::Setting;
use crate::gradient::MethodKind;
use crate::lab::template::write;
use crate::model::Vae;

const PROGRAM: &str = include_str!("program.py");

/// The expression that autograd differentiates for a batch of K draws, one row each.
fn objective(method: MethodKind) -> &'static str {
    match method {
        MethodKind::Score => "score",
        MethodKind::ScoreMeanBaseline | MethodKind::ScoreBestBaseline => "score-baseline",
        MethodKind::Rloo => "rloo",
        MethodKind::Reparameterised => "pathwise",
        MethodKind::StickingTheLanding => "stl",
        MethodKind::Iwae => "iwae",
        MethodKind::DReG => "dreg",
    }
}

/// The baseline that is subtracted in the score estimators.
fn baseline(method: MethodKind) -> &'static [&'static str] {
    match method {
        MethodKind::ScoreMeanBaseline => &["baseline-mean"],
        MethodKind::ScoreBestBaseline => &["baseline-best"],
        _ => &[],
    }
}

/// The exact mean and variance of an estimate from K draws: first what one draw contributes, on the grid over
/// its noise, then those of a mean of such terms, of pairs, or of self-normalised weights, of which the sum holds
/// the first or the second power.
fn exact(method: MethodKind, draws: usize) -> &'static [&'static str] {
    match method {
        MethodKind::Score => &["term-score", "exact-mean"],
        MethodKind::ScoreMeanBaseline | MethodKind::ScoreBestBaseline => {
            &["term-score-baseline", "exact-mean"]
        }
        MethodKind::Rloo => &["exact-pairs"],
        MethodKind::Iwae if draws > 1 => {
            &["term-pathwise", "shares", "first-power", "exact-shares", "variance-first-power"]
        }
        MethodKind::DReG if draws > 1 => {
            &["term-stl", "shares", "second-power", "exact-shares", "variance-second-power"]
        }
        MethodKind::Reparameterised | MethodKind::Iwae => &["term-pathwise", "exact-mean"],
        MethodKind::StickingTheLanding | MethodKind::DReG => &["term-stl", "exact-mean"],
    }
}

pub(in crate::lab) fn program(values: &[f64], _: Option<&Vae>) -> Option<String> {
    let Setting { method, shift, mean, variance, draws, replicates, seed, .. } =
        Setting::of(values);
    // A method that needs more draws gets as many as it needs.
    let draws = draws.max(method.method().least_draws);
    let cells: [&[&str]; 5] = [
        &["start"],
        baseline(method),
        &["numbers"],
        exact(method, draws),
        &["estimates", objective(method), "rest"],
    ];
    Some(write(
        PROGRAM,
        &cells.concat(),
        &[
            ("seed", &seed),
            ("weight", &WEIGHT),
            ("offset", &OFFSET),
            ("noise_sd", &NOISE_SD),
            ("observation", &OBSERVATION),
            ("log_constant", &shift.nats()),
            ("mean", &mean),
            ("variance", &variance),
            ("draws", &draws),
            ("replicates", &replicates),
        ],
    ))
}
