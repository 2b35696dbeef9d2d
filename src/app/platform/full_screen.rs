//! Full screen: asked for, and whether it came.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Fills the screen with the page; `false` where the browser has no full screen or refuses it.
pub async fn enter() -> bool {
    let Some(root) = document().document_element() else { return false };
    // A telephone may have no such method, and in a frame the promise is refused.
    let request = js_sys::Reflect::get(&root, &JsValue::from("requestFullscreen"))
        .ok()
        .and_then(|method| method.dyn_into::<js_sys::Function>().ok());
    let Some(promise) = request.and_then(|request| request.call0(&root).ok()) else {
        return false;
    };
    match promise.dyn_into::<js_sys::Promise>() {
        Ok(promise) => JsFuture::from(promise).await.is_ok(),
        // An older browser answers nothing and does it.
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
