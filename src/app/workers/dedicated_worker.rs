//! The page's end of the wire to the worker.

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

/// Address of the tiny script that starts the worker, beside the page.
const SCRIPT: &str = "./worker.js";

/// How often a worker is asked whether it is there,
const ASKING: Duration = Duration::from_secs(1);
/// and after how many questions without a word from it it is taken to have ended: the browser may end a worker
/// for want of memory without an error event, and a busy one answers between two slices of work.
const MOST_UNANSWERED: u32 = 8;
/// The reason that is given for such an end.
const SILENT: &str = "The worker ended without an error.";

/// Which program a worker runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// The bench's, which is the page's own and already compiled.
    Bench,
    /// The labs' own, which is fetched now.
    Lab,
}

/// The glue and the wasm of the labs' program, beside the page.
const LAB: [&str; 2] = ["lab_worker.js", "lab_worker_bg.wasm"];

impl Program {
    /// The address of the program's glue, and its module or the address of that.
    fn parts(self) -> Result<[JsValue; 2], JsValue> {
        let glue = GLUE_URL.with(Clone::clone);
        match self {
            Self::Bench => Ok([glue.into(), wasm_bindgen::module()]),
            Self::Lab => {
                // Named after the page's version, so that no cache joins two versions.
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
    /// Commands sent before the worker's wasm runs; `None` once it does.
    waiting: Rc<RefCell<Option<Vec<C>>>>,
    asking: Option<IntervalHandle>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl<C: Serialize + 'static> DedicatedWorker<C> {
    /// Starts a worker that runs this program and tells of events `E`.
    ///
    /// # Errors
    /// Passes on the browser's refusal.
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

        // Questions since the last word from it; none are asked before it is ready.
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
                    // Said once.
                    unanswered.set(None);
                    on_death(SILENT.to_owned());
                }
                Some(count) => {
                    unanswered.set(Some(count + 1));
                    // A text can always be cloned.
                    let _ = worker.post_message(&PING.into());
                }
                None => {}
            };
            // Where there are no timers a silent end goes unnoticed.
            set_interval_with_handle(ask, ASKING).ok()
        };
        let on_error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            // A script that cannot be loaded gives a plain event without a message.
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

    /// Sends a command, at the latest when the worker is ready.
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
        // Bytes can always be cloned.
        let _ = worker.post_message(&Uint8Array::from(bytes.as_slice()));
    }
}

fn decode<E: DeserializeOwned>(data: &JsValue) -> Option<(E, Vec<f64>)> {
    let message: &Array = data.dyn_ref()?;
    let event = postcard::from_bytes(&Uint8Array::new(&message.get(0)).to_vec()).ok()?;
    let values = message.get(1).dyn_ref::<Float64Array>().map(Float64Array::to_vec);
    Some((event, values.unwrap_or_default()))
}
