//! A form that builds a link to a state, with hidden parts and a language.

use leptos::prelude::*;

use super::words;
use crate::app::context::{Bench, CoursePages, Preferences, Training};
use crate::app::shared::shared;
use crate::app::widgets::copy_button::CopyButton;
use crate::app::widgets::language_option::language_option;
use elboscope::address::{self, Address, CoursePlace, Page};
use elboscope::state::{Language, Part, Text, Theme};

/// The target of the link: a page of the app, or a step.
#[derive(Clone, Copy, PartialEq)]
enum Landing {
    Bench,
    Train,
    Step(usize, usize),
}

impl Landing {
    fn value(self) -> String {
        match self {
            Self::Bench => "bench".to_owned(),
            Self::Train => "train".to_owned(),
            Self::Step(lesson, step) => format!("{lesson}/{step}"),
        }
    }

    fn from_value(value: &str) -> Self {
        let step = value
            .split_once('/')
            .and_then(|(lesson, step)| Some(Self::Step(lesson.parse().ok()?, step.parse().ok()?)));
        step.unwrap_or(if value == "train" { Self::Train } else { Self::Bench })
    }

    fn page(self, bench: Bench, training: Training) -> Page {
        match self {
            Self::Bench => Page::Bench(bench.state.get()),
            Self::Train => Page::Train(training.settings.get()),
            Self::Step(lesson, step) => Page::Course(CoursePlace::Step { lesson, step }.into()),
        }
    }
}

/// The form and the resulting link.
#[component]
pub fn LinkBuilder() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let course = shared::<CoursePages>();
    let bench = shared::<Bench>();
    let training = shared::<Training>();
    let say = move |text: Text| preferences.say(text);
    let landing = RwSignal::new(Landing::Step(0, 0));
    let language = RwSignal::new(None::<Language>);
    let theme = RwSignal::new(Some(Theme::Projector));
    let hidden = RwSignal::new(Vec::<Part>::new());
    let link = Memo::new(move |_| {
        let href = window().location().href().unwrap_or_default();
        let base = href.split('#').next().unwrap_or_default().to_owned();
        base + &address::format(&Address {
            page: landing.get().page(bench, training),
            language: language.get(),
            theme: theme.get(),
            hidden: hidden.get(),
        })
    });
    let steps = move || {
        let course = course.lessons()?;
        let groups = course.lessons.iter().enumerate().map(|(number, lesson)| {
            let options = lesson.steps.iter().enumerate().map(|(index, step)| {
                let value = Landing::Step(number, index).value();
                view! { <option value=value>{format!("{}.{} {}", number + 1, index + 1, step.title)}</option> }
            });
            view! {
                <optgroup label=format!("{}. {}", number + 1, lesson.title)>
                    {options.collect_view()}
                </optgroup>
            }
        });
        Some(groups.collect_view())
    };
    let parts = Part::all().map(|part| {
        let is_hidden = move || hidden.with(|hidden| hidden.contains(&part));
        view! {
            <label>
                <input
                    type="checkbox"
                    name=part.name()
                    prop:checked=is_hidden
                    on:change=move |_| {
                        hidden.update(|hidden| match hidden.iter().position(|h| *h == part) {
                            Some(place) => drop(hidden.remove(place)),
                            None => hidden.push(part),
                        });
                    }
                />
                {part.name()}
            </label>
        }
    });
    view! {
        <section class="link-builder">
            <h2>{move || say(words::LINK_TITLE)}</h2>
            <p>{move || say(words::LINK_LEAD)}</p>
            <div class="fields">
                <label>
                    {move || say(words::LINK_TO)}
                    <select
                        id="link-landing"
                        prop:value=move || landing.get().value()
                        on:change:target=move |event| {
                            landing.set(Landing::from_value(&event.target().value()));
                        }
                    >
                        {steps}
                        <option value="bench">{move || say(words::LINK_BENCH)}</option>
                        <option value="train">{move || say(words::LINK_TRAIN)}</option>
                    </select>
                </label>
                <label>
                    {move || say(words::LINK_LANGUAGE)}
                    <select
                        id="link-language"
                        on:change:target=move |event| {
                            language.set(Language::from_tag(&event.target().value()));
                        }
                    >
                        <option value="">{move || say(words::LINK_ANY_LANGUAGE)}</option>
                        {Language::ALL.into_iter().rev().map(language_option).collect_view()}
                    </select>
                </label>
                <label>
                    {move || say(words::LINK_THEME)}
                    <select
                        id="link-theme"
                        prop:value=move || theme.get().map_or("auto", Theme::name)
                        on:change:target=move |event| {
                            theme.set(Theme::from_name(&event.target().value()));
                        }
                    >
                        <option value="projector">{move || preferences.messages().theme_projector}</option>
                        <option value="auto">{move || preferences.messages().theme_auto}</option>
                        <option value="light">{move || preferences.messages().theme_light}</option>
                        <option value="dark">{move || preferences.messages().theme_dark}</option>
                    </select>
                </label>
            </div>
            <fieldset>
                <legend>{move || say(words::LINK_HIDE)}</legend>
                {parts.collect_view()}
            </fieldset>
            <label class="made">
                {move || say(words::LINK_NAME)} <input id="made-link" type="text" readonly prop:value=link />
            </label>
            <CopyButton
                action="copy-made-link"
                class="primary"
                label=Signal::derive(move || say(words::COPY))
                text=move || link.get_untracked()
            />
        </section>
    }
}
