//! Runs of training: the newest learns as it is told, the ones before are kept.

use super::PATIENCE;
use crate::data::BinaryImage;
use crate::lab_worker::{LabWorkerEvent, Shown, TrainCommand, TrainEvent, TrainRequest};
use crate::state::Said;
use crate::train_page::{OpenedImages, Order, RunSettings, Sources, TrainingRun};

/// While a run learns, what is seen is renewed after so many milliseconds of work.
const PLAYING_PATIENCE: f64 = 150.0;
/// Runs that are kept, so that undoing a change of settings brings the run back.
const MOST_RUNS: usize = 3;

/// The runs, and what they learn from.
pub(super) struct Training {
    clock: fn() -> f64,
    sources: Sources,
    /// The images that have arrived of a file, and their final number.
    arriving: Option<(OpenedImages, usize)>,
    /// Commands that wait for these images.
    waiting: Vec<TrainCommand>,
    /// Whether the last request was for a run on the opened file.
    is_about_file: bool,
    /// The newest last; only that one is trained.
    runs: Vec<TrainingRun>,
    /// The newest run is the one that was asked for last, and it is shown.
    is_shown: bool,
    /// There is something to learn or to measure.
    has_more: bool,
    /// The pending request, and the time since it is pending.
    wanted: Option<(TrainRequest, f64)>,
}

impl Training {
    /// No run yet.
    pub(super) fn new(clock: fn() -> f64) -> Self {
        Self {
            clock,
            sources: Sources::default(),
            arriving: None,
            waiting: Vec::new(),
            is_about_file: false,
            runs: Vec::new(),
            is_shown: false,
            has_more: false,
            wanted: None,
        }
    }

    /// Something else is computed: the run pauses.
    pub(super) fn leave(&mut self) {
        self.pause_run();
        self.is_about_file = false;
        self.is_shown = false;
        self.wanted = None;
    }

    /// Takes a command; a request is answered by [`Self::work`].
    pub(super) fn handle(&mut self, command: TrainCommand) -> Vec<LabWorkerEvent> {
        if self.has_to_wait(&command) {
            self.waiting.push(command);
            return Vec::new();
        }
        let answer = match command {
            TrainCommand::OpenImages { name, count, labels } => {
                self.open_images(name, count, labels);
                None
            }
            TrainCommand::MoreImages { images } => return self.take_images(images),
            TrainCommand::Drawings { images } => {
                self.take_drawings(images);
                None
            }
            TrainCommand::Resume { bytes, answer } => match self.resume(&bytes) {
                Ok(settings) => answer.then_some(TrainEvent::Resumed { settings }),
                Err(reason) => return vec![LabWorkerEvent::Failed { reason }],
            },
            TrainCommand::Order(order) => self.order(order),
            TrainCommand::Export { moment, purpose } => self.export(|run| {
                let (step, settings) = (run.step_at(moment), run.settings());
                Some(TrainEvent::Exported { purpose, step, settings, bytes: run.file(moment)? })
            }),
            TrainCommand::Program { moment, file } => {
                self.export(|run| Some(TrainEvent::Program { text: run.program(moment, &file)? }))
            }
            TrainCommand::Show(request) => {
                self.is_about_file = request.settings.wants_file();
                self.wanted = Some((request, (self.clock)()));
                None
            }
        };
        answer.map(LabWorkerEvent::Train).into_iter().collect()
    }

    /// Tells the run that was asked for last, begun or not, something.
    fn order(&mut self, order: Order) -> Option<TrainEvent> {
        if let Some(refused) = self.begin_wanted() {
            return Some(refused);
        }
        if self.is_shown
            && let Some(run) = self.runs.last_mut()
        {
            run.take(order);
            self.has_more = true;
        }
        None
    }

    /// Something that is made of the run that is shown.
    fn export(&self, make: impl FnOnce(&TrainingRun) -> Option<TrainEvent>) -> Option<TrainEvent> {
        make(self.runs.last().filter(|_| self.is_shown)?)
    }

    /// Opens the run of the request that waits, unless it is the one that is shown; returns the answer if that
    /// cannot be.
    fn begin_wanted(&mut self) -> Option<TrainEvent> {
        if self.awaits_images() {
            return None;
        }
        let (request, _) = self.wanted.as_ref()?;
        let (settings, language) = (request.settings.canonical(), request.language);
        let is_last = self.runs.last().is_some_and(|run| run.settings() == settings);
        if self.is_shown && is_last {
            return None;
        }
        let number = request.request;
        match self.open_run(settings) {
            Ok(()) => {
                self.is_shown = true;
                self.has_more = true;
                None
            }
            Err(reason) => {
                self.is_shown = false;
                self.wanted = None;
                let reason = reason.say(language).to_owned();
                Some(TrainEvent::Refused { request: number, reason })
            }
        }
    }

