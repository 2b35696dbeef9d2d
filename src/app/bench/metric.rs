//! A number of the bench on the page, with its full-precision value in an attribute for scripts.

use leptos::prelude::*;

use crate::app::context::{BenchNumbers, Preferences};
use crate::app::shared::shared;
use elboscope::quantity::Quantity;
use elboscope::state::number::full_precision;

/// Shown in place of a number that is still being computed.
pub const AWAITED: &str = "…";

/// `<span data-metric=… data-value=…>`: the interface that README documents. A value that is still being computed is
/// shown as …, one that does not exist as a dash; neither has a `data-value`.
#[component]
pub fn Metric(
    /// The quantity.
    quantity: Quantity,
    /// K, for the quantities that exist once for each K.
    #[prop(optional, into)]
    k: Option<usize>,
    /// The value, where it differs from the bench's: a term of an equation whose terms have to add up.
    #[prop(optional_no_strip)]
    value: Option<Signal<Option<f64>>>,
    /// Whether the value is a first look, which is marked.
    #[prop(optional, into)]
    first_look: Signal<bool>,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let numbers = shared::<BenchNumbers>();
    let value = value.unwrap_or_else(|| Signal::derive(move || numbers.value(quantity, k)));
    let text = move || {
        let Some(value) = value.get() else { return AWAITED.to_owned() };
        quantity.form(numbers.decimals.get()).write(Some(value), preferences.language.get())
    };
    view! {
        <span
            class="number"
            class:first-look=first_look
            title=move || first_look.get().then(|| preferences.messages().first_look_help)
            data-metric=quantity.name()
            data-k=k
            data-value=move || value.get().filter(|value| !value.is_nan()).map(full_precision)
        >
            {text}
        </span>
    }
}
