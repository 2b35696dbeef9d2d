//! The labs' worker, which is fetched and started when a lab or a lesson first asks it.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::BenchWorker;
use super::link::{Program, WorkerLink};
use crate::app::context::{Bench, Breakdown, Files, Notices, Preferences, Training};
use crate::app::storage::kept_run;
use elboscope::data::{Binarization, BinaryImage, IdxImages};
use elboscope::lab::{LabState, training};
use elboscope::lab_worker::{Command, Event, Request};
use elboscope::platform::clock;
use elboscope::state::About;

/// Milliseconds in which images are made ready before the page may go on,
const SLICE: f64 = 8.0;
/// and where nobody looks at it, because its timers are slow then.
const HIDDEN_SLICE: f64 = 400.0;

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
type Listener = Rc<dyn Fn(Event)>;

/// The worker, who listens to it, and what it has been told.
#[derive(Default)]
struct Told {
    link: Option<WorkerLink<Command>>,
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
        let told = StoredValue::new_local(Told::default());
        let restarts = RwSignal::new(0);
        Self { told, restarts, bench_worker, preferences, notices, bench, files, training }
    }

    /// What takes in the lessons from now on.
    pub fn on_lessons(self, reader: impl Fn(Event) + 'static) {
        self.told.update_value(|told| told.reader = Some(Rc::new(reader)));
    }

    /// What takes in networks, runs and programs from now on.
    pub fn on_answer(self, receiver: impl Fn(Event) + 'static) {
        self.told.update_value(|told| told.receiver = Some(Rc::new(receiver)));
    }

    /// Who listens from now on; the page of a lab that was left hears nothing any more.
    pub fn listen(self, listener: impl Fn(Event) + 'static) {
        self.told.update_value(|told| told.listener = Some(Rc::new(listener)));
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
        if state.lab.is_training() {
            self.send_opened();
            self.send_drawings();
            self.resume_kept(state);
        }
        let language = self.preferences.language.get_untracked();
        self.told.try_update_value(|told| {
            let link = told.link.as_ref()?;
            told.requests = told.requests.wrapping_add(1);
            link.send(Command::Show(Request {
                request: told.requests,
                computation,
                lab: state.lab.name.to_owned(),
                values: state.values().to_vec(),
                moment,
                language,
            }));
            Some(told.requests)
        })?
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
            self.send(Command::LabProgram {
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
        self.told.update_value(|told| {
            if let (Some(link), Some((number, bytes))) = (&told.link, model.flatten())
                && told.model.replace(number) != Some(number)
            {
                link.send(Command::LoadModel { bytes });
            }
        });
        true
    }

    /// Tells the worker something outside of any request.
    pub fn send(self, command: Command) {
        self.told.with_value(|told| {
            if let Some(link) = &told.link {
                link.send(command);
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
            self.told.try_update_value(|told| !std::mem::replace(&mut told.has_resumed, true));
        if is_new == Some(true)
            && let Some(bytes) = kept_run::of(state.values())
        {
            self.send(Command::Resume { bytes, answer: false });
        }
    }

    /// Gives the worker what was drawn, unless it has it.
    fn send_drawings(self) {
        let images = self.training.drawings.get_value();
        let is_new = self.told.try_update_value(|told| {
            let is_new = told.drawings != images;
            told.drawings.clone_from(&images);
            is_new
        });
        if is_new == Some(true) {
            self.send(Command::Drawings { images });
        }
    }

    /// Gives the worker the images of the opened file, unless it has them.
    fn send_opened(self) {
        let Some(file) = self.files.opened.get_untracked() else { return };
        let is_new = self.told.try_update_value(|told| {
            let before = told.opened.replace(file.images.clone());
            before.is_none_or(|before| !Arc::ptr_eq(&before, &file.images))
        });
        if is_new != Some(true) {
            return;
        }
        let images = &file.images;
        let labels = (0..images.count()).map_while(|index| images.label(index)).collect();
        let name = file.training_name();
        self.send(Command::OpenImages { name, count: images.count(), labels });
        let sending = self.told.try_update_value(|told| {
            told.sending = told.sending.wrapping_add(1);
            told.sending
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
        if self.told.with_value(|told| told.sending) != sending.number {
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
        self.send(Command::MoreImages { images });
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
        self.send(Command::Resume { bytes, answer: true });
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
                told.has_resumed = false;
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
        if let Event::Failed { reason } = event {
            leptos::logging::error!("labs' worker: {}", reason.english());
            self.notices.tell(
                About::Page,
                [reason.say(self.preferences.language.get_untracked()).to_owned()],
            );
            return;
        }
        // A listener may ask again, so it is not called from inside the link.
        let heard = self.told.with_value(|told| {
            let listener = match event {
                Event::Shown { .. } | Event::Refused { .. } | Event::LabProgram { .. } => {
                    &told.listener
                }
                Event::Course { .. } => &told.reader,
                _ => &told.receiver,
            };
            listener.clone()
        });
        if let Some(heard) = heard {
            heard(event);
        }
    }
}
