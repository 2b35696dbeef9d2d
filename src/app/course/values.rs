//! The value of every number on the page by its quantity, for the lessons.

use std::sync::Arc;

use leptos::prelude::*;

use crate::app::context::{
    Bench, BenchNumbers, CoursePages, Phase, Preferences, SheetPhase, Stage, StagePage,
};
use crate::app::navigation::Navigation;
use crate::app::shared::shared;
use elboscope::address::Page;
use elboscope::bench_worker::LADDER_DRAWS;
use elboscope::evidence::Rung;
use elboscope::quantity::{Form, Measure};
use elboscope::state::number;

/// The numbers of the page on the stage. Whoever asks inside an effect is told of every change. Cheap to
/// copy.
#[derive(Clone, Copy)]
pub struct Values {
    preferences: Preferences,
    bench: Bench,
    numbers: BenchNumbers,
    stage: Stage,
    course: CoursePages,
    navigation: Navigation,
}

impl Values {
    /// Reads the contexts of the page.
    pub fn new() -> Self {
        Self {
            preferences: shared(),
            bench: shared(),
            numbers: shared(),
            stage: shared(),
            course: shared(),
            navigation: shared(),
        }
    }

    /// The present value; `None` while it is unknown or where it does not exist.
    pub fn value(&self, measure: &Measure) -> Option<f64> {
        let value = if self.has_sheet() {
            let shown = self.stage.sheet.get()?;
            shown.sheet.measured(*measure)?.value
        } else {
            self.numbers.value(measure.quantity, measure.k)
        };
        value.filter(|value| !value.is_nan())
    }

    /// The present value in the form in which the page shows it.
    pub fn text(&self, measure: &Measure) -> Option<String> {
        let language = self.preferences.language.get();
        if self.has_sheet() {
            let shown = self.stage.sheet.get()?;
            let metric = shown.sheet.measured(*measure)?;
            let is_written = metric.value.is_some() || metric.form == Form::Beyond;
            return is_written.then(|| metric.form.write(metric.value, language));
        }
        let value = self.value(measure)?;
        let form = measure.quantity.form(self.numbers.decimals.get());
        Some(form.write(Some(value), language))
    }

    /// A number of the user's own in the same form as the computed ones.
    pub fn written(&self, value: f64) -> String {
        number::nats(value, 3, self.preferences.language.get())
    }

    /// Whether the values belong to the page's present state and its computation has ended.
    pub fn are_settled(&self) -> bool {
        if self.course.awaits_step.get() {
            return false;
        }
        match self.navigation.stage() {
            Page::Bench(state) => {
                self.numbers.computed_state.get() == Some(state)
                    && self.numbers.readings.with(Option::is_some)
                    && (self.is_final() || self.bench.phase.get() == Phase::Idle)
            }
            page => {
                let is_of_it = self
                    .stage
                    .sheet
                    .with(|shown| shown.as_ref().is_some_and(|shown| shown.page == page));
                is_of_it
                    && self.stage.phase.get() != SheetPhase::Computing
                    && !self.stage.is_played.get()
            }
        }
    }

    /// Whether no number of the bench is preliminary any more. More draws, finer lattices and a narrower proof may
    /// still follow.
    fn is_final(&self) -> bool {
        let is_whole =
            |ladder: &Arc<[Rung]>| ladder.first().is_some_and(|r| r.replicates >= LADDER_DRAWS);
        self.numbers.best.with(Option::is_some)
            && self.numbers.terms.get().is_some_and(|terms| !terms.is_first_look)
            && self.numbers.ladder.with(is_whole)
    }

    fn has_sheet(&self) -> bool {
        !self.stage.is_on(StagePage::Bench)
    }
}
