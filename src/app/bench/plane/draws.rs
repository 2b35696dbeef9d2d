//! The K draws as rings whose area is their weight; while the gap is pointed at, the gap as a field instead.

use std::sync::Arc;

use leptos::html::Canvas;
use leptos::prelude::*;
use web_sys::HtmlCanvasElement;

use super::PlaneWindow;
use crate::app::canvas::{Extent, HeatMap, Nodes, Palette, cleared};
use crate::app::context::{Bench, BenchNumbers, Preferences};
use crate::app::platform::motion::since_change;
use crate::app::shared::shared;
use elboscope::bench::{Draws, GapField};
use elboscope::state::PlaneView;

/// Radius in CSS pixels of a draw whose weight is the mean of all.
const MEAN_RADIUS: f64 = 4.6;
/// From this many draws on the rings shrink, so that all of them together take the same area.
const MOST_AT_FULL_SIZE: usize = 64;
/// Smallest radius, for a draw of weight 0: a point without a ring.
const LEAST_RADIUS: f64 = 1.2;
/// Opacity of a point and of a ring's area: what lies below stays visible.
const POINT_INK: f64 = 0.8;
const RING_INK: f64 = 0.22;
const OUTLINE: f64 = 1.6;

/// Milliseconds in which new draws fall, the part of them that one takes, and from how high, in CSS pixels.
pub const FALL: f64 = 1200.0;
const ONE_FALL: f64 = 0.25;
const HEIGHT: f64 = 60.0;

/// Radius of the ring of a draw that has `share` of the weight of `draws`: its area is its weight.
pub fn ring_radius(share: f64, draws: usize) -> f64 {
    MEAN_RADIUS * (draws.min(MOST_AT_FULL_SIZE) as f64 * share).sqrt()
}

/// The canvas between axes and handles, redrawn at every change of q. Its field of the gap is computed only while the
/// gap is pointed at.
pub fn draws_layer(gap: Memo<Option<Arc<GapField>>>) -> AnyView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let canvas = NodeRef::<Canvas>::new();
    let palette = Memo::new(move |_| {
        preferences.chosen_theme.track();
        Palette::read()
    });
    let falling = since_change(Memo::new(move |_| bench.state.with(|state| state.seed)), FALL);
    // The density of full ink: held while the gap is pointed at, so that the field melts as the gap closes.
    let full = StoredValue::new(None::<f64>);
    Effect::new(move |_| {
        let (view, readings) = (view.get(), numbers.readings.get());
        let Some(canvas) = canvas.get() else { return };
        let extent = Extent::on_screen(view.size);
        // Drawing fails only where the browser gives no context; the next frame draws again.
        if let Some(gap) = gap.get() {
            let held = full.get_value().unwrap_or_else(|| gap.peak());
            full.set_value(Some(held));
            draw_gap(&canvas, extent, &view, &gap, held, &palette.get());
        } else if let Some(readings) = readings {
            full.set_value(None);
            let (_, _, fallen) = falling.get();
            draw(&canvas, extent, &view, &readings.draws, fallen, &palette.get());
        }
    });
    view! {
        <canvas
            node_ref=canvas
            class="draws-layer"
            aria-hidden="true"
        ></canvas>
    }
    .into_any()
}

fn draw_gap(
    canvas: &HtmlCanvasElement,
    extent: Extent,
    view: &PlaneView,
    gap: &GapField,
    full: f64,
    palette: &Palette,
) -> Option<()> {
    let context = cleared(canvas, extent)?;
    let GapField { center, half_width, side, .. } = *gap;
    let values = gap.density.iter().map(|density| density / full.max(f64::MIN_POSITIVE));
    HeatMap::inked(Nodes { center, half_width, side }, values, palette.gap)?.draw(&context, view)
}

fn draw(
    canvas: &HtmlCanvasElement,
    extent: Extent,
    view: &PlaneView,
    draws: &Draws,
    fallen: f64,
    palette: &Palette,
) -> Option<()> {
    let context = cleared(canvas, extent)?;
    let [fill, line] = [palette.sampling, palette.sampling_line];
    context.set_stroke_style_str(&format!("rgb({} {} {})", line.0, line.1, line.2));
    context.set_line_width(OUTLINE);
    let count = draws.latents.len();
    for (index, (z, share)) in draws.latents.iter().zip(draws.shares()).enumerate() {
        // One after the other, each for a part of the time.
        let start = index as f64 / count as f64 * (1.0 - ONE_FALL);
        let landed = ((fallen - start) / ONE_FALL).clamp(0.0, 1.0);
        if landed <= 0.0 {
            break;
        }
        let [x, y] = view.screen_from_data(*z);
        let y = y - HEIGHT * (1.0 - landed).powi(2);
        let radius = ring_radius(share, count) * landed;
        let is_ring = radius > LEAST_RADIUS;
        let ink = if is_ring { RING_INK } else { POINT_INK };
        context.begin_path();
        context.arc(x, y, radius.max(LEAST_RADIUS), 0.0, std::f64::consts::TAU).ok()?;
        context.set_fill_style_str(&format!("rgb({} {} {} / {ink})", fill.0, fill.1, fill.2));
        context.fill();
        if is_ring {
            context.stroke();
        }
    }
    Some(())
}
