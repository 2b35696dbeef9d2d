//! The map in a corner of the plane: the whole prior as images, with the visible part as a frame to drag.

use std::f64::consts::TAU;

use leptos::ev::PointerEvent;
use leptos::html::Canvas;
use leptos::prelude::*;
use web_sys::HtmlCanvasElement;

use super::PlaneWindow;
use super::tile_sheet::TileStyle;
use crate::app::canvas::Palette;
use crate::app::context::Preferences;
use crate::app::platform::dom;
use crate::app::shared::shared;
use elboscope::state::{PlaneView, Tiling, text};

/// Side of the map in CSS pixels, and how many images stand along it.
const SIDE: f64 = 144.0;
const IMAGES: f64 = 12.0;
/// The prior's standard deviations from the middle to the edge: all but one draw of ninety.
const REACH: f64 = 3.0;
pub const STYLE: TileStyle = TileStyle { strength: 0.75, part: 0.9 };

/// The part of the latent plane that the map shows.
pub const MAP: PlaneView =
    PlaneView { centre: [0.0; 2], scale: 0.5 * SIDE / REACH, size: [SIDE, SIDE] };

/// Where the map's images stand.
pub fn tiling() -> Tiling {
    Tiling::of(&MAP, SIDE / IMAGES)
}

/// What the map takes of the plane with its border but without its name, in CSS pixels; the height of that name, in font
/// sizes; and the plane that has room for it, as the style sheet says too.
const OUTER: [f64; 2] = [166.0, 164.0];
const NAME: f64 = 1.4;
const LEAST_PLANE: [f64; 2] = [480.0, 400.0];

/// Width and height of what the map covers in the lower left corner of a plane of this size.
pub fn covered(plane: [f64; 2], line: f64) -> [f64; 2] {
    let has_room = plane[0] >= LEAST_PLANE[0] && plane[1] >= LEAST_PLANE[1];
    if has_room { [OUTER[0], OUTER[1] + NAME * line] } else { [0.0; 2] }
}

/// The map; the style sheet hides it where the plane is small. Its keys are those of the plane.
pub fn prior_map(canvas: NodeRef<Canvas>) -> AnyView {
    let preferences = shared::<Preferences>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let go_to = move |event: &PointerEvent| {
        let Some(canvas) = canvas.get_untracked() else { return };
        let bounds = canvas.get_bounding_client_rect();
        let [x, y] = dom::pointer_at(event);
        let to_map = SIDE / bounds.width();
        let at = [(x - bounds.left()) * to_map, (y - bounds.top()) * to_map];
        view.update(|view| view.centre = MAP.data_from_screen(at));
    };
    let on_pointer = move |event: PointerEvent| {
        if event.buttons() & 1 == 0 {
            return;
        }
        if let Some(canvas) = canvas.get_untracked() {
            // Without capture the frame merely stops at the border of the map.
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
        go_to(&event);
    };
    view! {
        <div id="prior-map" aria-hidden="true">
            <span>{move || text!("the whole prior").say(preferences.language.get())}</span>
            <canvas node_ref=canvas on:pointerdown=on_pointer on:pointermove=on_pointer></canvas>
        </div>
    }
    .into_any()
}

/// One and two standard deviations of the prior, and the frame of the visible part.
pub fn draw_window(canvas: &HtmlCanvasElement, view: &PlaneView, palette: &Palette) -> Option<()> {
    let context = dom::context_2d(canvas)?;
    let middle = 0.5 * SIDE;
    context.set_stroke_style_str(&palette.ink.css());
    context.set_line_width(1.0);
    context.set_global_alpha(0.5);
    for deviations in [1.0, 2.0] {
        context.begin_path();
        context.arc(middle, middle, deviations * MAP.scale, 0.0, TAU).ok()?;
        context.stroke();
    }
    let [[left, right], [low, high]] = view.ranges();
    let [x, y] = MAP.screen_from_data([left, high]);
    let [width, height] = [right - left, high - low].map(|length| length * MAP.scale);
    context.set_global_alpha(0.15);
    context.set_fill_style_str(&palette.q.css());
    context.fill_rect(x, y, width, height);
    context.set_global_alpha(1.0);
    context.set_line_width(2.0);
    context.set_stroke_style_str(&palette.q.css());
    context.stroke_rect(x, y, width, height);
    Some(())
}
