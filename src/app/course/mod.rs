//! The course: the list of lessons, a step's text beside its page, and the pages of text.

mod goal;
mod heading;
mod keys;
mod link_builder;
mod links;
mod listing;
mod live;
mod outline;
mod panel;
mod prediction;
mod question;
mod teacher;
mod title;
mod values;
mod words;

use std::sync::Arc;

use leptos::prelude::*;

pub use self::outline::Outline;
pub use self::panel::LessonPanel;
pub use self::teacher::{Glossary, Teacher};
pub use self::title::title;
use self::values::Values;
pub use self::words::{COURSE, COVERED};
use crate::app::context::{CoursePages, Notices, Preferences};
use crate::app::navigation::Navigation;
use crate::app::shared::shared;
use crate::app::storage::notebook;
use crate::app::workers::LabWorker;
use elboscope::address::CoursePlace;
use elboscope::course::LESSONS;
use elboscope::lab_worker::{LabWorkerCommand, LabWorkerEvent};
use elboscope::state::AddressNote;

/// Fetches the lessons when a page of the course is opened, and shows the page that a step names.
pub fn run() {
    let preferences = shared::<Preferences>();
    let notices = shared::<Notices>();
    let course = shared::<CoursePages>();
    let navigation = shared::<Navigation>();
    let worker = shared::<LabWorker>();
    provide_context(Values::new());
    keys::follow(course, navigation);
    notebook::follow(course.notebook, course.has_keys);
    Effect::new(move |_| {
        let language = preferences.language.get();
        worker.restarts.track();
        let is_shown = course.place.get().is_some();
        let is_there = course
            .course
            .with(|course| course.as_ref().is_some_and(|(present, _)| *present == language));
        if is_shown && !is_there {
            worker.request(LabWorkerCommand::Course { language });
        }
    });
    worker.on_lessons(move |event| {
        if let LabWorkerEvent::Course { language, course: lessons } = event {
            course.course.set(Some((language, Arc::from(lessons))));
        }
    });
    // The number of a lesson's steps is known only once the lessons are fetched.
    Effect::new(move |_| {
        let Some(CoursePlace::Step { lesson, step }) = course.place.get() else { return };
        let steps = course
            .lessons()
            .and_then(|course| course.lessons.get(lesson).map(|lesson| lesson.steps.len()));
        if let Some(last) = steps.and_then(|steps| steps.checked_sub(1))
            && step > last
        {
            course.place.set(Some(CoursePlace::Step { lesson, step: last }));
            notices.show_notes(&[AddressNote::Clamped {
                parameter: LESSONS.get(lesson).copied().unwrap_or_default(),
                given: (step + 1).to_string(),
                became: (last + 1).to_string(),
            }]);
        }
    });
    // Shows the step's page as soon as it is known.
    Effect::new(move |_| {
        if course.awaits_step.get()
            && let Some(page) = course.step_page()
        {
            course.awaits_step.set(false);
            navigation.show_stage(page);
        }
    });
}
