//! The lessons as the build has compiled them (`build.rs`): one file for each language.

use thiserror::Error;

use super::lesson::Course;
use crate::state::Language;

static EN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/course-en.postcard"));
static PT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/course-pt.postcard"));

/// Why the course cannot be shown: its bytes are not those that the build has written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the compiled lessons are damaged: {0}")]
pub struct CourseError(#[from] postcard::Error);

/// The whole course in a language.
///
/// # Errors
/// [`CourseError`], which no build that was successful gives.
pub fn course_in(language: Language) -> Result<Course, CourseError> {
    let bytes = match language {
        Language::En => EN,
        Language::Pt => PT,
    };
    Ok(postcard::from_bytes(bytes)?)
}
