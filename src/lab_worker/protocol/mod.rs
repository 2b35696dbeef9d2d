//! Commands to the labs' worker and what it answers: of the labs, of training, of the course.

mod lab;
mod train;

use serde::{Deserialize, Serialize};

pub use self::lab::{LabCommand, LabEvent, LabRequest};
pub use self::train::{Purpose, TrainCommand, TrainEvent, TrainRequest};
use crate::course::Course;
use crate::sheet::Sheet;
use crate::state::{Language, Said};

/// Commands to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LabWorkerCommand {
    /// Of the labs.
    Lab(LabCommand),
    /// Of training.
    Train(TrainCommand),
    /// Write the lessons in a language.
    Course {
        /// The language of every text.
        language: Language,
    },
}

/// Events of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LabWorkerEvent {
    /// Of the labs.
    Lab(LabEvent),
    /// Of training.
    Train(TrainEvent),
    /// The lessons.
    Course {
        /// The language of every text.
        language: Language,
        /// The lessons.
        course: Box<Course>,
    },
    /// The model, the images or a saved run could not be read.
    Failed {
        /// The reason.
        reason: Said,
    },
}

/// A moment of a computation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// The sheet.
    pub sheet: Box<Sheet>,
    /// The number of moments.
    pub moments: usize,
    /// The share of the computation that is done, in [0, 1].
    pub progress: f64,
    /// Whether the computation has ended: another request would give the same sheet.
    pub is_done: bool,
}
