//! The lessons as the build has compiled them (`build.rs`): one file for each language.

use thiserror::Error;

use super::lesson::Course;
use crate::state::Language;

/// The files of the languages, in their order.
static COURSES: [&[u8]; Language::ALL.len()] = include!(concat!(env!("OUT_DIR"), "/courses.rs"));

/// Why the course cannot be shown: its bytes are not those that the build has written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the compiled lessons are damaged: {0}")]
pub struct CourseError(#[from] postcard::Error);

/// The whole course in a language.
///
/// # Errors
/// [`CourseError`], which no build that was successful gives.
pub fn course_in(language: Language) -> Result<Course, CourseError> {
    Ok(postcard::from_bytes(COURSES[language as usize])?)
}
