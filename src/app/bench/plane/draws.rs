//! The K draws, each as large as its weight.

use leptos::html::Canvas;
use leptos::prelude::*;
use web_sys::HtmlCanvasElement;

use super::View;
use crate::app::canvas::{Extent, Palette, Surface};
use crate::app::store::Store;
use crate::bench::Draws;
use crate::state::PlaneView;

/// Smallest radius in CSS pixels, for a draw that carries nothing.
const LEAST_RADIUS: f64 = 1.6;
/// Radius of a draw that carries everything.
const LARGEST_RADIUS: f64 = 24.0;

/// The canvas between the axes and the handles, redrawn whenever q moves.
#[component]
pub fn DrawsLayer(
    /// Space for labels at the left and at the bottom.
    labels: Memo<[f64; 2]>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let View(view) = expect_context::<View>();
    let canvas = NodeRef::<Canvas>::new();
    let palette = Memo::new(move |_| {
        store.chosen_theme.track();
        Palette::read()
    });
    Effect::new(move |_| {
        let (view, readings) = (view.get(), store.readings.get());
        if let (Some(canvas), Some(readings)) = (canvas.get(), readings) {
            // A canvas that cannot be drawn on now is drawn at the next frame.
            draw(&canvas, Extent::on_screen(view.size), &view, &readings.draws, &palette.get());
        }
    });
    view! {
        <canvas node_ref=canvas aria-hidden="true" style:left=move || format!("{}px", labels.get()[0])></canvas>
    }
}

fn draw(
    canvas: &HtmlCanvasElement,
    extent: Extent,
    view: &PlaneView,
    draws: &Draws,
    palette: &Palette,
) -> Option<()> {
    let surface = Surface::fit(canvas, extent)?;
    surface.use_css_pixels();
    let context = &surface.context;
    let color = palette.sampling;
    context.set_fill_style_str(&format!("rgb({} {} {} / 0.8)", color.0, color.1, color.2));
    for (z, share) in draws.latents.iter().zip(draws.shares()) {
        let [x, y] = view.screen_from_data(*z);
        let radius = LEAST_RADIUS + (LARGEST_RADIUS - LEAST_RADIUS) * share.sqrt();
        context.begin_path();
        context.arc(x, y, radius, 0.0, std::f64::consts::TAU).ok()?;
        context.fill();
    }
    Some(())
}
