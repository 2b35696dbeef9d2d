//! The page: everything that uses the browser's document.

mod bench;
mod canvas;
mod context;
mod course;
mod document;
mod fault;
mod header;
mod lab;
mod lazy;
mod navigation;
mod notice;
mod opening;
mod platform;
mod shared;
mod sheet;
mod storage;
mod train;
mod widgets;
mod workers;

use leptos::prelude::*;

use self::bench::BenchPage;
use self::canvas::PixelRatio;
use self::context::{
    Bench, BenchNumbers, CoursePages, Files, Labs, ModelInUse, Notices, Preferences, Stage,
    StagePage, Training, Undo,
};
use self::fault::Fault;
use self::header::Header;
use self::lab::LabTabs;
use self::lazy::{CoursePart, Parts};
use self::navigation::Navigation;
use self::notice::Notices as NoticeView;
use self::opening::{DropPlace, Opener};
use self::platform::dom;
use self::shared::{Contexts, shared};
use self::widgets::clipboard::UncopiedText;
use self::workers::{BenchWorker, LabWorker};
use elboscope::address::{self, Address, CoursePlace, Page, Parsed};
use elboscope::state::{BenchState, Part, Text, text};
use elboscope::train_page::RunSettings;

/// Puts the page into the document.
pub fn mount() {
    mount_to_body(App);
}

/// Reads the address and provides the contexts, each after those on which it depends.
fn provide_contexts() {
    let hash = window().location().hash().unwrap_or_default();
    let Parsed { address: Address { page, language, theme, hidden }, notes } =
        address::parse(&hash);
    let place = match &page {
        Page::Course(course) => Some(course.place),
        _ => None,
    };
    let (mut state, mut lab, mut settings) = (BenchState::default(), None, RunSettings::default());
    let on_stage = match page.stage() {
        Some(Page::Lab(shown)) => {
            lab = Some(shown.clone());
            StagePage::Lab
        }
        Some(Page::Train(shown)) => {
            settings = *shown;
            StagePage::Train
        }
        Some(Page::Bench(shown)) => {
            state = *shown;
            StagePage::Bench
        }
        Some(Page::Course(_)) | None => StagePage::Bench,
    };
    let preferences = Preferences::new(language, theme, hidden);
    let notices = Notices::new(preferences);
    let bench = Bench::new(state);
    let numbers = BenchNumbers::new();
    let model = ModelInUse::new();
    let stage = Stage::new(on_stage);
    let labs = Labs::new(lab, stage);
    let training = Training::new(settings, storage::kept_run::exists(), stage);
    let files = Files::new();
    let course = CoursePages::new(place, page.stage().is_some());
    let undo = Undo::new(page);
    let navigation =
        Navigation { preferences, notices, stage, bench, labs, training, course, undo };
    let bench_worker = BenchWorker::new(bench, numbers, model, notices);
    let lab_worker = LabWorker::new(bench_worker, preferences, notices, bench, files, training);
    let contexts = Contexts {
        preferences,
        notices,
        undo,
        bench,
        numbers,
        model,
        stage,
        labs,
        training,
        files,
        course,
        navigation,
        bench_worker,
        lab_worker,
    };
    contexts.provide();
    provide_context(Opener::new());
    provide_context(PixelRatio::follow());
    notices.show_notes(&notes);
}

/// The frame of every page.
#[component]
fn App() -> impl IntoView {
    provide_contexts();
    let preferences = shared::<Preferences>();
    let stage = shared::<Stage>();
    let course = shared::<CoursePages>();
    let parts = Parts::follow();
    provide_context(parts);
    document::describe(parts);
    shared::<Navigation>().follow_address_bar();
    shared::<BenchWorker>().follow(stage, shared());
    let messages = move || preferences.messages();
    let screen = Memo::new(move |_| match course.place.get() {
        None => Screen::Stage,
        Some(CoursePlace::Step { .. }) => Screen::Lesson,
        Some(CoursePlace::Outline) => Screen::Outline,
        Some(CoursePlace::Glossary) => Screen::Glossary,
        Some(CoursePlace::Teacher) => Screen::Teacher,
    });
    let has_plane = move |parts: &Vec<Part>| !parts.contains(&Part::Plane);
    // Where there is a plane, the first Tab reaches its handle of the mean.
    let is_bench = move || {
        matches!(screen.get(), Screen::Stage | Screen::Lesson)
            && !course.awaits_step.get()
            && stage.is_on(StagePage::Bench)
            && preferences.hidden_parts.with(has_plane)
            && course.veiled.with(has_plane)
    };
    let of_course = move |page: fn(CoursePart) -> fn() -> AnyView| match parts.course() {
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
                if is_bench() { messages().skip_to_plane } else { preferences.say(SKIP_TO_CONTENT) }
            }}
        </a>
        <Header />
        <NoticeView />
        {move || match screen.get() {
            Screen::Stage => {
                view! {
                    <LabTabs />
                    <StageView />
                }
                    .into_any()
            }
            Screen::Lesson => {
                view! {
                    <div class="beside">
                        {move || parts.course().map(|course| (course.lesson)())}
                        <StageView />
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

const SKIP_TO_CONTENT: Text = text!("Skip to the content");

/// The content of the page below the bar.
#[derive(Clone, Copy, PartialEq)]
enum Screen {
    Stage,
    Lesson,
    Outline,
    Glossary,
    Teacher,
}

/// The bench, a lab or Train; nothing while a lesson's step is not known yet, or their part is not there.
#[component]
fn StageView() -> impl IntoView {
    let stage = shared::<Stage>();
    let course = shared::<CoursePages>();
    let parts = expect_context::<Parts>();
    // Memos: a signal notifies when it is set to what it was, and a link must not build the page anew.
    let awaits_step = Memo::new(move |_| course.awaits_step.get());
    let page = Memo::new(move |_| stage.page.get());
    move || {
        let awaiting =
            || view! { <main id=dom::CONTENT tabindex="-1" class="awaiting"></main> }.into_any();
        if awaits_step.get() {
            return awaiting();
        }
        match page.get() {
            StagePage::Bench => view! { <BenchPage /> }.into_any(),
            StagePage::Lab => parts.labs().map_or_else(awaiting, |labs| (labs.lab)()),
            StagePage::Train => parts.labs().map_or_else(awaiting, |labs| (labs.train)()),
        }
    }
}
