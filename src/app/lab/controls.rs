//! The controls of a lab: one per parameter, and the presets.

use leptos::prelude::*;

use crate::app::context::{Labs, Notices, Preferences};
use crate::app::shared::shared;
use crate::app::widgets::seed::SeedField;
use crate::app::widgets::slider::Slider;
use elboscope::lab::{Choice, LARGEST_SEED, Lab, LabState, Parameter, ParameterKind};
use elboscope::state::{Language, Occasion, number};

/// Most decimals in a number field: in general, and for values below 0.001.
const MOST_DECIMALS: i32 = 4;
const MOST_DECIMALS_OF_SMALL: i32 = 7;

/// The presets, one button each.
#[component]
pub fn Presets(lab: &'static Lab) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let notices = shared::<Notices>();
    let labs = shared::<Labs>();
    let buttons = lab.presets.iter().enumerate().map(|(index, preset)| {
        let state = StoredValue::new(LabState::preset(lab, preset));
        view! {
            <button
                type="button"
                data-preset=index
                title=move || preset.help.say(preferences.language.get())
                aria-pressed=move || {
                    labs.state.with(|lab| state.with_value(|state| lab.as_ref() == Some(state)))
                        .to_string()
                }
                on:click=move |_| {
                    notices.end(Occasion::Followed);
                    labs.arrive(state.get_value());
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

/// Every parameter in the order of the description.
#[component]
pub fn Controls(lab: &'static Lab) -> impl IntoView {
    let labs = shared::<Labs>();
    let controls = lab.parameters.iter().enumerate().map(|(place, parameter)| {
        let control = match parameter.kind {
            ParameterKind::Choice(choices) => view! { <List place parameter choices /> }.into_any(),
            ParameterKind::Seed => view! { <Seed place /> }.into_any(),
            _ => view! { <ParameterSlider place parameter /> }.into_any(),
        };
        let applies = move || {
            labs.state.with(|state| {
                state.as_ref().is_none_or(|state| (lab.applies)(place, state.values()))
            })
        };
        view! { <div hidden=move || !applies()>{control}</div> }
    });
    view! { <div class="lab-controls">{controls.collect_view()}</div> }
}

fn value_of(labs: Labs, place: usize) -> Memo<f64> {
    Memo::new(move |_| labs.state.with(|lab| lab.as_ref().map_or(0.0, |state| state.get(place))))
}

/// A number as its field shows it: as short as possible, with four decimals at most, in the language's form.
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
    let labs = shared::<Labs>();
    let value = value_of(labs, place);
    let [_, min, max, step] = parameter.slider(parameter.default);
    let set = move |value: f64| labs.change(|state| state.set(place, value));
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
    let labs = shared::<Labs>();
    let value = value_of(labs, place);
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
                        labs.change(|state| state.set(place, value));
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
    let labs = shared::<Labs>();
    let value = value_of(labs, place);
    let set = move |value| labs.change(|state| state.set(place, value));
    view! {
        <div class="draws">
            <SeedField value largest=LARGEST_SEED set />
        </div>
    }
}
