//! The value of every number of the page by its quantity, as the lessons read it.

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
    /// Those of the page around it.
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

    /// The present value; `None` while it is not known or does not exist.
    pub fn value(&self, measure: &Measure) -> Option<f64> {
        let value = if self.has_sheet() {
            let shown = self.stage.sheet.get()?;
            shown.sheet.measured(*measure)?.value
        } else {
            self.numbers.value(measure.quantity, measure.k)
        };
        value.filter(|value| !value.is_nan())
    }

    /// The same as the page writes it.
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

    /// A number of one's own beside computed ones, in the same form.
    pub fn written(&self, value: f64) -> String {
        number::nats(value, 3, self.preferences.language.get())
    }

    /// Whether the values belong to the state that the page is in, at the end of what is computed.
    pub fn are_settled(&self) -> bool {
        if self.course.awaits_step.get() {
            return false;
        }
        match self.navigation.stage() {
            Page::Bench(state) => {
                self.numbers.computed_state.get() == Some(state)
                    && self.numbers.readings.with(Option::is_some)
                    && (self.is_told() || self.bench.phase.get() == Phase::Idle)
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

    /// Whether no number of x and q on the bench is a first one any more, to be replaced by a better one; more draws,
    /// finer lattices and a narrower proof may follow.
    fn is_told(&self) -> bool {
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
