//! The lab "Evidence": log p(x) as an area over one latent dimension, and what draws from q make of it.
//!
//! z ~ N(0, 1), x|z ~ N(w g(z) + b, s²), q = N(m, v).

mod computation;
mod pictures;
mod program;
mod readings;
mod setting;

use super::{Lab, Run, Sheet};
use crate::model::Vae;
use crate::state::{Language, Text};
use computation::{Draws, Truth};
use pictures::Pictures;
pub(super) use program::program;
use setting::{PARAMETERS, PRESETS, Setting};

/// What is seen here.
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

struct EvidenceRun {
    setting: Setting,
    truth: Truth,
    draws: Draws,
    pictures: Pictures,
}

pub(super) fn start(values: &[f64], _: Option<&Vae>) -> Result<Box<dyn Run>, Text> {
    let setting = Setting::of(values);
    let truth = Truth::of(&setting).ok_or(Text::new(
        "These values are too extreme: p(x, z) cannot be integrated.",
        "Estes valores são extremos demais: não é possível integrar p(x, z).",
    ))?;
    let pictures = Pictures::of(&setting, &truth);
    let mut draws = Draws::new(&setting);
    draws.reach(computation::FIRST);
    Ok(Box::new(EvidenceRun { setting, truth, draws, pictures }))
}

impl Run for EvidenceRun {
    fn advance(&mut self) -> bool {
        self.draws.advance()
    }

    fn progress(&self) -> f64 {
        self.draws.progress()
    }

    fn steps(&self) -> usize {
        self.draws.moments().len()
    }

    fn sheet(&self, step: usize, language: Language) -> Sheet {
        let seen = self.draws.seen(step);
        Sheet {
            figures: self.pictures.figures(&self.setting, &self.truth, &seen, language),
            metrics: readings::metrics(&self.truth, &seen, language),
            table: readings::table(&self.truth, &seen, language),
            remarks: readings::remarks(&self.setting, &self.truth, &seen, language),
        }
    }
}

#[cfg(test)]
mod tests;
