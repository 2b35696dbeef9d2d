//! The course: where one is in it, the lessons, and what one has done.

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
    /// The lessons, once they have come, and their language.
    pub course: RwSignal<Option<(Language, Arc<Course>)>>,
    /// The page beside the text is that of the step, which is not known yet.
    pub awaits_step: RwSignal<bool>,
    /// Predictions, answers and goals, as the browser keeps them.
    pub notebook: RwSignal<Notebook>,
    /// Whether keys leaf through the lessons.
    pub has_keys: RwSignal<bool>,
    /// The step whose heading has had the focus; `None` before one is shown.
    pub headed: StoredValue<Option<[usize; 2]>>,
    /// What is covered until the step's predictions are committed.
    pub veiled: RwSignal<Vec<Part>>,
}

impl CoursePages {
    /// Opens the notebook; the lessons are fetched when they are asked for.
    pub fn new(place: Option<CoursePlace>, has_stage: bool) -> Self {
        let awaits_step = matches!(place, Some(CoursePlace::Step { .. })) && !has_stage;
        // A page that has just been loaded is read from its top.
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

    /// The lesson and the step on the screen with their numbers, each counted from 0.
    pub fn step(&self) -> Option<([usize; 2], Lesson, Step)> {
        let Some(CoursePlace::Step { lesson, step }) = self.place.get() else { return None };
        let found = self.lessons()?.lessons.get(lesson)?.clone();
        let step = step.min(found.steps.len().checked_sub(1)?);
        let shown = found.steps.get(step)?.clone();
        Some(([lesson, step], found, shown))
    }

    /// The page that the step names; it has no page until the lessons are there.
    pub fn step_page(&self) -> Option<Page> {
        let (_, _, step) = self.step()?;
        Some(address::parse(&step.state).address.page)
    }
}
