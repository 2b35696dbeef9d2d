//! One lab's computation, the newest that was asked for.

use super::PATIENCE;
use crate::lab::{Run, program_file, program_network, program_of, start_of};
use crate::lab_worker::{LabCommand, LabEvent, LabRequest, LabWorkerEvent, Shown};
use crate::model::{Vae, read_weights};
use crate::state::{Said, say};

/// The lab that is shown.
pub(super) struct Labs {
    clock: fn() -> f64,
    model: Option<Vae>,
    computation: Option<Computation>,
    /// The pending request, and the time at which it was made, in milliseconds of the clock.
    wanted: Option<(LabRequest, f64)>,
}

/// What is computed now.
struct Computation {
    number: u32,
    run: Box<dyn Run>,
    has_more: bool,
}

impl Labs {
    /// No lab yet.
    pub(super) fn new(clock: fn() -> f64) -> Self {
        Self { clock, model: None, computation: None, wanted: None }
    }

    /// Something else is shown: nothing goes on here.
    pub(super) fn leave(&mut self) {
        self.computation = None;
        self.wanted = None;
    }

    /// Takes a command; a request is answered by [`Self::work`].
    pub(super) fn handle(&mut self, command: LabCommand) -> Option<LabWorkerEvent> {
        let model = self.model.as_ref();
        match command {
            LabCommand::LoadModel { bytes } => self.load(&bytes),
            LabCommand::Program { lab, values, language } => {
                let file = program_file(&lab, &values).map(str::to_owned);
                let text = program_of(&lab, &values, model, language)?;
                Some(LabWorkerEvent::Lab(LabEvent::Program { lab, text, file }))
            }
            LabCommand::Network { lab, values } => {
                let file = program_file(&lab, &values)?.to_owned();
                let bytes = program_network(&lab, &values, model)?;
                Some(LabWorkerEvent::Lab(LabEvent::Network { file, bytes }))
            }
            LabCommand::Show(request) => {
                self.wanted = Some((request, (self.clock)()));
                None
            }
        }
    }

    fn load(&mut self, bytes: &[u8]) -> Option<LabWorkerEvent> {
        match read_weights(bytes) {
            Ok(model) => {
                self.model = Some(model);
                self.computation = None;
                None
            }
            Err(error) => {
                let why = error.to_string();
                let reason = Said::new(|language| {
                    say!(language, "The network cannot be read: {error}.", error = why)
                });
                Some(LabWorkerEvent::Failed { reason })
            }
        }
    }

    /// A slice of work, and the answer that is due after it.
    pub(super) fn work(&mut self) -> Option<LabEvent> {
        if let Some((request, _)) = &self.wanted
            && self.computation.as_ref().is_none_or(|now| now.number != request.computation)
        {
            let (begun, request) = (self.begin(request), request.request);
            match begun {
                Ok(computation) => self.computation = Some(computation),
                Err(reason) => {
                    self.leave();
                    return Some(LabEvent::Refused { request, reason });
                }
            }
        }
        let Computation { run, has_more, .. } = self.computation.as_mut()?;
        if *has_more {
            *has_more = run.advance();
        }
        let is_due = |since: f64| !*has_more || (self.clock)() - since >= PATIENCE;
        let (request, _) = self.wanted.take_if(|(_, since)| is_due(*since))?;
        let moments = run.steps();
        let moment = request.moment.unwrap_or(moments).min(moments);
        let shown = Shown {
            sheet: Box::new(run.sheet(moment, request.language)),
            moments,
            progress: run.progress(),
            is_done: !*has_more,
        };
        Some(LabEvent::Shown { request: request.request, shown })
    }

    /// Begins the computation of a request.
    fn begin(&self, request: &LabRequest) -> Result<Computation, String> {
        let start = start_of(&request.lab).ok_or_else(|| format!("no lab {}", request.lab))?;
        let run = start(&request.values, self.model.as_ref());
        let run = run.map_err(|reason| reason.say(request.language).to_owned())?;
        Ok(Computation { number: request.computation, run, has_more: true })
    }

    /// Whether there is something to work on or to answer.
    pub(super) fn is_busy(&self) -> bool {
        self.wanted.is_some() || self.computation.as_ref().is_some_and(|now| now.has_more)
    }
}
