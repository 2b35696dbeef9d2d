//! A goal of a step: the app itself detects that it is reached.

use std::time::Duration;

use leptos::prelude::*;

use super::panel::note_name;
use super::values::Values;
use super::words;
use crate::app::context::{CoursePages, Preferences};
use crate::app::platform::debounce::Debounce;
use crate::app::shared::shared;
use elboscope::course::Goal;
use elboscope::quantity::Measure;
use elboscope::state::Text;

/// Time for which the condition's numbers must stay unchanged before they are judged.
const SETTLING_TIME: Duration = Duration::from_millis(300);

/// A goal with its state; once reached it stays reached.
#[component]
pub fn GoalView(place: [usize; 2], index: usize, goal: Goal) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let course = shared::<CoursePages>();
    let values = expect_context::<Values>();
    let say = move |text: Text| preferences.say(text);
    let name = StoredValue::new(note_name("goal", place, index));
    let condition = StoredValue::new(goal.condition);
    let is_met = Memo::new(move |_| {
        course.notebook.with(|notebook| name.with_value(|name| notebook.get(name).is_some()))
    });
    let debounce = Debounce::new();
    // Every change of a number in the condition restarts the debounce.
    Effect::new(move |_| {
        debounce.cancel();
        let value_of = |measure: &Measure| values.value(measure);
        let holds = condition.with_value(|condition| condition.holds(&value_of)) == Some(true);
        if holds && values.are_settled() && !is_met.get() {
            debounce.call(SETTLING_TIME, move || {
                name.with_value(|name| {
                    course.notebook.update(|notebook| notebook.set(name, Some(String::new())));
                });
            });
        }
    });
    let hint = goal.hint.map(|hint| {
        view! {
            <details>
                <summary>{move || say(words::HINT)}</summary>
                <div class="prose" inner_html=hint></div>
            </details>
        }
    });
    view! {
        <section class="goal" data-goal=move || if is_met.get() { "met" } else { "open" }>
            <h3>
                {move || say(words::GOAL)} " "
                <small role="status">
                    {move || say(if is_met.get() { words::GOAL_MET } else { words::GOAL_OPEN })}
                </small>
            </h3>
            <div class="prose" inner_html=goal.text></div>
            {hint}
        </section>
    }
}
