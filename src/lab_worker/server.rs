//! The labs' worker's loop without its browser: takes commands at any time, works in short slices.

mod labs;
mod training;

use self::labs::Labs;
use self::training::Training;
use super::{Command, Event, LabCommand, TrainCommand};
use crate::course::course_in;
use crate::state::{Language, Said};
use crate::worker::{Outgoing, Serve};

/// A request about an unfinished computation is answered after so many milliseconds of work: long
/// enough that most computations are done by then, short enough to follow a hand.
const PATIENCE: f64 = 12.0;

/// Computes what the labs show, or trains: whichever was asked for last.
pub struct Server {
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

impl Server {
    /// A server without work. `clock` tells milliseconds from any origin.
    pub fn new(clock: fn() -> f64) -> Self {
        Self { labs: Labs::new(clock), training: Training::new(clock), subject: Subject::Lab }
    }
}

impl Serve for Server {
    type Command = Command;
    type Event = Event;

    fn handle(&mut self, command: Command) -> Vec<Outgoing<Event>> {
        let answers = match command {
            Command::Lab(command) => {
                if matches!(command, LabCommand::Show(_)) {
                    self.subject = Subject::Lab;
                    self.training.leave();
                }
                Vec::from_iter(self.labs.handle(command))
            }
            Command::Train(command) => {
                if matches!(command, TrainCommand::Show(_)) {
                    self.subject = Subject::Training;
                    self.labs.leave();
                }
                self.training.handle(command)
            }
            Command::Course { language } => vec![lessons(language)],
        };
        answers.into_iter().map(Into::into).collect()
    }

    fn work(&mut self) -> Vec<Outgoing<Event>> {
        let answer = match self.subject {
            Subject::Lab => self.labs.work().map(Event::Lab),
            Subject::Training => self.training.work().map(Event::Train),
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
fn lessons(language: Language) -> Event {
    match course_in(language) {
        Ok(course) => Event::Course { language, course: Box::new(course) },
        Err(error) => {
            let reason = Said::new(
                format!("The lessons cannot be read: {error}"),
                format!("Não foi possível ler as lições: {error}"),
            );
            Event::Failed { reason }
        }
    }
}
