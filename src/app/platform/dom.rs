//! Small wrappers around the DOM.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{
    CanvasRenderingContext2d, Element, Event, HtmlCanvasElement, HtmlElement, KeyboardEvent,
    MouseEvent, ResizeObserver,
};

use elboscope::state::{Placement, number};

/// The 2-D context of a canvas; `None` where the browser has none.
pub fn context_2d(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// The pointer's position in the window.
pub fn pointer_at(event: &MouseEvent) -> [f64; 2] {
    [f64::from(event.client_x()), f64::from(event.client_y())]
}

/// The rectangle of an SVG picture in the window, with its scale.
pub fn placement_of(svg: &Element) -> Placement {
    let bounds = svg.get_bounding_client_rect();
    let shown = [bounds.width(), bounds.height()];
    // The attributes hold the picture's own size in pixels.
    let own = |name: &str, shown: f64| {
        svg.get_attribute(name).and_then(|size| number::parse(&size)).unwrap_or(shown)
    };
    let own = [own("width", shown[0]), own("height", shown[1])];
    Placement::new([bounds.left(), bounds.top()], shown, own)
}

/// Whether the element with the focus uses letters itself: a text field, a list of choices, or one in a dialog.
pub fn takes_letters(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let fields = "select, textarea, dialog, input:not([type=range])";
    target.is_some_and(|target| target.closest(fields).is_ok_and(|found| found.is_some()))
}

/// Listens to every event of a kind in the capture phase, as long as the page is there.
pub fn listen_first(kind: &str, on_event: impl FnMut(Event) + 'static) {
    let callback = Closure::<dyn FnMut(Event)>::new(on_event).into_js_value();
    let window = window();
    // It fails only where the method does not exist.
    let _ = window.add_event_listener_with_callback_and_bool(kind, callback.unchecked_ref(), true);
}

/// The `id` of the handle of q's mean, where there is a latent plane.
pub const MEAN_HANDLE: &str = "handle-mean";
/// The `id` of the main part of every page.
pub const CONTENT: &str = "content";

/// Moves the focus past the bar without changing the fragment of the address, which holds the state.
pub fn skip(event: leptos::ev::MouseEvent) {
    event.prevent_default();
    let find = |id| document().get_element_by_id(id);
    // An element that cannot take the focus, such as a covered handle, leaves it unchanged.
    if let Some(handle) = find(MEAN_HANDLE) {
        let _ = handle.unchecked_ref::<web_sys::SvgElement>().focus();
        if document().active_element().as_ref() == Some(&handle) {
            return;
        }
    }
    if let Some(part) = find(CONTENT) {
        let _ = part.unchecked_ref::<HtmlElement>().focus();
    }
}

/// A `ResizeObserver` of an element, disconnected with the component that created it.
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

/// The size of an element in the layout, without CSS transforms.
fn layout_size(element: &Element) -> [f64; 2] {
    let bounds = element.get_bounding_client_rect();
    let shown = [bounds.width(), bounds.height()];
    let Some(element) = element.dyn_ref::<HtmlElement>() else { return shown };
    let whole = [element.offset_width(), element.offset_height()].map(f64::from);
    // The layout's own numbers are rounded: they are used only where a transform scales the element.
    let is_scaled = (0..2).any(|axis| (shown[axis] - whole[axis]).abs() > 1.0);
    if is_scaled { whole } else { shown }
}

/// A signal of an element's size in CSS pixels; zero until the element is in the document.
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
            let now = layout_size(&measured);
            // The signal may have been disposed of before the observer is called.
            if size.try_get_untracked().is_some_and(|known| known != now) {
                size.set(now);
            }
        };
        measure();
        watch.set_value(SizeWatch::new(element, measure));
    });
    size
}

/// The value of a CSS custom property of the root element.
pub fn token(name: &str) -> String {
    let root: Option<HtmlElement> =
        document().document_element().and_then(|root| root.dyn_into().ok());
    root.and_then(|root| window().get_computed_style(&root).ok().flatten())
        .and_then(|style| style.get_property_value(name).ok())
        .map(|value| value.trim().to_owned())
        .unwrap_or_default()
}

/// The value of a CSS custom property that is a length in pixels.
pub fn pixels(name: &str) -> Option<f64> {
    number::parse(token(name).trim_end_matches("px"))
}
