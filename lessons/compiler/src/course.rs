//! The data types of a lesson, from the library's own files.

#[path = "../../../src/course/claim.rs"]
pub mod claim;
#[path = "../../../src/course/condition.rs"]
pub mod condition;
#[path = "../../../src/course/lesson.rs"]
pub mod lesson;
#[path = "../../../src/course/names.rs"]
pub mod names;

pub use claim::{ClaimPiece, pieces_of};
pub use condition::{Condition, ConditionError, Expression};
pub use lesson::{
    Block, ChoiceOption, CodeLine, Course, Goal, Guess, Html, Lesson, Prediction, Question, Step,
};
pub use names::LESSONS;
