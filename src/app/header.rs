//! The bar at the top: name, pages, model, undo, link, presentation, settings.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::course::COURSE;
use crate::app::context::{
    Bench, CoursePages, Labs, ModelInUse, Notices, Phase, Preferences, Stage, StagePage, Training,
};
use crate::app::navigation::Navigation;
use crate::app::platform::full_screen;
use crate::app::shared::shared;
use crate::app::widgets::copy_button::CopyButton;
use crate::app::widgets::icon_button::IconButton;
use crate::app::widgets::language_option::language_option;
use elboscope::address::{self, CourseState, Page};
use elboscope::lab::{LABS, LabState};
use elboscope::state::{About, Language, Messages, Theme, text};

/// The bar at the top of every page.
#[component]
pub fn Header() -> impl IntoView {
    view! {
        <header class="bar">
            <h1 class="logo">"ELBO"<span>"scope"</span></h1>
            <Pages />
            <ModelStatus />
            <div class="choices">
                <UndoButtons />
                <CopyLink />
                <Present />
                {settings()}
            </div>
        </header>
    }
}

/// The `id` of the panel with language and theme.
const SETTINGS: &str = "settings";

/// Language and theme, behind one button.
fn settings() -> AnyView {
    let preferences = shared::<Preferences>();
    let notices = shared::<Notices>();
    let messages = move || preferences.messages();
    let name = move || text!("Settings").say(preferences.language.get());
    view! {
        <button
            type="button"
            class="icon"
            data-action=SETTINGS
            popovertarget=SETTINGS
            title=name
            aria-label=name
        >
            <svg viewBox="0 0 20 20" aria-hidden="true">
                <circle cx="10" cy="10" r="3"></circle>
                <path d="M10 1.5v3M10 15.5v3M1.5 10h3M15.5 10h3M4 4l2.1 2.1M13.9 13.9L16 16M16 4l-2.1 2.1M6.1 13.9L4 16"></path>
            </svg>
        </button>
        <div id=SETTINGS popover="auto">
            <label>
                {move || messages().language}
                <select
                    id="language"
                    prop:value=move || preferences.language.get().code()
                    on:change:target=move |event| {
                        notices.choose_language(Language::from_tag(&event.target().value()));
                    }
                >
                    {Language::ALL.map(language_option)}
                </select>
            </label>
            <label>
                {move || messages().theme}
                <select
                    id="theme"
                    prop:value=move || preferences.chosen_theme.get().map_or("auto", Theme::name)
                    on:change:target=move |event| {
                        preferences.chosen_theme.set(Theme::from_name(&event.target().value()));
                    }
                >
                    <option value="auto">{move || messages().theme_auto}</option>
                    <option value="light">{move || messages().theme_light}</option>
                    <option value="dark">{move || messages().theme_dark}</option>
                    <option value="projector">{move || messages().theme_projector}</option>
                </select>
            </label>
        </div>
    }
    .into_any()
}

/// The links to the pages of the app; they keep language and theme.
#[component]
fn Pages() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let stage = shared::<Stage>();
    let training = shared::<Training>();
    let course = shared::<CoursePages>();
    let navigation = shared::<Navigation>();
    let is_course = move || course.place.get().is_some();
    let is_shown = move |page: StagePage| !is_course() && stage.is_on(page);
    let link = move |page: Page| address::format(&navigation.address_of(page));
    let first_lab = LABS.first().map(|lab| {
        view! {
            <a
                href=move || link(Page::Lab(LabState::new(lab)))
                aria-current=move || is_shown(StagePage::Lab).then_some("page")
            >
                {move || preferences.messages().labs}
            </a>
        }
    });
    view! {
        <nav class="pages" aria-label=move || preferences.messages().pages_name>
            <a
                href=move || link(Page::Bench(bench.state.get()))
                aria-current=move || is_shown(StagePage::Bench).then_some("page")
            >
                {move || preferences.messages().bench}
            </a>
            {first_lab}
            <a
                href=move || link(Page::Train(training.settings.get()))
                aria-current=move || is_shown(StagePage::Train).then_some("page")
            >
                {move || preferences.messages().train}
            </a>
            <a
                href=move || link(Page::Course(CourseState::default()))
                aria-current=move || is_course().then_some("page")
            >
                {move || COURSE.say(preferences.language.get())}
            </a>
        </nav>
    }
}

/// The present model, and the progress of its lattices.
#[component]
fn ModelStatus() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let model = shared::<ModelInUse>();
    let labs = shared::<Labs>();
    let course = shared::<CoursePages>();
    // The shipped model needs no name: it is that of the first visit.
    let name = move || match model.hidden.get() {
        None => preferences.messages().model_loading.to_owned(),
        Some(_) => model.name.get().unwrap_or_default(),
    };
    // Not shown for a lab with a model of its own, nor beside a lesson, whose text says what it uses.
    let is_of_use = move || course.place.get().is_none() && labs.needs_model();
    view! {
        <p class="model" class:unused=move || !is_of_use()>
            {move || match bench.phase.get() {
                Phase::Preparing(progress) => {
                    view! {
                        <label>
                            {preferences.messages().model_preparing}
                            <progress max="1" prop:value=progress></progress>
                        </label>
                    }
                        .into_any()
                }
                Phase::Computing | Phase::Idle => name().into_any(),
            }}
        </p>
    }
}

#[component]
fn UndoButtons() -> impl IntoView {
    let navigation = shared::<Navigation>();
    let cannot_undo = Signal::derive(move || !navigation.can_undo());
    let cannot_redo = Signal::derive(move || !navigation.can_redo());
    view! {
        <IconButton
            action="undo"
            sign="↶"
            name=|messages| messages.undo
            disabled=cannot_undo
            on_press=move || navigation.undo()
        />
        <IconButton
            action="redo"
            sign="↷"
            name=|messages| messages.redo
            disabled=cannot_redo
            on_press=move || navigation.redo()
        />
    }
}

/// Copies the address of the present state, without waiting for the debounce of the address bar.
#[component]
fn CopyLink() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let navigation = shared::<Navigation>();
    let text = move || {
        let base = window().location().href().unwrap_or_default();
        let base = base.split('#').next().unwrap_or_default().to_owned();
        base + &address::format(&navigation.address())
    };
    let label = Signal::derive(move || preferences.messages().copy_link);
    view! { <CopyButton action="copy-link" label text /> }
}

/// Switches to the projector theme and full screen, and back.
#[component]
fn Present() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let notices = shared::<Notices>();
    let is_presenting = move || preferences.chosen_theme.get() == Some(Theme::Projector);
    let toggle = move |_| {
        if untrack(is_presenting) {
            preferences.chosen_theme.set(None);
            full_screen::leave();
        } else {
            preferences.chosen_theme.set(Some(Theme::Projector));
            spawn_local(async move {
                // Where the browser refuses full screen, the large type is used nevertheless.
                if !full_screen::enter().await {
                    let messages = Messages::of(preferences.language.get_untracked());
                    notices.show(About::Page, [messages.full_screen_refused.to_owned()]);
                }
            });
        }
    };
    view! {
        <button
            type="button"
            data-action="present"
            aria-pressed=move || is_presenting().to_string()
            on:click=toggle
        >
            {move || {
                let messages = preferences.messages();
                if is_presenting() { messages.stop_presenting } else { messages.present }
            }}
        </button>
    }
}
