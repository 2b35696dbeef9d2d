//! The loop of the labs' worker, without a browser: takes commands at any time and works in short slices.

use super::{LabCommand, LabEvent, Request};
use crate::course::course_in;
use crate::data::BinaryImage;
use crate::lab::training::{self, OpenedImages, Order, Sources, Training};
use crate::lab::{Run, program_file, program_network, program_of, start_of};
use crate::model::{Vae, read_weights};
use crate::state::Said;
use crate::worker::{Outgoing, Serve};

/// Milliseconds of work after which an unfinished computation is shown: most computations are done by then, and it is
/// short enough for a drag.
const PATIENCE: f64 = 12.0;
/// The number of training runs that are kept, so that undoing a change of settings restores its run.
const MOST_RUNS: usize = 3;

/// Computes labs and training: one computation at a time, the newest.
pub struct LabServer {
    clock: fn() -> f64,
    model: Option<Vae>,
    sources: Sources,
    /// The images that have arrived of a file, and their final number.
    arriving: Option<(OpenedImages, usize)>,
    /// Commands that wait for these images.
    waiting: Vec<LabCommand>,
    /// Whether the last request was for a run on the opened file.
    is_about_file: bool,
    /// The newest last; only that one is trained.
    runs: Vec<Training>,
    computation: Option<Computation>,
    /// The pending request, and the time since it is pending.
    wanted: Option<(Request, f64)>,
}

/// The present computation.
struct Computation {
    number: u32,
    work: Work,
    has_more: bool,
}

/// A lab's computation advances by itself, a training run according to its orders.
enum Work {
    Lab(Box<dyn Run>),
    /// The last of the runs.
    Training,
}

impl LabServer {
    /// A server without work. `clock` returns milliseconds from any origin.
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

    /// Begins the computation of the pending request, unless it is the present one; returns the answer if that fails.
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

    /// Pauses the run: only the present computation advances.
    fn pause_run(&mut self) {
        if let Some(run) = self.runs.last_mut() {
            run.take(Order::Pause);
        }
    }

    /// Makes the run with these settings the last one: a kept run, or a new one. If it already is the last one, its
    /// orders stay in force, because its page was left and opened again.
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

    /// Makes a saved run the last one, in place of one with the same settings; returns its settings.
    fn resume(&mut self, bytes: &[u8]) -> Result<Vec<f64>, Said> {
        let run = Training::resume(bytes, &self.sources, self.clock)?;
        let values = run.values().to_vec();
        self.pause_run();
        self.runs.retain(|kept| kept.values() != run.values());
        self.runs.push(run);
        self.computation = None;
        Ok(values)
    }

    /// The last run, if training is the present computation.
    fn training(&mut self) -> Option<&mut Training> {
        let is_training = matches!(self.computation.as_ref()?.work, Work::Training);
        self.runs.last_mut().filter(|_| is_training)
    }

    fn open_images(&mut self, name: String, count: usize, labels: Vec<u8>) {
        // The settings do not identify the file: runs on the previous file are dropped.
        self.runs.retain(|run| !run.learns_from_file());
        self.computation = None;
        self.sources.opened = None;
        // Commands that waited for the previous file are obsolete.
        self.waiting.clear();
        self.arriving = Some((OpenedImages { name, images: Vec::new(), labels }, count));
    }

    /// Takes in images; once all have come, handles the commands that waited for them.
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

    /// Whether the pending request has to wait for images.
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
        // The settings do not identify the drawings: runs on the previous ones are dropped.
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
                // An order applies to the run that was requested last, begun or not.
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
