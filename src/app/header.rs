//! The bar at the top: name, model, language, theme, link, presenting.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::address_bar;
use super::copy_button::CopyButton;
use super::course::COURSE;
use super::full_screen;
use super::icon_button::IconButton;
use super::preferences::choose_language;
use super::store::Store;
use elboscope::address::{self, CourseState, Page};
use elboscope::lab::{LABS, LabState, training};
use elboscope::state::{About, Language, Theme};

/// The bar at the top of every page.
#[component]
pub fn Header() -> impl IntoView {
    let store = expect_context::<Store>();
    let messages = move || store.messages();
    view! {
        <header class="bar">
            <h1 class="logo">"ELBO"<span>"scope"</span></h1>
            <Pages />
            <ModelStatus />
            <div class="choices">
                <UndoButtons />
                <select
                    id="language"
                    aria-label=move || messages().language
                    prop:value=move || store.language.get().code()
                    on:change:target=move |event| {
                        choose_language(store, Language::from_tag(&event.target().value()));
                    }
                >
                    <option value="en">"English"</option>
                    <option value="pt">"Português"</option>
                </select>
                <select
                    id="theme"
                    aria-label=move || messages().theme
                    prop:value=move || store.chosen_theme.get().map_or("auto", Theme::name)
                    on:change:target=move |event| {
                        store.chosen_theme.set(Theme::from_name(&event.target().value()));
                    }
                >
                    <option value="auto">{move || messages().theme_auto}</option>
                    <option value="light">{move || messages().theme_light}</option>
                    <option value="dark">{move || messages().theme_dark}</option>
                    <option value="projector">{move || messages().theme_projector}</option>
                </select>
                <CopyLink />
                <Present />
            </div>
        </header>
    }
}

/// The pages of the app; the links hold the language and the theme.
#[component]
fn Pages() -> impl IntoView {
    let store = expect_context::<Store>();
    let shown = Memo::new(move |_| store.lab.with(|lab| lab.as_ref().map(|state| state.lab.name)));
    let is_course = move || store.course.place.get().is_some();
    let is_training = move || !is_course() && shown.get() == Some(training::LAB.name);
    let is_lab = move || !is_course() && shown.get().is_some() && !is_training();
    let link = move |page: Page| address::format(&store.address_of(page));
    let first_lab = LABS.first().map(|lab| {
        view! {
            <a
                href=move || link(Page::Lab(LabState::new(lab)))
                aria-current=move || is_lab().then_some("page")
            >
                {move || store.messages().labs}
            </a>
        }
    });
    view! {
        <nav class="pages" aria-label=move || store.messages().pages_name>
            <a
                href=move || link(Page::Bench(store.state.get()))
                aria-current=move || (!is_course() && shown.get().is_none()).then_some("page")
            >
                {move || store.messages().bench}
            </a>
            {first_lab}
            <a
                href=move || link(Page::Lab(store.training.get()))
                aria-current=move || is_training().then_some("page")
            >
                {move || store.messages().train}
            </a>
            <a
                href=move || link(Page::Course(CourseState::default()))
                aria-current=move || is_course().then_some("page")
            >
                {move || COURSE.say(store.language.get())}
            </a>
        </nav>
    }
}

/// Which model is on the bench, and how far its lattices are.
#[component]
fn ModelStatus() -> impl IntoView {
    let store = expect_context::<Store>();
    let name = move || {
        let messages = store.messages();
        let Some(hidden) = store.hidden.get() else { return messages.model_loading.to_owned() };
        let name = store.model_name.get().unwrap_or_else(|| messages.model_shipped.to_owned());
        format!("{} · {name}", (messages.model_shape)(hidden))
    };
    // A lab that has its own model has nothing to say about the VAE, and a lesson says what it needs.
    let is_of_use = move || {
        store.course.place.get().is_none()
            && store.lab.with(|lab| lab.as_ref().is_none_or(|state| state.lab.needs_model))
    };
    view! {
        <p class="model" class:unused=move || !is_of_use()>
            {move || match store.progress.get() {
                Some(progress) => {
                    view! {
                        <label>
                            {store.messages().model_preparing}
                            <progress max="1" prop:value=progress></progress>
                        </label>
                    }
                        .into_any()
                }
                None => name().into_any(),
            }}
        </p>
    }
}

#[component]
fn UndoButtons() -> impl IntoView {
    let store = expect_context::<Store>();
    let cannot_undo = Signal::derive(move || !address_bar::can_undo(store));
    let cannot_redo = Signal::derive(move || !store.history.with(|history| history.can_redo()));
    view! {
        <IconButton
            action="undo"
            sign="↶"
            name=|messages| messages.undo
            disabled=cannot_undo
            on_press=move || address_bar::undo(store)
        />
        <IconButton
            action="redo"
            sign="↷"
            name=|messages| messages.redo
            disabled=cannot_redo
            on_press=move || address_bar::redo(store)
        />
    }
}

/// Copies the address of the present state, even if it has not come to rest yet.
#[component]
fn CopyLink() -> impl IntoView {
    let store = expect_context::<Store>();
    let text = move || {
        let base = window().location().href().unwrap_or_default();
        let base = base.split('#').next().unwrap_or_default().to_owned();
        base + &address::format(&store.address())
    };
    let label = Signal::derive(move || store.messages().copy_link);
    view! { <CopyButton action="copy-link" label text /> }
}

/// Switches to the projector theme and full screen, and back.
#[component]
fn Present() -> impl IntoView {
    let store = expect_context::<Store>();
    let is_presenting = move || store.chosen_theme.get() == Some(Theme::Projector);
    let toggle = move |_| {
        if untrack(is_presenting) {
            store.chosen_theme.set(None);
            full_screen::leave();
        } else {
            store.chosen_theme.set(Some(Theme::Projector));
            spawn_local(async move {
                // A browser that refuses full screen still shows the large type.
                if !full_screen::enter().await {
                    let messages = store.language.get_untracked().messages();
                    store.tell(About::Page, [messages.full_screen_refused.to_owned()]);
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
                let messages = store.messages();
                if is_presenting() { messages.stop_presenting } else { messages.present }
            }}
        </button>
    }
}
