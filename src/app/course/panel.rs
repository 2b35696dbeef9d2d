//! The column of a lesson: a step's text, its questions, and the links to the next step.

use leptos::html::{Div, H2};
use leptos::prelude::*;
use web_sys::Event;

use super::goal::GoalView;
use super::heading;
use super::links::{follow, pointed};
use super::listing::ListingView;
use super::live;
use super::prediction::PredictionView;
use super::question::QuestionView;
use super::values::Values;
use super::words;
use crate::app::context::{Bench, CoursePages, Preferences};
use crate::app::navigation::Navigation;
use crate::app::shared::shared;
use elboscope::address::{self, CoursePlace, Page};
use elboscope::course::{Block, LESSONS, Lesson, Step};
use elboscope::state::{Term, Text};

/// The name of a step's item in the notebook.
pub fn note_name(kind: &str, [lesson, step]: [usize; 2], index: usize) -> String {
    let lesson = LESSONS.get(lesson).copied().unwrap_or_default();
    format!("{kind} {lesson}/{}/{index}", step + 1)
}

/// Whether all items of a step are done; a step without items is done once it was shown.
pub fn is_done(course: CoursePages, place: [usize; 2], step: &Step) -> bool {
    course.notebook.with(|notebook| {
        let mut asks = false;
        let all = step.blocks.iter().enumerate().all(|(index, block)| {
            let kind = match block {
                Block::Prediction(_) => "guess",
                Block::Goal(_) => "goal",
                _ => return true,
            };
            asks = true;
            notebook.get(&note_name(kind, place, index)).is_some()
        });
        all && (asks || notebook.get(&note_name("seen", place, 0)).is_some())
    })
}

/// The link to a step.
pub fn link(navigation: Navigation, lesson: usize, step: usize) -> String {
    let place = CoursePlace::Step { lesson, step };
    address::format(&navigation.address_of(Page::Course(place.into())))
}

/// The text beside the page.
#[component]
pub fn LessonPanel() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let course = shared::<CoursePages>();
    let say = move |text: Text| preferences.say(text);
    let shown = Memo::new(move |_| course.step());
    Effect::new(move |_| cover(course));
    Effect::new(move |_| {
        if let Some((place, _, _)) = shown.get() {
            let name = note_name("seen", place, 0);
            let is_new = course.notebook.with_untracked(|notebook| notebook.get(&name).is_none());
            if is_new {
                course.notebook.update(|notebook| notebook.set(&name, Some(String::new())));
            }
        }
    });
    on_cleanup(move || {
        course.veiled.set(Vec::new());
        course.headed.set_value(None);
        bench.highlight.set(None);
    });
    view! {
        <aside class="lesson" aria-label=move || say(words::LESSON)>
            {move || match shown.get() {
                None => view! { <p class="loading">{say(words::LOADING)}</p> }.into_any(),
                Some((place, lesson, step)) => {
                    view! {
                        <Head place lesson=lesson.clone() />
                        <Body place step />
                        <Foot place lesson />
                    }
                        .into_any()
                }
            }}
        </aside>
    }
}

/// Covers the parts that the step names while one of its predictions is open.
fn cover(course: CoursePages) {
    let veiled = course.step().map(|(place, _, step)| {
        let is_open = course.notebook.with(|notebook| {
            step.blocks.iter().enumerate().any(|(index, block)| {
                matches!(block, Block::Prediction(_))
                    && notebook.get(&note_name("guess", place, index)).is_none()
            })
        });
        if is_open { step.veil } else { Vec::new() }
    });
    let veiled = veiled.unwrap_or_default();
    if course.veiled.with_untracked(|present| *present != veiled) {
        course.veiled.set(veiled);
    }
}

#[component]
fn Head(place: [usize; 2], lesson: Lesson) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let course = shared::<CoursePages>();
    let navigation = shared::<Navigation>();
    let [number, present] = place;
    let steps = lesson.steps.iter().enumerate().map(|(index, step)| {
        let shown = StoredValue::new(step.clone());
        let is_done = move || shown.with_value(|step| is_done(course, [number, index], step));
        let name = format!("{}. {}", index + 1, step.title);
        // The meaning of the colour, in words.
        let label = move || match is_done() {
            true => format!("{name}, {}", words::DONE.say(preferences.language.get())),
            false => name.clone(),
        };
        view! {
            <li>
                <a
                    href=move || link(navigation, number, index)
                    class:done=is_done
                    aria-current=(index == present).then_some("step")
                    title=step.title.clone()
                    aria-label=label
                ></a>
            </li>
        }
    });
    view! {
        <header class="lesson-head">
            <p>
                <b>{number + 1}</b>
                " "
                {lesson.title.clone()}
            </p>
            <nav aria-label=words::STEPS_NAME.say(preferences.language.get())>
                <ol class="steps">{steps.collect_view()}</ol>
            </nav>
        </header>
    }
}

