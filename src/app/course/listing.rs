//! Code listings whose lines highlight the part of the page that they compute.

use leptos::prelude::*;

use super::values::Values;
use super::words;
use crate::app::context::Preferences;
use crate::app::shared::shared;
use elboscope::course::CodeLine;
use elboscope::state::{Term, Text};

/// Indentation by tabs, which the style sheet makes narrow; Python accepts tabs as well.
fn indented(code: &str) -> String {
    let plain = code.trim_start_matches(' ');
    let depth = (code.len() - plain.len()) / 4;
    "\t".repeat(depth) + plain
}

/// The code, and below it the shape and the present value of the hovered line.
#[component]
pub fn ListingView(lines: Vec<CodeLine>) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let values = expect_context::<Values>();
    let say = move |text: Text| preferences.say(text);
    let lines = StoredValue::new(lines);
    let pointed = RwSignal::new(None::<usize>);
    let line = move |index: usize, line: &CodeLine| {
        let has_note = line.light.is_some() || line.shape.is_some() || line.value.is_some();
        view! {
            <code
                class:noted=has_note
                class:pointed=move || pointed.get() == Some(index)
                tabindex=has_note.then_some("0")
                data-term=line.light.map(Term::name)
                on:pointerenter=move |_| pointed.set(has_note.then_some(index))
                on:focus=move |_| pointed.set(has_note.then_some(index))
            >
                {format!("{}\n", indented(&line.code))}
            </code>
        }
    };
    let note = move || {
        let line =
            pointed.get().and_then(|index| lines.with_value(|lines| lines.get(index).cloned()));
        let Some(line) = line else {
            return view! { <span>{say(words::POINT_AT_A_LINE)}</span> }.into_any();
        };
        let shape =
            line.shape.map(|shape| view! { <span>{say(words::SHAPE)} " " <b>{shape}</b></span> });
        let value = line.value.map(|measure| {
            let text = move || values.text(&measure).unwrap_or_else(|| "–".to_owned());
            view! {
                <span>
                    {measure.quantity.name()} " " {say(words::NOW)} " "
                    <b class="live">{text}</b>
                </span>
            }
        });
        view! { {shape} {value} }.into_any()
    };
    view! {
        <figure class="listing">
            <pre>
                {lines
                    .with_value(|lines| {
                        lines
                            .iter()
                            .enumerate()
                            .map(|(index, content)| line(index, content))
                            .collect_view()
                    })}
            </pre>
            <figcaption>{note}</figcaption>
        </figure>
    }
}
