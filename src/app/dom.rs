//! Small bridges to the browser that several rooms need.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlElement, ResizeObserver};

/// Device pixels per CSS pixel, at least 1.
pub fn device_pixel_ratio() -> f64 {
    window().device_pixel_ratio().max(1.0)
}

/// The 2-D context of a canvas, or `None` where the browser gives none.
pub fn context_2d(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// Moves the focus to q's mean without touching the address, which belongs to the state.
pub fn focus_handle(event: leptos::ev::MouseEvent) {
    event.prevent_default();
    if let Some(handle) = document().get_element_by_id("handle-mean")
        && let Ok(handle) = handle.dyn_into::<web_sys::SvgElement>()
    {
        // A handle that cannot take the focus leaves it where it was.
        let _ = handle.focus();
    }
}

/// A signal of an element's size in CSS pixels, zero until it is in the page.
pub fn size_of<E>(node: NodeRef<E>) -> RwSignal<[f64; 2]>
where
    E: leptos::html::ElementType + 'static,
    E::Output: JsCast + Clone + AsRef<Element> + 'static,
{
    let size = RwSignal::new([0.0; 2]);
    Effect::new(move |observed: Option<bool>| {
        if observed == Some(true) {
            return true;
        }
        let Some(element) = node.get() else { return false };
        let element: &Element = element.as_ref();
        let element = element.clone();
        let measured = element.clone();
        let measure = move || {
            let bounds = measured.get_bounding_client_rect();
            let now = [bounds.width(), bounds.height()];
            if size.get_untracked() != now {
                size.set(now);
            }
        };
        measure();
        let callback = Closure::<dyn FnMut()>::new(measure);
        if let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(&element);
            // The observed elements live as long as the page.
            callback.forget();
        }
        true
    });
    size
}

/// The value of a CSS custom property of the document's root.
pub fn token(name: &str) -> String {
    let root: Option<HtmlElement> =
        document().document_element().and_then(|root| root.dyn_into().ok());
    root.and_then(|root| window().get_computed_style(&root).ok().flatten())
        .and_then(|style| style.get_property_value(name).ok())
        .map(|value| value.trim().to_owned())
        .unwrap_or_default()
}
