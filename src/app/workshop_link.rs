//! The page's way to the workshop, which is fetched and started when a lab or a lesson first asks it.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::engine;
use super::lab::{copy_program, kept_run, receive_weights, save_network, show_run};
use super::store::{Breakdown, Store};
use super::worker_link::{Program, WorkerLink};
use elboscope::data::{Binarization, BinaryImage, IdxImages};
use elboscope::lab::{LabState, training};
use elboscope::platform::clock;
use elboscope::state::About;
use elboscope::workshop::{Command, Event, Request};

/// Milliseconds in which images are made ready before the page may go on,
const SLICE: f64 = 8.0;
/// and where nobody looks at it, because its timers are slow then.
const HIDDEN_SLICE: f64 = 400.0;

/// What is told the answers.
type Listener = Rc<dyn Fn(Event)>;

/// The worker, who listens to it, and what it has been told.
#[derive(Default)]
pub struct WorkshopLink {
    link: Option<WorkerLink<Command>>,
    listener: Option<Listener>,
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

/// Who listens from now on; the page of a lab that was left hears nothing any more.
pub fn listen(store: Store, listener: impl Fn(Event) + 'static) {
    store.workshop.update_value(|workshop| workshop.listener = Some(Rc::new(listener)));
}

/// A number for a computation that has not begun yet.
pub fn new_computation(store: Store) -> u32 {
    let number = store.workshop.try_update_value(|workshop| {
        workshop.computations = workshop.computations.wrapping_add(1);
        workshop.computations
    });
    number.unwrap_or_default()
}

/// Asks for a moment of a computation; returns the number that the answer will carry, or `None` while
/// the model that the lab needs is not there.
pub fn ask(store: Store, computation: u32, state: &LabState, moment: Option<usize>) -> Option<u32> {
    if !prepare(store, state) {
        return None;
    }
    if state.lab.is_training() {
        send_opened(store);
        send_drawings(store);
        resume_kept(store, state);
    }
    let language = store.language.get_untracked();
    store.workshop.try_update_value(|workshop| {
        let link = workshop.link.as_ref()?;
        workshop.requests = workshop.requests.wrapping_add(1);
        link.send(Command::Show(Request {
            request: workshop.requests,
            computation,
            lab: state.lab.name.to_owned(),
            values: state.values().to_vec(),
            moment,
            language,
        }));
        Some(workshop.requests)
    })?
}

/// Starts the workshop if it does not run, and tells it something.
pub fn request(store: Store, command: Command) {
    start(store);
    send(store, command);
}

/// Asks for the PyTorch program of a lab, which comes to the listener; nothing comes while the model that
/// the lab needs is not there.
pub fn ask_program(store: Store, state: &LabState) {
    if prepare(store, state) {
        send(
            store,
            Command::LabProgram {
                lab: state.lab.name.to_owned(),
                values: state.values().to_vec(),
                language: store.language.get_untracked(),
            },
        );
    }
}

/// Starts the worker unless it runs and gives it the model in use if the lab needs one; false while that is
/// not there.
fn prepare(store: Store, state: &LabState) -> bool {
    let model = state.lab.needs_model.then(|| engine::model_file(store));
    if let Some(None) = model {
        return false;
    }
    start(store);
    store.workshop.update_value(|workshop| {
        if let (Some(link), Some((number, bytes))) = (&workshop.link, model.flatten())
            && workshop.model.replace(number) != Some(number)
        {
            link.send(Command::LoadModel { bytes });
        }
    });
    true
}

/// Tells the workshop something outside of any request.
pub fn send(store: Store, command: Command) {
    store.workshop.with_value(|workshop| {
        if let Some(link) = &workshop.link {
            link.send(command);
        }
    });
}

/// Has a new workshop go on with the run that the browser keeps, if its settings are asked for.
fn resume_kept(store: Store, state: &LabState) {
    // A run on a file waits for the file.
    if training::wants_file(state.values()) && store.opened.with_untracked(Option::is_none) {
        return;
    }
    let is_new = store
        .workshop
        .try_update_value(|workshop| !std::mem::replace(&mut workshop.has_resumed, true));
    if is_new == Some(true)
        && let Some(bytes) = kept_run::of(state.values())
    {
        send(store, Command::Resume { bytes, answer: false });
    }
}

/// Gives the workshop what was drawn, unless it has it.
fn send_drawings(store: Store) {
    let images = store.drawings.get_value();
    let is_new = store.workshop.try_update_value(|workshop| {
        let is_new = workshop.drawings != images;
        workshop.drawings.clone_from(&images);
        is_new
    });
    if is_new == Some(true) {
        send(store, Command::Drawings { images });
    }
}

/// Gives the workshop the images of the opened file, unless it has them.
fn send_opened(store: Store) {
    let Some(file) = store.opened.get_untracked() else { return };
    let is_new = store.workshop.try_update_value(|workshop| {
        let before = workshop.opened.replace(file.images.clone());
        before.is_none_or(|before| !Arc::ptr_eq(&before, &file.images))
    });
    if is_new != Some(true) {
        return;
    }
    let images = &file.images;
    let labels = (0..images.count()).map_while(|index| images.label(index)).collect();
    let name = file.training_name();
    send(store, Command::OpenImages { name, count: images.count(), labels });
    let sending = store.workshop.try_update_value(|workshop| {
        workshop.sending = workshop.sending.wrapping_add(1);
        workshop.sending
    });
    let binarization = engine::binarization(store.state.get_untracked().bin);
    let sending = sending.unwrap_or_default();
    send_images(store, Sending { images: images.clone(), binarization, number: sending, next: 0 });
}

/// The images of an opened file on their way to the workshop.
struct Sending {
    images: Arc<IdxImages>,
    binarization: Binarization,
    /// Another file, or another workshop, has another number.
    number: u32,
    next: usize,
}

/// Sends as many images as a slice of time allows, and the others later: the page goes on meanwhile.
fn send_images(store: Store, mut sending: Sending) {
    if store.workshop.with_value(|workshop| workshop.sending) != sending.number {
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
    send(store, Command::MoreImages { images });
    let is_over = sending.next == count;
    store.opening.set((!is_over).then(|| sending.next as f64 / count as f64));
    if !is_over {
        set_timeout(move || send_images(store, sending), Duration::ZERO);
    }
}

/// Goes on with the run of a file that has been checked; the answer to it shows the run.
pub fn resume(store: Store, bytes: Vec<u8>) {
    start(store);
    // The run may have learned from a file that was opened with it.
    send_opened(store);
    send(store, Command::Resume { bytes, answer: true });
}

/// Starts the worker unless it runs.
fn start(store: Store) {
    if store.workshop.with_value(|workshop| workshop.link.is_some()) {
        return;
    }
    let link = WorkerLink::spawn(
        Program::Workshop,
        move |event, _| receive(store, event),
        move |reason| store.breakdown.set(Some(Breakdown::Workshop(reason))),
    );
    match link {
        Ok(link) => store.workshop.update_value(|workshop| {
            store.opening.set(None);
            workshop.link = Some(link);
            workshop.model = None;
            workshop.opened = None;
            workshop.sending = workshop.sending.wrapping_add(1);
            workshop.drawings.clear();
            workshop.has_resumed = false;
        }),
        Err(error) => store.breakdown.set(Some(Breakdown::Workshop(format!("{error:?}")))),
    }
}

/// Ends the worker; the lab on the screen asks a new one.
pub fn restart(store: Store) {
    store.breakdown.set(None);
    store.workshop.update_value(|workshop| workshop.link = None);
    store.workshop_restarts.update(|count| *count = count.wrapping_add(1));
}

fn receive(store: Store, event: Event) {
    match event {
        Event::Failed { reason } => {
            leptos::logging::error!("workshop: {}", reason.en);
            store.tell(About::Page, [reason.say(store.language.get_untracked()).to_owned()]);
            return;
        }
        Event::Exported { purpose, step, values, bytes } => {
            receive_weights(store, purpose, step, &values, bytes);
            return;
        }
        Event::Resumed { values } => {
            show_run(store, &values);
            return;
        }
        Event::Program { text } => {
            copy_program(store, text);
            return;
        }
        Event::Course { language, course } => {
            store.course.course.set(Some((language, Arc::from(course))));
            return;
        }
        Event::LabNetwork { file, bytes } => {
            save_network(&file, &bytes);
            return;
        }
        Event::Shown { .. } | Event::Refused { .. } | Event::LabProgram { .. } => {}
    }
    // The listener may ask again, so it is not called from inside the link.
    if let Some(listener) = store.workshop.with_value(|workshop| workshop.listener.clone()) {
        listener(event);
    }
}
