//! The course: its list of lessons, a step's text beside the page that it drives, and its other pages.

mod goal;
mod heading;
mod keys;
mod link_builder;
mod links;
mod listing;
mod live;
mod notebook;
mod outline;
mod panel;
mod prediction;
mod question;
mod store;
mod teacher;
mod words;

use leptos::prelude::*;

pub use self::outline::Outline;
pub use self::panel::LessonPanel;
pub use self::store::CourseStore;
pub use self::teacher::{Glossary, Teacher};
pub use self::words::{COURSE, COVERED};
use super::store::Store;
use super::workshop_link;
use elboscope::address::CoursePlace;
use elboscope::course::LESSONS;
use elboscope::state::AddressNote;
use elboscope::workshop::Command;

/// Fetches the lessons when a page of the course is opened, and shows the page that a step names.
pub fn run(store: Store) {
    keys::follow(store);
    notebook::follow(store);
    Effect::new(move |_| {
        let language = store.language.get();
        store.workshop_restarts.track();
        let is_shown = store.course.place.get().is_some();
        let is_there = store
            .course
            .course
            .with(|course| course.as_ref().is_some_and(|(present, _)| *present == language));
        if is_shown && !is_there {
            workshop_link::request(store, Command::Course { language });
        }
    });
    // Only the lessons know how many steps they have.
    Effect::new(move |_| {
        let Some(CoursePlace::Step { lesson, step }) = store.course.place.get() else { return };
        let steps = store
            .course
            .lessons()
            .and_then(|course| course.lessons.get(lesson).map(|lesson| lesson.steps.len()));
        if let Some(last) = steps.and_then(|steps| steps.checked_sub(1))
            && step > last
        {
            store.course.place.set(Some(CoursePlace::Step { lesson, step: last }));
            store.tell_notes(&[AddressNote::Clamped {
                parameter: LESSONS.get(lesson).copied().unwrap_or_default(),
                given: (step + 1).to_string(),
                became: (last + 1).to_string(),
            }]);
        }
    });
    // The step's own page is shown as soon as it is known.
    Effect::new(move |_| {
        if store.course.awaits_step.get()
            && let Some(page) = store.course.step_page()
        {
            store.course.awaits_step.set(false);
            store.show_stage(page);
        }
    });
}
