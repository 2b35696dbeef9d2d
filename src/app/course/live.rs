//! The numbers on the page as the lessons read them: by their documented names, from the page itself.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::app::store::Store;
use elboscope::course::Measure;
use elboscope::state::number;

/// The element that shows a number.
fn element_of(measure: &Measure) -> Option<Element> {
    let k = measure.k.map(|k| format!("[data-k=\"{k}\"]")).unwrap_or_default();
    let selector = format!("main [data-metric=\"{}\"]{k}", measure.metric);
    document().query_selector(&selector).ok().flatten()
}

/// The present value of a number, in full precision; `None` while it is not on the page.
pub fn value(measure: &Measure) -> Option<f64> {
    element_of(measure)?.get_attribute("data-value")?.parse().ok()
}

/// A number as the page writes it.
fn text(measure: &Measure) -> Option<String> {
    let element = element_of(measure)?;
    element.has_attribute("data-value").then(|| element.text_content()).flatten()
}

/// Gives every live number inside an element its present value.
pub fn fill(within: &Element) {
    let Ok(places) = within.query_selector_all("[data-live]") else { return };
    for index in 0..places.length() {
        let place = places.item(index).and_then(|node| node.dyn_into::<Element>().ok());
        let Some(place) = place else { continue };
        let measure = place.get_attribute("data-live").as_deref().and_then(Measure::read);
        let text = measure.as_ref().and_then(text).unwrap_or_else(|| "–".to_owned());
        if place.text_content().as_ref() != Some(&text) {
            place.set_text_content(Some(&text));
        }
    }
}

/// A number of one's own beside computed ones, in the same form.
pub fn written(store: Store, value: f64) -> String {
    number::nats(value, 3, store.language.get())
}

/// Has the course's pulse follow everything that changes numbers on the page, once per frame.
pub fn follow(store: Store) {
    let is_due = StoredValue::new(false);
    Effect::new(move |_| {
        // Where no lesson listens, a pulse would only cost a dragging hand a frame of its own.
        if store.course.place.get().is_none() {
            return;
        }
        store.readings.track();
        store.ladder.track();
        store.exact_ladder.track();
        store.running.track();
        store.best.track();
        store.certified.track();
        store.lab_sheets.track();
        store.lab_is_busy.track();
        store.lab_is_played.track();
        store.awaits_x.track();
        store.language.track();
        if is_due.get_value() {
            return;
        }
        is_due.set_value(true);
        // What follows from these signals is in the page by the next frame.
        request_animation_frame(move || {
            is_due.set_value(false);
            store.course.pulse.update(|pulse| *pulse = pulse.wrapping_add(1));
        });
    });
}

/// Calls when what has been computed by now is on the page: numbers go there with the next frame, and on
/// a busy machine that takes its time.
pub fn once_shown(call: impl FnOnce() + 'static) {
    request_animation_frame(call);
}

/// Whether the numbers on the page belong to the state it is in, at the end of what is computed.
pub fn is_settled(store: Store) -> bool {
    let is_lab = store.lab.with_untracked(Option::is_some);
    let is_there = if is_lab {
        !store.lab_is_busy.get_untracked() && !store.lab_is_played.get_untracked()
    } else {
        !store.awaits_x.get_untracked() && store.readings.with_untracked(Option::is_some)
    };
    is_there && !store.course.awaits_step.get_untracked()
}
