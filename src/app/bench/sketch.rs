//! The sketch pad: drawing an x with mouse, pen or finger.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::app::context::{Bench, Files, Preferences, Training};
use crate::app::platform::dom;
use crate::app::shared::shared;
use crate::app::widgets::modal::modal;
use elboscope::data::GreyRaster;
use elboscope::state::sketch_pad::{Contact, Drawn, PointerKind, Stroke, Tool};
use elboscope::state::{Placement, SketchPad, XSource};

/// Side of the pad's raster: ten times the image's, so that scaling down antialiases a stroke.
const PAD: u32 = 280;
/// Width of a stroke on that raster, as wide as the gallery's strokes.
const PEN: f64 = 26.0;

/// A view of the dialog; the signal says whether it is open.
pub type SketchView = fn(RwSignal<bool>) -> AnyView;

/// Fetches the part of the page that has the pad, when it is first opened.
///
/// # Errors
/// If this part could not be fetched.
#[wasm_split(sketch, fallible)]
pub fn fetch_sketch() -> Result<SketchView, SplitLoaderError> {
    Ok(|is_open| view! { <Sketch is_open /> }.into_any())
}

/// The dialog with the pad.
#[component]
fn Sketch(
    /// Whether the dialog is open; set to false when it closes.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let training = shared::<Training>();
    let files = shared::<Files>();
    let messages = move || preferences.messages();
    let canvas = NodeRef::<Canvas>::new();
    let pad = StoredValue::new(SketchPad::default());
    let is_empty = RwSignal::new(false);

    let draw = move |drawn: Drawn| {
        let Some(canvas) = canvas.get_untracked() else { return };
        let Some(context) = dom::context_2d(&canvas) else { return };
        pad.with_value(|pad| match drawn {
            Drawn::Nothing => {}
            Drawn::Grown { stroke, from } => draw_stroke(&context, &pad.strokes()[stroke], from),
            Drawn::Anew => {
                context.clear_rect(0.0, 0.0, f64::from(PAD), f64::from(PAD));
                for stroke in pad.strokes() {
                    draw_stroke(&context, stroke, 0);
                }
            }
        });
        if drawn != Drawn::Nothing {
            is_empty.set(false);
        }
    };
    let clear = move || {
        is_empty.set(false);
        pad.update_value(SketchPad::clear);
        draw(Drawn::Anew);
    };
    // Applies an event to the strokes and draws the difference.
    let take = move |change: &dyn Fn(&mut SketchPad) -> Drawn| {
        if let Some(drawn) = pad.try_update_value(change) {
            draw(drawn);
        }
    };
    let on_press = move |event: PointerEvent| {
        event.prevent_default();
        let Some(canvas) = canvas.get_untracked() else { return };
        // Where pointer capture fails, the stroke ends at the pad's border.
        let _ = canvas.set_pointer_capture(event.pointer_id());
        let at = placement_of(&canvas).picture_from_window(dom::pointer_at(&event));
        take(&|pad| pad.press(contact_of(&event), at));
    };
    let on_move = move |event: PointerEvent| {
        let Some(canvas) = canvas.get_untracked() else { return };
        let placement = placement_of(&canvas);
        let through: Vec<[f64; 2]> = moments_of(&event)
            .iter()
            .map(|event| placement.picture_from_window(dom::pointer_at(event)))
            .collect();
        take(&|pad| pad.go_on(contact_of(&event), &through));
    };
    Effect::new(move |_| {
        if is_open.get() {
            clear();
        }
    });
    let use_sketch = move || {
        let drawn = canvas.get_untracked().and_then(|canvas| ink_of(&canvas));
        let Some(grey) = drawn.and_then(|raster| raster.centred()) else {
            is_empty.set(true);
            return;
        };
        let bin = bench.state.get_untracked().bin;
        let pixels = bin.binarization().apply(&grey);
        training.remember_drawing(pixels);
        files.opened.set(None);
        bench.grey_source.set(Some(grey));
        bench.change(|state| state.x = XSource::Pixels(pixels));
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
    let title = Signal::derive(move || messages().sketch_title.to_owned());
    let content = view! {
        <p>{move || messages().sketch_help}</p>
        <canvas
            id="sketch-canvas"
            node_ref=canvas
            width=PAD
            height=PAD
            style="width: min(100%, 340px); aspect-ratio: 1"
            role="img"
            aria-label=move || messages().sketch_pad_name
            on:pointerdown=on_press
            on:pointermove=on_move
            on:pointerup=move |event: PointerEvent| {
                pad.update_value(|pad| pad.lift(event.pointer_id()));
            }
            on:pointercancel=move |event: PointerEvent| {
                take(&|pad| pad.cancel(event.pointer_id()));
            }
            // A long press of a pen, or its barrel button, would open the context menu during a stroke.
            on:contextmenu=move |event| event.prevent_default()
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
    }
    .into_any();
    view! {
        {modal("sketch", title, is_open, on_key, content)}
    }
}

/// The pad's rectangle in the window, with the size of its raster.
fn placement_of(canvas: &HtmlCanvasElement) -> Placement {
    let bounds = canvas.get_bounding_client_rect();
    let shown = [bounds.width(), bounds.height()];
    Placement::new([bounds.left(), bounds.top()], shown, [f64::from(PAD); 2])
}

fn contact_of(event: &PointerEvent) -> Contact {
    Contact {
        id: event.pointer_id(),
        kind: PointerKind::of(&event.pointer_type()),
        buttons: event.buttons(),
    }
}

/// Every position of the pointer since the last event: browsers coalesce several into one event.
fn moments_of(event: &PointerEvent) -> Vec<PointerEvent> {
    let name = JsValue::from("getCoalescedEvents");
    let has_them = js_sys::Reflect::get(event, &name).is_ok_and(|method| method.is_function());
    let several: Vec<PointerEvent> = match has_them {
        true => {
            event.get_coalesced_events().iter().filter_map(|event| event.dyn_into().ok()).collect()
        }
        false => Vec::new(),
    };
    // An event dispatched by a script has no coalesced events.
    if several.is_empty() { vec![event.clone()] } else { several }
}

/// Draws a stroke from one of its points on.
fn draw_stroke(context: &CanvasRenderingContext2d, stroke: &Stroke, from: usize) {
    context.set_line_width(PEN);
    context.set_line_cap("round");
    context.set_line_join("round");
    context.set_stroke_style_str("#000");
    let way = match stroke.tool {
        Tool::Ink => "source-over",
        Tool::Eraser => "destination-out",
    };
    // It fails only for an operation that the browser does not know.
    let _ = context.set_global_composite_operation(way);
    context.begin_path();
    for (place, [x, y]) in stroke.points.iter().enumerate().skip(from.saturating_sub(1)) {
        if place + 1 == from || place == 0 {
            context.move_to(*x, *y);
        }
        // A line of length zero would draw no dot.
        context.line_to(x + 0.01, *y);
    }
    context.stroke();
}

/// Whether a button has the focus: Enter then presses that button.
fn is_button(event: &KeyboardEvent) -> bool {
    event.target().is_some_and(|target| target.has_type::<web_sys::HtmlButtonElement>())
}

/// The pad's alpha channel as a grey image.
fn ink_of(canvas: &HtmlCanvasElement) -> Option<GreyRaster> {
    let size = f64::from(PAD);
    let image = dom::context_2d(canvas)?.get_image_data(0.0, 0.0, size, size).ok()?;
    let ink = image.data().0.chunks_exact(4).map(|rgba| f32::from(rgba[3]) / 255.0).collect();
    GreyRaster::new(PAD as usize, PAD as usize, ink).ok()
}
