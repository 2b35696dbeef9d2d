//! The labs' worker, which is fetched and started when a lab, Train or a lesson first asks it.

mod training;

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use super::BenchWorker;
use super::dedicated_worker::{DedicatedWorker, Program};
use crate::app::context::{Bench, Breakdown, Files, Notices, Preferences, Training};
use elboscope::data::{BinaryImage, IdxImages};
use elboscope::lab::LabState;
use elboscope::lab_worker::{
    LabCommand, LabEvent, LabRequest, LabWorkerCommand, LabWorkerEvent, TrainEvent,
};
use elboscope::state::About;

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
type Listener<E> = Option<Rc<dyn Fn(E)>>;

/// The worker, the callbacks for its events, and what it was sent.
#[derive(Default)]
struct LabWorkerState {
    worker: Option<DedicatedWorker<LabWorkerCommand>>,
    /// The callback of a lab's page, while one is open.
    lab: Listener<LabEvent>,
    /// The page Train, while it is open.
    train: Listener<TrainEvent>,
    /// What takes in networks, runs and programs of training, whichever page is open by then.
    run_answers: Listener<TrainEvent>,
    /// The callback for lessons.
    lessons: Listener<LabWorkerEvent>,
    /// The number of the model that the worker has.
    model: Option<u32>,
    /// The file whose images the worker has.
    opened: Option<Arc<IdxImages>>,
    /// Counts the transfers of images: only the newest continues.
    sending: u32,
    /// The drawings that the worker has.
    drawings: Vec<BinaryImage>,
    resumption: Resumption,
    requests: u32,
    computations: u32,
}

/// How far a new worker is with the run that the browser keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Resumption {
    #[default]
    Unasked,
    /// The browser reads it.
    OnItsWay,
    /// The worker has it, if there is one.
    Done,
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
    pub fn on_lessons(self, reader: impl Fn(LabWorkerEvent) + 'static) {
        self.inner.update_value(|inner| inner.lessons = Some(Rc::new(reader)));
    }

    /// Sets the callback of a lab's page; it replaces that of the previous page.
    pub fn listen_to_lab(self, listener: impl Fn(LabEvent) + 'static) {
        self.inner.update_value(|inner| inner.lab = Some(Rc::new(listener)));
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
        let request = self.new_request();
        self.send(LabWorkerCommand::Lab(LabCommand::Show(LabRequest {
            request,
            computation,
            lab: state.lab.name.to_owned(),
            values: state.values().to_vec(),
            moment,
            language: self.preferences.language.get_untracked(),
        })));
        Some(request)
    }

    fn new_request(self) -> u32 {
        let number = self.inner.try_update_value(|inner| {
            inner.requests = inner.requests.wrapping_add(1);
            inner.requests
        });
        number.unwrap_or_default()
    }

    /// Starts the worker if it does not run, and sends it a command.
    pub fn request(self, command: LabWorkerCommand) {
        self.start();
        self.send(command);
    }

    /// Requests the PyTorch program of a lab, which is sent to the page's callback; does nothing while the model that
    /// the lab needs is missing.
    pub fn ask_program(self, state: &LabState) {
        if self.prepare(state) {
            self.send(LabWorkerCommand::Lab(LabCommand::Program {
                lab: state.lab.name.to_owned(),
                values: state.values().to_vec(),
                language: self.preferences.language.get_untracked(),
            }));
        }
    }

    /// Asks for the network that this program loads, which comes to the listener.
    pub fn ask_network(self, state: &LabState) {
        let (lab, values) = (state.lab.name.to_owned(), state.values().to_vec());
        self.send(LabWorkerCommand::Lab(LabCommand::Network { lab, values }));
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
                worker.send(LabWorkerCommand::Lab(LabCommand::LoadModel { bytes }));
            }
        });
        true
    }

    /// Sends a command that is no request.
    fn send(self, command: LabWorkerCommand) {
        self.inner.with_value(|inner| {
            if let Some(worker) = &inner.worker {
                worker.send(command);
            }
        });
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
                inner.resumption = Resumption::Unasked;
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

    fn receive(self, event: LabWorkerEvent) {
        match event {
            LabWorkerEvent::Lab(event) => self.pass_on(|inner| &inner.lab, event),
            LabWorkerEvent::Train(
                event @ (TrainEvent::Shown { .. } | TrainEvent::Refused { .. }),
            ) => {
                self.pass_on(|inner| &inner.train, event);
            }
            LabWorkerEvent::Train(event) => self.pass_on(|inner| &inner.run_answers, event),
            LabWorkerEvent::Course { .. } => self.pass_on(|inner| &inner.lessons, event),
            LabWorkerEvent::Failed { reason } => {
                leptos::logging::error!("labs' worker: {}", reason.english());
                let language = self.preferences.language.get_untracked();
                self.notices.show(About::Page, [reason.say(language).to_owned()]);
            }
        }
    }

    /// Passes an event on; a listener may ask again, so it is not called from inside the link.
    fn pass_on<E>(self, who: fn(&LabWorkerState) -> &Listener<E>, event: E) {
        if let Some(heard) = self.inner.with_value(|inner| who(inner).clone()) {
            heard(event);
        }
    }
}
