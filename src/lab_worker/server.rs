//! The labs' worker's loop without its browser: takes commands at any time, works in short slices.

use super::{LabCommand, LabEvent, Request};
use crate::course::course_in;
use crate::data::BinaryImage;
use crate::lab::training::{self, OpenedImages, Order, Sources, Training};
use crate::lab::{Run, program_file, program_network, program_of, start_of};
use crate::model::{Vae, read_weights};
use crate::state::Said;
use crate::worker::{Outgoing, Serve};

/// A request about an unfinished computation is answered after so many milliseconds of work: long
/// enough that most computations are done by then, short enough to follow a hand.
const PATIENCE: f64 = 12.0;
/// Runs of training that are kept, so that undoing a change of settings brings the run back.
const MOST_RUNS: usize = 3;

/// Computes what the labs show and trains: one computation at a time, the newest.
pub struct LabServer {
    clock: fn() -> f64,
    model: Option<Vae>,
    sources: Sources,
    /// The images of a file on their way, and how many there will be.
    arriving: Option<(OpenedImages, usize)>,
    /// What the images on their way hold up.
    waiting: Vec<LabCommand>,
    /// The request that came last is for a run on the opened file.
    is_about_file: bool,
    /// The newest last; it is the one that learns.
    runs: Vec<Training>,
    computation: Option<Computation>,
    /// The request that waits for its answer, and since when.
    wanted: Option<(Request, f64)>,
}

/// What is computed now.
struct Computation {
    number: u32,
    work: Work,
    has_more: bool,
}

/// A lab's computation goes by itself, training as it is told.
enum Work {
    Lab(Box<dyn Run>),
    /// The last of the runs.
    Training,
}

impl LabServer {
    /// A server without work. `clock` tells milliseconds from any origin.
    pub fn new(clock: fn() -> f64) -> Self {
        Self {
            clock,
            model: None,
            sources: Sources::default(),
            arriving: None,
            waiting: Vec::new(),
            is_about_file: false,
            runs: Vec::new(),
            computation: None,
            wanted: None,
        }
    }

    /// Begins the computation of the request that waits, unless it is what is computed; returns the
    /// answer if that cannot be.
    fn begin_wanted(&mut self) -> Option<Outgoing<LabEvent>> {
        if self.awaits_images() {
            return None;
        }
        let (request, _) = self.wanted.as_ref()?;
        if self.computation.as_ref().is_some_and(|now| now.number == request.computation) {
            return None;
        }
        let request = request.clone();
        match self.begin(&request) {
            Ok(computation) => {
                self.computation = Some(computation);
                None
            }
            Err(reason) => {
                self.wanted = None;
                self.computation = None;
                Some(LabEvent::Refused { request: request.request, reason }.into())
            }
        }
    }

    /// Begins the computation of a request.
    fn begin(&mut self, request: &Request) -> Result<Computation, String> {
        let say = |reason: Said| reason.say(request.language).to_owned();
        let work = if request.lab == training::LAB.name {
            self.open_run(&request.values).map_err(say)?;
            Work::Training
        } else {
            let start = start_of(&request.lab).ok_or_else(|| format!("no lab {}", request.lab))?;
            let run = start(&request.values, self.model.as_ref());
            let run = run.map_err(|reason| say(reason.into()))?;
            self.pause_run();
            Work::Lab(run)
        };
        Ok(Computation { number: request.computation, work, has_more: true })
    }

    /// Only what is computed goes on.
    fn pause_run(&mut self) {
        if let Some(run) = self.runs.last_mut() {
            run.take(Order::Pause);
        }
    }

    /// Puts the run with these settings last: the one that is kept, or a new one. The one that is last
    /// already goes on as it was told: its page was merely left and is shown again.
    fn open_run(&mut self, values: &[f64]) -> Result<(), Said> {
        let values = &*training::canonical(values);
        if self.runs.last().is_some_and(|run| run.values() == values) {
            return Ok(());
        }
        let run = match self.runs.iter().position(|run| run.values() == values) {
            Some(kept) => self.runs.remove(kept),
            None => Training::new(values, &self.sources, self.clock)?,
        };
        self.pause_run();
        self.runs.push(run);
        let surplus = self.runs.len().saturating_sub(MOST_RUNS);
        self.runs.drain(..surplus);
        Ok(())
    }

    /// Puts a run that was saved last, in place of one with the same settings; returns these.
    fn resume(&mut self, bytes: &[u8]) -> Result<Vec<f64>, Said> {
        let run = Training::resume(bytes, &self.sources, self.clock)?;
        let values = run.values().to_vec();
        self.pause_run();
        self.runs.retain(|kept| kept.values() != run.values());
        self.runs.push(run);
        self.computation = None;
        Ok(values)
    }

    /// The run that learns, if training is what is computed.
    fn training(&mut self) -> Option<&mut Training> {
        let is_training = matches!(self.computation.as_ref()?.work, Work::Training);
        self.runs.last_mut().filter(|_| is_training)
    }

    fn open_images(&mut self, name: String, count: usize, labels: Vec<u8>) {
        // Runs on another file have the same settings but are not the same.
        self.runs.retain(|run| !run.learns_from_file());
        self.computation = None;
        self.sources.opened = None;
        // What waited for another file is of no use with this one.
        self.waiting.clear();
        self.arriving = Some((OpenedImages { name, images: Vec::new(), labels }, count));
    }

    /// Takes in images; with the last of them goes on with what they held up.
    fn take_images(&mut self, images: Vec<BinaryImage>) -> Vec<Outgoing<LabEvent>> {
        let Some((opened, count)) = &mut self.arriving else { return Vec::new() };
        opened.images.extend(images);
        if opened.images.len() < *count {
            return Vec::new();
        }
        self.sources.opened = self.arriving.take().map(|(opened, _)| opened);
        let waiting = std::mem::take(&mut self.waiting);
        waiting.into_iter().flat_map(|command| self.handle(command)).collect()
    }

