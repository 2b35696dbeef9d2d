//! The sketch pad: an x drawn with mouse, pen or finger.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::{Canvas, Dialog};
use leptos::prelude::*;

use crate::app::dom;
use crate::app::engine::binarization;
use crate::app::store::Store;
use crate::data::GreyRaster;
use crate::state::XSource;

/// Side of the pad's raster; ten times the image, so that a stroke is antialiased when it shrinks.
const PAD: u32 = 280;
/// Width of the pen on that raster, the width of a pen stroke of the gallery.
const PEN: f64 = 26.0;

/// A dialog with a sheet to draw on.
#[component]
pub fn Sketch(
    /// Opens the dialog; set back when it closes.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let messages = move || store.messages();
    let dialog = NodeRef::<Dialog>::new();
    let canvas = NodeRef::<Canvas>::new();
    let last = StoredValue::new(None::<[f64; 2]>);
    let is_empty = RwSignal::new(false);

    let clear = move || {
        is_empty.set(false);
        if let Some(canvas) = canvas.get_untracked() {
            canvas.set_width(PAD);
            canvas.set_height(PAD);
        }
    };
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if is_open.get() && !dialog.open() {
            // It fails only for a dialog that is open already.
            let _ = dialog.show_modal();
            clear();
        } else if !is_open.get() && dialog.open() {
            dialog.close();
        }
    });
    let stroke_to = move |event: &PointerEvent| {
        let Some(canvas) = canvas.get_untracked() else { return };
        let Some(context) = dom::context_2d(&canvas) else { return };
        let bounds = canvas.get_bounding_client_rect();
        let point = [
            (f64::from(event.client_x()) - bounds.left()) * f64::from(PAD) / bounds.width(),
            (f64::from(event.client_y()) - bounds.top()) * f64::from(PAD) / bounds.height(),
        ];
        let from = last.get_value().unwrap_or(point);
        last.set_value(Some(point));
        context.set_line_width(PEN);
        context.set_line_cap("round");
        context.set_line_join("round");
        context.set_stroke_style_str("#000");
        context.begin_path();
        context.move_to(from[0], from[1]);
        // A line of no length would leave no dot.
        context.line_to(point[0] + 0.01, point[1]);
        context.stroke();
        is_empty.set(false);
    };
    let use_sketch = move || {
        let drawn = canvas.get_untracked().and_then(|canvas| ink_of(&canvas));
        let Some(grey) = drawn.and_then(|raster| raster.centred()) else {
            is_empty.set(true);
            return;
        };
        let bin = store.state.get_untracked().bin;
        let pixels = binarization(bin).apply(&grey);
        store.remember_drawing(pixels);
        store.opened.set(None);
        store.grey_source.set(Some(grey));
        store.change(|state| state.x = XSource::Pixels(pixels));
        is_open.set(false);
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Delete" | "Backspace" => clear(),
        "Enter" if !is_button(&event) => {
            event.prevent_default();
            use_sketch();
        }
        _ => {}
    };
    view! {
        <dialog
            id="sketch"
            node_ref=dialog
            aria-labelledby="sketch-title"
            on:close=move |_| is_open.set(false)
            on:keydown=on_key
        >
            <h2 id="sketch-title">{move || messages().sketch_title}</h2>
            <p>{move || messages().sketch_help}</p>
            <canvas
                id="sketch-canvas"
                node_ref=canvas
                width=PAD
                height=PAD
                style="width: min(100%, 340px); aspect-ratio: 1"
                role="img"
                aria-label=move || messages().sketch_pad_name
                on:pointerdown=move |event: PointerEvent| {
                    event.prevent_default();
                    if let Some(canvas) = canvas.get_untracked() {
                        // Without capture the stroke merely ends at the border.
                        let _ = canvas.set_pointer_capture(event.pointer_id());
                    }
                    last.set_value(None);
                    stroke_to(&event);
                }
                on:pointermove=move |event: PointerEvent| {
                    if event.buttons() & 1 == 1 {
                        stroke_to(&event);
                    }
                }
            ></canvas>
            <p class="problem" role="alert">
                {move || is_empty.get().then(|| messages().sketch_empty)}
            </p>
            <div class="buttons">
                <button type="button" class="primary" data-action="sketch-use" on:click=move |_| use_sketch()>
                    {move || messages().use_this}
                </button>
                <button type="button" data-action="sketch-clear" on:click=move |_| clear()>
                    {move || messages().clear}
                </button>
                <button
                    type="button"
                    data-action="sketch-cancel"
                    on:click=move |_| is_open.set(false)
                >
                    {move || messages().cancel}
                </button>
            </div>
        </dialog>
    }
}

/// Whether the key went to a button, which acts on Enter by itself.
fn is_button(event: &KeyboardEvent) -> bool {
    use wasm_bindgen::JsCast;
    event.target().is_some_and(|target| target.has_type::<web_sys::HtmlButtonElement>())
}

/// The pad's ink: how opaque the stroke is at each pixel.
fn ink_of(canvas: &web_sys::HtmlCanvasElement) -> Option<GreyRaster> {
    let size = f64::from(PAD);
    let image = dom::context_2d(canvas)?.get_image_data(0.0, 0.0, size, size).ok()?;
    let ink = image.data().0.chunks_exact(4).map(|rgba| f32::from(rgba[3]) / 255.0).collect();
    GreyRaster::new(PAD as usize, PAD as usize, ink).ok()
}
