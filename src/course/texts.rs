//! The lessons as compiled by the build (`build.rs`): one file per language.

use thiserror::Error;

use super::lesson::Course;
use crate::state::Language;

/// The files of the languages, in their order.
static COURSES: [&[u8]; Language::ALL.len()] = include!(concat!(env!("OUT_DIR"), "/courses.rs"));

/// The course cannot be read: its bytes are not those that the build has written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the compiled lessons are damaged: {0}")]
pub struct CourseError(#[from] postcard::Error);

/// The course in a language.
///
/// # Errors
/// [`CourseError`], which does not occur after a successful build.
pub fn course_in(language: Language) -> Result<Course, CourseError> {
    Ok(postcard::from_bytes(COURSES[language as usize])?)
}
