//! What stands still while q moves: the posterior, the decoder's images behind the plane, and the map of the whole prior.
//!
//! One effect draws all of it: each further effect enlarges the first download by two kilobytes.

use std::time::Duration;

use leptos::html::Canvas;
use leptos::prelude::*;

use super::PlaneWindow;
use super::map::{self, MAP};
use super::posterior::{Posterior, PosteriorPicture};
use super::tile_sheet::{TileSheet, TileStyle};
use crate::app::canvas::Palette;
use crate::app::context::{BenchNumbers, ModelInUse, Preferences};
use crate::app::platform::debounce::Debounce;
use crate::app::shared::shared;
use crate::app::workers::BenchWorker;
use elboscope::bench_worker::TilePlace;
use elboscope::state::Tiling;

/// Distance between two images behind the plane, in CSS pixels.
const DISTANCE: f64 = 64.0;
const GHOSTS: TileStyle = TileStyle { strength: 0.2, part: 0.7 };
/// The view rests when it has not changed for so long.
const REST: Duration = Duration::from_millis(150);

/// Posterior, images and map in one state.
#[derive(Default)]
struct Pictures {
    posterior: PosteriorPicture,
    ghosts: TileSheet,
    map: TileSheet,
}

/// The layers below everything else, and the map in its corner.
pub fn scenery() -> [AnyView; 2] {
    let preferences = shared::<Preferences>();
    let numbers = shared::<BenchNumbers>();
    let model = shared::<ModelInUse>();
    let worker = shared::<BenchWorker>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let [posterior_layer, ghosts_layer, map_layer] = [(); 3].map(|()| NodeRef::<Canvas>::new());
    let rest = Debounce::new();
    Effect::new(move |_| {
        view.track();
        if model.hidden.get().is_some() {
            rest.call(REST, move || {
                let visible = Tiling::of(&view.get_untracked(), DISTANCE);
                worker.decode_tiles(TilePlace::Plane, visible);
                // The map depends on the model alone.
                if numbers.map.with_untracked(Option::is_none) {
                    worker.decode_tiles(TilePlace::Map, map::tiling());
                }
            });
        }
    });
    let pictures = StoredValue::new_local(Pictures::default());
    Effect::new(move |_| {
        preferences.chosen_theme.track();
        let view = view.get();
        let posterior = numbers.scene.get().map(|scene| Posterior(scene, numbers.shade.get()));
        let (ghosts, prior) = (numbers.ghosts.get(), numbers.map.get());
        let palette = Palette::read();
        pictures.update_value(|pictures| {
            if let Some(canvas) = posterior_layer.get() {
                pictures.posterior.draw(&canvas, &view, posterior, &palette);
            }
            if let (Some(canvas), Some(ghosts)) = (ghosts_layer.get(), ghosts) {
                pictures.ghosts.draw(&canvas, &view, &ghosts, palette.ink, GHOSTS);
            }
            if let (Some(canvas), Some(prior)) = (map_layer.get(), prior) {
                pictures.map.draw(&canvas, &MAP, &prior, palette.ink, map::STYLE);
                map::draw_window(&canvas, &view, &palette);
            }
        });
    });
    let layers = [posterior_layer, ghosts_layer].map(|node| {
        view! { <canvas node_ref=node aria-hidden="true"></canvas> }
    });
    [layers.into_any(), map::prior_map(map_layer)]
}
