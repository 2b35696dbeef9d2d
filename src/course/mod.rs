//! The course: twelve lessons as data, compiled at build time from the text files in `lessons/`.
//!
//! A step names the state of the page beside it; its questions are answered by the numbers on that page, never by
//! numbers of its own.

mod claim;
mod commitment;
mod condition;
mod goal_watch;
mod guess;
mod lesson;
mod names;
mod texts;

pub use claim::{Check, Claim, ClaimPiece, pieces_of};
pub use commitment::Commitment;
pub use condition::{Condition, ConditionError, Expression};
pub use goal_watch::{GoalWatch, Look, Sight};
pub use lesson::{
    Block, ChoiceOption, CodeLine, Course, Goal, Guess, Html, Lesson, Prediction, Question, Step,
};
pub use names::LESSONS;
pub use texts::{CourseError, course_in};
