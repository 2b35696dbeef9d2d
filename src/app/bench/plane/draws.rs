//! The K draws as discs, the larger the weight the larger.

use leptos::html::Canvas;
use leptos::prelude::*;
use web_sys::HtmlCanvasElement;

use super::PlaneWindow;
use crate::app::canvas::{Extent, Palette, cleared};
use crate::app::context::{BenchNumbers, Preferences};
use crate::app::shared::shared;
use elboscope::bench::Draws;
use elboscope::state::PlaneView;

/// Smallest radius in CSS pixels, for a draw of weight 0.
const LEAST_RADIUS: f64 = 1.6;
/// Radius of a draw that has all the weight.
const LARGEST_RADIUS: f64 = 24.0;
/// Opacity of a disc of the smallest radius. Opacity decreases with the area, so that what lies below a large disc
/// stays visible.
const INK: f64 = 0.8;
/// Lower bound of a disc's opacity; its outline has at least this as well.
const LEAST_INK: f64 = 0.12;
const OUTLINE: f64 = 1.6;

/// The canvas between axes and handles, redrawn at every change of q.
#[component]
pub fn DrawsLayer(
    /// Space for labels at the left and at the bottom.
    labels: Memo<[f64; 2]>,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let numbers = shared::<BenchNumbers>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let canvas = NodeRef::<Canvas>::new();
    let palette = Memo::new(move |_| {
        preferences.chosen_theme.track();
        Palette::read()
    });
    Effect::new(move |_| {
        let (view, readings) = (view.get(), numbers.readings.get());
        if let (Some(canvas), Some(readings)) = (canvas.get(), readings) {
            // Drawing fails only where the browser gives no context; the next frame draws again.
            let extent = Extent::on_screen(view.size);
            draw(&canvas, extent, &view, &readings.draws, &palette.get());
        }
    });
    view! {
        <canvas
            node_ref=canvas
            class="draws-layer"
            aria-hidden="true"
            style:left=move || format!("{}px", labels.get()[0])
        ></canvas>
    }
}

fn draw(
    canvas: &HtmlCanvasElement,
    extent: Extent,
    view: &PlaneView,
    draws: &Draws,
    palette: &Palette,
) -> Option<()> {
    let context = cleared(canvas, extent)?;
    let [fill, line] = [palette.sampling, palette.sampling_line];
    context.set_stroke_style_str(&format!("rgb({} {} {})", line.0, line.1, line.2));
    context.set_line_width(OUTLINE);
    for (z, share) in draws.latents.iter().zip(draws.shares()) {
        let [x, y] = view.screen_from_data(*z);
        let radius = LEAST_RADIUS + (LARGEST_RADIUS - LEAST_RADIUS) * share.sqrt();
        context.begin_path();
        context.arc(x, y, radius, 0.0, std::f64::consts::TAU).ok()?;
        let ink = opacity(radius);
        context.set_fill_style_str(&format!("rgb({} {} {} / {ink:.2})", fill.0, fill.1, fill.2));
        context.fill();
        if radius > 2.0 * LEAST_RADIUS {
            context.stroke();
        }
    }
    Some(())
}

fn opacity(radius: f64) -> f64 {
    (INK * (LEAST_RADIUS / radius).powi(2)).max(LEAST_INK)
}
