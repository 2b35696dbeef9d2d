//! The value of every number of the page by its quantity: what the page writes, and what the lessons read.

use std::sync::Arc;

use leptos::prelude::*;

use super::bench;
use super::store::Store;
use elboscope::address::Page;
use elboscope::evidence::Rung;
use elboscope::quantity::{Form, Measure};
use elboscope::worker::LADDER_DRAWS;

/// The present value of a number of the bench or the lab on the screen; `None` while it is not known or does not
/// exist. Whoever asks inside an effect is told of every change.
pub fn value(store: Store, measure: &Measure) -> Option<f64> {
    let value = if is_lab(store) {
        let shown = store.lab_sheet.get()?;
        shown.sheet.measured(*measure)?.value
    } else {
        bench::value(store, measure.quantity, measure.k)
    };
    value.filter(|value| !value.is_nan())
}

/// The same as the page writes it.
pub fn text(store: Store, measure: &Measure) -> Option<String> {
    let language = store.language.get();
    if is_lab(store) {
        let shown = store.lab_sheet.get()?;
        let metric = shown.sheet.measured(*measure)?;
        let is_written = metric.value.is_some() || metric.form == Form::Beyond;
        return is_written.then(|| metric.form.write(metric.value, language));
    }
    let value = value(store, measure)?;
    Some(measure.quantity.form(store.decimals.get()).write(Some(value), language))
}

/// Whether the values belong to the state that the page is in, at the end of what is computed.
pub fn are_settled(store: Store) -> bool {
    if store.course.awaits_step.get() {
        return false;
    }
    match store.stage() {
        Page::Lab(state) => {
            let is_of_it =
                store.lab_sheet.with(|shown| shown.as_ref().is_some_and(|s| s.state == state));
            is_of_it && !store.lab_is_busy.get() && !store.lab_is_played.get()
        }
        stage => {
            let is_of_it = store
                .computed_state
                .with(|state| state.as_ref().is_some_and(|state| Page::Bench(*state) == stage));
            is_of_it
                && store.readings.with(Option::is_some)
                && (is_told(store) || !store.is_busy.get())
        }
    }
}

/// Whether no number of x and q on the bench is a first one any more, to be replaced by a better one; more draws, finer
/// lattices and a narrower proof may follow.
fn is_told(store: Store) -> bool {
    let is_whole =
        |ladder: &Arc<[Rung]>| ladder.first().is_some_and(|r| r.replicates >= LADDER_DRAWS);
    !store.awaits_x.get()
        && store.terms.get().is_some_and(|terms| !terms.is_first_look)
        && store.ladder.with(is_whole)
}

fn is_lab(store: Store) -> bool {
    store.lab.with(Option::is_some)
}
