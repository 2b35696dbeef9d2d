//! The controls of the seed.

use leptos::prelude::*;

use super::number_field::NumberField;
use crate::app::context::Preferences;
use crate::app::shared::shared;
use elboscope::state::number::typed::Numbers;

/// A button for the next seed, and a field for any seed.
#[component]
pub fn SeedField(
    #[prop(into)] value: Signal<f64>,
    /// The largest seed; the next one after it is 0.
    largest: u32,
    set: impl Fn(f64) + Copy + 'static,
) -> impl IntoView {
    [next_seed(value, largest, set), seed_number(value, set)].collect_view()
}

/// A button for new draws: those of the next seed.
pub fn next_seed(value: Signal<f64>, largest: u32, set: impl Fn(f64) + Copy + 'static) -> AnyView {
    let preferences = shared::<Preferences>();
    let messages = move || preferences.messages();
    view! {
        <button
            type="button"
            data-action="new-draw"
            title=move || messages().new_draw_help
            on:click=move |_| {
                let next = value.get_untracked() + 1.0;
                set(if next > f64::from(largest) { 0.0 } else { next });
            }
        >
            {move || messages().new_draw}
        </button>
    }
    .into_any()
}

/// A field for any seed.
pub fn seed_number(value: Signal<f64>, set: impl Fn(f64) + Copy + 'static) -> AnyView {
    let preferences = shared::<Preferences>();
    view! {
        <NumberField
            id="number-seed"
            numbers=Numbers::Whole
            can_be_negative=false
            label=Signal::derive(move || preferences.messages().seed_name.to_owned())
            value
            written=|seed: f64| seed.to_string()
            set
        />
    }
    .into_any()
}
