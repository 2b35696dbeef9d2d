//! The course: twelve lessons as data, compiled from the text files in `lessons/` when the app is built.
//!
//! A step says in which state the page beside it stands; what it asks is answered by the numbers on
//! that page, never by numbers of its own.

mod claim;
mod commitment;
mod condition;
mod goal_watch;
mod guess;
mod lesson;
mod names;
mod texts;

pub use claim::{Check, Claim, Piece, pieces_of};
pub use commitment::Commitment;
pub use condition::{Condition, ConditionError, Expression};
pub use goal_watch::{GoalWatch, Look, Sight};
pub use lesson::{
    Block, ChoiceOption, Course, Goal, Guess, Html, Lesson, Line, Prediction, Question, Step,
};
pub use names::LESSONS;
pub use texts::{CourseError, course_in};
