//! Small bridges to the browser that several rooms need.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlElement, ResizeObserver};

/// The 2-D context of a canvas, or `None` where the browser gives none.
pub fn context_2d(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// The handle of q's mean, where there is a latent plane.
pub const MEAN_HANDLE: &str = "handle-mean";
/// The main part of every page without one.
pub const CONTENT: &str = "content";

/// Moves the focus past the bar without touching the address, which belongs to the state.
pub fn skip(event: leptos::ev::MouseEvent) {
    event.prevent_default();
    let find = |id| document().get_element_by_id(id);
    let Some(target) = find(MEAN_HANDLE).or_else(|| find(CONTENT)) else { return };
    // What cannot take the focus leaves it where it was.
    if let Some(handle) = target.dyn_ref::<web_sys::SvgElement>() {
        let _ = handle.focus();
    } else if let Some(part) = target.dyn_ref::<HtmlElement>() {
        let _ = part.focus();
    }
}

/// An observer of an element's size, which ends with the component that asked for it.
struct SizeWatch {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

impl SizeWatch {
    fn new(element: &Element, on_change: impl FnMut() + 'static) -> Option<Self> {
        let callback = Closure::<dyn FnMut()>::new(on_change);
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _callback: callback })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// A signal of an element's size in CSS pixels, zero until it is in the page.
pub fn size_of<E>(node: NodeRef<E>) -> RwSignal<[f64; 2]>
where
    E: leptos::html::ElementType + 'static,
    E::Output: JsCast + Clone + AsRef<Element> + 'static,
{
    let size = RwSignal::new([0.0; 2]);
    let watch = StoredValue::new_local(None::<SizeWatch>);
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let element: &Element = element.as_ref();
        let measured = element.clone();
        let measure = move || {
            let bounds = measured.get_bounding_client_rect();
            let now = [bounds.width(), bounds.height()];
            // The page may be gone by the time the browser tells of a change.
            if size.try_get_untracked().is_some_and(|known| known != now) {
                size.set(now);
            }
        };
        measure();
        watch.set_value(SizeWatch::new(element, measure));
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
