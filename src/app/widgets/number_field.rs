//! A field for one number: it takes what people type in either language, and says what it does not take.

use leptos::prelude::*;

use crate::app::context::{Notices, Preferences};
use crate::app::navigation::Navigation;
use crate::app::shared::shared;
use elboscope::address;
use elboscope::state::number::typed::Numbers;
use elboscope::state::{About, Messages, Occasion};

/// The field, which always shows the value that holds.
#[component]
pub fn NumberField(
    #[prop(into)] id: String,
    /// Which numbers it takes.
    #[prop(into)]
    numbers: Signal<Numbers>,
    /// Whether its value can be negative.
    #[prop(into)]
    can_be_negative: Signal<bool>,
    /// What the number is, in words.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] value: Signal<f64>,
    /// A value as the field shows it.
    written: impl Fn(f64) -> String + Copy + Send + Sync + 'static,
    /// Takes a number; the value that then holds may be another.
    set: impl Fn(f64) + Copy + 'static,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let notices = shared::<Notices>();
    let navigation = shared::<Navigation>();
    let tell = move |text: String| {
        notices.tell(About::Field(address::format(&navigation.address())), [text])
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
        // The number pads of telephones have no minus.
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
                // Clamped or refused, the field shows what holds.
                field.set_value(&untrack(|| written(value.get())));
            }
        />
    }
}
