//! The lessons as compiled by the build (`build.rs`): one file per language.

use thiserror::Error;

use super::lesson::Course;
use crate::state::Language;

static EN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/course-en.postcard"));
static PT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/course-pt.postcard"));

/// The course cannot be read: its bytes are not those that the build has written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the compiled lessons are damaged: {0}")]
pub struct CourseError(#[from] postcard::Error);

/// The course in a language.
///
/// # Errors
/// [`CourseError`], which does not occur after a successful build.
pub fn course_in(language: Language) -> Result<Course, CourseError> {
    let bytes = match language {
        Language::En => EN,
        Language::Pt => PT,
    };
    Ok(postcard::from_bytes(bytes)?)
}
