//! The pages of text: the glossary, and the material for teachers.

use leptos::prelude::*;

use super::link_builder::LinkBuilder;
use super::panel::link;
use super::{links, words};
use crate::app::context::{CoursePages, Preferences};
use crate::app::navigation::Navigation;
use crate::app::platform::dom;
use crate::app::shared::shared;
use elboscope::address::{self, Page};
use elboscope::course::{Block, Course, Guess, Lesson};
use elboscope::state::Text;

/// The glossary, each term with a link to a place where it can be seen.
#[component]
pub fn Glossary() -> impl IntoView {
    view! { <Reading text=|course| course.glossary.clone() /> }
}

/// Links, plans and the answer key.
#[component]
pub fn Teacher() -> impl IntoView {
    view! {
        <Reading text=|course| course.teacher.clone()>
            <LinkBuilder />
            <AnswerKey />
        </Reading>
    }
}

/// A page of text, with a view below it.
#[component]
fn Reading(
    text: fn(&Course) -> String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let course = shared::<CoursePages>();
    let navigation = shared::<Navigation>();
    let say = move |text: Text| preferences.say(text);
    let outline = move || address::format(&navigation.address_of(Page::Course(Default::default())));
    view! {
        <main id=dom::CONTENT tabindex="-1" class="reading" data-scrolls="">
            <p>
                <a href=outline>"← " {move || say(words::TO_OUTLINE)}</a>
            </p>
            {move || match course.lessons() {
                Some(course) => {
                    view! {
                        <div
                            class="prose"
                            inner_html=text(&course)
                            on:click=move |event| links::follow(navigation, &event)
                        ></div>
                    }
                        .into_any()
                }
                None => view! { <p class="loading">{say(words::LOADING)}</p> }.into_any(),
            }}
            {children.map(|children| children())}
        </main>
    }
}

/// The answer key: correct answers, where they are decided, and the model answers.
#[component]
fn AnswerKey() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let course = shared::<CoursePages>();
    let navigation = shared::<Navigation>();
    let say = move |text: Text| preferences.say(text);
    let lessons = move || {
        let course = course.lessons()?;
        let lessons = course.lessons.iter().enumerate();
        Some(
            lessons
                .map(|(number, lesson)| key_of(preferences, navigation, number, lesson))
                .collect_view(),
        )
    };
    view! {
        <section class="key-section" id="answer-key">
            <h2>{move || say(words::KEY_TITLE)}</h2>
            {lessons}
        </section>
    }
}

fn key_of(
    preferences: Preferences,
    navigation: Navigation,
    number: usize,
    lesson: &Lesson,
) -> AnyView {
    let say = |text: Text| text.say(preferences.language.get_untracked());
    let steps = lesson.steps.iter().enumerate().flat_map(|(index, step)| {
        step.blocks.iter().filter_map(move |block| {
            let content = match block {
                Block::Prediction(prediction) => {
                    let options = match &prediction.guess {
                        Guess::Choice(options) => {
                            options.iter().map(|option| option.text.clone()).collect::<String>()
                        }
                        _ => String::new(),
                    };
                    view! {
                        <h3>{say(words::PREDICT)}</h3>
                        <div class="prose" inner_html=prediction.text.clone()></div>
                        <div class="prose options-text" inner_html=options></div>
                        <div class="prose" inner_html=prediction.revealed.clone()></div>
                    }
                    .into_any()
                }
                Block::Goal(goal) => {
                    let settings: Vec<String> = goal
                        .solution
                        .iter()
                        .map(|(name, value)| format!("{name} = {value}"))
                        .collect();
                    view! {
                        <h3>{say(words::GOAL)}</h3>
                        <div class="prose" inner_html=goal.text.clone()></div>
                        <p>{say(words::KEY_GOAL)} " " <b>{settings.join(", ")}</b></p>
                    }
                    .into_any()
                }
                Block::Question(question) => view! {
                    <h3>{say(words::QUESTION)}</h3>
                    <div class="prose" inner_html=question.text.clone()></div>
                    <div class="prose" inner_html=question.answer.clone()></div>
                }
                .into_any(),
                _ => return None,
            };
            Some(view! {
                <li>
                    <a href=link(navigation, number, index)>{format!("{}.{}", number + 1, index + 1)}</a>
                    <div>{content}</div>
                </li>
            })
        })
    });
    view! {
        <details>
            <summary>{number + 1} ". " {lesson.title.clone()}</summary>
            <ul class="answers">{steps.collect_view()}</ul>
        </details>
    }
    .into_any()
}
