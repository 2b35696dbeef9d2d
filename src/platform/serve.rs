//! The event loop of a worker: passes commands to the server and its events to the page.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Float64Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

use super::clock;
use crate::worker::{Outgoing, Patience, Serve, idle_of};

/// The message that the worker's wasm runs: anything sent earlier is lost.
pub const READY: &str = "ready";
/// The ping, which the worker answers with the same text.
pub const PING: &str = "ping";

/// Milliseconds within which the page has usually painted the frame of a command.
const FRAME: f64 = 6.0;
/// Milliseconds without a command after which the pointer counts as idle.
const STILL: f64 = 50.0;

/// Serves commands until the worker is terminated. Between slices it yields by a message to itself, so that a command
/// waits for one slice at most.
pub fn serve<S: Serve + 'static>(scope: DedicatedWorkerGlobalScope, server: S) {
    let Ok(channel) = MessageChannel::new() else {
        return;
    };
    let wake = channel.port1();
    let idle = idle_of(&scope.location().search()).unwrap_or(STILL);
    let server = Rc::new(RefCell::new(server));
    let awake = Rc::new(Cell::new(false));
    let last_command = Rc::new(Cell::new(f64::NEG_INFINITY));
    // The timer that ends the present pause.
    let pause = Rc::new(Cell::new(None::<i32>));

    let resume = {
        let (pause, wake) = (pause.clone(), wake.clone());
        Closure::<dyn FnMut()>::new(move || {
            pause.set(None);
            wake_up(&wake);
        })
    };
    let work = {
        let (server, awake, last_command, pause) =
            (server.clone(), awake.clone(), last_command.clone(), pause.clone());
        let (wake, scope) = (wake.clone(), scope.clone());
        Closure::<dyn FnMut()>::new(move || {
            let patience = match server.borrow().patience() {
                Patience::None => 0.0,
                Patience::Frame => FRAME,
                Patience::PointerIdle => STILL,
                Patience::PageIdle => idle,
            };
            let remaining = patience - (clock::now() - last_command.get());
            if remaining > 0.0 {
                let timer = scope.set_timeout_with_callback_and_timeout_and_arguments_0(
                    resume.as_ref().unchecked_ref(),
                    remaining.ceil() as i32,
                );
                pause.set(timer.ok());
                if pause.get().is_some() {
                    return;
                }
            }
            let outgoing = server.borrow_mut().work();
            send_all(&scope, outgoing);
            awake.set(server.borrow().is_busy());
            if awake.get() {
                wake_up(&wake);
            }
        })
    };
    channel.port2().set_onmessage(Some(work.as_ref().unchecked_ref()));

    let take = {
        let scope = scope.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if event.data().as_string().as_deref() == Some(PING) {
                post(&scope, &event.data(), &Array::new());
                return;
            }
            let bytes = Uint8Array::new(&event.data()).to_vec();
            let Ok(command) = postcard::from_bytes::<S::Command>(&bytes) else {
                return;
            };
            last_command.set(clock::now());
            let outgoing = server.borrow_mut().handle(command);
            send_all(&scope, outgoing);
            let was_paused = pause.take().inspect(|&timer| scope.clear_timeout_with_handle(timer));
            if !awake.replace(true) || was_paused.is_some() {
                wake_up(&wake);
            }
        })
    };
    scope.set_onmessage(Some(take.as_ref().unchecked_ref()));
    // Both live as long as the worker.
    work.forget();
    take.forget();
    post(&scope, &JsValue::from_str(READY), &Array::new());
}

fn wake_up(port: &MessagePort) {
    // Posting null to an own port cannot fail.
    let _ = port.post_message(&JsValue::NULL);
}

fn send_all<E: Serialize>(scope: &DedicatedWorkerGlobalScope, outgoing: Vec<Outgoing<E>>) {
    for Outgoing { event, values } in outgoing {
        let Ok(bytes) = postcard::to_allocvec(&event) else { continue };
        let message = Array::of1(&Uint8Array::from(bytes.as_slice()));
        let transfer = Array::new();
        if !values.is_empty() {
            let values = Float64Array::from(values.as_slice());
            transfer.push(&values.buffer());
            message.push(&values);
        }
        post(scope, &message, &transfer);
    }
}

fn post(scope: &DedicatedWorkerGlobalScope, message: &JsValue, transfer: &Array) {
    // It fails only for values that cannot be cloned; these are arrays and strings.
    let _ = scope.post_message_with_transfer(message, transfer);
}
