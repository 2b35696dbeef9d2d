//! The title of the course's present page, for the browser's tab.

use leptos::prelude::*;

use super::words;
use crate::app::context::CoursePages;
use elboscope::address::CoursePlace;
use elboscope::state::Language;

/// The title; `None` on any other page.
pub fn title(course: CoursePages, language: Language) -> Option<String> {
    let title = match course.place.get()? {
        CoursePlace::Outline => words::COURSE,
        CoursePlace::Glossary => words::GLOSSARY,
        CoursePlace::Teacher => words::TEACHER,
        CoursePlace::Step { .. } => {
            let Some(([lesson, step], found, shown)) = course.step() else {
                return Some(words::COURSE.say(language).to_owned());
            };
            let [lesson, step] = [lesson + 1, step + 1];
            return Some(format!("{lesson}.{step} {} · {}", shown.title, found.title));
        }
    };
    Some(title.say(language).to_owned())
}
