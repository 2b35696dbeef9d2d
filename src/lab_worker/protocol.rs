//! Commands to the labs' worker and what it answers: of the labs, of training, of the course.

mod lab;
mod train;

use serde::{Deserialize, Serialize};

pub use self::lab::{LabCommand, LabEvent, LabRequest};
pub use self::train::{Purpose, TrainCommand, TrainEvent, TrainRequest};
use crate::course::Course;
use crate::sheet::Sheet;
use crate::state::{Language, Said};

/// What the page asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Of the labs.
    Lab(LabCommand),
    /// Of training.
    Train(TrainCommand),
    /// Give the lessons in a language.
    Course {
        /// Of every text.
        language: Language,
    },
}

/// What the page hears.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// Of the labs.
    Lab(LabEvent),
    /// Of training.
    Train(TrainEvent),
    /// The lessons.
    Course {
        /// Of every text.
        language: Language,
        /// All of them.
        course: Box<Course>,
    },
    /// The model, the images or a saved run could not be read.
    Failed {
        /// Why.
        reason: Said,
    },
}

/// A moment of a computation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// What is seen.
    pub sheet: Box<Sheet>,
    /// How many moments there are to play.
    pub moments: usize,
    /// The share of the computation that is done, in [0, 1].
    pub progress: f64,
    /// Nothing is left to compute: asking again shows the same.
    pub is_done: bool,
}
