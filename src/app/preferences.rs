//! Language, theme and title: from the address, else from the browser.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::course::COVERED;
use super::lazy::Parts;
use super::store::Store;
use elboscope::address::CoursePlace;
use elboscope::state::{Language, Occasion, Part, Theme};

/// The first of the browser's languages that the interface is written in, else English.
pub fn browser_language() -> Language {
    let languages = window().navigator().languages();
    languages
        .iter()
        .filter_map(|tag| Language::from_tag(&tag.as_string()?))
        .next()
        .unwrap_or(Language::En)
}

/// Chooses a language, or leaves it to the browser; whatever is said from here on is said in it.
pub fn choose_language(store: Store, chosen: Option<Language>) {
    store.chosen_language.set(chosen);
    let language = chosen.unwrap_or_else(browser_language);
    if store.language.get_untracked() != language {
        store.language.set(language);
    }
    store.end_notice(Occasion::Spoken(language));
}

/// Keeps `<html lang>`, `<html data-theme>` and the page's title in step with the choices.
pub fn apply(store: Store, parts: Parts) {
    Effect::new(move |_| {
        let language = store.language.get();
        set_root_attribute("lang", language.html_lang());
        set_root_style("--covered", &format!("\"{}\"", COVERED.say(language)));
    });
    Effect::new(move |_| {
        let language = store.language.get();
        let messages = language.messages();
        let lab = || store.lab.with(|lab| Some(lab.as_ref()?.lab.title.say(language).to_owned()));
        let title = store.course.title(language).or_else(lab);
        document().set_title(&title.map_or_else(
            || messages.page_title.to_owned(),
            |title| format!("{title} · {}", messages.page_title),
        ));
    });
    Effect::new(move |_| {
        let theme = store.chosen_theme.get().map_or("auto", Theme::name);
        set_root_attribute("data-theme", theme);
    });
    Effect::new(move |_| {
        let is_complete = store.readings.get().is_some()
            && store.running.get().is_some()
            && store.best.get().is_some()
            && store.ladder.get().len() == elboscope::evidence::LADDER.len();
        let is_read =
            is_text(store) && store.course.lessons().is_some() && parts.course().is_some();
        let is_complete = is_complete || store.lab_is_ready.get() || is_read;
        // Once shown, a set stays shown while the next one is on its way.
        if is_complete {
            set_root_attribute("data-ready", "true");
        }
    });
    let names =
        |parts: &Vec<Part>| parts.iter().map(|part| part.name()).collect::<Vec<_>>().join(" ");
    Effect::new(move |_| set_root_attribute("data-hide", &store.hidden_parts.with(names)));
    Effect::new(move |_| set_root_attribute("data-veil", &store.course.veiled.with(names)));
    Effect::new(move |_| {
        let is_exact = store.terms.get().is_some_and(|terms| !terms.is_first_look);
        set_root_attribute("data-exact", if is_exact { "fine" } else { "coarse" });
    });
    Effect::new(move |_| {
        let is_lab = store.lab.with(Option::is_some);
        let is_busy = if is_text(store) || store.course.awaits_step.get() {
            store.course.lessons().is_none()
        } else if is_lab {
            store.lab_is_busy.get()
        } else {
            store.is_busy.get()
        };
        let is_busy = is_busy || parts.is_any_on_its_way();
        set_root_attribute("data-busy", if is_busy { "true" } else { "false" });
    });
}

/// Whether a page of the course without anything beside it is shown.
fn is_text(store: Store) -> bool {
    !matches!(store.course.place.get(), None | Some(CoursePlace::Step { .. }))
}

fn set_root_style(name: &str, value: &str) {
    let root = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok());
    if let Some(root) = root {
        // As below.
        let _ = root.style().set_property(name, value);
    }
}

fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        // Only a name that is no attribute name could fail.
        let _ = root.set_attribute(name, value);
    }
}
