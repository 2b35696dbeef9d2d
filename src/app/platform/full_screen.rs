//! Full screen mode.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Enters full screen mode; returns `false` where the browser lacks or refuses it.
pub async fn enter() -> bool {
    let Some(root) = document().document_element() else { return false };
    // Some telephones lack the method, and inside a frame the promise is rejected.
    let request = js_sys::Reflect::get(&root, &JsValue::from("requestFullscreen"))
        .ok()
        .and_then(|method| method.dyn_into::<js_sys::Function>().ok());
    let Some(promise) = request.and_then(|request| request.call0(&root).ok()) else {
        return false;
    };
    match promise.dyn_into::<js_sys::Promise>() {
        Ok(promise) => JsFuture::from(promise).await.is_ok(),
        // An older browser returns no promise and enters full screen.
        Err(_) => true,
    }
}

/// Leaves full screen, if it is on.
pub fn leave() {
    let document = document();
    if document.fullscreen_element().is_some() {
        document.exit_fullscreen();
    }
}