    /// Makes the run with these settings the last one: a kept run, or a new one. If it already is the last one, its
    /// orders stay in force, because its page was left and opened again.
    fn open_run(&mut self, settings: RunSettings) -> Result<(), Said> {
        if self.runs.last().is_some_and(|run| run.settings() == settings) {
            return Ok(());
        }
        let run = match self.runs.iter().position(|run| run.settings() == settings) {
            Some(kept) => self.runs.remove(kept),
            None => TrainingRun::new(settings, &self.sources, self.clock)?,
        };
        self.pause_run();
        self.runs.push(run);
        let surplus = self.runs.len().saturating_sub(MOST_RUNS);
        self.runs.drain(..surplus);
        Ok(())
    }

    /// Only the run that is shown goes on.
    fn pause_run(&mut self) {
        if let Some(run) = self.runs.last_mut() {
            run.take(Order::Pause);
        }
    }

    /// Makes a saved run the last one, in place of one with the same settings; returns its settings.
    fn resume(&mut self, bytes: &[u8]) -> Result<RunSettings, Said> {
        let run = TrainingRun::resume(bytes, &self.sources, self.clock)?;
        let settings = run.settings();
        self.pause_run();
        self.runs.retain(|kept| kept.settings() != settings);
        self.runs.push(run);
        self.is_shown = false;
        Ok(settings)
    }

    fn open_images(&mut self, name: String, count: usize, labels: Vec<u8>) {
        // The settings do not identify the file: runs on the previous file are dropped.
        self.runs.retain(|run| !run.settings().wants_file());
        self.is_shown = false;
        self.sources.opened = None;
        // Commands that waited for the previous file are obsolete.
        self.waiting.clear();
        self.arriving = Some((OpenedImages { name, images: Vec::new(), labels }, count));
    }

    /// Takes in images; once all have come, handles the commands that waited for them.
    fn take_images(&mut self, images: Vec<BinaryImage>) -> Vec<LabWorkerEvent> {
        let Some((opened, count)) = &mut self.arriving else { return Vec::new() };
        opened.images.extend(images);
        if opened.images.len() < *count {
            return Vec::new();
        }
        self.sources.opened = self.arriving.take().map(|(opened, _)| opened);
        let waiting = std::mem::take(&mut self.waiting);
        waiting.into_iter().flat_map(|command| self.handle(command)).collect()
    }

    fn take_drawings(&mut self, drawings: Vec<BinaryImage>) {
        // The settings do not identify the drawings: runs on the previous ones are dropped.
        self.runs.retain(|run| !run.settings().wants_drawings());
        self.is_shown = false;
        self.sources.drawings = drawings;
    }

    /// Whether the pending request has to wait for images.
    fn awaits_images(&self) -> bool {
        self.is_about_file && self.arriving.is_some()
    }

    fn has_to_wait(&self, command: &TrainCommand) -> bool {
        match command {
            TrainCommand::Resume { .. } => self.arriving.is_some(),
            TrainCommand::Order(_) => self.awaits_images(),
            _ => false,
        }
    }

    /// A slice of work, and the answer that is due after it.
    pub(super) fn work(&mut self) -> Option<TrainEvent> {
        if let Some(refused) = self.begin_wanted() {
            return Some(refused);
        }
        if self.awaits_images() {
            return None;
        }
        let run = self.runs.last_mut().filter(|_| self.is_shown)?;
        if self.has_more {
            self.has_more = run.advance();
        }
        let patience = if run.is_playing() { PLAYING_PATIENCE } else { PATIENCE };
        let is_due = |since: f64| !self.has_more || (self.clock)() - since >= patience;
        let (request, _) = self.wanted.take_if(|(_, since)| is_due(*since))?;
        let moments = run.moments();
        let moment = request.moment.unwrap_or(moments).min(moments);
        let shown = Shown {
            sheet: Box::new(run.sheet(moment, request.language)),
            moments,
            progress: run.progress(),
            is_done: !self.has_more,
        };
        let is_playing = run.is_playing();
        Some(TrainEvent::Shown { request: request.request, shown, is_playing })
    }

    /// Whether there is something to work on or to answer.
    pub(super) fn is_busy(&self) -> bool {
        (self.wanted.is_some() && !self.awaits_images()) || (self.is_shown && self.has_more)
    }
}
