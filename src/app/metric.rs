//! A number on the screen, with its full-precision value for whoever reads the page by program.

use leptos::prelude::*;

use super::store::Store;
use elboscope::state::number;

/// How a metric is written.
#[derive(Clone, Copy)]
pub enum Style {
    /// With as many decimals as the present gap deserves.
    Nats,
    /// With six decimals.
    Fine,
    /// As a size, one or two significant digits: 3·10⁻⁹.
    Small,
    /// Rounded to an integer.
    Count,
    /// A share of one, in percent.
    Percent,
    /// With two decimals.
    Plain,
}

/// What stands for a number of what is on the page that has not been computed yet.
pub const AWAITED: &str = "…";

/// `<span data-metric=… data-value=…>`: the interface that README documents.
#[component]
pub fn Metric(
    /// The documented name.
    name: &'static str,
    /// The value. `None` is one that is not there yet, shown as …; NaN one that does not exist, shown as a
    /// dash. Neither has a `data-value`.
    #[prop(into)]
    value: Signal<Option<f64>>,
    /// How it is written.
    #[prop(default = Style::Nats)]
    style: Style,
    /// K, for the metrics that exist once for each K.
    #[prop(optional, into)]
    k: Option<usize>,
    /// The value is a first look, and is marked so.
    #[prop(optional, into)]
    first_look: Signal<bool>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let text = move || {
        let language = store.language.get();
        let Some(value) = value.get() else { return AWAITED.to_owned() };
        match style {
            Style::Nats => number::nats(value, store.decimals.get(), language),
            Style::Fine => number::grouped(value, 6, language),
            Style::Small => number::small(value, language),
            Style::Count => number::grouped(value, 0, language),
            Style::Percent => number::share(value, language),
            Style::Plain => number::grouped(value, 2, language),
        }
    };
    view! {
        <span
            class="number"
            class:first-look=first_look
            title=move || first_look.get().then(|| store.messages().first_look_help)
            data-metric=name
            data-k=k
            data-value=move || value.get().filter(|value| !value.is_nan()).map(full_precision)
        >
            {text}
        </span>
    }
}

/// The shortest text that reads back as the same number, with JavaScript's names for the infinities.
pub fn full_precision(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    value.to_string()
}
