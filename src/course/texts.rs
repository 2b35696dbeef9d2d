//! The files of the course, compiled in; a lesson that is missing in a language does not compile.

use thiserror::Error;

use super::LESSONS;
use super::formula::Formulas;
use super::lesson::Course;
use super::prose::{ProseError, html_of};
use super::read::{ReadError, lesson_of};
use crate::state::Language;

/// Every file of one language.
struct Texts {
    /// In the order of [`LESSONS`].
    lessons: [&'static str; LESSONS.len()],
    glossary: &'static str,
    teacher: &'static str,
}

macro_rules! texts {
    ($language:literal) => {
        Texts {
            lessons: texts!(
                $language, "01-area", "02-needle", "03-importance", "04-log", "05-elbo",
                "06-variational", "07-reparameterization", "08-vae", "09-amortization", "10-modes",
                "11-dimension", "12-honesty"
            ),
            glossary: include_str!(concat!("../../lessons/", $language, "/glossary.md")),
            teacher: include_str!(concat!("../../lessons/", $language, "/teacher.md")),
        }
    };
    ($language:literal, $($name:literal),+) => {
        [$(include_str!(concat!("../../lessons/", $language, "/", $name, ".md"))),+]
    };
}

static EN: Texts = texts!("en");
static PT: Texts = texts!("pt");

/// Why the course cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CourseError {
    /// A lesson's file.
    #[error("lesson {lesson}: {error}")]
    Lesson {
        /// Its name.
        lesson: &'static str,
        /// What is wrong, and where.
        error: ReadError,
    },
    /// The glossary or the teacher's page.
    #[error("{page}: {error}")]
    Page {
        /// Its name.
        page: &'static str,
        /// What is wrong.
        error: ProseError,
    },
}

/// The whole course in a language.
///
/// # Errors
/// [`CourseError`] for the first file that cannot be read; a test reads them all.
pub fn course_in(language: Language) -> Result<Course, CourseError> {
    let texts = match language {
        Language::En => &EN,
        Language::Pt => &PT,
    };
    let formulas = Formulas::new(language);
    let lessons = LESSONS.iter().zip(texts.lessons).map(|(&lesson, text)| {
        lesson_of(text, &formulas).map_err(|error| CourseError::Lesson { lesson, error })
    });
    let page =
        |page, text| html_of(text, &formulas).map_err(|error| CourseError::Page { page, error });
    Ok(Course {
        lessons: lessons.collect::<Result<_, _>>()?,
        glossary: page("glossary", texts.glossary)?,
        teacher: page("teacher", texts.teacher)?,
    })
}
