//! Export of files: a picture as SVG or PNG, a table as CSV, texts and bytes.

use leptos::prelude::*;
use leptos::svg::Svg;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{
    Blob, BlobPropertyBag, Element, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, Url,
    XmlSerializer,
};

use crate::app::platform::dom;

/// The CSS properties that a picture needs to look the same outside of the page.
const STYLES: [&str; 13] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "opacity",
    "font-family",
    "font-size",
    "font-style",
    "paint-order",
];
/// Pixels of a PNG per CSS pixel: sharp in print and on slides.
const PNG_SCALE: f64 = 2.0;

/// Saves a picture as on the screen, without its handles.
pub fn save_svg(node: NodeRef<Svg>, name: &str) {
    if let Ok(text) = standalone(node) {
        save_text(&text, "image/svg+xml", &format!("{name}.svg"));
    }
}

/// Saves a picture as pixels, at twice the resolution of the screen.
pub fn save_png(node: NodeRef<Svg>, name: String) {
    let Ok(text) = standalone(node) else { return };
    let Ok(url) = url_of(&text, "image/svg+xml") else { return };
    let Ok(image) = HtmlImageElement::new() else { return };
    let loaded = {
        let (image, url) = (image.clone(), url.clone());
        Closure::once_into_js(move || {
            let drawn = draw(&image);
            // It fails only for an address that no longer exists.
            let _ = Url::revoke_object_url(&url);
            if let Some(canvas) = drawn {
                let save = Closure::once_into_js(move |blob: JsValue| {
                    if let Some(blob) = blob.dyn_ref::<Blob>()
                        && let Ok(url) = Url::create_object_url_with_blob(blob)
                    {
                        offer(&url, &format!("{name}.png"));
                    }
                });
                // Where the canvas is too large for the browser, no file is saved.
                let _ = canvas.to_blob(save.unchecked_ref());
            }
        })
    };
    image.set_onload(Some(loaded.unchecked_ref()));
    image.set_src(&url);
}

/// Saves a text as a file.
pub fn save_text(text: &str, kind: &str, name: &str) {
    if let Ok(url) = url_of(text, kind) {
        offer(&url, name);
    }
}

/// Saves bytes as a file.
pub fn save_bytes(bytes: &[u8], name: &str) {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let url = Blob::new_with_u8_array_sequence(&parts)
        .and_then(|blob| Url::create_object_url_with_blob(&blob));
    if let Ok(url) = url {
        offer(&url, name);
    }
}

fn draw(image: &HtmlImageElement) -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    let [width, height] =
        [image.natural_width(), image.natural_height()].map(|side| f64::from(side) * PNG_SCALE);
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context = dom::context_2d(&canvas)?;
    context
        .draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height)
        .ok()?;
    Some(canvas)
}

/// The picture as a standalone file: the computed styles are written into every element.
fn standalone(node: NodeRef<Svg>) -> Result<String, JsValue> {
    let Some(svg) = node.get_untracked() else { return Err(JsValue::NULL) };
    let svg: &Element = svg.as_ref();
    let copy: Element = svg.clone_node_with_deep(true)?.dyn_into()?;
    let (shown, copies) = (svg.query_selector_all("*")?, copy.query_selector_all("*")?);
    for index in 0..shown.length() {
        let (Some(from), Some(to)) = (shown.item(index), copies.item(index)) else { continue };
        let (from, to): (Element, Element) = (from.dyn_into()?, to.dyn_into()?);
        let Some(style) = window().get_computed_style(&from)? else { continue };
        let mut text = String::new();
        for name in STYLES {
            text += &format!("{name}:{};", style.get_property_value(name)?);
        }
        to.set_attribute("style", &text)?;
    }
    let handles = copy.query_selector_all(".handle")?;
    for index in 0..handles.length() {
        if let Some(handle) = handles.item(index).and_then(|node| node.dyn_into::<Element>().ok()) {
            handle.remove();
        }
    }
    let bounds = svg.get_bounding_client_rect();
    copy.set_attribute("xmlns", "http://www.w3.org/2000/svg")?;
    copy.set_attribute("viewBox", &format!("0 0 {} {}", bounds.width(), bounds.height()))?;
    let paper = dom::token("--plot");
    copy.set_attribute("style", &format!("background:{paper}"))?;
    XmlSerializer::new()?.serialize_to_string(&copy)
}

fn url_of(text: &str, kind: &str) -> Result<String, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
    Url::create_object_url_with_blob(&blob)
}

/// Downloads a file under a name.
fn offer(url: &str, name: &str) {
    let link =
        document().create_element("a").ok().and_then(|a| a.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(url);
        link.set_download(name);
        link.click();
    }
    let url = url.to_owned();
    // By then the browser has read the file.
    set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        std::time::Duration::from_secs(10),
    );
}
