//! Attributes of `<html>` for style sheets, browsers and scripts: language, theme, title, state of the numbers.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::context::{
    Bench, BenchNumbers, CoursePages, Labs, Phase, Preferences, SheetPhase, Stage, StagePage,
};
use super::course::{self, COVERED};
use super::lazy::Parts;
use crate::app::shared::shared;
use elboscope::address::CoursePlace;
use elboscope::state::{Messages, Part, Theme};
use elboscope::train_page;

/// Keeps `<html lang>`, `<html data-theme>`, the title and the `data-` attributes up to date.
pub fn describe(parts: Parts) {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let stage = shared::<Stage>();
    let labs = shared::<Labs>();
    let pages = shared::<CoursePages>();
    Effect::new(move |_| {
        let language = preferences.language.get();
        set_root_attribute("lang", language.html_lang());
        set_root_style("--covered", &format!("\"{}\"", COVERED.say(language)));
    });
    Effect::new(move |_| {
        let language = preferences.language.get();
        let messages = Messages::of(language);
        let on_stage = match stage.page.get() {
            StagePage::Bench => None,
            StagePage::Lab => Some(labs.state.with(|state| state.lab.title)),
            StagePage::Train => Some(train_page::TITLE),
        };
        let of_stage = || on_stage.map(|title| title.say(language).to_owned());
        let title = course::title(pages, language).or_else(of_stage);
        document().set_title(&title.map_or_else(
            || messages.page_title.to_owned(),
            |title| format!("{title} · {}", messages.page_title),
        ));
    });
    Effect::new(move |_| {
        let theme = preferences.chosen_theme.get().map_or("auto", Theme::name);
        set_root_attribute("data-theme", theme);
    });
    Effect::new(move |_| {
        let is_complete = numbers.readings.get().is_some()
            && numbers.running.get().is_some()
            && numbers.best.get().is_some()
            && numbers.ladder.get().len() == elboscope::evidence::LADDER.len();
        let is_read = is_text(pages) && pages.lessons().is_some() && parts.course().is_some();
        let is_complete = is_complete || stage.phase.get() == SheetPhase::Whole || is_read;
        // `data-ready` is never removed: a complete set stays on the page while the next one is computed.
        if is_complete {
            set_root_attribute("data-ready", "true");
        }
    });
    let names =
        |parts: &Vec<Part>| parts.iter().map(|part| part.name()).collect::<Vec<_>>().join(" ");
    Effect::new(move |_| set_root_attribute("data-hide", &preferences.hidden_parts.with(names)));
    Effect::new(move |_| set_root_attribute("data-veil", &pages.veiled.with(names)));
    Effect::new(move |_| {
        let is_exact = numbers.terms.get().is_some_and(|terms| !terms.is_first_look);
        set_root_attribute("data-exact", if is_exact { "fine" } else { "coarse" });
    });
    Effect::new(move |_| {
        let has_sheet = !stage.is_on(StagePage::Bench);
        let is_busy = if is_text(pages) || pages.awaits_step.get() {
            pages.lessons().is_none()
        } else if has_sheet {
            stage.phase.get() == SheetPhase::Computing
        } else {
            bench.phase.get() != Phase::Idle
        };
        let is_busy = is_busy || parts.is_any_on_its_way();
        set_root_attribute("data-busy", if is_busy { "true" } else { "false" });
    });
}

/// Whether a page of the course without a bench or lab beside it is shown.
fn is_text(pages: CoursePages) -> bool {
    !matches!(pages.place.get(), None | Some(CoursePlace::Step { .. }))
}

fn set_root_style(name: &str, value: &str) {
    let root = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok());
    if let Some(root) = root {
        // It fails only for an invalid name.
        let _ = root.style().set_property(name, value);
    }
}

fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        // It fails only for an invalid attribute name.
        let _ = root.set_attribute(name, value);
    }
}
