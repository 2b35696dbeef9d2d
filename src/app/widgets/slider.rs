//! A slider with its number field.

use leptos::prelude::*;

use super::number_field::NumberField;
use crate::app::context::Preferences;
use crate::app::shared::shared;
use elboscope::state::number::typed::Numbers;
use elboscope::state::{Language, Text};

/// A labelled `<input type="range">`, and a field that accepts any value of the parameter.
#[component]
pub fn Slider(
    /// The name in `id`: the slider is `slider-NAME`, the field `number-NAME`.
    name: &'static str,
    /// What it is in a word, beside its symbol.
    #[prop(optional_no_strip)]
    word: Option<Text>,
    symbol: &'static str,
    /// The index below the symbol.
    #[prop(optional_no_strip)]
    index: Option<&'static str>,
    /// The name of the parameter.
    #[prop(into)]
    label: Signal<String>,
    /// The numbers that the field accepts.
    numbers: Numbers,
    can_be_negative: bool,
    /// The slider's smallest and largest position, and its step.
    #[prop(into)]
    range: Signal<[f64; 3]>,
    /// The slider's present position.
    #[prop(into)]
    position: Signal<f64>,
    /// Called when the slider is moved.
    on_slide: impl Fn(f64) + Copy + 'static,
    #[prop(into)] value: Signal<f64>,
    /// Formats the value for the field.
    written: fn(f64, Language) -> String,
    /// Called when a value is typed.
    on_type: impl Fn(f64) + Copy + 'static,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let written = move |value| written(value, preferences.language.get());
    let id = format!("slider-{name}");
    view! {
        <div class="slider">
            <label for=id.clone()>
                {word.map(|word| view! { <span>{move || word.say(preferences.language.get())}" "</span> })}
                <i>{symbol}</i>
                {index.map(|index| view! { <sub>{index}</sub> })}
            </label>
            <input
                type="range"
                id=id
                min=move || range.get()[0]
                max=move || range.get()[1]
                step=move || range.get()[2]
                aria-label=label
                title=label
                aria-valuetext=move || written(value.get())
                prop:value=move || position.get().to_string()
                on:input:target=move |event| on_slide(event.target().value_as_number())
            />
            <NumberField
                id=format!("number-{name}")
                numbers
                can_be_negative
                label
                value
                written
                set=on_type
            />
        </div>
    }
}
