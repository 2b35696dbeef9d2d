//! The labs' worker, which is fetched and started when a lab or a lesson first needs it.

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

/// Milliseconds per slice of preparing images,
const SLICE: f64 = 8.0;
/// and per slice in a hidden tab, where the browser throttles timers.
const HIDDEN_SLICE: f64 = 400.0;

/// The labs' worker with the contexts that it uses. Cheap to copy.
#[derive(Clone, Copy)]
pub struct LabWorker {
    inner: StoredValue<LabWorkerState, LocalStorage>,
    /// Counts how often the worker was restarted.
    pub restarts: RwSignal<u32>,
    bench_worker: BenchWorker,
    preferences: Preferences,
    notices: Notices,
    bench: Bench,
    files: Files,
    training: Training,
}

/// A callback for events.
type Callback = Rc<dyn Fn(LabEvent)>;

/// The worker, the callbacks for its events, and what it was sent.
#[derive(Default)]
struct LabWorkerState {
    worker: Option<DedicatedWorker<LabCommand>>,
    /// The callback of a lab's page, while one is open.
    page_callback: Option<Callback>,
    /// The callback for networks, runs and programs, whichever page is open.
    answer_callback: Option<Callback>,
    /// The callback for lessons.
    lessons_callback: Option<Callback>,
    /// The number of the model that the worker has.
    model: Option<u32>,
    /// The file whose images the worker has.
    opened: Option<Arc<IdxImages>>,
    /// Counts the transfers of images: only the newest continues.
    sending: u32,
    /// The drawings that the worker has.
    drawings: Vec<BinaryImage>,
    /// Whether the worker was sent the kept run, if there is one.
    has_resumed: bool,
    requests: u32,
    computations: u32,
}

/// A transfer of an opened file's images to the worker.
struct Sending {
    images: Arc<IdxImages>,
    binarization: Binarization,
    /// Each transfer has its own number: another file or a restart gets another.
    number: u32,
    next: usize,
}

impl LabWorker {
    /// The worker is started at the first request.
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

    /// Sets the callback for lessons.
    pub fn on_lessons(self, lessons_callback: impl Fn(LabEvent) + 'static) {
        self.inner.update_value(|inner| inner.lessons_callback = Some(Rc::new(lessons_callback)));
    }

    /// Sets the callback for networks, runs and programs.
    pub fn on_answer(self, answer_callback: impl Fn(LabEvent) + 'static) {
        self.inner.update_value(|inner| inner.answer_callback = Some(Rc::new(answer_callback)));
    }

    /// Sets the callback of a lab's page; it replaces that of the previous page.
    pub fn listen(self, page_callback: impl Fn(LabEvent) + 'static) {
        self.inner.update_value(|inner| inner.page_callback = Some(Rc::new(page_callback)));
    }

    /// The number of a new computation.
    pub fn new_computation(self) -> u32 {
        let number = self.inner.try_update_value(|inner| {
            inner.computations = inner.computations.wrapping_add(1);
            inner.computations
        });
        number.unwrap_or_default()
    }

    /// Requests a moment of a computation; returns the number that the answer will carry, or `None` while the model
    /// that the lab needs is missing.
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

    /// Starts the worker if it does not run, and sends it a command.
    pub fn request(self, command: LabCommand) {
        self.start();
        self.send(command);
    }

    /// Requests the PyTorch program of a lab, which is sent to the page's callback; does nothing while the model that
    /// the lab needs is missing.
    pub fn ask_program(self, state: &LabState) {
        if self.prepare(state) {
            self.send(LabCommand::LabProgram {
                lab: state.lab.name.to_owned(),
                values: state.values().to_vec(),
                language: self.preferences.language.get_untracked(),
            });
        }
    }

    /// Starts the worker if it does not run, and sends it the model if the lab needs one; returns false while that is
    /// missing.
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

    /// Sends a command that is no request.
    pub fn send(self, command: LabCommand) {
        self.inner.with_value(|inner| {
            if let Some(worker) = &inner.worker {
                worker.send(command);
            }
        });
    }

    /// Has a new worker resume the kept run, if its settings are requested.
    fn resume_kept(self, state: &LabState) {
        // A run on a file's images waits for the file.
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

    /// Sends the drawings, unless the worker has them.
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

    /// Sends the images of the opened file, unless the worker has them.
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

    /// Sends as many images as fit one slice of time, and schedules the others, so that the page stays responsive.
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

    /// Resumes the run of a file that was checked; the answer shows the run.
    pub fn resume(self, bytes: Vec<u8>) {
        self.start();
        // The run may have used the images of a file that was opened together with it.
        self.send_opened();
        self.send(LabCommand::Resume { bytes, answer: true });
    }

    /// Starts the worker if it does not run.
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

    /// Ends the worker; the lab on the screen then requests a new one.
    pub fn restart(self) {
        self.notices.breakdown.set(None);
        self.inner.update_value(|inner| inner.worker = None);
        self.restarts.update(|count| *count = count.wrapping_add(1));
    }

    fn receive(self, event: LabEvent) {
        if let LabEvent::Failed { reason } = event {
            leptos::logging::error!("labs' worker: {}", reason.en);
            self.notices.show(
                About::Page,
                [reason.say(self.preferences.language.get_untracked()).to_owned()],
            );
            return;
        }
        // The callback may send a request, so it is not called while the state is borrowed.
        let callback = self.inner.with_value(|inner| {
            let chosen = match event {
                LabEvent::Shown { .. } | LabEvent::Refused { .. } | LabEvent::LabProgram { .. } => {
                    &inner.page_callback
                }
                LabEvent::Course { .. } => &inner.lessons_callback,
                _ => &inner.answer_callback,
            };
            chosen.clone()
        });
        if let Some(callback) = callback {
            callback(event);
        }
    }
}
