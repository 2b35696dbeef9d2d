//! The controls of a lab: one per parameter, and its presets.

use leptos::prelude::*;

use crate::app::context::{Labs, Notices, Preferences};
use crate::app::shared::shared;
use crate::app::widgets::number_field::NumberField;
use elboscope::lab::{Choice, Kind, LARGEST_SEED, Lab, LabState, Parameter};
use elboscope::state::{Occasion, number};

/// What fits into a number field, for most numbers and for those that would be 0.000 otherwise.
const MOST_DECIMALS: i32 = 4;
const MOST_DECIMALS_OF_SMALL: i32 = 7;

/// States worth landing in, one button each.
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
            Kind::Choice(choices) => view! { <List place parameter choices /> }.into_any(),
            Kind::Seed => view! { <Seed place parameter /> }.into_any(),
            _ => view! { <Slider place parameter /> }.into_any(),
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

/// A number in its field: as short as it can be, four decimals at most, in the language's form.
fn written(value: f64, preferences: Preferences) -> String {
    let most = if value.abs() < 1e-3 { MOST_DECIMALS_OF_SMALL } else { MOST_DECIMALS };
    let decimals = (0..=most).find(|&d| {
        let unit = 10_f64.powi(d);
        ((value * unit).round() / unit - value).abs() < 1e-9
    });
    number::decimal(value, decimals.unwrap_or(most) as usize, preferences.language.get())
}

#[component]
fn Slider(place: usize, parameter: &'static Parameter) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let labs = shared::<Labs>();
    let value = value_of(labs, place);
    let id = format!("slider-{}", parameter.name);
    let [_, min, max, step] = parameter.slider(parameter.default);
    view! {
        <div class="slider">
            <label for=id.clone()>
                <i>{parameter.symbol}</i>
            </label>
            <input
                type="range"
                id=id
                min=min
                max=max
                step=step
                aria-label=move || parameter.label.say(preferences.language.get())
                title=move || parameter.label.say(preferences.language.get())
                aria-valuetext=move || written(value.get(), preferences)
                prop:value=move || parameter.slider(value.get())[0].to_string()
                on:input:target=move |event| {
                    let position = event.target().value_as_number();
                    labs.change(|state| state.set(place, parameter.value_at(position)));
                }
            />
            <NumberField
                id=format!("number-{}", parameter.name)
                numbers=parameter.numbers()
                can_be_negative=parameter.bounds()[0].is_sign_negative()
                label=Signal::derive(move || parameter.label.say(preferences.language.get()).to_owned())
                value=value
                written=move |value| written(value, preferences)
                set=move |value| labs.change(|state| state.set(place, value))
            />
        </div>
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
fn Seed(place: usize, parameter: &'static Parameter) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let labs = shared::<Labs>();
    let value = value_of(labs, place);
    view! {
        <div class="draws">
            <button
                type="button"
                data-action="new-draw"
                title=move || preferences.messages().new_draw_help
                on:click=move |_| {
                    let next = value.get_untracked() + 1.0;
                    let next = if next > f64::from(LARGEST_SEED) { 0.0 } else { next };
                    labs.change(|state| state.set(place, next));
                }
            >
                {move || preferences.messages().new_draw}
            </button>
            <NumberField
                id=format!("number-{}", parameter.name)
                numbers=parameter.numbers()
                can_be_negative=false
                label=Signal::derive(move || preferences.messages().seed_name.to_owned())
                value=value
                written=|value: f64| value.to_string()
                set=move |value| labs.change(|state| state.set(place, value))
            />
        </div>
    }
}
