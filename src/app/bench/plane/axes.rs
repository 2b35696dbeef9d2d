//! The static layers of the plane: the posterior as a heatmap, and the axes around it.

use std::sync::Arc;

use leptos::html::Canvas;
use leptos::prelude::*;
use web_sys::HtmlCanvasElement;

use super::PlaneWindow;
use crate::app::canvas::{Extent, Nodes, Palette, cleared, draw_heatmap};
use crate::app::context::{BenchNumbers, Preferences};
use crate::app::shared::shared;
use elboscope::bench::Scene;
use elboscope::bench_worker::Shade;
use elboscope::figure::plane_axes;
use elboscope::state::PlaneView;

/// The posterior, below everything else.
#[component]
pub fn Field(
    /// Space for labels at the left and at the bottom.
    labels: Memo<[f64; 2]>,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let numbers = shared::<BenchNumbers>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let canvas = NodeRef::<Canvas>::new();
    // The old posterior stays visible, faded by the style sheet, until the new one is computed.
    let posterior = Memo::new(move |previous: Option<&Option<DrawnPosterior>>| {
        let present = numbers.scene.get().map(|scene| DrawnPosterior(scene, numbers.shade.get()));
        present.or_else(|| previous.cloned().flatten())
    });
    Effect::new(move |_| {
        preferences.chosen_theme.track();
        let view = view.get();
        if let Some(canvas) = canvas.get() {
            // Drawing fails only where the browser gives no context; the next change draws again.
            draw(&canvas, Extent::on_screen(view.size), &view, posterior.get().as_ref());
        }
    });
    view! {
        <canvas
            node_ref=canvas
            aria-hidden="true"
            style:left=move || format!("{}px", labels.get()[0])
        ></canvas>
    }
}

/// The scene whose posterior is drawn, and the finer picture that replaces it where the lattice is too coarse.
/// Compared by identity: comparing half a million numbers would cost too much.
#[derive(Clone)]
struct DrawnPosterior(Arc<Scene>, Option<Arc<Shade>>);

impl PartialEq for DrawnPosterior {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            && self.1.as_ref().map(Arc::as_ptr) == other.1.as_ref().map(Arc::as_ptr)
    }
}

fn draw(
    canvas: &HtmlCanvasElement,
    extent: Extent,
    view: &PlaneView,
    posterior: Option<&DrawnPosterior>,
) -> Option<()> {
    let context = cleared(canvas, extent)?;
    let (DrawnPosterior(scene, shade), palette) = (posterior?, Palette::read());
    let colors = [palette.paper, palette.shade];
    if let Some(shade) = shade {
        let side = (shade.log_joints.len() as f64).sqrt().round() as usize;
        let nodes = Nodes { center: shade.center, half_width: shade.half_width, side };
        let most = shade.log_joints.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let density = shade.log_joints.iter().map(|log_joint| (log_joint - most).exp());
        return draw_heatmap(&context, nodes, density, view, colors);
    }
    let lattice = scene.field.inner.lattice();
    let half_width = lattice.half_width();
    let nodes = Nodes { center: [0.0; 2], half_width, side: lattice.side() };
    draw_heatmap(&context, nodes, scene.relative_posterior(), view, colors)
}

/// The tick labels at the left and at the bottom.
#[component]
pub fn Axes(
    /// The font size of the labels.
    line: Memo<f64>,
    /// Size of the whole plane in CSS pixels.
    size: RwSignal<[f64; 2]>,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let PlaneWindow(view) = expect_context::<PlaneWindow>();
    let drawn = move || plane_axes(&view.get(), line.get(), preferences.language.get());
    view! {
        <svg
            class="sheet-axes"
            aria-hidden="true"
            width=move || size.get()[0]
            height=move || size.get()[1]
        >
            <g inner_html=drawn></g>
        </svg>
    }
}
