//! The course: twelve lessons as data, read from the text files in `lessons/`.
//!
//! A step says in which state the page beside it stands; what it asks is answered by the numbers on
//! that page, never by numbers of its own.

mod claim;
mod commitment;
mod condition;
mod formula;
mod lesson;
mod prose;
mod read;
mod texts;

pub use claim::{Check, Claim, Piece, pieces_of};
pub use commitment::Commitment;
pub use condition::{Condition, ConditionError, Expression};
pub use formula::{FormulaError, Formulas};
pub use lesson::{
    Block, ChoiceOption, Course, Goal, Guess, Html, Lesson, Line, Prediction, Question, Step,
};
pub use prose::{ProseError, html_of};
pub use read::{Fault, ReadError, lesson_of};
pub use texts::{CourseError, course_in};

/// The names of the lessons in the address, in their order.
pub const LESSONS: [&str; 12] = [
    "area",
    "needle",
    "importance",
    "log",
    "elbo",
    "variational",
    "reparameterization",
    "vae",
    "amortization",
    "modes",
    "dimension",
    "honesty",
];
