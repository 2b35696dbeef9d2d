//! The labs' worker, which is fetched and started when a lab or a lesson first asks it.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::BenchWorker;
use super::dedicated_worker::{DedicatedWorker, Program};
use crate::app::context::{Bench, Breakdown, Files, Notices, Preferences, Training};
use crate::app::storage::kept_run;
use elboscope::data::{Binarization, BinaryImage, IdxImages};
use elboscope::lab::{LabState, training};
use elboscope::lab_worker::{LabCommand, LabEvent, Request};
use elboscope::platform::clock;
use elboscope::state::About;

/// Milliseconds in which images are made ready before the page may go on,
const SLICE: f64 = 8.0;
/// and where nobody looks at it, because its timers are slow then.
const HIDDEN_SLICE: f64 = 400.0;

/// The labs' worker with what it needs of the page. Cheap to copy.
#[derive(Clone, Copy)]
pub struct LabWorker {
    inner: StoredValue<LabWorkerState, LocalStorage>,
    /// How often it had to be started anew.
    pub restarts: RwSignal<u32>,
    bench_worker: BenchWorker,
    preferences: Preferences,
    notices: Notices,
    bench: Bench,
    files: Files,
    training: Training,
}

/// What hears of events.
type Listener = Rc<dyn Fn(LabEvent)>;

/// The worker, who listens to it, and what it has been told.
#[derive(Default)]
struct LabWorkerState {
    worker: Option<DedicatedWorker<LabCommand>>,
    /// The page of a lab, while one is open.
    listener: Option<Listener>,
    /// What takes in networks, runs and programs, whichever page is open by then.
    receiver: Option<Listener>,
    /// What takes in the lessons.
    reader: Option<Listener>,
    /// The number of the model that it has.
    model: Option<u32>,
    /// The file whose images it has.
    opened: Option<Arc<IdxImages>>,
    /// Counts how often images were sent: only the last sending goes on.
    sending: u32,
    /// The drawings that it has.
    drawings: Vec<BinaryImage>,
    /// It has been given the run that the browser keeps, if there is one.
    has_resumed: bool,
    requests: u32,
    computations: u32,
}

/// The images of an opened file on their way to the worker.
struct Sending {
    images: Arc<IdxImages>,
    binarization: Binarization,
    /// Another file, or another worker, has another number.
    number: u32,
    next: usize,
}

impl LabWorker {
    /// It is started when it is first asked.
    pub fn new(
        bench_worker: BenchWorker,
        preferences: Preferences,
        notices: Notices,
        bench: Bench,
        files: Files,
        training: Training,
    ) -> Self {
        let inner = StoredValue::new_local(LabWorkerState::default());
        let restarts = RwSignal::new(0);
        Self { inner, restarts, bench_worker, preferences, notices, bench, files, training }
    }

    /// What takes in the lessons from now on.
    pub fn on_lessons(self, reader: impl Fn(LabEvent) + 'static) {
        self.inner.update_value(|inner| inner.reader = Some(Rc::new(reader)));
    }

    /// What takes in networks, runs and programs from now on.
    pub fn on_answer(self, receiver: impl Fn(LabEvent) + 'static) {
        self.inner.update_value(|inner| inner.receiver = Some(Rc::new(receiver)));
    }

    /// Who listens from now on; the page of a lab that was left hears nothing any more.
    pub fn listen(self, listener: impl Fn(LabEvent) + 'static) {
        self.inner.update_value(|inner| inner.listener = Some(Rc::new(listener)));
    }

    /// A number for a computation that has not begun yet.
    pub fn new_computation(self) -> u32 {
        let number = self.inner.try_update_value(|inner| {
            inner.computations = inner.computations.wrapping_add(1);
            inner.computations
        });
        number.unwrap_or_default()
    }

    /// Asks for a moment of a computation; returns the number that the answer will carry, or `None` while
    /// the model that the lab needs is not there.
    pub fn ask(self, computation: u32, state: &LabState, moment: Option<usize>) -> Option<u32> {
        if !self.prepare(state) {
            return None;
        }
        if state.lab.is_training() {
            self.send_opened();
            self.send_drawings();
            self.resume_kept(state);
        }
        let language = self.preferences.language.get_untracked();
        self.inner.try_update_value(|inner| {
            let worker = inner.worker.as_ref()?;
            inner.requests = inner.requests.wrapping_add(1);
            worker.send(LabCommand::Show(Request {
                request: inner.requests,
                computation,
                lab: state.lab.name.to_owned(),
                values: state.values().to_vec(),
                moment,
                language,
            }));
            Some(inner.requests)
        })?
    }

    /// Starts the worker if it does not run, and tells it something.
    pub fn request(self, command: LabCommand) {
        self.start();
        self.send(command);
    }

    /// Asks for the PyTorch program of a lab, which comes to the listener; nothing comes while the model that
    /// the lab needs is not there.
    pub fn ask_program(self, state: &LabState) {
        if self.prepare(state) {
            self.send(LabCommand::LabProgram {
                lab: state.lab.name.to_owned(),
                values: state.values().to_vec(),
                language: self.preferences.language.get_untracked(),
            });
        }
    }

    /// Starts the worker unless it runs and gives it the model in use if the lab needs one; false while that is
    /// not there.
    fn prepare(self, state: &LabState) -> bool {
        let model = state.lab.needs_model.then(|| self.bench_worker.model_file());
        if let Some(None) = model {
            return false;
        }
        self.start();
        self.inner.update_value(|inner| {
            if let (Some(worker), Some((number, bytes))) = (&inner.worker, model.flatten())
                && inner.model.replace(number) != Some(number)
            {
                worker.send(LabCommand::LoadModel { bytes });
            }
        });
        true
    }

