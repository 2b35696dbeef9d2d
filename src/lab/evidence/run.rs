//! The computation: exact results, then draws.

use super::draws::{FIRST, LineDraws};
use super::pictures::Pictures;
use super::setting::Setting;
use super::truth::LineTruth;
use super::{numbers, remarks};
use crate::lab::{Run, Sheet};
use crate::state::Language;

/// The lab with one setting.
pub(super) struct EvidenceRun {
    pub setting: Setting,
    pub truth: LineTruth,
    pub draws: LineDraws,
    pub pictures: Pictures,
}

impl EvidenceRun {
    /// The first draws; `None` if p(x, z) cannot be integrated.
    pub(super) fn new(setting: Setting) -> Option<Self> {
        let truth = LineTruth::of(&setting)?;
        let pictures = Pictures::of(&setting, &truth);
        let mut draws = LineDraws::new(&setting);
        draws.reach(FIRST);
        Some(Self { setting, truth, draws, pictures })
    }
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
            metrics: numbers::metrics(&self.truth, &seen, language),
            table: numbers::table(&self.truth, &seen, language),
            remarks: remarks::remarks(&self.setting, &self.truth, &seen, language),
        }
    }
}
