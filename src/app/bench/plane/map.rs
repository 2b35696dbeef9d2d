//! The map in a corner of the plane: the whole prior as images, with the visible part as a frame to drag.

use leptos::ev::PointerEvent;
use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::svg::Svg;

use super::PlaneWindow;
use super::tile_sheet::TileSheet;
use crate::app::canvas::{Extent, Palette};
use crate::app::context::{Bench, BenchNumbers, ModelInUse, Preferences};
use crate::app::platform::dom;
use crate::app::shared::shared;
use crate::app::workers::BenchWorker;
use elboscope::bench_worker::TilePlace;
use elboscope::state::{PlaneView, Tiling, text};

/// Side of the map in CSS pixels, and how many images stand along it.
const SIDE: f64 = 144.0;
const IMAGES: f64 = 12.0;
/// The prior's standard deviations from the middle to the edge: all but one draw of ninety.
const REACH: f64 = 3.0;
/// Strength of the ink, and the part of its tile that an image takes.
const INK: f64 = 0.75;
const PART: f64 = 0.9;
/// A smaller plane has no room for a map, in CSS pixels of its shorter side.
const LEAST_PLANE: f64 = 380.0;

const MAP: PlaneView =
    PlaneView { centre: [0.0; 2], scale: 0.5 * SIDE / REACH, size: [SIDE, SIDE] };

/// The map; hidden where the plane is small.
#[component]
pub fn PriorMap() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let model = shared::<ModelInUse>();
    let worker = shared::<BenchWorker>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let canvas = NodeRef::<Canvas>::new();
    let overlay = NodeRef::<Svg>::new();
    Effect::new(move |_| {
        if model.hidden.get().is_some() {
            let tiling = Tiling::of(&MAP, SIDE / IMAGES);
            // After the model itself has been sent.
            request_animation_frame(move || worker.decode_tiles(TilePlace::Map, tiling));
        }
    });
    let sheet = StoredValue::new_local(TileSheet::default());
    Effect::new(move |_| {
        preferences.chosen_theme.track();
        if let (Some(canvas), Some(images)) = (canvas.get(), numbers.map.get()) {
            sheet.update_value(|sheet| {
                let style = (Palette::read().ink, INK, PART);
                // Drawing fails only where the browser gives no context; the next change draws again.
                sheet.draw(&canvas, Extent::on_screen(MAP.size), &MAP, &images, style);
            });
        }
    });
    // The visible part: left, top, width, height on the map.
    let frame = Memo::new(move |_| {
        let [[left, right], [low, high]] = view.get().ranges();
        let [x, y] = MAP.screen_from_data([left, high]);
        [x, y, (right - left) * MAP.scale, (high - low) * MAP.scale]
    });
    let part = move |index: usize| move || frame.get()[index];
    let mean = move || MAP.screen_from_data(bench.state.get().mu);
    let go_to = move |event: &PointerEvent| {
        let Some(overlay) = overlay.get_untracked() else { return };
        let at = dom::placement_of(&overlay).picture_from_window(dom::pointer_at(event));
        view.update(|view| view.centre = MAP.data_from_screen(at));
    };
    let name = text!("the whole prior");
    let is_small = move || {
        let [width, height] = view.get().size;
        width.min(height) < LEAST_PLANE
    };
    view! {
        <div id="prior-map" aria-hidden="true" hidden=is_small>
            <span>{move || name.say(preferences.language.get())}</span>
            <div>
                <canvas node_ref=canvas></canvas>
                <svg
                    node_ref=overlay
                    width=SIDE
                    height=SIDE
                    on:pointerdown=move |event: PointerEvent| {
                        if let Some(overlay) = overlay.get_untracked() {
                            // Without capture the frame merely stops at the border of the map.
                            let _ = overlay.set_pointer_capture(event.pointer_id());
                        }
                        go_to(&event);
                    }
                    on:pointermove=move |event: PointerEvent| {
                        if event.buttons() & 1 == 1 {
                            go_to(&event);
                        }
                    }
                >
                    {[1.0, 2.0]
                        .map(|radius| {
                            view! {
                                <circle class="prior" cx=0.5 * SIDE cy=0.5 * SIDE r=radius * MAP.scale></circle>
                            }
                        })
                        .collect_view()}
                    <rect class="window" x=part(0) y=part(1) width=part(2) height=part(3)></rect>
                    <circle class="mean" cx=move || mean()[0] cy=move || mean()[1] r="3"></circle>
                </svg>
            </div>
        </div>
    }
}
