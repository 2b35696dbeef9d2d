//! The loop of the labs' worker, without a browser: takes commands at any time and works in short slices.

mod labs;
mod training;

use self::labs::Labs;
use self::training::Training;
use super::{LabCommand, LabWorkerCommand, LabWorkerEvent, TrainCommand};
use crate::course::course_in;
use crate::state::{Language, Said, say};
use crate::worker::{Outgoing, Serve};

/// Milliseconds of work after which an unfinished computation is shown: most computations are done by then, and it is
/// short enough for a drag.
const PATIENCE: f64 = 12.0;

/// Computes what the labs show, or trains: whichever was asked for last.
pub struct LabServer {
    labs: Labs,
    training: Training,
    /// What is computed.
    subject: Subject,
}

/// What a page shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    Lab,
    Training,
}

impl LabServer {
    /// A server without work. `clock` returns milliseconds from any origin.
    pub fn new(clock: fn() -> f64) -> Self {
        Self { labs: Labs::new(clock), training: Training::new(clock), subject: Subject::Lab }
    }
}

impl Serve for LabServer {
    type Command = LabWorkerCommand;
    type Event = LabWorkerEvent;

    fn handle(&mut self, command: LabWorkerCommand) -> Vec<Outgoing<LabWorkerEvent>> {
        let answers = match command {
            LabWorkerCommand::Lab(command) => {
                if matches!(command, LabCommand::Show(_)) {
                    self.subject = Subject::Lab;
                    self.training.leave();
                }
                Vec::from_iter(self.labs.handle(command))
            }
            LabWorkerCommand::Train(command) => {
                if matches!(command, TrainCommand::Show(_)) {
                    self.subject = Subject::Training;
                    self.labs.leave();
                }
                self.training.handle(command)
            }
            LabWorkerCommand::Course { language } => vec![lessons(language)],
        };
        answers.into_iter().map(Into::into).collect()
    }

    fn work(&mut self) -> Vec<Outgoing<LabWorkerEvent>> {
        let answer = match self.subject {
            Subject::Lab => self.labs.work().map(LabWorkerEvent::Lab),
            Subject::Training => self.training.work().map(LabWorkerEvent::Train),
        };
        answer.map(Into::into).into_iter().collect()
    }

    fn is_busy(&self) -> bool {
        match self.subject {
            Subject::Lab => self.labs.is_busy(),
            Subject::Training => self.training.is_busy(),
        }
    }
}

/// The lessons in a language.
fn lessons(language: Language) -> LabWorkerEvent {
    match course_in(language) {
        Ok(course) => LabWorkerEvent::Course { language, course: Box::new(course) },
        Err(error) => {
            let why = error.to_string();
            let reason = Said::new(|language| {
                say!(language, "The lessons cannot be read: {error}", error = why)
            });
            LabWorkerEvent::Failed { reason }
        }
    }
}
