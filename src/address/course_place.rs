//! A page of the course, and the page beside a step's text.

use super::Page;
use crate::course::LESSONS;

/// Larger than the number of steps of any lesson.
const PAST_EVERY_STEP: usize = 9999;

/// A page of the course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CoursePlace {
    /// The list of the lessons.
    #[default]
    Outline,
    /// The glossary.
    Glossary,
    /// The material for teachers.
    Teacher,
    /// A step of a lesson, each counted from 0.
    Step {
        /// The lesson's index in [`LESSONS`].
        lesson: usize,
        /// The step's index; one past the last stands for the last.
        step: usize,
    },
}

/// A page of the course with its whole state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CourseState {
    /// The page of the course.
    pub place: CoursePlace,
    /// The page beside a step's text, if it differs from the one that the step names.
    pub stage: Option<Box<Page>>,
}

impl From<CoursePlace> for CourseState {
    fn from(place: CoursePlace) -> Self {
        Self { place, stage: None }
    }
}

impl CoursePlace {
    /// The path in the address.
    pub fn path(self) -> String {
        match self {
            Self::Outline => "course".to_owned(),
            Self::Glossary => "course/glossary".to_owned(),
            Self::Teacher => "course/teacher".to_owned(),
            Self::Step { lesson, step } => {
                let name = LESSONS.get(lesson).copied().unwrap_or_default();
                format!("course/{name}/{}", step + 1)
            }
        }
    }

    /// The place that a path names, and the remaining path, which names the page beside it.
    pub fn from_path(path: &str) -> Option<(Self, &str)> {
        let rest = match path.strip_prefix("course")? {
            "" => return Some((Self::Outline, "")),
            rest => rest.strip_prefix('/')?,
        };
        match rest {
            "glossary" => return Some((Self::Glossary, "")),
            "teacher" => return Some((Self::Teacher, "")),
            _ => {}
        }
        let (name, rest) = rest.split_once('/').unwrap_or((rest, "1"));
        let lesson = LESSONS.iter().position(|lesson| *lesson == name)?;
        let (number, stage) = rest.split_once('/').unwrap_or((rest, ""));
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        // Steps are counted from 1 in the address; a number that does not fit is past the last step as well.
        let number: usize = number.parse().unwrap_or(PAST_EVERY_STEP);
        is_number.then_some((Self::Step { lesson, step: number.saturating_sub(1) }, stage))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_a_path_that_leads_to_it() {
        let steps = (0..LESSONS.len()).map(|lesson| CoursePlace::Step { lesson, step: lesson });
        let pages = [CoursePlace::Outline, CoursePlace::Glossary, CoursePlace::Teacher];
        for place in pages.into_iter().chain(steps) {
            assert_eq!(CoursePlace::from_path(&place.path()), Some((place, "")));
        }
    }

    #[test]
    fn what_follows_a_step_is_the_page_beside_it() {
        let place = CoursePlace::Step { lesson: 9, step: 1 };
        assert_eq!(
            CoursePlace::from_path("course/modes/2/labs/modes"),
            Some((place, "labs/modes"))
        );
        let first = CoursePlace::Step { lesson: 9, step: 0 };
        for path in ["course/modes", "course/modes/1", "course/modes/0"] {
            assert_eq!(CoursePlace::from_path(path), Some((first, "")), "{path}");
        }
        let last = CoursePlace::Step { lesson: 9, step: PAST_EVERY_STEP - 1 };
        let endless = format!("course/modes/{}", "9".repeat(50));
        assert_eq!(CoursePlace::from_path(&endless), Some((last, "")));
        for path in ["courses", "course/", "course/nowhere", "course/modes/-1", "course/modes/x"] {
            assert_eq!(CoursePlace::from_path(path), None, "{path}");
        }
    }
}
