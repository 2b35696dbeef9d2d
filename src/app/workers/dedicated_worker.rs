//! A dedicated worker, as the page sees it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, Float64Array, Object, Reflect, Uint8Array};
use leptos::leptos_dom::helpers::{IntervalHandle, set_interval_with_handle};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use web_sys::{ErrorEvent, Event, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

use elboscope::platform::{PING, READY};

#[wasm_bindgen]
extern "C" {
    /// The address of this program's JavaScript glue.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static GLUE_URL: String;
}

/// The address of the script that starts the worker's wasm.
const SCRIPT: &str = "./worker.js";

/// How often a worker is pinged,
const ASKING: Duration = Duration::from_secs(1);
/// and after how many pings without any message the worker counts as ended: a browser may end a worker for lack of
/// memory without an error event, while a busy worker answers between two slices of work.
const MOST_UNANSWERED: u32 = 8;
/// The reason that is reported for such an end.
const SILENT: &str = "The worker ended without an error.";

/// Which program a worker runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// The bench's, which is the page's own module, already compiled.
    Bench,
    /// The labs' own, which is fetched when it is started.
    Lab,
}

/// Glue and wasm of the labs' program.
const LAB: [&str; 2] = ["lab_worker.js", "lab_worker_bg.wasm"];

impl Program {
    /// The address of the program's glue, and its module or the module's address.
    fn parts(self) -> Result<[JsValue; 2], JsValue> {
        let glue = GLUE_URL.with(Clone::clone);
        match self {
            Self::Bench => Ok([glue.into(), wasm_bindgen::module()]),
            Self::Lab => {
                // The page's version is part of the address, so that no cache mixes two versions.
                let version = glue.rsplit('/').next().unwrap_or_default().to_owned();
                let [glue, module] = LAB.map(|name| {
                    Url::new_with_base(&format!("{name}?{version}"), &glue).map(|url| url.href())
                });
                Ok([glue?.into(), module?.into()])
            }
        }
    }
}

/// A running worker that takes commands `C`; dropping it ends it.
pub struct DedicatedWorker<C> {
    worker: Worker,
    /// Commands sent before the worker's wasm runs; `None` once it runs.
    waiting: Rc<RefCell<Option<Vec<C>>>>,
    asking: Option<IntervalHandle>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl<C: Serialize + 'static> DedicatedWorker<C> {
    /// Starts a worker that runs `program` and sends events `E`.
    ///
    /// # Errors
    /// Returns the browser's error.
    pub fn spawn<E: DeserializeOwned + 'static>(
        program: Program,
        on_event: impl Fn(E, Vec<f64>) + 'static,
        on_death: impl Fn(String) + 'static,
    ) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let script = format!("{SCRIPT}{}", leptos::prelude::window().location().search()?);
        let worker = Worker::new_with_options(&script, &options)?;
        let waiting = Rc::new(RefCell::new(Some(Vec::<C>::new())));

        // Pings since its last message; `None` before it is ready, when no pings are sent.
        let unanswered = Rc::new(Cell::new(None::<u32>));
        let on_message = {
            let (waiting, worker) = (waiting.clone(), worker.clone());
            let unanswered = unanswered.clone();
            Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
                unanswered.set(Some(0));
                let data = message.data();
                if data.as_string().as_deref() == Some(READY) {
                    for command in waiting.take().unwrap_or_default() {
                        post(&worker, &command);
                    }
                } else if let Some((event, values)) = decode(&data) {
                    on_event(event, values);
                }
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_death = Rc::new(on_death);
        let asking = {
            let (worker, on_death) = (worker.clone(), on_death.clone());
            let ask = move || match unanswered.get() {
                Some(MOST_UNANSWERED) => {
                    // Reported once.
                    unanswered.set(None);
                    on_death(SILENT.to_owned());
                }
                Some(count) => {
                    unanswered.set(Some(count + 1));
                    // A string can always be cloned.
                    let _ = worker.post_message(&PING.into());
                }
                None => {}
            };
            // Where no timer can be set, a silent end is not noticed.
            set_interval_with_handle(ask, ASKING).ok()
        };
        let on_error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            // A script that cannot be loaded causes a plain event without a message.
            let error = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
            on_death(error.unwrap_or_else(|| SCRIPT.to_owned()));
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));

        let start = Object::new();
        let [glue, module] = program.parts()?;
        Reflect::set(&start, &"glue".into(), &glue)?;
        Reflect::set(&start, &"module".into(), &module)?;
        worker.post_message(&start)?;
        Ok(Self { worker, waiting, asking, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a command, or queues it until the worker is ready.
    pub fn send(&self, command: C) {
        match self.waiting.borrow_mut().as_mut() {
            Some(waiting) => waiting.push(command),
            None => post(&self.worker, &command),
        }
    }
}

impl<C> Drop for DedicatedWorker<C> {
    fn drop(&mut self) {
        if let Some(asking) = self.asking {
            asking.clear();
        }
        self.worker.terminate();
    }
}

fn post(worker: &Worker, command: &impl Serialize) {
    if let Ok(bytes) = postcard::to_allocvec(command) {
        // A byte array can always be cloned.
        let _ = worker.post_message(&Uint8Array::from(bytes.as_slice()));
    }
}

fn decode<E: DeserializeOwned>(data: &JsValue) -> Option<(E, Vec<f64>)> {
    let message: &Array = data.dyn_ref()?;
    let event = postcard::from_bytes(&Uint8Array::new(&message.get(0)).to_vec()).ok()?;
    let values = message.get(1).dyn_ref::<Float64Array>().map(Float64Array::to_vec);
    Some((event, values.unwrap_or_default()))
}
