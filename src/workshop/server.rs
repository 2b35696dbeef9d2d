//! The workshop's loop without its browser: takes commands at any time, works in short slices.

use super::{Command, Event, Request};
use crate::lab::{Run, start_of};
use crate::model::{Vae, read_weights};
use crate::worker::{Outgoing, Serve};

/// A request about an unfinished computation is answered after so many milliseconds of work: long
/// enough that most computations are done by then, short enough to follow a hand.
const PATIENCE: f64 = 12.0;

/// Computes the labs: one computation at a time, the newest.
pub struct Workshop {
    clock: fn() -> f64,
    model: Option<Vae>,
    computation: Option<Computation>,
    /// The request that waits for its answer, and since when.
    wanted: Option<(Request, f64)>,
}

/// What is computed now.
struct Computation {
    number: u32,
    run: Box<dyn Run>,
    has_more: bool,
}

impl Workshop {
    /// A workshop without work. `clock` tells milliseconds from any origin.
    pub fn new(clock: fn() -> f64) -> Self {
        Self { clock, model: None, computation: None, wanted: None }
    }

    /// Begins the computation of a request.
    fn begin(&self, request: &Request) -> Result<Computation, String> {
        let start = start_of(&request.lab).ok_or_else(|| format!("no lab {}", request.lab))?;
        start(&request.values, self.model.as_ref())
            .map(|run| Computation { number: request.computation, run, has_more: true })
            .map_err(|reason| reason.say(request.language).to_owned())
    }
}

impl Serve for Workshop {
    type Command = Command;
    type Event = Event;

    fn handle(&mut self, command: Command) -> Vec<Outgoing<Event>> {
        match command {
            Command::LoadModel { bytes } => match read_weights(&bytes) {
                Ok(model) => {
                    self.model = Some(model);
                    self.computation = None;
                    Vec::new()
                }
                Err(error) => vec![Event::Failed { reason: error.to_string() }.into()],
            },
            Command::Show(request) => {
                self.wanted = Some((request, (self.clock)()));
                Vec::new()
            }
        }
    }

    fn work(&mut self) -> Vec<Outgoing<Event>> {
        if let Some((request, _)) = &self.wanted
            && self.computation.as_ref().is_none_or(|now| now.number != request.computation)
        {
            match self.begin(request) {
                Ok(computation) => self.computation = Some(computation),
                Err(reason) => {
                    let request = request.request;
                    self.wanted = None;
                    self.computation = None;
                    return vec![Event::Refused { request, reason }.into()];
                }
            }
        }
        let Some(computation) = &mut self.computation else { return Vec::new() };
        if computation.has_more {
            computation.has_more = computation.run.advance();
        }
        let is_due = |since: f64| !computation.has_more || (self.clock)() - since >= PATIENCE;
        let Some((request, _)) = self.wanted.take_if(|(_, since)| is_due(*since)) else {
            return Vec::new();
        };
        let moments = computation.run.steps();
        let moment = request.moment.unwrap_or(moments).min(moments);
        let shown = Event::Shown {
            request: request.request,
            sheet: Box::new(computation.run.sheet(moment, request.language)),
            moments,
            progress: computation.run.progress(),
            is_done: !computation.has_more,
        };
        vec![shown.into()]
    }

    fn is_busy(&self) -> bool {
        self.wanted.is_some() || self.computation.as_ref().is_some_and(|now| now.has_more)
    }
}
