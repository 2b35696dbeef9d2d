//! The value of every number on the page by its quantity, for the lessons.

use std::sync::Arc;

use leptos::prelude::*;

use crate::app::context::{Bench, BenchNumbers, CoursePages, LabPhase, Labs, Phase, Preferences};
use crate::app::navigation::Navigation;
use crate::app::shared::shared;
use elboscope::address::Page;
use elboscope::bench_worker::LADDER_DRAWS;
use elboscope::evidence::Rung;
use elboscope::quantity::{Form, Measure};
use elboscope::state::number;

/// The numbers of the bench or of the lab on the screen; reading them inside an effect subscribes to their changes.
/// Cheap to copy.
#[derive(Clone, Copy)]
pub struct Values {
    preferences: Preferences,
    bench: Bench,
    numbers: BenchNumbers,
    labs: Labs,
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
            labs: shared(),
            course: shared(),
            navigation: shared(),
        }
    }

    /// The present value; `None` while it is unknown or where it does not exist.
    pub fn value(&self, measure: &Measure) -> Option<f64> {
        let value = if self.is_lab() {
            let shown = self.labs.sheet.get()?;
            shown.sheet.measured(*measure)?.value
        } else {
            self.numbers.value(measure.quantity, measure.k)
        };
        value.filter(|value| !value.is_nan())
    }

    /// The present value in the form in which the page shows it.
    pub fn text(&self, measure: &Measure) -> Option<String> {
        let language = self.preferences.language.get();
        if self.is_lab() {
            let shown = self.labs.sheet.get()?;
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
            Page::Lab(state) => {
                let is_of_it = self
                    .labs
                    .sheet
                    .with(|shown| shown.as_ref().is_some_and(|shown| shown.state == state));
                is_of_it
                    && self.labs.phase.get() != LabPhase::Computing
                    && !self.labs.is_played.get()
            }
            stage => {
                let is_of_it = self
                    .numbers
                    .computed_state
                    .with(|state| state.as_ref().is_some_and(|state| Page::Bench(*state) == stage));
                is_of_it
                    && self.numbers.readings.with(Option::is_some)
                    && (self.is_final() || self.bench.phase.get() == Phase::Idle)
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

    fn is_lab(&self) -> bool {
        self.labs.state.with(Option::is_some)
    }
}