#[component]
fn Body(place: [usize; 2], step: Step) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let course = shared::<CoursePages>();
    let navigation = shared::<Navigation>();
    let values = expect_context::<Values>();
    let node = NodeRef::<Div>::new();
    Effect::new(move |_| {
        // Committing a prediction reveals more text.
        course.notebook.track();
        if let Some(body) = node.get() {
            live::fill(values, &body);
        }
    });
    let heading = NodeRef::<H2>::new();
    heading::arrive(course, place, heading);
    let light = step.light;
    bench.highlight.set(light);
    let point = move |event: &Event| {
        let term = pointed(event, "[data-term]").and_then(|e| e.get_attribute("data-term"));
        bench.highlight.set(term.as_deref().and_then(Term::from_name).or(light));
    };
    let state = step.state;
    let blocks = step.blocks.into_iter().enumerate().map(|(index, block)| match block {
        Block::Prose(html) => view! { <div class="prose" inner_html=html></div> }.into_any(),
        Block::Prediction(prediction) => {
            view! { <PredictionView place index prediction state=state.clone() /> }.into_any()
        }
        Block::Goal(goal) => view! { <GoalView place index goal /> }.into_any(),
        Block::Question(question) => view! { <QuestionView place index question /> }.into_any(),
        Block::Correction(html) => view! {
            <section class="correction">
                <h3>{words::CORRECTION.say(preferences.language.get_untracked())}</h3>
                <div class="prose" inner_html=html></div>
            </section>
        }
        .into_any(),
        Block::Listing(lines) => view! { <ListingView lines /> }.into_any(),
    });
    view! {
        <div
            class="lesson-body"
            data-scrolls=""
            node_ref=node
            on:pointerover=move |event| point(&event)
            on:focusin=move |event| point(&event)
            on:pointerleave=move |_| bench.highlight.set(light)
            on:focusout=move |_| bench.highlight.set(light)
            on:click=move |event| follow(navigation, &event)
        >
            <h2 tabindex="-1" node_ref=heading>
                {step.title}
            </h2>
            {blocks.collect_view()}
        </div>
    }
}

#[component]
fn Foot(place: [usize; 2], lesson: Lesson) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let course = shared::<CoursePages>();
    let navigation = shared::<Navigation>();
    let say = move |text: Text| preferences.say(text);
    let [number, step] = place;
    let is_last = step + 1 >= lesson.steps.len();
    let outline = move || address::format(&navigation.address_of(Page::Course(Default::default())));
    let back = if step > 0 {
        view! { <a class="button" data-action="step-back" href=move || link(navigation, number, step - 1)>{say(words::BACK)}</a> }
            .into_any()
    } else {
        view! { <a class="button" data-action="outline" href=outline>{say(words::TO_OUTLINE)}</a> }
            .into_any()
    };
    let next = if !is_last {
        view! { <a class="button primary" data-action="step-next" href=move || link(navigation, number, step + 1)>{say(words::NEXT)}</a> }
            .into_any()
    } else if number + 1 < LESSONS.len() {
        view! { <a class="button primary" data-action="lesson-next" href=move || link(navigation, number + 1, 0)>{say(words::NEXT_LESSON)}</a> }
            .into_any()
    } else {
        view! { <a class="button primary" data-action="outline" href=outline>{say(words::TO_OUTLINE)}</a> }.into_any()
    };
    view! {
        <footer class="lesson-foot">
            <button
                type="button"
                class="restore"
                data-action="restore-step"
                title=move || say(words::RESTORE_HELP)
                aria-keyshortcuts=move || course.has_keys.get().then_some("R")
                hidden=move || !navigation.has_left_step()
                on:click=move |_| navigation.restore_step()
            >
                {move || say(words::RESTORE)}
                {move || course.has_keys.get().then_some(" (R)")}
            </button>
            <div class="buttons">{back} <small>{format!("{} / {}", step + 1, lesson.steps.len())}</small> {next}</div>
        </footer>
    }
}
