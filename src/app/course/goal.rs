//! A goal of a step: the app itself detects that it is reached.

use std::time::Duration;

use leptos::prelude::*;

use super::panel::note_name;
use super::values::Values;
use super::words;
use crate::app::context::{CoursePages, Preferences};
use crate::app::shared::shared;
use elboscope::course::{Goal, GoalWatch, Look, Sight};
use elboscope::platform::clock;
use elboscope::quantity::Measure;
use elboscope::state::Text;

/// A goal whose numbers are watched. Cheap to copy.
#[derive(Clone, Copy)]
struct Watched {
    course: CoursePages,
    /// Its name in the notebook.
    name: StoredValue<String>,
    watch: StoredValue<GoalWatch>,
}

impl Watched {
    /// Takes in what is seen of it now.
    fn see(self, sight: Sight) {
        let pause = self.watch.try_update_value(|watch| watch.change(sight, clock::now()));
        if let Some(Some(pause)) = pause {
            self.look_after(pause);
        }
    }

    /// Looks once more after a pause; a goal whose step has been left is looked at no more.
    fn look_after(self, pause: Duration) {
        set_timeout(
            move || match self.watch.try_update_value(|watch| watch.look(clock::now())) {
                Some(Look::Reached) => self.name.with_value(|name| {
                    self.course.notebook.update(|notebook| notebook.set(name, Some(String::new())));
                }),
                Some(Look::Again(pause)) => self.look_after(pause),
                Some(Look::Open) | None => {}
            },
            pause,
        );
    }
}

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
    let watched = Watched { course, name, watch: StoredValue::new(GoalWatch::default()) };
    Effect::new(move |_| {
        let value_of = |measure: &Measure| values.value(measure);
        watched.see(Sight {
            holds: condition.with_value(|condition| condition.holds(&value_of)),
            is_settled: values.are_settled(),
            is_met: is_met.get(),
        });
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
