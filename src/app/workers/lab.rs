//! The labs' worker, which is fetched and started when a lab, Train or a lesson first asks it.

mod training;

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use super::BenchWorker;
use super::link::{Program, WorkerLink};
use crate::app::context::{Bench, Breakdown, Files, Notices, Preferences, Training};
use elboscope::data::{BinaryImage, IdxImages};
use elboscope::lab::LabState;
use elboscope::lab_worker::{Command, Event, LabCommand, LabEvent, LabRequest, TrainEvent};
use elboscope::state::About;

/// The labs' worker with what it needs of the page. Cheap to copy.
#[derive(Clone, Copy)]
pub struct LabWorker {
    told: StoredValue<Told, LocalStorage>,
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
type Listener<E> = Option<Rc<dyn Fn(E)>>;

/// The worker, who listens to it, and what it has been told.
#[derive(Default)]
struct Told {
    link: Option<WorkerLink<Command>>,
    /// The page of a lab, while one is open.
    lab: Listener<LabEvent>,
    /// The page Train, while it is open.
    train: Listener<TrainEvent>,
    /// What takes in networks, runs and programs of training, whichever page is open by then.
    run_answers: Listener<TrainEvent>,
    /// What takes in the lessons.
    lessons: Listener<Event>,
    /// The number of the model that it has.
    model: Option<u32>,
    /// The file whose images it has.
    opened: Option<Arc<IdxImages>>,
    /// Counts how often images were sent: only the last sending goes on.
    sending: u32,
    /// The drawings that it has.
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
    /// It is started when it is first asked.
    pub fn new(
        bench_worker: BenchWorker,
        preferences: Preferences,
        notices: Notices,
        bench: Bench,
        files: Files,
        training: Training,
    ) -> Self {
        let told = StoredValue::new_local(Told::default());
        let restarts = RwSignal::new(0);
        Self { told, restarts, bench_worker, preferences, notices, bench, files, training }
    }

    /// What takes in the lessons from now on.
    pub fn on_lessons(self, reader: impl Fn(Event) + 'static) {
        self.told.update_value(|told| told.lessons = Some(Rc::new(reader)));
    }

    /// Who listens from now on; the page of a lab that was left hears nothing any more.
    pub fn listen_to_lab(self, listener: impl Fn(LabEvent) + 'static) {
        self.told.update_value(|told| told.lab = Some(Rc::new(listener)));
    }

    /// A number for a computation that has not begun yet.
    pub fn new_computation(self) -> u32 {
        let number = self.told.try_update_value(|told| {
            told.computations = told.computations.wrapping_add(1);
            told.computations
        });
        number.unwrap_or_default()
    }

    /// Asks for a moment of a computation; returns the number that the answer will carry, or `None` while
    /// the model that the lab needs is not there.
    pub fn ask(self, computation: u32, state: &LabState, moment: Option<usize>) -> Option<u32> {
        if !self.prepare(state) {
            return None;
        }
        let request = self.new_request();
        self.send(Command::Lab(LabCommand::Show(LabRequest {
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
        let number = self.told.try_update_value(|told| {
            told.requests = told.requests.wrapping_add(1);
            told.requests
        });
        number.unwrap_or_default()
    }

    /// Starts the worker if it does not run, and tells it something.
    pub fn request(self, command: Command) {
        self.start();
        self.send(command);
    }

    /// Asks for the PyTorch program of a lab, which comes to the listener; nothing comes while the model that
    /// the lab needs is not there.
    pub fn ask_program(self, state: &LabState) {
        if self.prepare(state) {
            self.send(Command::Lab(LabCommand::Program {
                lab: state.lab.name.to_owned(),
                values: state.values().to_vec(),
                language: self.preferences.language.get_untracked(),
            }));
        }
    }

    /// Asks for the network that this program loads, which comes to the listener.
    pub fn ask_network(self, state: &LabState) {
        let (lab, values) = (state.lab.name.to_owned(), state.values().to_vec());
        self.send(Command::Lab(LabCommand::Network { lab, values }));
    }

    /// Starts the worker unless it runs and gives it the model in use if the lab needs one; false while that is
    /// not there.
    fn prepare(self, state: &LabState) -> bool {
        let model = state.lab.needs_model.then(|| self.bench_worker.model_file());
        if let Some(None) = model {
            return false;
        }
        self.start();
        self.told.update_value(|told| {
            if let (Some(link), Some((number, bytes))) = (&told.link, model.flatten())
                && told.model.replace(number) != Some(number)
            {
                link.send(Command::Lab(LabCommand::LoadModel { bytes }));
            }
        });
        true
    }

    /// Tells the worker something outside of any request.
    fn send(self, command: Command) {
        self.told.with_value(|told| {
            if let Some(link) = &told.link {
                link.send(command);
            }
        });
    }

    /// Starts the worker unless it runs.
    fn start(self) {
        if self.told.with_value(|told| told.link.is_some()) {
            return;
        }
        let link = WorkerLink::spawn(
            Program::Lab,
            move |event, _| self.receive(event),
            move |reason| self.notices.breakdown.set(Some(Breakdown::LabWorker(reason))),
        );
        match link {
            Ok(link) => self.told.update_value(|told| {
                self.files.progress.set(None);
                told.link = Some(link);
                told.model = None;
                told.opened = None;
                told.sending = told.sending.wrapping_add(1);
                told.drawings.clear();
                told.resumption = Resumption::Unasked;
            }),
            Err(error) => {
                self.notices.breakdown.set(Some(Breakdown::LabWorker(format!("{error:?}"))))
            }
        }
    }

    /// Ends the worker; the lab on the screen asks a new one.
    pub fn restart(self) {
        self.notices.breakdown.set(None);
        self.told.update_value(|told| told.link = None);
        self.restarts.update(|count| *count = count.wrapping_add(1));
    }

    fn receive(self, event: Event) {
        match event {
            Event::Lab(event) => self.tell(|told| &told.lab, event),
            Event::Train(event @ (TrainEvent::Shown { .. } | TrainEvent::Refused { .. })) => {
                self.tell(|told| &told.train, event);
            }
            Event::Train(event) => self.tell(|told| &told.run_answers, event),
            Event::Course { .. } => self.tell(|told| &told.lessons, event),
            Event::Failed { reason } => {
                leptos::logging::error!("labs' worker: {}", reason.en);
                let language = self.preferences.language.get_untracked();
                self.notices.tell(About::Page, [reason.say(language).to_owned()]);
            }
        }
    }

    /// Passes an event on; a listener may ask again, so it is not called from inside the link.
    fn tell<E>(self, who: fn(&Told) -> &Listener<E>, event: E) {
        if let Some(heard) = self.told.with_value(|told| who(told).clone()) {
            heard(event);
        }
    }
}
