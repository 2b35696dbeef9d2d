//! The controls of a page: one per parameter, and its presets.

use leptos::prelude::*;

use super::Adjustable;
use crate::app::context::{Notices, Preferences};
use crate::app::shared::shared;
use crate::app::widgets::seed::SeedField;
use crate::app::widgets::slider::Slider;
use elboscope::parameters::{Choice, LARGEST_SEED, Parameter, ParameterKind};
use elboscope::state::{Language, Occasion, number};

/// Most decimals in a number field: in general, and for values below 0.001.
const MOST_DECIMALS: i32 = 4;
const MOST_DECIMALS_OF_SMALL: i32 = 7;

/// The presets, one button each.
#[component]
pub fn Presets() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let notices = shared::<Notices>();
    let adjustable = expect_context::<Adjustable>();
    let buttons = adjustable.presets.iter().enumerate().map(|(index, preset)| {
        let values = StoredValue::new(preset.values_in(adjustable.table));
        view! {
            <button
                type="button"
                data-preset=index
                title=move || preset.help.say(preferences.language.get())
                aria-pressed=move || {
                    adjustable
                        .values
                        .with(|present| values.with_value(|values| present == values))
                        .to_string()
                }
                on:click=move |_| {
                    notices.end(Occasion::Followed);
                    adjustable.arrive.run(values.get_value());
                }
            >
                {move || preset.label.say(preferences.language.get())}
            </button>
        }
    });
    view! {
        <div class="buttons presets" role="group" aria-label=move || preferences.messages().presets_name>
            {buttons.collect_view()}
        </div>
    }
}

/// Every parameter in the order of the table.
#[component]
pub fn Controls() -> impl IntoView {
    let adjustable = expect_context::<Adjustable>();
    let controls = adjustable.table.iter().enumerate().map(|(place, parameter)| {
        let control = match parameter.kind {
            ParameterKind::Choice(choices) => view! { <List place parameter choices /> }.into_any(),
            ParameterKind::Seed => view! { <Seed place /> }.into_any(),
            _ => view! { <ParameterSlider place parameter /> }.into_any(),
        };
        let applies = move || adjustable.values.with(|values| (adjustable.applies)(place, values));
        view! { <div hidden=move || !applies()>{control}</div> }
    });
    view! { <div class="lab-controls">{controls.collect_view()}</div> }
}

fn value_of(adjustable: Adjustable, place: usize) -> Memo<f64> {
    Memo::new(move |_| {
        adjustable.values.with(|values| values.get(place).copied().unwrap_or_default())
    })
}

/// A number as its field shows it: as short as possible, in the language's form.
fn written(value: f64, language: Language) -> String {
    let most = if value.abs() < 1e-3 { MOST_DECIMALS_OF_SMALL } else { MOST_DECIMALS };
    let decimals = (0..=most).find(|&d| {
        let unit = 10_f64.powi(d);
        ((value * unit).round() / unit - value).abs() < 1e-9
    });
    number::decimal(value, decimals.unwrap_or(most) as usize, language)
}

#[component]
fn ParameterSlider(place: usize, parameter: &'static Parameter) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let adjustable = expect_context::<Adjustable>();
    let value = value_of(adjustable, place);
    let [_, min, max, step] = parameter.slider(parameter.default);
    let set = move |value: f64| adjustable.change([(place, value)]);
    view! {
        <Slider
            name=parameter.name
            symbol=parameter.symbol
            index=None
            label=Signal::derive(move || preferences.say(parameter.label).to_owned())
            numbers=parameter.numbers()
            can_be_negative=parameter.bounds()[0].is_sign_negative()
            range=Signal::stored([min, max, step])
            position=Signal::derive(move || parameter.slider(value.get())[0])
            on_slide=move |position| set(parameter.value_at(position))
            value
            written
            on_type=set
        />
    }
}

#[component]
fn List(place: usize, parameter: &'static Parameter, choices: &'static [Choice]) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let adjustable = expect_context::<Adjustable>();
    let value = value_of(adjustable, place);
    let id = format!("list-{}", parameter.name);
    let options = choices.iter().map(|choice| {
        view! { <option value=choice.name>{move || choice.label.say(preferences.language.get())}</option> }
    });
    view! {
        <div class="list">
            <label for=id.clone()>{move || parameter.label.say(preferences.language.get())}</label>
            <select
                id=id
                prop:value=move || parameter.text(value.get())
                on:change:target=move |event| {
                    if let Some(value) = parameter.read(&event.target().value()) {
                        adjustable.change([(place, value)]);
                    }
                }
            >
                {options.collect_view()}
            </select>
        </div>
    }
}

#[component]
fn Seed(place: usize) -> impl IntoView {
    let adjustable = expect_context::<Adjustable>();
    let value = value_of(adjustable, place);
    let set = move |value| adjustable.change([(place, value)]);
    view! {
        <div class="draws">
            <SeedField value largest=LARGEST_SEED set />
        </div>
    }
}
