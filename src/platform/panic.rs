//! The message that a visitor sees after a panic.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Window};

/// Shows the overlay prepared in index.html: after a panic the page's own code cannot be relied on.
///
/// The overlay's buttons work without this program; see public/panic.js.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        let overlay = js_sys::global()
            .dyn_into::<Window>()
            .ok()
            .and_then(|window| window.document())
            .and_then(|document| document.get_element_by_id("panic"))
            .and_then(|overlay| overlay.dyn_into::<HtmlElement>().ok());
        if let Some(overlay) = overlay {
            overlay.set_hidden(false);
            if let Ok(Some(details)) = overlay.query_selector("pre") {
                details.set_text_content(Some(&info.to_string()));
            }
        }
    }));
}
