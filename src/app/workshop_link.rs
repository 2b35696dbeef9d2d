//! The page's way to the workshop, which is fetched and started when a lab first asks it.

use std::rc::Rc;

use leptos::prelude::*;

use super::engine;
use super::store::{Breakdown, Store};
use super::worker_link::{Program, WorkerLink};
use crate::lab::LabState;
use crate::workshop::{Command, Event, Request};

/// What is told the answers.
type Listener = Rc<dyn Fn(Event)>;

/// The worker, who listens to it, and what it has been told.
#[derive(Default)]
pub struct WorkshopLink {
    link: Option<WorkerLink<Command>>,
    listener: Option<Listener>,
    /// The number of the model that it has.
    model: Option<u32>,
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
    let model = state.lab.needs_model.then(|| engine::model_file(store));
    if let Some(None) = model {
        return None;
    }
    start(store);
    let language = store.language.get_untracked();
    store.workshop.try_update_value(|workshop| {
        let link = workshop.link.as_ref()?;
        if let Some((number, bytes)) = model.flatten()
            && workshop.model.replace(number) != Some(number)
        {
            link.send(Command::LoadModel { bytes });
        }
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
            workshop.link = Some(link);
            workshop.model = None;
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
    if let Event::Failed { reason } = event {
        leptos::logging::error!("workshop: {reason}");
        store.tell([reason]);
        return;
    }
    // The listener may ask again, so it is not called from inside the link.
    if let Some(listener) = store.workshop.with_value(|workshop| workshop.listener.clone()) {
        listener(event);
    }
}
