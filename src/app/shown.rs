//! Which page is on the screen: from an address to the signals and back, alone or beside a lesson.

use leptos::prelude::*;

use super::store::Store;
use elboscope::address::{CoursePlace, CourseState, Page};
use elboscope::course::LESSONS;
use elboscope::lab::LabState;
use elboscope::state::Occasion;

impl Store {
    /// The page on the screen with its state.
    pub fn page(&self) -> Page {
        let Some(place) = self.course.place.get() else { return self.stage() };
        let is_step = matches!(place, CoursePlace::Step { .. });
        let stage = (is_step && !self.course.awaits_step.get()).then(|| self.stage());
        // The state that the step names needs no words in the address.
        let stage = stage.filter(|stage| self.course.step_page().as_ref() != Some(stage));
        Page::Course(CourseState { place, stage: stage.map(Box::new) })
    }

    /// The bench or the lab, alone or beside a lesson.
    pub fn stage(&self) -> Page {
        match self.lab.get() {
            Some(lab) => Page::Lab(lab),
            None => Page::Bench(self.state.get()),
        }
    }

    /// Shows a page in a state.
    pub fn show(&self, page: Page) {
        self.end_notice(Occasion::Followed);
        let Page::Course(CourseState { place, stage }) = page else {
            self.course.place.set(None);
            self.course.awaits_step.set(false);
            self.show_stage(page);
            return;
        };
        let is_step = matches!(place, CoursePlace::Step { .. });
        // Until the step is known, nothing of another page stands beside its text.
        self.course.awaits_step.set(is_step && stage.is_none());
        self.course.place.set(Some(place));
        if let Some(stage) = stage {
            self.show_stage(*stage);
        }
    }

    /// Shows the bench or a lab, beside a lesson if one is open.
    pub fn show_stage(&self, page: Page) {
        match page {
            Page::Course(_) => self.show(page),
            Page::Bench(state) => {
                if self.lab.with_untracked(Option::is_some) {
                    self.lab.set(None);
                }
                self.change(|present| *present = state);
            }
            Page::Lab(state) => self.arrive_in_lab(state),
        }
    }

    /// Whether the page beside a lesson is not as its step names it.
    pub fn has_left_step(&self) -> bool {
        matches!(self.page(), Page::Course(CourseState { stage: Some(_), .. }))
    }

    /// Sets the page beside a lesson as its step names it.
    pub fn restore_step(&self) {
        if let Some(page) = untrack(|| self.course.step_page()) {
            self.show_stage(page);
        }
    }

    /// Walks so many steps on in a lesson, and from its end to the next.
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

    /// Shows a lab, or training, in a state of its own, to which nobody has moved it.
    pub fn arrive_in_lab(&self, state: LabState) {
        self.lab_arrivals.update(|count| *count = count.wrapping_add(1));
        self.show_lab(state);
    }

    /// Shows a lab, or training, in a state.
    pub fn show_lab(&self, state: LabState) {
        if self.lab.with_untracked(|lab| lab.as_ref() != Some(&state)) {
            if state.lab.is_training() {
                self.training.set(state.clone());
            }
            self.lab.set(Some(state));
        }
    }
}
