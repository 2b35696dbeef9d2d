//! A question with a field for the user's answer, and a model answer behind a button.

use leptos::prelude::*;

use super::panel::note_name;
use super::words;
use crate::app::context::{CoursePages, Preferences};
use crate::app::shared::shared;
use elboscope::course::Question;
use elboscope::state::Text;

/// The browser keeps the user's answer.
#[component]
pub fn QuestionView(place: [usize; 2], index: usize, question: Question) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let course = shared::<CoursePages>();
    let say = move |text: Text| preferences.say(text);
    let name = StoredValue::new(note_name("answer", place, index));
    // Another tab may change the notebook as well.
    let kept = Memo::new(move |_| {
        course.notebook.with(|notebook| {
            name.with_value(|name| notebook.get(name).unwrap_or_default().to_owned())
        })
    });
    view! {
        <section class="question" data-question=question.name>
            <h3>{move || say(words::QUESTION)}</h3>
            <div class="prose" inner_html=question.text></div>
            <textarea
                rows="4"
                aria-label=move || say(words::YOUR_ANSWER)
                placeholder=move || say(words::YOUR_ANSWER)
                prop:value=kept
                on:input:target=move |event| {
                    let text = event.target().value();
                    let text = (!text.trim().is_empty()).then_some(text);
                    name.with_value(|name| {
                        course.notebook.update(|notebook| notebook.set(name, text));
                    });
                }
            ></textarea>
            <details>
                <summary>{move || say(words::SHOW_ANSWER)}</summary>
                <div class="prose" inner_html=question.answer></div>
            </details>
        </section>
    }
}
