//! A lesson as data: steps with a state, and blocks of text, predictions, goals and questions.

use serde::{Deserialize, Serialize};

use super::condition::{Condition, Expression};
use crate::quantity::Measure;
use crate::state::{Part, Term};

/// HTML that was made from a lesson's text.
pub type Html = String;

/// The whole course in one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// In the order of [`super::LESSONS`].
    pub lessons: Vec<Lesson>,
    /// The terms of the field.
    pub glossary: Html,
    /// For whoever teaches it.
    pub teacher: Html,
}

/// One lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lesson {
    /// What it is called.
    pub title: String,
    /// How long it takes.
    pub minutes: u32,
    /// What one can do afterwards, completing "you can …".
    pub outcome: String,
    /// In their order.
    pub steps: Vec<Step>,
}

/// One column of text beside the page that it drives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its heading.
    pub title: String,
    /// The address of the page beside it.
    pub state: String,
    /// What is covered until the predictions are committed.
    pub veil: Vec<Part>,
    /// The term whose shape is lit when it opens.
    pub light: Option<Term>,
    /// What it says and asks.
    pub blocks: Vec<Block>,
}

/// A piece of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// Text.
    Prose(Html),
    /// Something to be guessed before it is shown.
    Prediction(Prediction),
    /// Something to be reached.
    Goal(Goal),
    /// Something to be answered in one's own words.
    Question(Question),
    /// What is imprecise or wrong in the notes that the course follows.
    Correction(Html),
    /// Code whose lines light what they compute.
    Listing(Vec<CodeLine>),
}

/// Something to be guessed before it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// What is asked.
    pub text: Html,
    /// What is guessed.
    pub guess: Guess,
    /// The address of the page on which it is compared, if it is another.
    pub state: Option<String>,
    /// What is said once it is committed.
    pub revealed: Html,
}

/// What is guessed, and what it is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Guess {
    /// A number.
    Number {
        /// The number that the page computes.
        measure: Measure,
        /// How far from it is near.
        within: f64,
    },
    /// One of several; those are right whose condition holds.
    Choice(Vec<ChoiceOption>),
    /// A point that is put on the plot: a number there, compared with another.
    Place {
        /// The number at the place.
        measure: Measure,
        /// How far from the target is near.
        within: f64,
        /// What it is compared with.
        target: Expression,
    },
}

/// One answer of several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// When it is right.
    pub condition: Condition,
    /// What it says.
    pub text: Html,
}

/// Something to be reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// What is to be done.
    pub text: Html,
    /// When it is.
    pub condition: Condition,
    /// How, for those who ask.
    pub hint: Option<Html>,
    /// Names of number fields or lists with what to set there to reach it.
    pub solution: Vec<(String, String)>,
}

/// Something to be answered in one's own words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Which of the notes' questions it is, if it is one of them.
    pub name: Option<String>,
    /// What is asked.
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
    /// Its value now.
    pub value: Option<Measure>,
}
