//! The list of lessons with the user's progress.

use leptos::prelude::*;

use super::panel::{is_done, link};
use super::{notebook, words};
use crate::app::context::{CoursePages, Preferences};
use crate::app::navigation::Navigation;
use crate::app::platform::dom;
use crate::app::shared::shared;
use elboscope::address::{self, CoursePlace, Page};
use elboscope::course::Lesson;
use elboscope::state::Text;

/// The first page of the course.
#[component]
pub fn Outline() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let course = shared::<CoursePages>();
    let navigation = shared::<Navigation>();
    let say = move |text: Text| preferences.say(text);
    let page = move |place: CoursePlace| {
        address::format(&navigation.address_of(Page::Course(place.into())))
    };
    let list = move || {
        let Some(course) = course.lessons() else {
            return view! { <p class="loading">{say(words::LOADING)}</p> }.into_any();
        };
        let lessons = course.lessons.iter().cloned().enumerate();
        let lessons = lessons.map(|(number, lesson)| view! { <Entry number lesson /> });
        view! { <ol class="lessons">{lessons.collect_view()}</ol> }.into_any()
    };
    view! {
        <main id=dom::CONTENT tabindex="-1" class="outline" data-scrolls="">
            <div class="outline-head">
                <h2>{move || say(words::COURSE)}</h2>
                <p>{move || say(words::COURSE_LEAD)}</p>
                <p class="buttons">
                    <a class="button" href=move || page(CoursePlace::Glossary)>
                        {move || say(words::GLOSSARY)}
                    </a>
                    <a class="button" href=move || page(CoursePlace::Teacher)>
                        {move || say(words::TEACHER)}
                    </a>
                    <Clear />
                    <Keys />
                </p>
            </div>
            {list}
        </main>
    }
}

#[component]
fn Entry(number: usize, lesson: Lesson) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let course = shared::<CoursePages>();
    let navigation = shared::<Navigation>();
    let say = move |text: Text| preferences.say(text);
    let count = lesson.steps.len();
    let steps = StoredValue::new(lesson.steps);
    let done = Memo::new(move |_| {
        steps.with_value(|steps| {
            let done = |(index, step)| is_done(course, [number, index], step);
            steps.iter().enumerate().map(done).collect::<Vec<bool>>()
        })
    });
    let number_done = move || done.get().iter().filter(|is_done| **is_done).count();
    let first_open = move || done.get().iter().position(|is_done| !is_done).unwrap_or(0);
    let label = move || match number_done() {
        0 => words::BEGIN,
        all if all == count => words::AGAIN,
        _ => words::GO_ON,
    };
    view! {
        <li class="lesson-card" data-lesson=number>
            <b class="ordinal">{number + 1}</b>
            <div>
                <h3>
                    <a href=move || link(navigation, number, first_open())>{lesson.title}</a>
                    " "
                    <small>{lesson.minutes} " " {move || say(words::MINUTES)}</small>
                </h3>
                <p>{move || say(words::AFTERWARDS)} " " {lesson.outcome} "."</p>
            </div>
            <div class="progress-of">
                <progress
                    max=count
                    prop:value=move || number_done() as f64
                    aria-label=move || say(words::STEPS_DONE)
                ></progress>
                <small>{number_done} " / " {count}</small>
                <a class="button" tabindex="-1" aria-hidden="true" href=move || link(navigation, number, first_open())>
                    {move || say(label())}
                </a>
            </div>
        </li>
    }
}

/// The switch for the lessons' keyboard shortcuts; the browser remembers it.
#[component]
fn Keys() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let course = shared::<CoursePages>();
    let say = move |text: Text| preferences.say(text);
    view! {
        <label class="setting" title=move || say(words::KEYS_HELP)>
            <input
                id="course-keys"
                type="checkbox"
                prop:checked=course.has_keys
                on:change:target=move |event| {
                    let are_on = event.target().checked();
                    course.has_keys.set(are_on);
                    notebook::keep_keys(are_on);
                }
            />
            {move || say(words::KEYS)}
            " "
            <small>"R · Page Up · Page Down"</small>
        </label>
    }
}

/// A button that clears the notebook when it is pressed twice.
#[component]
fn Clear() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let course = shared::<CoursePages>();
    let is_sure = RwSignal::new(false);
    let label = move || {
        let text = if is_sure.get() { words::CLEAR_SURELY } else { words::CLEAR };
        text.say(preferences.language.get())
    };
    view! {
        <button
            type="button"
            data-action="clear-progress"
            title=move || words::CLEAR_HELP.say(preferences.language.get())
            disabled=move || course.notebook.with(|notebook| notebook.is_empty())
            on:blur=move |_| is_sure.set(false)
            on:click=move |_| {
                if is_sure.get_untracked() {
                    course.notebook.update(|notebook| notebook.clear());
                }
                is_sure.update(|is_sure| *is_sure = !*is_sure);
            }
        >
            {label}
        </button>
    }
}
