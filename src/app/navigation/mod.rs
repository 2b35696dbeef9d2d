//! Which page is shown: from an address to the signals and back, alone or beside a lesson.

mod address_bar;

use leptos::prelude::*;

use crate::app::context::{
    Bench, CoursePages, Labs, Notices, Preferences, Stage, StagePage, Training, Undo,
};
use elboscope::address::{self, Address, CoursePlace, CourseState, Page, Parsed};
use elboscope::course::LESSONS;
use elboscope::state::Occasion;

/// Reads and changes which page is shown. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Navigation {
    pub preferences: Preferences,
    pub notices: Notices,
    pub stage: Stage,
    pub bench: Bench,
    pub labs: Labs,
    pub training: Training,
    pub course: CoursePages,
    pub undo: Undo,
}

impl Navigation {
    /// The page on the screen with its state.
    pub fn page(&self) -> Page {
        let Some(place) = self.course.place.get() else { return self.stage() };
        let is_step = matches!(place, CoursePlace::Step { .. });
        let stage = (is_step && !self.course.awaits_step.get()).then(|| self.stage());
        // The state that the step itself names is left out of the address.
        let stage = stage.filter(|stage| self.course.step_page().as_ref() != Some(stage));
        Page::Course(CourseState { place, stage: stage.map(Box::new) })
    }

    /// The bench, the lab or Train, alone or beside a lesson.
    pub fn stage(&self) -> Page {
        match self.stage.page.get() {
            StagePage::Bench => Page::Bench(self.bench.state.get()),
            StagePage::Lab => Page::Lab(self.labs.state.get()),
            StagePage::Train => Page::Train(self.training.settings.get()),
        }
    }

    /// The address of a page with the present language and theme.
    pub fn address_of(&self, page: Page) -> Address {
        Address {
            page,
            language: self.preferences.chosen_language.get(),
            theme: self.preferences.chosen_theme.get(),
            hidden: self.preferences.hidden_parts.get(),
        }
    }

    /// The address of what is on the screen.
    pub fn address(&self) -> Address {
        untrack(|| self.address_of(self.page()))
    }

    /// Shows a page in a state.
    pub fn show(&self, page: Page) {
        self.notices.end(Occasion::Followed);
        let Page::Course(CourseState { place, stage }) = page else {
            self.course.place.set(None);
            self.course.awaits_step.set(false);
            self.show_stage(page);
            return;
        };
        let is_step = matches!(place, CoursePlace::Step { .. });
        // Until the step is known, no page stands beside its text.
        self.course.awaits_step.set(is_step && stage.is_none());
        self.course.place.set(Some(place));
        if let Some(stage) = stage {
            self.show_stage(*stage);
        }
    }

    /// Shows the bench, a lab or Train, beside a lesson if one is open.
    pub fn show_stage(&self, page: Page) {
        match page {
            Page::Course(_) => self.show(page),
            Page::Bench(state) => {
                self.stage.show(StagePage::Bench);
                self.bench.change(|present| *present = state);
            }
            Page::Lab(state) => self.labs.arrive(state),
            Page::Train(settings) => self.training.arrive(settings),
        }
    }

    /// Follows a link inside a text. It keeps language, theme and hidden parts unless the link names others; beside a
    /// lesson the bench and the labs open next to the text.
    pub fn follow_link(&self, hash: &str) {
        let Parsed { address, notes } = address::parse(hash);
        if address.language.is_some() {
            self.notices.choose_language(address.language);
        }
        if address.theme.is_some() {
            self.preferences.chosen_theme.set(address.theme);
        }
        if !address.hidden.is_empty() {
            self.preferences.hidden_parts.set(address.hidden);
        }
        let is_beside = matches!(self.course.place.get_untracked(), Some(CoursePlace::Step { .. }));
        if is_beside && !matches!(address.page, Page::Course(_)) {
            self.notices.end(Occasion::Followed);
            self.show_stage(address.page);
        } else {
            self.show(address.page);
        }
        self.notices.show_notes(&notes);
    }

    /// Whether the page beside a lesson differs from the one that its step names.
    pub fn has_left_step(&self) -> bool {
        matches!(self.page(), Page::Course(CourseState { stage: Some(_), .. }))
    }

    /// Restores the page that the step names.
    pub fn restore_step(&self) {
        if let Some(page) = untrack(|| self.course.step_page()) {
            self.show_stage(page);
        }
    }

    /// Goes so many steps forward in a lesson, and from its last step to the next lesson.
    pub fn walk(&self, by: isize) {
        let Some(([lesson, step], present, _)) = untrack(|| self.course.step()) else { return };
        let place = match step.checked_add_signed(by) {
            Some(next) if next < present.steps.len() => CoursePlace::Step { lesson, step: next },
            Some(_) if lesson + 1 < LESSONS.len() => {
                CoursePlace::Step { lesson: lesson + 1, step: 0 }
            }
            _ => return,
        };
        self.show(Page::Course(place.into()));
    }
}
