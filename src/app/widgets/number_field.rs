//! A field for one number: it accepts the number formats of both languages, and reports what it cannot read.

use leptos::prelude::*;

use crate::app::context::{Notices, Preferences};
use crate::app::navigation::Navigation;
use crate::app::shared::shared;
use elboscope::address;
use elboscope::state::number::typed::Numbers;
use elboscope::state::{About, Messages, Occasion};

/// The field; it always shows the value in force.
#[component]
pub fn NumberField(
    #[prop(into)] id: String,
    /// The numbers that it accepts.
    #[prop(into)]
    numbers: Signal<Numbers>,
    /// Whether its value can be negative.
    #[prop(into)]
    can_be_negative: Signal<bool>,
    /// The name of the number.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] value: Signal<f64>,
    /// Formats a value for the field.
    written: impl Fn(f64) -> String + Copy + Send + Sync + 'static,
    /// Called with a number; the value that is then in force may differ.
    set: impl Fn(f64) + Copy + 'static,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let notices = shared::<Notices>();
    let navigation = shared::<Navigation>();
    let tell = move |text: String| {
        notices.show(About::Field(address::format(&navigation.address())), [text])
    };
    let take = move |typed: &str| {
        let messages = Messages::of(preferences.language.get_untracked());
        let present = move || untrack(|| written(value.get()));
        if typed.is_empty() {
            return notices.end(Occasion::Taken);
        }
        let Some(number) = numbers.get_untracked().read(typed) else {
            let sentence = match numbers.get_untracked() {
                Numbers::Whole => Messages::field_needs_whole_number,
                Numbers::Real => Messages::field_needs_number,
            };
            return tell(sentence(messages, typed, &present()));
        };
        set(number);
        let taken = value.get_untracked();
        let is_taken = (taken - number).abs() <= 1e-9 * number.abs().max(1.0);
        notices.end(Occasion::Taken);
        if !is_taken {
            tell(messages.note_clamped(&label.get_untracked(), typed, &present()));
        }
    };
    let keypad = move || match (can_be_negative.get(), numbers.get()) {
        // The numeric keyboards of telephones have no minus sign.
        (true, _) => "text",
        (false, Numbers::Whole) => "numeric",
        (false, Numbers::Real) => "decimal",
    };
    view! {
        <input
            type="text"
            inputmode=keypad
            id=id
            aria-label=label
            title=label
            autocomplete="off"
            data-value=move || value.get().to_string()
            prop:value=move || written(value.get())
            on:change:target=move |event| {
                let field = event.target();
                take(field.value().trim());
                // After clamping or refusal the field shows the value in force.
                field.set_value(&untrack(|| written(value.get())));
            }
        />
    }
}
