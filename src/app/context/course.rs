//! The course: the page that is shown, the lessons, and the user's progress.

use std::sync::Arc;

use leptos::prelude::*;

use crate::app::storage::notebook::{self, Notebook};
use elboscope::address::{self, CoursePlace, Page};
use elboscope::course::{Course, Lesson, Step};
use elboscope::state::{Language, Part};

/// What the pages of the course share. Cheap to copy.
#[derive(Clone, Copy)]
pub struct CoursePages {
    /// The page of the course; `None` on any other page.
    pub place: RwSignal<Option<CoursePlace>>,
    /// The lessons and their language, once fetched.
    pub course: RwSignal<Option<(Language, Arc<Course>)>>,
    /// Whether the page beside the text has to become the step's, which is unknown until the lessons are fetched.
    pub awaits_step: RwSignal<bool>,
    /// Predictions, answers and goals, kept by the browser.
    pub notebook: RwSignal<Notebook>,
    /// Whether keys turn the pages of the lessons.
    pub has_keys: RwSignal<bool>,
    /// The step whose heading last had the focus; `None` before a step is shown.
    pub headed: StoredValue<Option<[usize; 2]>>,
    /// The parts of the page that are covered until the step's predictions are committed.
    pub veiled: RwSignal<Vec<Part>>,
}

impl CoursePages {
    /// Opens the notebook. The lessons are fetched later.
    pub fn new(place: Option<CoursePlace>, has_stage: bool) -> Self {
        let awaits_step = matches!(place, Some(CoursePlace::Step { .. })) && !has_stage;
        // A page that has just been loaded leaves the focus at its top.
        let headed = match place {
            Some(CoursePlace::Step { lesson, step }) => Some([lesson, step]),
            _ => None,
        };
        Self {
            place: RwSignal::new(place),
            course: RwSignal::new(None),
            awaits_step: RwSignal::new(awaits_step),
            notebook: RwSignal::new(Notebook::open()),
            has_keys: RwSignal::new(!notebook::are_keys_off()),
            headed: StoredValue::new(headed),
            veiled: RwSignal::new(Vec::new()),
        }
    }

    /// The lessons.
    pub fn lessons(&self) -> Option<Arc<Course>> {
        self.course.with(|course| course.as_ref().map(|(_, course)| course.clone()))
    }

    /// The present lesson and step with their numbers, each counted from 0.
    pub fn step(&self) -> Option<([usize; 2], Lesson, Step)> {
        let Some(CoursePlace::Step { lesson, step }) = self.place.get() else { return None };
        let found = self.lessons()?.lessons.get(lesson)?.clone();
        let step = step.min(found.steps.len().checked_sub(1)?);
        let shown = found.steps.get(step)?.clone();
        Some(([lesson, step], found, shown))
    }

    /// The page that the step names; `None` until the lessons are fetched.
    pub fn step_page(&self) -> Option<Page> {
        let (_, _, step) = self.step()?;
        Some(address::parse(&step.state).address.page)
    }
}