    /// Tells the worker something outside of any request.
    pub fn send(self, command: LabCommand) {
        self.inner.with_value(|inner| {
            if let Some(worker) = &inner.worker {
                worker.send(command);
            }
        });
    }

    /// Has a new worker go on with the run that the browser keeps, if its settings are asked for.
    fn resume_kept(self, state: &LabState) {
        // A run on a file waits for the file.
        if training::wants_file(state.values()) && self.files.opened.with_untracked(Option::is_none)
        {
            return;
        }
        let is_new =
            self.inner.try_update_value(|inner| !std::mem::replace(&mut inner.has_resumed, true));
        if is_new == Some(true)
            && let Some(bytes) = kept_run::of(state.values())
        {
            self.send(LabCommand::Resume { bytes, answer: false });
        }
    }

    /// Gives the worker what was drawn, unless it has it.
    fn send_drawings(self) {
        let images = self.training.drawings.get_value();
        let is_new = self.inner.try_update_value(|inner| {
            let is_new = inner.drawings != images;
            inner.drawings.clone_from(&images);
            is_new
        });
        if is_new == Some(true) {
            self.send(LabCommand::Drawings { images });
        }
    }

    /// Gives the worker the images of the opened file, unless it has them.
    fn send_opened(self) {
        let Some(file) = self.files.opened.get_untracked() else { return };
        let is_new = self.inner.try_update_value(|inner| {
            let before = inner.opened.replace(file.images.clone());
            before.is_none_or(|before| !Arc::ptr_eq(&before, &file.images))
        });
        if is_new != Some(true) {
            return;
        }
        let images = &file.images;
        let labels = (0..images.count()).map_while(|index| images.label(index)).collect();
        let name = file.training_name();
        self.send(LabCommand::OpenImages { name, count: images.count(), labels });
        let sending = self.inner.try_update_value(|inner| {
            inner.sending = inner.sending.wrapping_add(1);
            inner.sending
        });
        let binarization = self.bench.state.get_untracked().bin.binarization();
        let sending = sending.unwrap_or_default();
        self.send_images(Sending {
            images: images.clone(),
            binarization,
            number: sending,
            next: 0,
        });
    }

    /// Sends as many images as a slice of time allows, and the others later: the page goes on meanwhile.
    fn send_images(self, mut sending: Sending) {
        if self.inner.with_value(|inner| inner.sending) != sending.number {
            return;
        }
        let slice = if document().hidden() { HIDDEN_SLICE } else { SLICE };
        let (start, count) = (clock::now(), sending.images.count());
        let mut images = Vec::new();
        while sending.next < count && clock::now() - start < slice {
            let grey = sending.images.image(sending.next);
            images.extend(grey.map(|grey| sending.binarization.apply(&grey)));
            sending.next += 1;
        }
        self.send(LabCommand::MoreImages { images });
        let is_over = sending.next == count;
        self.files.progress.set((!is_over).then(|| sending.next as f64 / count as f64));
        if !is_over {
            set_timeout(move || self.send_images(sending), Duration::ZERO);
        }
    }

    /// Goes on with the run of a file that has been checked; the answer to it shows the run.
    pub fn resume(self, bytes: Vec<u8>) {
        self.start();
        // The run may have learned from a file that was opened with it.
        self.send_opened();
        self.send(LabCommand::Resume { bytes, answer: true });
    }

    /// Starts the worker unless it runs.
    fn start(self) {
        if self.inner.with_value(|inner| inner.worker.is_some()) {
            return;
        }
        let worker = DedicatedWorker::spawn(
            Program::Lab,
            move |event, _| self.receive(event),
            move |reason| self.notices.breakdown.set(Some(Breakdown::LabWorker(reason))),
        );
        match worker {
            Ok(worker) => self.inner.update_value(|inner| {
                self.files.progress.set(None);
                inner.worker = Some(worker);
                inner.model = None;
                inner.opened = None;
                inner.sending = inner.sending.wrapping_add(1);
                inner.drawings.clear();
                inner.has_resumed = false;
            }),
            Err(error) => {
                self.notices.breakdown.set(Some(Breakdown::LabWorker(format!("{error:?}"))))
            }
        }
    }

    /// Ends the worker; the lab on the screen asks a new one.
    pub fn restart(self) {
        self.notices.breakdown.set(None);
        self.inner.update_value(|inner| inner.worker = None);
        self.restarts.update(|count| *count = count.wrapping_add(1));
    }

    fn receive(self, event: LabEvent) {
        if let LabEvent::Failed { reason } = event {
            leptos::logging::error!("labs' worker: {}", reason.en);
            self.notices.tell(
                About::Page,
                [reason.say(self.preferences.language.get_untracked()).to_owned()],
            );
            return;
        }
        // A listener may ask again, so it is not called from inside the link.
        let heard = self.inner.with_value(|inner| {
            let listener = match event {
                LabEvent::Shown { .. } | LabEvent::Refused { .. } | LabEvent::LabProgram { .. } => {
                    &inner.listener
                }
                LabEvent::Course { .. } => &inner.reader,
                _ => &inner.receiver,
            };
            listener.clone()
        });
        if let Some(heard) = heard {
            heard(event);
        }
    }
}
