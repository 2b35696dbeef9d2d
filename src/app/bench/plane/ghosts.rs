//! The decoder's images behind the plane, faintly: every point of it is an image.

use std::time::Duration;

use leptos::html::Canvas;
use leptos::prelude::*;

use super::PlaneWindow;
use super::tile_sheet::TileSheet;
use crate::app::canvas::{Extent, Palette};
use crate::app::context::{BenchNumbers, ModelInUse, Preferences};
use crate::app::platform::debounce::Debounce;
use crate::app::shared::shared;
use crate::app::workers::BenchWorker;
use elboscope::bench_worker::TilePlace;
use elboscope::state::Tiling;

/// Distance between two images on the screen, in CSS pixels, and the part of it that an image takes.
const DISTANCE: f64 = 64.0;
const PART: f64 = 0.7;
/// Strength of the ink.
const INK: f64 = 0.2;
/// The view rests when it has not changed for so long.
const REST: Duration = Duration::from_millis(150);

/// The images as the worker sent them last; while the view moves they move with it.
#[component]
pub fn GhostsLayer(
    /// Space for labels at the left and at the bottom.
    labels: Memo<[f64; 2]>,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let numbers = shared::<BenchNumbers>();
    let model = shared::<ModelInUse>();
    let worker = shared::<BenchWorker>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let canvas = NodeRef::<Canvas>::new();
    let rest = Debounce::new();
    Effect::new(move |_| {
        view.track();
        if model.hidden.get().is_some() {
            rest.call(REST, move || {
                worker.decode_tiles(TilePlace::Plane, Tiling::of(&view.get_untracked(), DISTANCE))
            });
        }
    });
    let sheet = StoredValue::new_local(TileSheet::default());
    Effect::new(move |_| {
        preferences.chosen_theme.track();
        let (view, images) = (view.get(), numbers.ghosts.get());
        let (Some(canvas), Some(images)) = (canvas.get(), images) else { return };
        sheet.update_value(|sheet| {
            // Drawing fails only where the browser gives no context; the next change draws again.
            sheet.draw(
                &canvas,
                Extent::on_screen(view.size),
                &view,
                &images,
                (Palette::read().ink, INK, PART),
            );
        });
    });
    view! {
        <canvas
            node_ref=canvas
            aria-hidden="true"
            style:left=move || format!("{}px", labels.get()[0])
        ></canvas>
    }
}