    /// Whether what is asked for has to wait for images.
    fn awaits_images(&self) -> bool {
        self.is_about_file && self.arriving.is_some()
    }

    fn has_to_wait(&self, command: &LabCommand) -> bool {
        match command {
            LabCommand::Resume { .. } => self.arriving.is_some(),
            LabCommand::Train(_) => self.awaits_images(),
            _ => false,
        }
    }

    fn take_drawings(&mut self, drawings: Vec<BinaryImage>) {
        // Runs on other drawings have the same settings but are not the same.
        self.runs.retain(|run| !run.learns_from_drawings());
        self.computation = None;
        self.sources.drawings = drawings;
    }
}

impl Serve for LabServer {
    type Command = LabCommand;
    type Event = LabEvent;

    fn handle(&mut self, command: LabCommand) -> Vec<Outgoing<LabEvent>> {
        if self.has_to_wait(&command) {
            self.waiting.push(command);
            return Vec::new();
        }
        let result = match command {
            LabCommand::LoadModel { bytes } => read_weights(&bytes)
                .map(|model| {
                    self.model = Some(model);
                    self.computation = None;
                })
                .map_err(|error| {
                    Said::new(
                        format!("The network cannot be read: {error}."),
                        format!("A rede não pode ser lida: {error}."),
                    )
                }),
            LabCommand::OpenImages { name, count, labels } => {
                self.open_images(name, count, labels);
                Ok(())
            }
            LabCommand::MoreImages { images } => return self.take_images(images),
            LabCommand::Drawings { images } => {
                self.take_drawings(images);
                Ok(())
            }
            LabCommand::Resume { bytes, answer } => match self.resume(&bytes) {
                Ok(values) if answer => return vec![LabEvent::Resumed { values }.into()],
                result => result.map(|_| ()),
            },
            LabCommand::Train(order) => {
                // An order is for the run that was asked for last, begun or not.
                if let Some(refused) = self.begin_wanted() {
                    return vec![refused];
                }
                if let Some(training) = self.training() {
                    training.take(order);
                }
                if let Some(computation) = &mut self.computation {
                    computation.has_more = true;
                }
                Ok(())
            }
            LabCommand::Export { moment, purpose } => {
                let exported = self.training().and_then(|training| {
                    let bytes = training.file(moment)?;
                    let (step, values) = (training.step_at(moment), training.values().to_vec());
                    Some(LabEvent::Exported { purpose, step, values, bytes })
                });
                return exported.map(Into::into).into_iter().collect();
            }
            LabCommand::Program { moment, file } => {
                let text = self.training().and_then(|training| training.program(moment, &file));
                return Vec::from_iter(text.map(|text| LabEvent::Program { text }.into()));
            }
            LabCommand::Course { language } => match course_in(language) {
                Ok(course) => {
                    let course = LabEvent::Course { language, course: Box::new(course) };
                    return vec![course.into()];
                }
                Err(error) => Err(Said::new(
                    format!("The lessons cannot be read: {error}"),
                    format!("Não foi possível ler as lições: {error}"),
                )),
            },
            LabCommand::LabProgram { lab, values, language } => {
                let file = program_file(&lab, &values).map(str::to_owned);
                let text = program_of(&lab, &values, self.model.as_ref(), language);
                let program = text.map(|text| LabEvent::LabProgram { lab, text, file });
                return Vec::from_iter(program.map(Into::into));
            }
            LabCommand::LabNetwork { lab, values } => {
                let file = program_file(&lab, &values).map(str::to_owned);
                let bytes = program_network(&lab, &values, self.model.as_ref());
                let network = file.zip(bytes);
                let network = network.map(|(file, bytes)| LabEvent::LabNetwork { file, bytes });
                return Vec::from_iter(network.map(Into::into));
            }
            LabCommand::Show(request) => {
                self.is_about_file =
                    request.lab == training::LAB.name && training::wants_file(&request.values);
                self.wanted = Some((request, (self.clock)()));
                Ok(())
            }
        };
        result.err().map(|reason| LabEvent::Failed { reason }.into()).into_iter().collect()
    }

    fn work(&mut self) -> Vec<Outgoing<LabEvent>> {
        if let Some(refused) = self.begin_wanted() {
            return vec![refused];
        }
        if self.awaits_images() {
            return Vec::new();
        }
        let Some(computation) = &mut self.computation else { return Vec::new() };
        let run: &mut dyn Run = match (&mut computation.work, self.runs.last_mut()) {
            (Work::Lab(run), _) => run.as_mut(),
            (Work::Training, Some(training)) => training,
            (Work::Training, None) => return Vec::new(),
        };
        if computation.has_more {
            computation.has_more = run.advance();
        }
        let patience = run.patience().unwrap_or(PATIENCE);
        let is_due = |since: f64| !computation.has_more || (self.clock)() - since >= patience;
        let Some((request, _)) = self.wanted.take_if(|(_, since)| is_due(*since)) else {
            return Vec::new();
        };
        let moments = run.steps();
        let moment = request.moment.unwrap_or(moments).min(moments);
        let shown = LabEvent::Shown {
            request: request.request,
            sheet: Box::new(run.sheet(moment, request.language)),
            moments,
            progress: run.progress(),
            is_done: !computation.has_more,
            is_playing: run.is_playing(),
        };
        vec![shown.into()]
    }

    fn is_busy(&self) -> bool {
        (self.wanted.is_some() && !self.awaits_images())
            || self.computation.as_ref().is_some_and(|now| now.has_more)
    }
}
