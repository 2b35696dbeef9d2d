//! A lesson as data: steps with a state, and blocks of text, predictions, goals and questions.

use serde::{Deserialize, Serialize};

use super::condition::{Condition, Expression};
use crate::quantity::Measure;
use crate::state::{Part, Term};

/// HTML compiled from a lesson's text.
pub type Html = String;

/// The whole course in one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// In the order of [`super::LESSONS`].
    pub lessons: Vec<Lesson>,
    /// The glossary.
    pub glossary: Html,
    /// The material for teachers.
    pub teacher: Html,
}

/// One lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lesson {
    /// The title.
    pub title: String,
    /// The time it takes.
    pub minutes: u32,
    /// What one can do after the lesson; completes "you can …".
    pub outcome: String,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// A step: a column of text beside a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The heading.
    pub title: String,
    /// The address of the page beside it.
    pub state: String,
    /// The parts of the page that are covered until the predictions are committed.
    pub veil: Vec<Part>,
    /// The term that is highlighted when the step opens.
    pub light: Option<Term>,
    /// The content.
    pub blocks: Vec<Block>,
}

/// A part of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// Text.
    Prose(Html),
    /// A prediction, to be made before the answer is shown.
    Prediction(Prediction),
    /// A goal, to be reached on the page.
    Goal(Goal),
    /// A question, to be answered in one's own words.
    Question(Question),
    /// A correction of the notes on which the course is based.
    Correction(Html),
    /// Code whose lines highlight what they compute.
    Listing(Vec<CodeLine>),
}

/// A prediction, to be made before the answer is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The question.
    pub text: Html,
    /// The kind of answer.
    pub guess: Guess,
    /// The address of the page on which it is compared, if it is not the step's.
    pub state: Option<String>,
    /// The text that is shown once the prediction is committed.
    pub revealed: Html,
}

/// The kind of a guess, and what it is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Guess {
    /// A number.
    Number {
        /// The number on the page with which it is compared.
        measure: Measure,
        /// The tolerance.
        within: f64,
    },
    /// One of several options; those whose condition holds are correct.
    Choice(Vec<ChoiceOption>),
    /// A handle that is put somewhere on the plot: a number there is compared with another.
    Place {
        /// The number at that place.
        measure: Measure,
        /// The tolerance.
        within: f64,
        /// The value with which it is compared.
        target: Expression,
    },
}

/// One option of several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// The condition under which it is correct.
    pub condition: Condition,
    /// The text.
    pub text: Html,
}

/// A goal, to be reached on the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// The task.
    pub text: Html,
    /// The condition under which it is reached.
    pub condition: Condition,
    /// A hint, shown on request.
    pub hint: Option<Html>,
    /// The names of number fields or lists, with values that reach the goal.
    pub solution: Vec<(String, String)>,
}

/// A question, to be answered in one's own words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The number of the question in the notes, if it is one of theirs.
    pub name: Option<String>,
    /// The question.
    pub text: Html,
    /// A model answer.
    pub answer: Html,
}

/// A line of code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeLine {
    /// The code.
    pub code: String,
    /// The term that it computes.
    pub light: Option<Term>,
    /// The shape of the tensor.
    pub shape: Option<String>,
    /// The quantity whose present value is shown.
    pub value: Option<Measure>,
}
