//! The page: everything that knows a browser, and nothing that computes.

mod address_bar;
mod bench;
mod canvas;
mod clipboard;
mod copy_button;
mod course;
mod debounce;
mod dom;
mod engine;
mod fault;
mod full_screen;
mod handle;
mod header;
mod icon_button;
mod lab;
mod lazy;
mod metric;
mod notice;
mod number_field;
mod opening;
mod play_button;
mod preferences;
mod shown;
mod store;
mod values;
mod worker_link;
mod workshop_link;

use leptos::prelude::*;

use self::bench::BenchPage;
use self::canvas::PixelRatio;
use self::clipboard::UncopiedText;
use self::fault::Fault;
use self::header::Header;
use self::lab::LabTabs;
use self::lazy::{Course, Parts};
use self::notice::Notices;
use self::opening::DropPlace;
use self::store::Store;
use elboscope::address::CoursePlace;
use elboscope::state::{Part, Text};

/// Puts the page into the document.
pub fn mount() {
    mount_to_body(App);
}

/// The frame of every page.
#[component]
fn App() -> impl IntoView {
    let store = Store::open();
    provide_context(store);
    provide_context(PixelRatio::follow());
    let parts = Parts::follow(store);
    provide_context(parts);
    preferences::apply(store, parts);
    address_bar::follow(store);
    engine::run(store);
    lab::kept_run::follow(move || lab::say_not_kept(store));
    let messages = move || store.messages();
    let screen = Memo::new(move |_| match store.course.place.get() {
        None => Screen::Stage,
        Some(CoursePlace::Step { .. }) => Screen::Lesson,
        Some(CoursePlace::Outline) => Screen::Outline,
        Some(CoursePlace::Glossary) => Screen::Glossary,
        Some(CoursePlace::Teacher) => Screen::Teacher,
    });
    let has_plane = move |parts: &Vec<Part>| !parts.contains(&Part::Plane);
    // Where there is a plane, what is moved on it is the first thing to reach.
    let is_bench = move || {
        matches!(screen.get(), Screen::Stage | Screen::Lesson)
            && !store.course.awaits_step.get()
            && store.lab.with(Option::is_none)
            && store.hidden_parts.with(has_plane)
            && store.course.veiled.with(has_plane)
    };
    let of_course = move |page: fn(Course) -> fn() -> AnyView| match parts.course() {
        Some(course) => page(course)(),
        None => view! { <main id=dom::CONTENT tabindex="-1" class="awaiting"></main> }.into_any(),
    };
    view! {
        <a
            class="skip"
            href=move || format!("#{}", if is_bench() { dom::MEAN_HANDLE } else { dom::CONTENT })
            on:click=dom::skip
        >
            {move || {
                if is_bench() { messages().skip_to_plane } else { SKIP_TO_CONTENT.say(store.language.get()) }
            }}
        </a>
        <Header />
        <Notices />
        {move || match screen.get() {
            Screen::Stage => {
                view! {
                    <LabTabs />
                    <Stage />
                }
                    .into_any()
            }
            Screen::Lesson => {
                view! {
                    <div class="beside">
                        {move || parts.course().map(|course| (course.lesson)())}
                        <Stage />
                    </div>
                }
                    .into_any()
            }
            Screen::Outline => of_course(|course| course.outline),
            Screen::Glossary => of_course(|course| course.glossary),
            Screen::Teacher => of_course(|course| course.teacher),
        }}
        <UncopiedText />
        <DropPlace />
        <Fault />
    }
}

const SKIP_TO_CONTENT: Text = Text::new("Skip to the content", "Ir para o conteúdo");

/// What fills the page under the bar.
#[derive(Clone, Copy, PartialEq)]
enum Screen {
    Stage,
    Lesson,
    Outline,
    Glossary,
    Teacher,
}

/// The bench or a lab; nothing while a lesson's step is not known yet, or the labs are not there.
#[component]
fn Stage() -> impl IntoView {
    let store = expect_context::<Store>();
    let parts = expect_context::<Parts>();
    let is_lab = Memo::new(move |_| store.lab.with(Option::is_some));
    move || {
        let awaiting =
            || view! { <main id=dom::CONTENT tabindex="-1" class="awaiting"></main> }.into_any();
        if store.course.awaits_step.get() {
            awaiting()
        } else if is_lab.get() {
            parts.labs().map_or_else(awaiting, |labs| (labs.page)())
        } else {
            view! { <BenchPage /> }.into_any()
        }
    }
}
